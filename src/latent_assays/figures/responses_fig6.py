"""Fig. 6 of paper `responses`: what an intervention on one latent does to all latents.

(a) is the latent response matrix of Model A on 3D-Shapes, (c) its conditioned response matrix.
The paper's appendix shows the first for MNIST too, which has no factors to condition on.
"""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote, heat_map

__all__ = ["draw"]


def draw(
    shapes3d: Mapping[str, np.ndarray],
    mnist: Mapping[str, np.ndarray],
    conditioned: Mapping[str, np.ndarray],
    sources: list[str],
) -> Figure:
    """Draw the matrices; darker is no response, and all share one colour scale.

    Args:
        shapes3d: `matrix` (D,D) of Model A on 3D-Shapes.
        mnist: `matrix` (D,D) of its MNIST counterpart.
        conditioned: `matrix` (K,D) of Model A, `factor_names` (K,), `cds`, `cds_rescaled`.
        sources: sentences for the footnote.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 6.2), layout="constrained")
    axes = figure.subplot_mosaic([["a", "b"], ["c", "c"]], height_ratios=[2.0, 1.0])
    panels: list[tuple[str, str, Mapping[str, Any]]] = [
        ("a", "3D-Shapes", shapes3d),
        ("b", "MNIST", mnist),
    ]
    maximum = max(arrays["matrix"].max() for arrays in (shapes3d, mnist, conditioned))
    for panel, name, arrays in panels:
        matrix = arrays["matrix"]
        numbers = [str(latent) for latent in range(len(matrix))]
        image = heat_map(axes[panel], matrix, numbers, numbers, maximum)
        axes[panel].set_title(f"({panel}) latent response matrix $M$, {name}")
        axes[panel].set_xlabel("responding latent $k$")
        axes[panel].set_ylabel("intervened latent $j$")
    names = [str(name).replace("_", " ") for name in conditioned["factor_names"]]
    matrix = conditioned["matrix"]
    heat_map(axes["c"], matrix, names, [str(latent) for latent in range(matrix.shape[1])], maximum)
    axes["c"].set_title(
        "(c) conditioned response matrix $M^*$, 3D-Shapes:"
        f" CDS {float(conditioned['cds']):.2f}, rescaled {float(conditioned['cds_rescaled']):.2f}"
    )
    axes["c"].set_xlabel("intervened latent $j$")
    axes["c"].set_ylabel("factor $c$")
    bar = figure.colorbar(image, ax=list(axes.values()), shrink=0.5, aspect=30)
    bar.set_label("size of the response, in prior standard deviations")
    footnote(figure, sources)
    return figure
