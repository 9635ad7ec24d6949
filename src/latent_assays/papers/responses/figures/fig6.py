"""Fig. 6 of paper `responses`: what interventions on latents do, beside what DCI credits."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote, heat_map
from latent_assays.papers.responses.figures.graph import draw_graph, parents_sentence
from latent_assays.papers.responses.measures.credit import CREDIT, LINK
from latent_assays.responses.cds import cds, rescale

__all__ = ["draw"]


def draw(
    matrix: Mapping[str, np.ndarray],
    credit: Mapping[str, np.ndarray],
    sources: list[str],
) -> Figure:
    """Draw response, responsibility and conditioned response matrices, and the causal graph.

    Args:
        matrix: `matrix` and `standard_error` (D,D) of Model A; `nodes` and `edges` of its graph;
            `conditioned` and `conditioned_error` (K,D), and `factor_names` (K,).
        credit: `importances` (K,D) of panel (b) and of each undeserved credit `factor`, `latent`
            and `cause` (C,); or `reason`.
        sources: sentences for the footnote.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 7.4), layout="constrained")
    axes = figure.subplot_mosaic([["a", "d"], ["b", "b"], ["c", "c"]], height_ratios=[2.9, 1, 1])
    names = [str(name).replace("_", " ") for name in matrix["factor_names"]]
    latents = [str(latent) for latent in range(len(matrix["matrix"]))]
    # Both are responses in units of the prior, so that one scale holds for both.
    score = cds(matrix["conditioned"])
    largest = max(matrix["matrix"].max(), matrix["conditioned"].max())
    own = heat_map(axes["a"], matrix["matrix"], latents, latents, largest)
    axes["a"].set_title("(a) latent response matrix $M$")
    axes["a"].set_xlabel("responding latent $k$")
    axes["a"].set_ylabel("intervened latent $j$")
    bar = figure.colorbar(own, ax=axes["a"], location="bottom", shrink=0.7, aspect=25, pad=0.02)
    bar.set_label("response in prior standard deviations, in (a) and (c)", fontsize=6)

    _draw_importances(axes["b"], credit, names, latents)
    heat_map(axes["c"], matrix["conditioned"], names, latents, largest)
    axes["c"].set_title(
        f"(c) conditioned response matrix $M^*$: CDS {_number(score)},"
        f" rescaled {_number(rescale(score, len(names)))}"
    )
    axes["c"].set_xlabel("intervened latent $j$")
    axes["c"].set_ylabel("factor $c$")
    axes["c"].set_aspect("auto")
    if "importances" in credit:
        for factor, latent in zip(credit["factor"], credit["latent"], strict=True):
            for panel in "bc":
                _frame(axes[panel], factor, latent)
        sources = [_frame_sentence(credit, names), *sources]
    draw_graph(axes["d"], matrix, matrix["conditioned"], names)
    axes["d"].set_title("(d) causal graph of the active latents")
    footnote(figure, [parents_sentence(matrix), _error_sentence(matrix), *sources])
    return figure


def _error_sentence(matrix: Mapping[str, np.ndarray]) -> str:
    """How well the entries of (a) and (c) are known."""
    errors = matrix["conditioned_error"]
    second = "" if np.isnan(errors).all() else f", in (c) at most {np.nanmax(errors):.2f}"
    first = matrix["standard_error"].max()
    return f"Monte-Carlo standard errors: in (a) at most {first:.2f}{second}."


def _number(score: float) -> str:
    return "undefined" if np.isnan(score) else f"{score:.2f}"


def _draw_importances(
    axes: Axes, credit: Mapping[str, np.ndarray], names: list[str], latents: list[str]
) -> None:
    axes.set_title("(b) DCI responsibility matrix: importance for predicting a factor")
    if "importances" not in credit:
        reason = str(credit["reason"])
        axes.text(0.5, 0.5, reason, ha="center", va="center", transform=axes.transAxes)
        axes.set(xticks=[], yticks=[])
        return
    own = heat_map(axes, credit["importances"], names, latents)
    axes.set_xlabel("latent $j$")
    axes.set_ylabel("factor $c$")
    axes.set_aspect("auto")
    bar = axes.figure.colorbar(own, ax=axes, aspect=12, pad=0.01)
    bar.set_label("importance", fontsize=6)


def _frame_sentence(credit: Mapping[str, np.ndarray], names: list[str]) -> str:
    """What the frames in (b) and (c) mark, and which latent may be behind it."""
    if not len(credit["latent"]):
        return "DCI credits no active latent with a factor that it does not drive."
    found = zip(credit["latent"], credit["cause"], credit["factor"], strict=True)
    driven = [
        f"{latent} answers {cause} ({names[factor]})"
        for latent, cause, factor in found
        if cause >= 0
    ]
    return (
        f"Framed: active latents that DCI credits with a factor (importance at least {CREDIT:g})"
        f" that they do not drive (M* below {LINK:g} of the factor's largest)."
        + (f" Of these, {', '.join(driven)}." if driven else "")
    )


def _frame(axes: Axes, row: int, column: int) -> None:
    corner = (column - 0.5, row - 0.5)
    axes.add_patch(plt.Rectangle(corner, 1, 1, fill=False, edgecolor="#ff4fb0", lw=1.4))
