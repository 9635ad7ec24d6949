"""Fig. 6 of paper `responses`: what interventions on latents do, beside what DCI credits."""

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from latent_assays.claims.credit import CREDIT, LINK, Credit, credited_without_link
from latent_assays.figures.responses_graph import draw_graph, parents_sentence
from latent_assays.figures.style import PAGE_WIDTH, footnote, heat_map

__all__ = ["draw"]


def draw(
    matrix: Mapping[str, np.ndarray],
    conditioned: Mapping[str, np.ndarray],
    scores: Mapping[str, Any],
    sources: list[str],
) -> Figure:
    """Draw response, responsibility and conditioned response matrices, and the causal graph.

    Args:
        matrix: `matrix` and `standard_error` (D,D) of Model A; `nodes` and `edges` of its graph.
        conditioned: `matrix` and `standard_error` (K,D), `factor_names` (K,), `cds` and
            `cds_rescaled`.
        scores: the run's scores; `scores["dci"]` has the importances of panel (b).
        sources: sentences for the footnote.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 7.4), layout="constrained")
    axes = figure.subplot_mosaic([["a", "d"], ["b", "b"], ["c", "c"]], height_ratios=[2.9, 1, 1])
    names = [str(name).replace("_", " ") for name in conditioned["factor_names"]]
    latents = [str(latent) for latent in range(len(matrix["matrix"]))]
    # Both are responses in units of the prior, so that one scale holds for both.
    largest = max(matrix["matrix"].max(), conditioned["matrix"].max())
    own = heat_map(axes["a"], matrix["matrix"], latents, latents, largest)
    axes["a"].set_title("(a) latent response matrix $M$")
    axes["a"].set_xlabel("responding latent $k$")
    axes["a"].set_ylabel("intervened latent $j$")
    bar = figure.colorbar(own, ax=axes["a"], location="bottom", shrink=0.7, aspect=25, pad=0.02)
    bar.set_label("response in prior standard deviations, in (a) and (c)", fontsize=6)

    importances, reason = _importances(scores)
    _draw_importances(axes["b"], importances, reason, names, latents)
    heat_map(axes["c"], conditioned["matrix"], names, latents, largest)
    axes["c"].set_title(
        f"(c) conditioned response matrix $M^*$: CDS {_number(conditioned['cds'])},"
        f" rescaled {_number(conditioned['cds_rescaled'])}"
    )
    axes["c"].set_xlabel("intervened latent $j$")
    axes["c"].set_ylabel("factor $c$")
    axes["c"].set_aspect("auto")
    if importances is not None:
        credits = credited_without_link(
            importances, conditioned["matrix"], matrix["matrix"], matrix["nodes"]
        )
        for credit in credits:
            for panel in "bc":
                _frame(axes[panel], credit.factor, credit.latent)
        sources = [_frame_sentence(credits, names), *sources]
    draw_graph(axes["d"], matrix, conditioned["matrix"], names)
    axes["d"].set_title("(d) causal graph of the active latents")
    footnote(figure, [parents_sentence(matrix), _error_sentence(matrix, conditioned), *sources])
    return figure


def _error_sentence(matrix: Mapping[str, np.ndarray], conditioned: Mapping[str, np.ndarray]) -> str:
    """How well the entries of (a) and (c) are known."""
    errors = conditioned["standard_error"]
    second = "" if np.isnan(errors).all() else f", in (c) at most {np.nanmax(errors):.2f}"
    first = matrix["standard_error"].max()
    return f"Monte-Carlo standard errors: in (a) at most {first:.2f}{second}."


def _number(score: np.ndarray) -> str:
    return "undefined" if np.isnan(score) else f"{float(score):.2f}"


def _importances(scores: Mapping[str, Any]) -> tuple[np.ndarray | None, str]:
    """DCI importances (K,D) of the factors that vary, or None and why."""
    dci = scores["scores"].get("dci")
    if dci is None:
        return None, "DCI is not among the scores of the configuration"
    if dci["value"] is None:
        return None, f"DCI has no value: {dci['reason']}"
    return np.array(dci["details"]["importances"]).T, ""


def _draw_importances(
    axes: Axes, importances: np.ndarray | None, reason: str, names: list[str], latents: list[str]
) -> None:
    axes.set_title("(b) DCI responsibility matrix: importance for predicting a factor")
    if importances is None:
        axes.text(0.5, 0.5, reason, ha="center", va="center", transform=axes.transAxes)
        axes.set(xticks=[], yticks=[])
        return
    own = heat_map(axes, importances, names, latents)
    axes.set_xlabel("latent $j$")
    axes.set_ylabel("factor $c$")
    axes.set_aspect("auto")
    bar = axes.figure.colorbar(own, ax=axes, aspect=12, pad=0.01)
    bar.set_label("importance", fontsize=6)


def _frame_sentence(credits: list[Credit], names: list[str]) -> str:
    """What the frames in (b) and (c) mark, and which latent may be behind it."""
    if not credits:
        return "DCI credits no active latent with a factor that it does not drive."
    driven = [
        f"{credit.latent} answers {credit.cause} ({names[credit.factor]})"
        for credit in credits
        if credit.cause is not None
    ]
    return (
        f"Framed: active latents that DCI credits with a factor (importance at least {CREDIT:g})"
        f" that they do not drive (M* below {LINK:g} of the factor's largest)."
        + (f" Of these, {', '.join(driven)}." if driven else "")
    )


def _frame(axes: Axes, row: int, column: int) -> None:
    corner = (column - 0.5, row - 0.5)
    axes.add_patch(plt.Rectangle(corner, 1, 1, fill=False, edgecolor="#ff4fb0", lw=1.4))
