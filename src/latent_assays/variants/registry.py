"""The kinds of variants: the module whose `change` tells what the images become."""

__all__ = ["VARIANTS"]

VARIANTS = {
    "perturbed": "latent_assays.variants.perturbed",
    "noisy": "latent_assays.variants.noisy",
    "squeezed": "latent_assays.variants.squeezed",
    "without": "latent_assays.variants.without",
    "extra-factor": "latent_assays.variants.extra_factor",
}
