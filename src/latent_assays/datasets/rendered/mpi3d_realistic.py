"""MPI3D realistic, re-rendered (see `mpi3d`)."""

from latent_assays.datasets.rendered.mpi3d import Arm, open_look

__all__ = ["open_source"]


def open_source(resolution: int, files: dict) -> Arm:
    """MPI3D realistic at `resolution` (64 or 32) pixels; `files` is empty.

    Raises:
        UserError: another resolution.
    """
    return open_look("realistic", resolution)
