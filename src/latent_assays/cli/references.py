"""`references`: features of real images, computed once for all distances from them."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    images: Annotated[Path, typer.Option(help="Image set (h5) of real images.")],
    output: Annotated[Path, typer.Option(help="npz to write.")],
    efflite0: Annotated[Path | None, typer.Option(help="EfficientNet-Lite0 weights.")] = None,
    inception: Annotated[
        Path | None, typer.Option(help="Inception 2015-12-05 weights, for FID.")
    ] = None,
    samples: Annotated[int, typer.Option(help="The most images; half of them at most.")] = 10000,
    input_size: Annotated[int, typer.Option(help="Input side of EfficientNet-Lite0.")] = 64,
    rows: Annotated[
        Path | None, typer.Option(help="npz with `rows` of the set; every row without it.")
    ] = None,
    split: Annotated[str, typer.Option(help="What the rows are, for the record.")] = "all",
    seed: Annotated[int, typer.Option(help="Seed of the draw of images.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Features, means and covariances of real images, and of as many more for the floor.

    An extractor that cannot be had is left out, with the reason.
    """
    import numpy as np

    from latent_assays import provenance
    from latent_assays.distances import EXTRACTORS, open_extractor
    from latent_assays.distances.extractor import Unavailable, extract_features
    from latent_assays.distances.reference import draw_reference, reference_of
    from latent_assays.store import read_image_set, write_arrays
    from latent_assays.training.precision import resolve_device

    data, where = read_image_set(images), resolve_device(device)
    chosen = np.arange(len(data)) if rows is None else _read_rows(rows, len(data))
    drawn = draw_reference(chosen, samples, seed)
    arrays: dict = {"rows": drawn[0], "held_out_rows": drawn[1]}
    used, missing = {}, {}
    for name, weights in zip(EXTRACTORS, (efflite0, inception), strict=True):
        try:
            extractor = open_extractor(name, weights, input_size)
        except Unavailable as why:
            missing[name] = str(why)
            continue
        used[name] = extractor.settings
        reference = reference_of(
            *(
                extract_features(extractor, data.images, part, data.scale, data.offset, where)
                for part in drawn
            )
        )
        arrays |= {
            f"{name}_features": reference.features,
            f"{name}_held_out": reference.held_out,
            f"{name}_mean": reference.statistics.mean,
            f"{name}_covariance": reference.statistics.covariance,
        }
    made = provenance.describe(
        dataset={**data.attributes, "images": len(data), "image_shape": data.images.shape[1:]},
        draw={"samples": len(drawn[0]), "split": split, "seed": seed},
        input_size=input_size,
        extractors=used,
        missing=missing,
        device=str(where),
    )
    write_arrays(output, arrays | {"provenance": provenance.to_array(made)})


def _read_rows(path: Path, images: int):
    """The rows that `path` names, checked against the size of the image set."""
    from latent_assays.errors import UserError
    from latent_assays.store import read_arrays

    rows = read_arrays(path).get("rows")
    if rows is None or rows.ndim != 1 or rows.dtype.kind not in "iu" or not len(rows):
        raise UserError(f"{path} must hold `rows`, the whole numbers of some images of the set")
    if rows.min() < 0 or rows.max() >= images:
        raise UserError(
            f"{path} names rows {rows.min()} to {rows.max()} of a set of {images} images"
        )
    return rows
