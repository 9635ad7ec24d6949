"""The papers' figures, one module each: `draw(**inputs)` takes arrays and returns a figure.

A module is imported only when its figure is asked for.
"""

__all__ = ["FIGURES"]

FIGURES = {
    "responses/fig6": "latent_assays.figures.responses_fig6",
    "perturbations/fig3": "latent_assays.figures.perturbations_fig3",
}
