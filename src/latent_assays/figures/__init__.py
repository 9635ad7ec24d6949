"""The papers' figures, one module each: `draw(**inputs)` takes arrays and returns a figure.

A module is imported only when its figure is asked for.
"""

__all__ = ["FIGURES"]

FIGURES = {
    "datasets/contact-sheet": "latent_assays.figures.contact_sheet",
    "responses/fig2": "latent_assays.figures.responses_fig2",
    "responses/fig3": "latent_assays.figures.responses_fig3",
    "responses/fig4": "latent_assays.figures.responses_fig4",
    "responses/fig5": "latent_assays.figures.responses_fig5",
    "responses/fig6": "latent_assays.figures.responses_fig6",
    "responses/appendix": "latent_assays.figures.responses_appendix",
    "perturbations/fig3": "latent_assays.figures.perturbations_fig3",
}
