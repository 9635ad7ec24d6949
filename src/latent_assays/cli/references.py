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
    samples: Annotated[
        int, typer.Option(help="The most images; half of the test part at most.")
    ] = 10000,
    input_size: Annotated[
        int | None,
        typer.Option(
            help="Input side of EfficientNet-Lite0; by default that of the images, rounded up to a"
            " multiple of 32."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw of images.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Features of test images, and of as many more for the floor.

    An extractor that cannot be had is left out, with the reason.
    """
    from latent_assays import provenance
    from latent_assays.distances import EXTRACTORS, open_extractor
    from latent_assays.distances.extractor import Unavailable, extract_features
    from latent_assays.distances.judge import as_arrays
    from latent_assays.distances.pixel_components import fit_components
    from latent_assays.distances.reference import PART, draw_reference, reference_of
    from latent_assays.distances.registry import PIXELS
    from latent_assays.store import read_image_set, write_arrays
    from latent_assays.training.precision import resolve_device

    data, where = read_image_set(images), resolve_device(device)
    drawn = draw_reference(data.rows_of(PART), samples, seed)
    side = input_size or -(-data.images.shape[1] // 32) * 32
    pixels = fit_components(data.images, drawn[0], data.scale, data.offset)
    extractors, missing = {PIXELS: pixels}, {}
    for name, weights in zip(EXTRACTORS, (efflite0, inception), strict=True):
        try:
            extractors[name] = open_extractor(name, weights, side)
        except Unavailable as why:
            missing[name] = str(why)
    arrays = {"rows": drawn[0], "held_out_rows": drawn[1], **pixels.as_arrays()}
    floors: dict[str, float] = {}
    for name, extractor in extractors.items():
        features = (
            extract_features(extractor, data.images, part, data.scale, data.offset, where)
            for part in drawn
        )
        reference = reference_of(*features, extractor=name)
        floors |= reference.floors
        arrays |= as_arrays(name, reference)
    made = provenance.describe(
        dataset={**data.attributes, "images": len(data), "image_shape": data.images.shape[1:]},
        draw={"samples": len(drawn[0]), "part": PART, "seed": seed},
        input_size=side,
        extractors={name: extractor.settings for name, extractor in extractors.items()},
        missing=missing,
        floors=floors,
        device=str(where),
    )
    write_arrays(output, arrays | {"provenance": provenance.to_array(made)})
