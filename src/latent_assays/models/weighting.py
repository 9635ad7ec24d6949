"""What β means: the weight of a term depends on what is summed and what is averaged.

Papers and codes that call their weight β reduce the two terms of the loss differently, so the same
number means different trade-offs. The functions here give the number that asks for the same
trade-off under each convention.
"""

from typing import Any

from latent_assays.models.autoencoder import Autoencoder
from latent_assays.models.objectives.objective import Objective

__all__ = ["explain_weights", "weights_in_words"]


def explain_weights(objective: Objective, network: Autoencoder) -> dict[str, Any]:
    """The reduction and weight of every term, and β under other conventions.

    Let P be the pixels of an image times its channels, D the latents, r the reconstruction's
    weight and β the objective's. Here reconstruction sums over P, the KL sums over D and both
    average over the batch, so only β / r matters. Averaging the reconstruction over P divides it by
    P, and β has to follow; averaging the KL over D divides it by D, and β has to make up for it. A
    total correlation has no sum over D, so for β-TC-VAE only the reconstruction's reduction counts.

    Returns:
        `terms`: for each name `reduction` and `weight` (when fully warmed up). `warmup`: steps
        until then. `beta`: what means the same with reconstruction and KL as `sum/sum` (over P,
        over D), `mean/mean`, `mean/sum` (per pixel) and `sum/mean`, or None where there is no β.
        `mean/mean` is the normalised β of Higgins et al., ICLR 2017. `beta_multiplies`: which
        term, `kl` or `total_correlation`.
    """
    terms = {
        name: {"reduction": objective.reductions[name], "weight": weight}
        for name, weight in objective.weights.items()
    }
    conventions = None
    if objective.beta is not None:
        channels, height, width = network.image_shape
        pixels, latents = channels * height * width, network.latents
        beta = objective.beta / objective.weights["reconstruction"]
        conventions = {"sum/sum": beta, "mean/sum": beta / pixels}
        if objective.beta_multiplies == "kl":
            conventions |= {"mean/mean": beta * latents / pixels, "sum/mean": beta * latents}
    return {
        "terms": terms,
        "warmup": objective.warmup,
        "beta": conventions,
        "beta_multiplies": objective.beta_multiplies if conventions else None,
    }


def weights_in_words(explained: dict[str, Any]) -> str:
    """The result of `explain_weights` as the lines that a training begins with."""
    lines = ["minimising the sum of"]
    for name, term in explained["terms"].items():
        lines.append(f"  {term['weight']:g} x {name}: {term['reduction']}")
    if explained["warmup"]:
        lines.append(
            f"  all but the reconstruction rise to these weights in {explained['warmup']} steps"
        )
    if explained["beta"]:
        of = explained["beta_multiplies"]
        equal = ", ".join(f"{value:.4g} ({name})" for name, value in explained["beta"].items())
        lines.append(f"  the same β with reconstruction/{of} taken as sum or mean: {equal}")
    return "\n".join(lines)
