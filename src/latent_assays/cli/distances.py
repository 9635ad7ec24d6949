"""`distances`: how far a run's images lie from real ones, each distance under its own name."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

if TYPE_CHECKING:
    import numpy as np

    from latent_assays.distances.reference import Reference


class _Images(NamedTuple):
    """Images to judge (n,H,W,C), the meaning of their bytes, and who made them.

    `errors` by name (n,) are those of reconstructions.
    """

    images: "np.ndarray"
    scale: float
    offset: float
    errors: "dict[str, np.ndarray]"
    made_by: dict[str, Any]


def run(
    reference: Annotated[Path, typer.Option(help="npz of `references`.")],
    output: Annotated[Path, typer.Option(help="JSON to write.")],
    kind: Annotated[
        str | None, typer.Option(help="Of a run: reconstruction, prior or hybrid.")
    ] = None,
    run: Annotated[Path | None, typer.Option(help="Folder of the run.")] = None,
    codes: Annotated[Path | None, typer.Option(help="Codes of the run.")] = None,
    images: Annotated[Path | None, typer.Option(help="Image set that was encoded.")] = None,
    generated: Annotated[
        Path | None,
        typer.Option(
            help="Instead of a run, images to judge: an image set (h5), or npz with `images` and,"
            " if the pixels are not u8/255, `scale` and `offset`, and if they are reconstructions,"
            " `rows`."
        ),
    ] = None,
    efflite0: Annotated[Path | None, typer.Option(help="EfficientNet-Lite0 weights.")] = None,
    inception: Annotated[
        Path | None, typer.Option(help="Inception 2015-12-05 weights, for FID.")
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Fréchet and kernel distances of images from a reference; null with the reason at a lack.

    A run makes as many images as the reference has. It reconstructs test images that the reference
    leaves out; of reconstructions there are pixel errors too. Of given images as many are judged,
    drawn at random, and none that reconstructs an image of the reference.
    """
    import numpy as np

    from latent_assays import provenance
    from latent_assays.distances import EXTRACTORS, open_extractor, settings_of
    from latent_assays.distances.extractor import Unavailable, extract_features
    from latent_assays.distances.pixel_errors import mean_errors
    from latent_assays.distances.reference import compare, not_computed
    from latent_assays.errors import UserError
    from latent_assays.results import write_numbers
    from latent_assays.store import read_arrays
    from latent_assays.training.precision import resolve_device

    arrays, where = read_arrays(reference), resolve_device(device)
    known = _record_of(arrays, reference)
    if generated is not None:
        given = _read_images(generated, arrays["rows"], known["draw"])
    elif None in (kind, run, codes, images):
        raise UserError("give --kind, --run, --codes and --images, or --generated")
    else:
        given = _images_of_run(kind, run, codes, images, arrays["held_out_rows"])
    _check_shape(given.images, known["dataset"]["image_shape"])
    count = len(given.images)
    results = mean_errors(given.errors, given.images[0].size) if given.errors else {}
    for name, weights in zip(EXTRACTORS, (efflite0, inception), strict=True):
        settings = settings_of(name, known["input_size"])
        settings |= {"part": known["draw"]["part"], "draw_seed": known["draw"]["seed"]}
        try:
            extractor = open_extractor(name, weights, known["input_size"])
            if name in known["missing"]:
                raise Unavailable(f"the reference lacks it: {known['missing'][name]}")
        except Unavailable as why:
            results |= not_computed(str(why), settings, name, known["draw"]["samples"], count)
            continue
        _check_same(extractor.settings, known["extractors"][name], reference)
        features = extract_features(
            extractor, given.images, np.arange(count), given.scale, given.offset, where
        )
        results |= compare(_reference_from(arrays, name, known), features, settings, name)
    prefix = f"{kind}_" if kind else ""
    made = provenance.describe(
        run=given.made_by.get("run"), reference=known, generated=given.made_by, device=str(where)
    )
    write_numbers(output, {f"{prefix}{name}": _number(r) for name, r in results.items()}, made)


def _number(result: dict[str, Any]) -> dict[str, Any]:
    """A result with what tables show of it at the top."""
    details = {key: result["details"].get(key) for key in ("floor", "few_samples")}
    return {**result, **details, "n": result["settings"]["n_generated"]}


def _record_of(arrays: dict[str, Any], path: Path) -> dict[str, Any]:
    """What `references` wrote of the reference."""
    from latent_assays import provenance
    from latent_assays.errors import UserError

    record = provenance.from_arrays(arrays)
    if not {"dataset", "draw", "input_size", "extractors", "missing", "floors"} <= set(record):
        raise UserError(f"{path} holds no reference: make it with `references`")
    return record


def _images_of_run(kind: str, run: Path, codes: Path, images: Path, rows: "np.ndarray") -> _Images:
    from latent_assays import provenance
    from latent_assays.distances.samples import sample
    from latent_assays.errors import UserError
    from latent_assays.models.callables import encode_decode
    from latent_assays.models.weights import load_model
    from latent_assays.store import read_arrays, read_image_set

    network, config = load_model(run)
    coded, data = read_arrays(codes), read_image_set(images)
    if len(coded["mean"]) != len(data):
        raise UserError(f"{codes} holds {len(coded['mean'])} codes and {images} {len(data)} images")
    _, decode = encode_decode(network)
    made = sample(kind, decode, coded["mean"], data, rows, config)
    made_by = {**provenance.from_arrays(coded), "kind": kind}
    return _Images(made.images, data.scale, data.offset, made.errors, made_by)


def _read_images(path: Path, reference_rows: "np.ndarray", draw: dict[str, Any]) -> _Images:
    """As many of a file's images as the reference has."""
    import json

    from latent_assays import provenance
    from latent_assays.brought import check_images, open_brought
    from latent_assays.store import read_image_set

    brought, rows = open_brought(path), None
    if brought.kind == "HDF5":
        data = read_image_set(path)
        made_by = json.loads(data.attributes.get("provenance", "{}"))
        found, scale, offset = data.images, data.scale, data.offset
    else:
        found = brought.numbers(brought.find("images"))
        given = {name: brought.numbers(name) for name in ("scale", "offset") if name in brought}
        rows = brought.numbers("rows") if "rows" in brought else None
        scale, offset = float(given.get("scale", 1 / 255)), float(given.get("offset", 0))
        if found.dtype.kind != "f" and not given:
            check_images(found, str(path))
        told = {name: brought.stored(name) for name in ("provenance",) if name in brought}
        made_by = provenance.from_arrays(told)
    judged = _judged(len(found), rows, reference_rows, draw, path)
    return _Images(found[judged], scale, offset, {}, {"file": str(path), **made_by})


def _judged(
    images: int,
    rows: "np.ndarray | None",
    reference_rows: "np.ndarray",
    draw: dict[str, Any],
    path: Path,
) -> "np.ndarray":
    """Which of the images are judged, ascending."""
    import numpy as np

    from latent_assays.errors import UserError

    candidates = np.arange(images)
    if rows is not None:
        if rows.shape != candidates.shape or rows.dtype.kind not in "iu":
            raise UserError(f"{path}: `rows` must be one whole number for each of its images")
        candidates = candidates[~np.isin(rows, reference_rows)]
        if len(candidates) < 2:
            raise UserError(
                f"{path}: only {len(candidates)} of {images} images reconstruct one outside the"
                " reference, and a distance needs at least 2: give more"
            )
    drawn = np.random.default_rng([draw["seed"], 1]).permutation(candidates)
    return np.sort(drawn[: draw["samples"]])


def _check_shape(images: "np.ndarray", shape: list[int]) -> None:
    from latent_assays.errors import UserError

    if list(images.shape[1:]) != shape:
        raise UserError(
            f"the images to judge are (N,H,W,C) = {images.shape}, and those of the reference are"
            f" (H,W,C) = {tuple(shape)}: compare images of one size"
        )


def _check_same(settings: dict[str, Any], known: dict[str, Any], path: Path) -> None:
    from latent_assays.errors import UserError

    if settings != known:
        differing = ", ".join(key for key in settings if settings[key] != known.get(key))
        raise UserError(f"{path} was made with another {differing}: make it anew")


def _reference_from(arrays: dict[str, Any], name: str, known: dict[str, Any]) -> "Reference":
    from latent_assays.distances.frechet import Statistics
    from latent_assays.distances.reference import Reference

    features = arrays[f"{name}_features"]
    statistics = Statistics(arrays[f"{name}_mean"], arrays[f"{name}_covariance"], len(features))
    return Reference(features, arrays[f"{name}_held_out"], statistics, known["floors"])
