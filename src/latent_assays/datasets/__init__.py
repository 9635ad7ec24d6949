"""The datasets of the three papers: their facts, and where each one's images can come from.

`rendered` modules draw stand-ins on the true factor grids; `originals` modules read the files
that the datasets' authors published. A module offers `open_source(resolution, files)` and is
imported only when its dataset is asked for.
"""

from importlib import import_module
from pathlib import Path

from latent_assays.datasets.source import ImageSource, Spec
from latent_assays.errors import UserError

__all__ = ["SOURCES", "SPECS", "ImageSource", "Spec", "open_source"]

SPECS = {
    "shapes3d": Spec(
        title="3D-Shapes",
        factor_names=(
            "floor_hue",
            "wall_hue",
            "object_hue",
            "scale",
            "shape",
            "orientation",
        ),
        factor_sizes=(10, 10, 10, 8, 4, 15),
        grid=True,
        resolution=64,
        channels=3,
        licence="Apache-2.0",
    ),
    "dsprites": Spec(
        title="dSprites",
        factor_names=("shape", "scale", "orientation", "position_x", "position_y"),
        factor_sizes=(3, 6, 40, 32, 32),
        grid=True,
        resolution=64,
        channels=1,
        licence="Apache-2.0",
    ),
    "mnist": Spec(
        title="MNIST",
        factor_names=("digit",),
        factor_sizes=(10,),
        grid=False,
        resolution=28,
        channels=1,
        licence="CC BY-SA 3.0 (as commonly stated)",
    ),
}

SOURCES = {
    ("shapes3d", "rendered"): "latent_assays.datasets.rendered.shapes3d",
    ("shapes3d", "downloaded"): "latent_assays.datasets.originals.shapes3d",
    ("dsprites", "rendered"): "latent_assays.datasets.rendered.dsprites",
    ("dsprites", "downloaded"): "latent_assays.datasets.originals.dsprites",
    ("mnist", "downloaded"): "latent_assays.datasets.originals.mnist",
}


def open_source(dataset: str, kind: str, resolution: int, files: dict[str, Path]) -> ImageSource:
    """Open a dataset's images.

    Args:
        dataset: a key of `SPECS`.
        kind: `rendered` or `downloaded`.
        resolution: side of the images to hand out, in pixels.
        files: the downloaded files by the names of `resources/datasets.csv`; empty for `rendered`.

    Raises:
        UserError: the dataset cannot come from there.
    """
    if (dataset, kind) not in SOURCES:
        kinds = sorted(k for d, k in SOURCES if d == dataset) or sorted({d for d, _ in SOURCES})
        raise UserError(f"{dataset} cannot be {kind}; possible: {', '.join(kinds)}")
    return import_module(SOURCES[dataset, kind]).open_source(resolution, files)
