"""`distances`: how far generated images lie from real ones, each distance under its own name."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

if TYPE_CHECKING:
    import numpy as np


class _Images(NamedTuple):
    """Images to judge (N,H,W,C), the meaning of their bytes, and who made them.

    `rows` (N,) are the rows of the image set that they reconstruct, None where they reconstruct
    nothing; `errors` by name (N,) are those of the reconstructions.
    """

    images: "np.ndarray"
    scale: float
    offset: float
    rows: "np.ndarray | None"
    errors: dict[str, "np.ndarray"]
    made_by: dict[str, Any]


def run(
    reference: Annotated[Path, typer.Option(help="npz of `references`.")],
    generated: Annotated[
        Path,
        typer.Option(
            help="Images to judge: an image set (h5), or npz with `images` and, if the pixels are"
            " not u8/255, `scale` and `offset`, and if they are reconstructions, `rows`."
        ),
    ],
    output: Annotated[Path, typer.Option(help="JSON to write.")],
    efflite0: Annotated[Path | None, typer.Option(help="EfficientNet-Lite0 weights.")] = None,
    inception: Annotated[
        Path | None, typer.Option(help="Inception 2015-12-05 weights, for FID.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Fréchet and kernel distances of images from a reference; null with the reason at a lack.

    As many images are judged as the reference has, drawn at random; reconstructions of the
    reference's own images are not among them.
    """
    from latent_assays import provenance
    from latent_assays.distances import EXTRACTORS, open_extractor, settings_of
    from latent_assays.distances.extractor import Unavailable, extract_features
    from latent_assays.distances.pixel_errors import mean_errors
    from latent_assays.distances.reference import compare, not_computed
    from latent_assays.store import read_arrays, write_json
    from latent_assays.training.precision import resolve_device

    arrays, where = read_arrays(reference), resolve_device(device)
    known = _record_of(arrays, reference)
    given, draw = _read_images(generated, known["dataset"]["image_shape"]), known["draw"]
    judged = _judged(given, arrays["rows"], draw, generated)
    results = {}
    if given.errors:
        errors = {name: each[judged] for name, each in given.errors.items()}
        results |= mean_errors(errors, given.images[0].size)
    for name, weights in zip(EXTRACTORS, (efflite0, inception), strict=True):
        settings = settings_of(name, known["input_size"])
        settings |= {"split": draw["split"], "draw_seed": draw["seed"]}
        try:
            extractor = open_extractor(name, weights, known["input_size"])
            if name in known["missing"]:
                raise Unavailable(f"the reference lacks it: {known['missing'][name]}")
        except Unavailable as why:
            results |= not_computed(str(why), settings, name, draw["samples"], len(judged))
            continue
        _check_same(extractor.settings, known["extractors"][name], reference)
        features = extract_features(
            extractor, given.images, judged, given.scale, given.offset, where
        )
        results |= compare(_reference_from(arrays, name, known), features, settings, name)
    made = provenance.describe(reference=known, generated=given.made_by, device=str(where))
    write_json(output, {"distances": results, "provenance": made})


def _record_of(arrays: dict[str, Any], path: Path) -> dict[str, Any]:
    """What `references` wrote of the reference."""
    from latent_assays import provenance
    from latent_assays.errors import UserError

    record = provenance.from_arrays(arrays)
    if not {"dataset", "draw", "input_size", "extractors", "missing", "floors"} <= set(record):
        raise UserError(f"{path} holds no reference: make it with `references`")
    return record


def _read_images(path: Path, shape: list[int]) -> _Images:
    """Images of the reference's shape (H,W,C)."""
    import json

    from latent_assays import provenance
    from latent_assays.distances.pixel_errors import ERRORS
    from latent_assays.errors import UserError
    from latent_assays.store import read_arrays, read_image_set

    if path.suffix == ".h5":
        data = read_image_set(path)
        made_by = json.loads(data.attributes.get("provenance", "{}"))
        given = _Images(data.images, data.scale, data.offset, None, {}, made_by)
    elif path.suffix == ".npz":
        arrays = read_arrays(path)
        if "images" not in arrays:
            raise UserError(f"{path} must hold `images` (N,H,W,C); it has {', '.join(arrays)}")
        given = _Images(
            arrays["images"],
            float(arrays.get("scale", 1 / 255)),
            float(arrays.get("offset", 0)),
            arrays.get("rows"),
            {name: arrays[name] for name in ERRORS} if {"rows", *ERRORS} <= set(arrays) else {},
            provenance.from_arrays(arrays),
        )
    else:
        raise UserError(f"{path}: give an image set (.h5) or an .npz with `images`")
    if list(given.images.shape[1:]) != shape:
        raise UserError(
            f"{path} holds images (N,H,W,C) = {given.images.shape}, and those of the reference are"
            f" (H,W,C) = {tuple(shape)}: compare images of one size"
        )
    return given._replace(made_by={"file": str(path), **given.made_by})


def _judged(
    given: _Images, reference_rows: "np.ndarray", draw: dict[str, Any], path: Path
) -> "np.ndarray":
    """Which of the images are judged, ascending."""
    import numpy as np

    from latent_assays.errors import UserError

    candidates = np.arange(len(given.images))
    if given.rows is not None:
        if given.rows.shape != candidates.shape or given.rows.dtype.kind not in "iu":
            raise UserError(f"{path}: `rows` must be one whole number for each of its images")
        candidates = candidates[~np.isin(given.rows, reference_rows)]
        if len(candidates) < 2:
            raise UserError(
                f"{path}: only {len(candidates)} of {len(given.images)} images reconstruct one"
                " outside the reference, and a distance needs at least 2: give more"
            )
    drawn = np.random.default_rng([draw["seed"], 1]).permutation(candidates)
    return np.sort(drawn[: draw["samples"]])


def _check_same(settings: dict[str, Any], known: dict[str, Any], path: Path) -> None:
    from latent_assays.errors import UserError

    if settings != known:
        differing = ", ".join(key for key in settings if settings[key] != known.get(key))
        raise UserError(f"{path} was made with another {differing}: make it anew")


def _reference_from(arrays: dict[str, Any], name: str, known: dict[str, Any]):
    from latent_assays.distances.frechet import Statistics
    from latent_assays.distances.reference import Reference

    features = arrays[f"{name}_features"]
    statistics = Statistics(arrays[f"{name}_mean"], arrays[f"{name}_covariance"], len(features))
    return Reference(features, arrays[f"{name}_held_out"], statistics, known["floors"])
