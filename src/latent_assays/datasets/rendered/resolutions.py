"""The image sides that a renderer offers."""

from collections.abc import Sequence

from latent_assays.errors import UserError

__all__ = ["check_resolution"]


def check_resolution(dataset: str, resolution: int, allowed: Sequence[int]) -> None:
    """Refuse a resolution that `dataset` is not rendered at.

    Raises:
        UserError: `resolution` is not one of `allowed`.
    """
    if resolution not in allowed:
        sides = ", ".join(map(str, allowed))
        raise UserError(f"rendered {dataset}: resolution {resolution} must be one of {sides}")
