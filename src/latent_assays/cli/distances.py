"""`distances`: how far generated images lie from real ones, each distance under its own name."""

from pathlib import Path
from typing import Annotated, Any

import typer


def run(
    reference: Annotated[Path, typer.Option(help="npz of `references`.")],
    generated: Annotated[
        Path, typer.Option(help="Images to judge: an image set (h5), or npz with `images`.")
    ],
    output: Annotated[Path, typer.Option(help="JSON to write.")],
    efflite0: Annotated[Path | None, typer.Option(help="EfficientNet-Lite0 weights.")] = None,
    inception: Annotated[
        Path | None, typer.Option(help="Inception 2015-12-05 weights, for FID.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Fréchet and kernel distances of images from a reference; null with the reason at a lack.

    As many images are judged as the reference has, drawn at random.
    """
    import numpy as np

    from latent_assays import provenance
    from latent_assays.distances import DISTANCES, EXTRACTORS, open_extractor
    from latent_assays.distances.extractor import Unavailable, extract_features
    from latent_assays.distances.reference import compare
    from latent_assays.scores.result import Result
    from latent_assays.store import read_arrays, write_json
    from latent_assays.training.precision import resolve_device

    arrays, where = read_arrays(reference), resolve_device(device)
    known = _record_of(arrays, reference)
    images, values, made_by = _read_images(generated, known["dataset"]["image_shape"])
    draw = known["draw"]
    noise = np.random.default_rng([draw["seed"], 1])  # other rows than the reference's
    rows = noise.permutation(len(images))[: draw["samples"]]
    results = {}
    for name, weights in zip(EXTRACTORS, (efflite0, inception), strict=True):
        try:
            if name in known["missing"]:
                raise Unavailable(f"the reference lacks it: {known['missing'][name]}")
            extractor = open_extractor(name, weights, known["input_size"])
        except Unavailable as why:
            results |= {
                distance: Result(value=None, reason=str(why), settings={}, details={})
                for distance, parts in DISTANCES.items()
                if parts.extractor == name
            }
            continue
        _check_same(extractor.settings, known["extractors"][name], reference)
        features = extract_features(extractor, images, np.sort(rows), **values, device=where)
        settings = extractor.settings | {"split": draw["split"], "draw_seed": draw["seed"]}
        results |= compare(_reference_from(arrays, name), features, settings, name)
    made = provenance.describe(reference=known, generated=made_by, device=str(where))
    write_json(output, {"distances": results, "provenance": made})


def _record_of(arrays: dict[str, Any], path: Path) -> dict[str, Any]:
    """What `references` wrote of the reference."""
    from latent_assays import provenance
    from latent_assays.errors import UserError

    record = provenance.from_arrays(arrays)
    if not {"dataset", "draw", "input_size", "extractors", "missing"} <= set(record):
        raise UserError(f"{path} holds no reference: make it with `references`")
    return record


def _read_images(path: Path, shape: list[int]) -> tuple[Any, dict[str, float], dict[str, Any]]:
    """Images of the reference's shape (H,W,C), the meaning of their bytes, and their makers."""
    import json

    from latent_assays import provenance
    from latent_assays.errors import UserError
    from latent_assays.store import read_arrays, read_image_set

    if path.suffix == ".h5":
        data = read_image_set(path)
        images, values = data.images, {"scale": data.scale, "offset": data.offset}
        made_by = json.loads(data.attributes.get("provenance", "{}"))
    elif path.suffix == ".npz":
        arrays = read_arrays(path)
        if "images" not in arrays:
            raise UserError(f"{path} must hold `images` (N,H,W,C); it has {', '.join(arrays)}")
        images, values, made_by = arrays["images"], {}, provenance.from_arrays(arrays)
    else:
        raise UserError(f"{path}: give an image set (.h5) or an .npz with `images`")
    if list(images.shape[1:]) != shape:
        raise UserError(
            f"{path} holds images (N,H,W,C) = {images.shape}, and those of the reference are"
            f" (H,W,C) = {tuple(shape)}: compare images of one size"
        )
    return images, values, {"file": str(path), **made_by}


def _check_same(settings: dict[str, Any], known: dict[str, Any], path: Path) -> None:
    from latent_assays.errors import UserError

    if settings != known:
        differing = ", ".join(key for key in settings if settings[key] != known.get(key))
        raise UserError(f"{path} was made with another {differing}: make it anew")


def _reference_from(arrays: dict[str, Any], name: str):
    from latent_assays.distances.frechet import Statistics
    from latent_assays.distances.reference import Reference

    features = arrays[f"{name}_features"]
    statistics = Statistics(arrays[f"{name}_mean"], arrays[f"{name}_covariance"], len(features))
    return Reference(features, arrays[f"{name}_held_out"], statistics)
