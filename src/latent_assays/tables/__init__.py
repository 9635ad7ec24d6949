"""The papers' tables, one module each.

`build(collected, published)` returns a `Table`; one that has no published counterpart takes only
`collected`.
"""

__all__ = ["TABLES"]

TABLES = {
    "responses/tab1": "latent_assays.tables.responses_tab1",
    "responses/reconstructions": "latent_assays.tables.responses_reconstructions",
    "perturbations/tab1": "latent_assays.tables.perturbations_tab1",
}
