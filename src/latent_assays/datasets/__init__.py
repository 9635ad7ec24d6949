"""The datasets of the three papers, and where each one's images can come from.

`rendered` modules draw stand-ins on the true factor grids, and points by their formula;
`originals` modules read the files that the datasets' authors published. A module offers
`open_source(resolution, files)` and is imported only when its dataset is asked for.
"""

from importlib import import_module
from pathlib import Path

from latent_assays.datasets.registry import SOURCES
from latent_assays.datasets.source import ImageSource, Spec
from latent_assays.datasets.specs import SPECS, STAND_IN_SPECS
from latent_assays.errors import UserError

__all__ = ["SOURCES", "SPECS", "ImageSource", "Spec", "open_source", "spec_of"]


def spec_of(dataset: str, kind: str) -> Spec:
    """The facts of a dataset whose images are `rendered` or `downloaded`.

    Raises:
        UserError: the dataset cannot come from there.
    """
    _check_kind(dataset, kind)
    return STAND_IN_SPECS.get(dataset, SPECS[dataset]) if kind == "rendered" else SPECS[dataset]


def open_source(dataset: str, kind: str, resolution: int, files: dict[str, Path]) -> ImageSource:
    """Open a dataset's images.

    Args:
        dataset: a key of `SPECS`.
        kind: `rendered` or `downloaded`.
        resolution: side of the images to hand out, in pixels; 1 for vectors.
        files: the downloaded files by the names of `resources/datasets.csv`; empty for `rendered`.

    Raises:
        UserError: the dataset cannot come from there.
    """
    _check_kind(dataset, kind)
    return import_module(SOURCES[dataset, kind]).open_source(resolution, files)


def _check_kind(dataset: str, kind: str) -> None:
    if (dataset, kind) not in SOURCES:
        kinds = sorted(k for d, k in SOURCES if d == dataset) or sorted({d for d, _ in SOURCES})
        raise UserError(f"{dataset} cannot be {kind}; possible: {', '.join(kinds)}")
