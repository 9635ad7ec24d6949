"""`variants`: change a dataset as a paper does."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from latent_assays.store import ImageSet
    from latent_assays.variants.change import Change

BATCH = 64  # images small enough together for the caches


def run(
    original: Annotated[Path, typer.Option(help="Image set to change.")],
    variant: Annotated[str, typer.Option(help="Name of the variant, kept with the images.")],
    settings: Annotated[str, typer.Option(help="JSON: kind, and what that kind needs.")],
    output: Annotated[Path, typer.Option(help="HDF5 file to write.")],
    restarts: Annotated[
        list[Path] | None,
        typer.Argument(help="For `perturbed`: codes (npz) and scores (JSON) of all restarts."),
    ] = None,
) -> None:
    """Change a dataset as a paper does, into an image set that says what was done to it."""
    import json
    from importlib import import_module

    from tqdm import tqdm

    from latent_assays import provenance
    from latent_assays.cli.inputs import read_settings
    from latent_assays.store import read_image_set, write_image_set
    from latent_assays.variants import VARIANTS

    chosen, images = read_settings(settings), read_image_set(original)
    if chosen["kind"] == "perturbed":
        change, foster = _perturbed(images, chosen, restarts or [])
    else:
        change, foster = import_module(VARIANTS[chosen["kind"]]).change(images, chosen), {}
    starts = range(0, len(change.factors), BATCH)
    bar = tqdm(starts, desc=variant, unit="batch", mininterval=5)
    write_image_set(
        output,
        (change.images(slice(start, start + BATCH)) for start in bar),
        (len(change.factors), *images.images.shape[1:]),
        change.factors,
        change.factor_names,
        change.factor_sizes,
        {
            **images.attributes,
            **change.attributes,
            **foster,
            "variant": variant,
            "provenance": json.dumps(provenance.describe(settings=chosen)),
        },
        scale=change.scale,
        offset=change.offset,
        extra=change.extra,
    )


def _perturbed(
    images: "ImageSet", chosen: dict[str, Any], restarts: list[Path]
) -> tuple["Change", dict[str, Any]]:
    """The change, and where its component comes from."""
    from latent_assays import provenance
    from latent_assays.store import read_arrays, read_json
    from latent_assays.variants.perturbed import change, choose_component

    codes = [read_arrays(path) for path in restarts if path.suffix == ".npz"]
    scores = [
        read_json(path)["scores"]["mig"]["value"] for path in restarts if ".json" in path.name
    ]
    restart, latent = choose_component(scores, [arrays["std"] for arrays in codes])
    run = provenance.from_arrays(codes[restart])["run"]
    return change(images, chosen, codes[restart]["mean"][:, latent]), {
        "foster_model": run["model"],
        "foster_seed": run["seed"],
        "foster_latent": latent,
        "foster_mig": scores[restart],
        "foster_commit": run["commit"] or "",
    }
