"""The image sides that each renderer offers."""

from latent_assays.errors import UserError

__all__ = ["SIDES", "check_resolution"]

MPI3D = (64, 32)
SIDES = {
    "shapes3d": tuple(range(16, 129, 16)),
    "dsprites": (64, 32, 16),
    "mpi3d_toy": MPI3D,
    "mpi3d_realistic": MPI3D,
    "mpi3d_real": MPI3D,
    "celeba": (128, 64),
    "rfd": (128, 64),
    "double_helix": (1,),
    "segments": (1,),
}
"""By dataset, in pixels; 1 for vectors."""


def check_resolution(dataset: str, resolution: int) -> None:
    """Refuse a resolution that `dataset` is not rendered at.

    Raises:
        UserError: `resolution` is not one of its `SIDES`.
    """
    sides = SIDES[dataset]
    if resolution not in sides:
        allowed = ", ".join(map(str, sides))
        raise UserError(f"rendered {dataset}: resolution {resolution} must be one of {allowed}")
