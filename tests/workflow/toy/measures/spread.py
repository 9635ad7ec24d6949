"""How far the latents of a run spread."""

from collections.abc import Mapping
from typing import Any

from latent_assays.results import Number, number

__all__ = ["measure"]


def measure(coded: Mapping[str, Any]) -> tuple[dict[str, Number], dict[str, Any]]:
    """Standard deviations of the latents (D,), and as a number their mean."""
    spread = coded["mean"].std(axis=0)
    return {"spread": number(spread.mean(), "a code is not finite")}, {"spread": spread}
