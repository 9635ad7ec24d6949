"""Scores by name: the module, which offers a function of the same name."""

__all__ = ["SCORES"]

SCORES = {
    "mig": "latent_assays.scores.mig",
    "modularity": "latent_assays.scores.modularity",
    "sap": "latent_assays.scores.sap",
    "irs": "latent_assays.scores.irs",
    "dci": "latent_assays.scores.dci",
    "explicitness": "latent_assays.scores.explicitness",
    "factor_vae": "latent_assays.scores.factor_vae",
    "beta_vae": "latent_assays.scores.beta_vae",
    "active_units": "latent_assays.scores.active_units",
}
