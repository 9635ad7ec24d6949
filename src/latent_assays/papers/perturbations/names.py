"""The paper's models and datasets as it names them, in its order."""

__all__ = ["DATASETS", "FACTORS", "MODELS", "VAES", "model_name"]

MODELS = {
    "ae": "AE",
    "beta-vae": "β-VAE",
    "beta-tc-vae": "β-TC-VAE",
    "factor-vae": "FactorVAE",
    "slow-vae": "SlowVAE",
}
VAES = [name for name in MODELS if name != "ae"]
DATASETS = {"dsprites": "dSprites", "shapes3d": "3D-Shapes"}
FACTORS = {"dsprites": 5, "shapes3d": 6}  # of the full grids; the caption of Fig. 5 has them


def model_name(model: str) -> str:
    """A model as the paper names it; one that it does not have as the configuration does."""
    return MODELS.get(model, model)
