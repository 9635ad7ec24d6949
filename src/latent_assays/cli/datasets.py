"""`datasets`: render a stand-in or convert the original files into one image set."""

from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

BATCH = 2048


def run(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.")],
    settings: Annotated[str, typer.Option(help="JSON: source, resolution, keep, limit and like.")],
    output: Annotated[Path, typer.Option(help="HDF5 file to write.")],
    file: Annotated[
        Path | None,
        typer.Argument(help="The record of `downloads`, or your own file if the source is `own`."),
    ] = None,
) -> None:
    """Render a stand-in, or convert original files or your own, into one image set."""
    import json

    import numpy as np
    from tqdm import tqdm

    from latent_assays import provenance
    from latent_assays.cli.inputs import read_settings
    from latent_assays.datasets.grid import renumber, select
    from latent_assays.split import split_rows
    from latent_assays.store import write_image_set

    chosen = read_settings(settings)
    keep = {name: sorted(classes) for name, classes in chosen.get("keep", {}).items()}
    kind = chosen.get("like", dataset)
    source, spec, files = _open(kind, chosen, file)
    if spec.grid:
        rows, sizes = select(spec.factor_names, spec.factor_sizes, keep)
    else:
        rows, sizes = np.arange(len(source))[: chosen.get("limit")], spec.factor_sizes
    factors = source.factors(rows)
    if spec.grid:
        factors, _ = renumber(factors)
    split, split_rule = split_rows(rows, getattr(source, "partition", None))
    resolution = chosen.get("resolution", spec.resolution)
    count = _count(len(rows), len(source), "points" if spec.vectors else "images")

    shape = (len(rows), resolution, resolution, spec.channels)
    starts = range(0, len(rows), BATCH)
    with tqdm(starts, desc=dataset, unit="batch", mininterval=5) as bar:
        write_image_set(
            output,
            (source.images(rows[start : start + BATCH]) for start in bar),
            shape,
            factors,
            split,
            spec.factor_names,
            sizes,
            {
                "dataset": dataset,
                "variant": "original",
                "title": spec.title,
                "source": source.source,
                "stand_in": chosen["source"] == "rendered" and not spec.vectors,
                "grid": spec.grid,
                "licence": spec.licence,
                "selection": count if spec.vectors else _selection(count, resolution, keep),
                "keep": json.dumps(keep),
                "split_rule": split_rule,
                "provenance": json.dumps(provenance.describe(settings=chosen, files=files)),
            },
            scale=1.0 if spec.vectors else 1 / 255,
            dtype=np.float32 if spec.vectors else np.uint8,
            check=_check_of(kind, spec, sizes) if chosen["source"] == "downloaded" else None,
        )


def _open(dataset: str, chosen: dict, file: Path | None):
    """The images, their spec, and for downloaded files where each came from."""
    from latent_assays.datasets import open_source, spec_of
    from latent_assays.store import read_json

    if chosen["source"] == "own":
        from latent_assays.datasets.own import OwnImages

        own = OwnImages(file, chosen["title"])
        return own, own.spec, {}
    spec = spec_of(dataset, chosen["source"])
    files = read_json(file)["files"] if file else {}
    paths = {name: file.parent / dataset / name for name in files}
    resolution = chosen.get("resolution", spec.resolution)
    return open_source(dataset, chosen["source"], resolution, paths), spec, files


def _check_of(dataset: str, spec, sizes):
    """What refuses images whose labels are not theirs, where it is known what a factor changes."""
    from latent_assays.datasets.label_check import RULES, check_labels

    if dataset not in RULES:
        return None
    return lambda images: check_labels(dataset, images, spec.factor_names, sizes)


def _count(kept: int, total: int, what: str) -> str:
    return f"{kept:,} {what}" if kept == total else f"{kept:,} of {total:,} {what}"


def _selection(count: str, resolution: int, keep: dict[str, list[int]]) -> str:
    """What was taken, in words: `5,120 of 480,000 images at 32 px (scale 0 2 5 7, shape 0–2)`."""
    classes = ", ".join(f"{name} {_classes(values)}" for name, values in keep.items())
    return f"{count} at {resolution} px" + (f" ({classes})" if classes else "")


def _classes(values: list[int]) -> str:
    steps = {after - before for before, after in pairwise(values)}
    if len(values) < 3 or len(steps) > 1:
        return " ".join(map(str, values))
    step = steps.pop()
    return f"{values[0]}–{values[-1]}" + (f" by {step}" if step > 1 else "")
