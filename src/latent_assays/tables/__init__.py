"""The papers' tables, one module each: `build(collected, published)` returns a `Table`."""

__all__ = ["TABLES"]

TABLES = {
    "responses/tab1": "latent_assays.tables.responses_tab1",
    "perturbations/tab1": "latent_assays.tables.perturbations_tab1",
}
