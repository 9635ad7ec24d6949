"""Fig. 1 of the toy: a bar a latent."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote

__all__ = ["draw"]


def draw(spread: Mapping[str, Any], sources: list[str]) -> Figure:
    """Draw the spread of each latent of one run."""
    figure, axes = plt.subplots(figsize=(PAGE_WIDTH, 2), layout="constrained")
    axes.bar(range(len(spread["spread"])), spread["spread"])
    footnote(figure, sources)
    return figure
