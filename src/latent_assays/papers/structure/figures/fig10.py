"""Fig. 10 of paper `structure`: five disentanglement scores of each seed."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.structure.figures.by_seed import draw_scores, scores_of

__all__ = ["draw"]

SCORES = {"irs": "IRS", "dci": "DCI-D", "mig": "MIG", "sap": "SAP", "modularity": "ModExp"}
SAID = (
    "x: one seed; upright: mean over seeds; line: one standard deviation to either side. Colours"
    " are those of the architectures in Fig. 2."
)


def draw(numbers: pd.DataFrame, sources: list[str]) -> Figure:
    """Draw seven models for each score.

    Args:
        numbers: collected scores of runs on 3D-Shapes.
        sources: sentences for the footnote.
    """
    figure, axes = plt.subplots(figsize=(PAGE_WIDTH, 6.4), layout="constrained")
    axes.set_title("Disentanglement on 3D-Shapes by seed")
    draw_scores(axes, scores_of(numbers), SCORES)
    footnote(figure, [SAID, " ".join(sources)])
    return figure
