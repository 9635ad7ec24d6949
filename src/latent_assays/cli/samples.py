"""`samples`: images that a trained run generates or reconstructs."""

from pathlib import Path
from typing import Annotated

import typer

POOL = 128  # encoded images that hybrids are made of, as in the paper
CHUNK = 256  # images decoded at once; bounds memory
SEGMENTED = ("structural", "ladder")  # networks whose variables are segments, not single latents


def run(
    kind: Annotated[str, typer.Option(help="reconstruction, prior or hybrid.")],
    run: Annotated[Path, typer.Option(help="Folder of the run.")],
    codes: Annotated[Path, typer.Option(help="Codes of the run.")],
    images: Annotated[Path, typer.Option(help="Image set of the codes.")],
    output: Annotated[Path, typer.Option(help="npz to write.")],
    count: Annotated[int, typer.Option(help="Images; at most half as many as codes.")] = 10000,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 0,
) -> None:
    """Decode codes of images (reconstruction), of the prior, or hybrids of 128 codes.

    Images are stored as the bytes that stand for the network's outputs; their pixel values are
    scale * u8 + offset, as in the image set. Reconstructions and hybrids come of the images that a
    reference of `count` images and the same seed leaves out; of reconstructions `rows` and errors
    are stored too.
    """
    import numpy as np

    from latent_assays import provenance
    from latent_assays.distances.pixel_errors import errors_of_images
    from latent_assays.distances.reference import draw_reference
    from latent_assays.errors import UserError
    from latent_assays.models.callables import encode_decode
    from latent_assays.models.samplers import hybrid_codes, prior_codes
    from latent_assays.models.weights import load_model
    from latent_assays.store import read_arrays, read_image_set, write_arrays

    network, config = load_model(run)
    coded, data, random = read_arrays(codes), read_image_set(images), np.random.default_rng(seed)
    mean = coded["mean"]
    if len(mean) != len(data):
        raise UserError(f"{codes} holds {len(mean)} codes and {images} {len(data)} images")
    _, held_out = draw_reference(len(mean), count, seed)
    count = len(held_out)
    arrays: dict = {"scale": data.scale, "offset": data.offset}
    if kind == "reconstruction":
        arrays["rows"] = held_out
        drawn = mean[held_out]
    elif kind == "hybrid":
        pool = mean[random.permutation(held_out)[:POOL]]
        segments = config["segments"] if config["network"] in SEGMENTED else None
        drawn = hybrid_codes(pool, count, random, segments)
    elif kind == "prior" and config["objective"] != "ae":
        drawn = prior_codes(count, mean.shape[1], random)
    elif kind == "prior":
        raise UserError(f"{run}: an autoencoder without regularisation has no prior; take hybrid")
    else:
        raise UserError(f"{kind!r} is not a kind; the kinds are reconstruction, prior, hybrid")

    _, decode = encode_decode(network)
    decoded_images = np.empty((count, *data.images.shape[1:]), np.uint8)
    errors = []
    for start in range(0, count, CHUNK):
        chunk = slice(start, start + CHUNK)
        decoded = decode(drawn[chunk].astype(np.float32))
        as_bytes = np.rint(255 * decoded.clip(0, 1)).astype(np.uint8)
        decoded_images[chunk] = as_bytes.transpose(0, 2, 3, 1)
        if kind == "reconstruction":
            seen = data.images[held_out[chunk]].transpose(0, 3, 1, 2) / 255
            errors.append(errors_of_images(seen, decoded))
    for name in errors[0] if errors else ():
        arrays[name] = np.concatenate([chunk[name] for chunk in errors])
    made = provenance.describe(
        run=provenance.from_arrays(coded)["run"], kind=kind, count=count, seed=seed
    )
    arrays |= {"images": decoded_images, "provenance": provenance.to_array(made)}
    write_arrays(output, arrays)
