"""MPI3D real; see `mpi3d`."""

from pathlib import Path

from latent_assays.datasets.originals.mpi3d import RobotArm, open_look

__all__ = ["open_source"]


def open_source(resolution: int, files: dict[str, Path]) -> RobotArm:
    """Open MPI3D real; see `mpi3d.open_look`."""
    return open_look("real", resolution, files)
