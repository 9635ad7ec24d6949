"""`variants`: change a dataset as a paper does."""

from pathlib import Path
from typing import Annotated

import typer

BATCH = 1024


def run(
    original: Annotated[Path, typer.Option(help="Image set to change.")],
    settings: Annotated[str, typer.Option(help="JSON: epsilon, gain, values, seed and foster.")],
    output: Annotated[Path, typer.Option(help="HDF5 file to write.")],
    restarts: Annotated[
        list[Path],
        typer.Argument(help="Codes (npz) and scores (JSON) of the foster model's restarts."),
    ],
) -> None:
    """Perturb a dataset along the component that its most entangled run found."""
    import json

    from tqdm import tqdm

    from latent_assays import provenance
    from latent_assays.store import read_arrays, read_image_set, read_json, write_image_set
    from latent_assays.variants.perturbed import (
        choose_component,
        make_pattern,
        perturb,
        pixel_scale,
    )

    chosen = json.loads(settings)
    images = read_image_set(original)
    codes = [read_arrays(path) for path in restarts if path.suffix == ".npz"]
    scores = [read_json(path) for path in restarts if path.suffix == ".json"]
    migs = [record["scores"]["mig"]["value"] for record in scores]
    restart, latent = choose_component(migs, [arrays["std"] for arrays in codes])
    component = codes[restart]["mean"][:, latent].astype("float64")
    s = (component - component.mean()) / component.std()

    count, height, width, channels = images.images.shape
    pattern = make_pattern(s, height, width, chosen["gain"], chosen["seed"])
    epsilon, values = chosen["epsilon"], chosen["values"]
    scale, offset = pixel_scale(epsilon, values)
    starts = tqdm(range(0, count, BATCH), desc="perturbed", unit="batch", mininterval=5)
    slices = (slice(start, start + BATCH) for start in starts)
    foster = provenance.from_arrays(codes[restart])["run"]
    write_image_set(
        output,
        (perturb(images.images[rows], s[rows], pattern, epsilon, values) for rows in slices),
        (count, height, width, channels),
        images.factors,
        images.factor_names,
        images.factor_sizes,
        {
            **images.attributes,
            "variant": "perturbed",
            "epsilon": epsilon,
            "gain": chosen["gain"],
            "values": values,
            "seed": chosen["seed"],
            "origin": pattern.origin,
            "foster_model": foster["model"],
            "foster_seed": foster["seed"],
            "foster_latent": latent,
            "foster_mig": migs[restart],
            "provenance": json.dumps(provenance.describe(settings=chosen, foster=foster)),
        },
        scale=scale,
        offset=offset,
        extra={"s": s, "signs": pattern.signs, "column_factors": pattern.column_factors},
    )
