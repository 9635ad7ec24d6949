"""`distances`: how far a run's images lie from real ones, each distance under its own name."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

if TYPE_CHECKING:
    import numpy as np

    from latent_assays.distances.judge import Judge


class _Images(NamedTuple):
    """Images to judge (n,H,W,C), the meaning of their bytes, and who made them."""

    images: "np.ndarray"
    scale: float
    offset: float
    made_by: dict[str, Any]


def run(
    reference: Annotated[Path, typer.Option(help="npz of `references`.")],
    output: Annotated[Path, typer.Option(help="JSON to write.")],
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

    A run makes as many images of each kind as the reference has: reconstructions of test images
    that the reference leaves out, hybrids of training images, and samples of the prior if the model
    has one. Of reconstructions there are pixel errors too. Of given images as many are judged,
    drawn at random, and none that reconstructs an image of the reference.
    """
    from latent_assays import provenance
    from latent_assays.distances.judge import Judge
    from latent_assays.errors import UserError
    from latent_assays.results import write_numbers
    from latent_assays.store import read_arrays
    from latent_assays.training.precision import resolve_device

    arrays, where = read_arrays(reference), resolve_device(device)
    known = _record_of(arrays, reference)
    weights = {"efflite0": efflite0, "inception": inception}
    judge = Judge(arrays, known, weights, where)
    if generated is not None:
        given = _read_images(generated, arrays["rows"], known["draw"])
        results, made_by = judge.distances(*given[:3]), given.made_by
    elif None in (run, codes, images):
        raise UserError("give --run, --codes and --images, or --generated")
    else:
        results, made_by = _of_run(judge, run, codes, images, arrays["held_out_rows"])
    made = provenance.describe(
        run=made_by.get("run"), reference=known, generated=made_by, device=str(where)
    )
    write_numbers(output, {name: _number(result) for name, result in results.items()}, made)


def _of_run(
    judge: "Judge", run: Path, codes: Path, images: Path, rows: "np.ndarray"
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Results of every kind of sample of a run, each name after its kind, and who made them."""
    from latent_assays import provenance
    from latent_assays.distances.pixel_errors import mean_errors
    from latent_assays.distances.registry import SAMPLES
    from latent_assays.distances.samples import sample, why_none
    from latent_assays.errors import UserError
    from latent_assays.models.callables import encode_decode
    from latent_assays.models.weights import load_model
    from latent_assays.store import read_arrays, read_image_set

    network, config = load_model(run)
    coded, data = read_arrays(codes), read_image_set(images)
    if len(coded["mean"]) != len(data):
        raise UserError(f"{codes} holds {len(coded['mean'])} codes and {images} {len(data)} images")
    _, decode = encode_decode(network)
    results = {}
    for kind in SAMPLES:
        if reason := why_none(kind, config):
            found = judge.none(reason)
        else:
            made = sample(kind, decode, coded["mean"], data, rows, config)
            found = judge.distances(made.images, data.scale, data.offset)
            if made.errors:
                found |= mean_errors(made.errors, made.images[0].size, made.spread)
        results |= {f"{kind}_{name}": result for name, result in found.items()}
    return results, provenance.from_arrays(coded)


def _number(result: dict[str, Any]) -> dict[str, Any]:
    """A result with what tables show of it at the top."""
    details = {key: result["details"].get(key) for key in ("floor", "few_samples")}
    return {**result, **details, "n": result["settings"]["n_generated"]}


def _record_of(arrays: dict[str, Any], path: Path) -> dict[str, Any]:
    """What `references` wrote of the reference."""
    from latent_assays import provenance
    from latent_assays.distances.registry import PIXELS
    from latent_assays.errors import UserError

    record = provenance.from_arrays(arrays)
    wanted = {"dataset", "draw", "input_size", "extractors", "missing", "floors"}
    if not wanted <= set(record) or PIXELS not in record["extractors"]:
        raise UserError(f"{path} holds no reference: make it with `references`")
    return record


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
    return _Images(found[judged], scale, offset, {"file": str(path), **made_by})


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
