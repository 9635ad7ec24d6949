"""`samples`: images that a trained run generates or reconstructs."""

from pathlib import Path
from typing import Annotated

import typer

POOL = 128  # encoded images that hybrids are made of, as in the paper


def run(
    kind: Annotated[str, typer.Option(help="reconstruction, prior or hybrid.")],
    run: Annotated[Path, typer.Option(help="Folder of the run.")],
    codes: Annotated[Path, typer.Option(help="Codes of the run.")],
    output: Annotated[Path, typer.Option(help="npz to write.")],
    count: Annotated[int, typer.Option(help="Images; at most as many as there are codes.")] = 10000,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 0,
) -> None:
    """Decode codes of images (reconstruction), of the prior, or hybrids of 128 codes."""
    import numpy as np

    from latent_assays import provenance
    from latent_assays.errors import UserError
    from latent_assays.models.callables import encode_decode
    from latent_assays.models.samplers import hybrid_codes, prior_codes
    from latent_assays.models.weights import load_model
    from latent_assays.store import read_arrays, write_arrays

    network, config = load_model(run)
    coded, random = read_arrays(codes), np.random.default_rng(seed)
    mean = coded["mean"]
    count = min(count, len(mean))
    if kind == "reconstruction":
        drawn = mean[random.permutation(len(mean))[:count]]
    elif kind == "hybrid":
        pool = mean[random.permutation(len(mean))[:POOL]]
        drawn = hybrid_codes(pool, count, random, config.get("segments"))
    elif kind == "prior" and "std" in coded:
        drawn = prior_codes(count, mean.shape[1], random)
    elif kind == "prior":
        raise UserError(f"{run}: an autoencoder without a posterior has no prior; take hybrid")
    else:
        raise UserError(f"{kind!r} is not a kind; the kinds are reconstruction, prior, hybrid")
    _, decode = encode_decode(network)
    images = np.rint(255 * decode(drawn.astype(np.float32)).clip(0, 1)).astype(np.uint8)
    made = provenance.describe(
        run=provenance.from_arrays(coded)["run"], kind=kind, count=count, seed=seed
    )
    arrays = {"images": images.transpose(0, 2, 3, 1), "provenance": provenance.to_array(made)}
    write_arrays(output, arrays)
