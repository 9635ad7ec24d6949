"""`variants`: change a dataset as a paper does."""

from pathlib import Path
from types import ModuleType
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
    choice: Annotated[
        Path | None, typer.Option(help="For `perturbed`: the choice of the run to foster (JSON).")
    ] = None,
    codes: Annotated[
        Path | None, typer.Option(help="For `perturbed`: codes of the chosen run (npz).")
    ] = None,
) -> None:
    """Change a dataset as a paper does, into an image set that says what was done to it."""
    import json
    from importlib import import_module

    from tqdm import tqdm

    from latent_assays import provenance
    from latent_assays.cli.inputs import read_settings
    from latent_assays.errors import UserError
    from latent_assays.store import read_image_set, write_image_set
    from latent_assays.variants.registry import VARIANTS

    chosen, images = read_settings(settings), read_image_set(original)
    if images.is_vectors:
        raise UserError(f"{original} holds vectors, and variants change images: name another set")
    kind = import_module(VARIANTS[chosen["kind"]])
    if chosen["kind"] == "perturbed":
        if choice is None or codes is None:
            raise UserError(
                "a perturbed set fosters a latent of a chosen run: give --choice and --codes"
            )
        change, foster = _perturbed(kind, images, chosen, choice, codes)
    else:
        change, foster = kind.change(images, chosen), {}
    starts = range(0, len(change.factors), BATCH)
    with tqdm(starts, desc=variant, unit="batch", mininterval=5) as bar:
        write_image_set(
            output,
            (change.images(slice(start, start + BATCH)) for start in bar),
            (len(change.factors), *images.images.shape[1:]),
            change.factors,
            change.split,
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
    kind: ModuleType, images: "ImageSet", settings: dict[str, Any], choice: Path, codes: Path
) -> tuple["Change", dict[str, Any]]:
    """The change, and where its component comes from."""
    from latent_assays import provenance
    from latent_assays.errors import UserError
    from latent_assays.store import read_arrays, read_json

    made, arrays = read_json(choice), read_arrays(codes)
    chosen, run = made["chosen"], provenance.from_arrays(arrays)["run"]
    _check_chosen(chosen, run, codes)
    if "std" not in arrays:
        raise UserError(
            f"--codes {codes}: {run['model']} has no posterior deviations: choose a VAE"
        )
    latent = kind.fostered_latent(arrays["std"])
    return kind.change(images, settings, arrays["mean"][:, latent]), {
        "foster_choice": made["choice"],
        "foster_model": run["model"],
        "foster_seed": run["seed"],
        "foster_latent": latent,
        "foster_number": made["number"],
        "foster_value": chosen["value"],
        "foster_commit": run["commit"] or "",
    }


def _check_chosen(chosen: dict[str, Any], run: dict[str, Any], codes: Path) -> None:
    """Refuse the codes of another run than the chosen one."""
    from latent_assays.errors import UserError

    facts = {**run["dataset"], "model": run["model"], "seed": run["seed"]}
    wanted, found = (
        "{dataset}/{variant}, {model}, seed {seed}".format_map(of) for of in (chosen, facts)
    )
    if found != wanted:
        raise UserError(
            f"--codes {codes} are of {found}, and the chosen run is {wanted}: give its codes"
        )
