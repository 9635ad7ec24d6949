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
    """The reduction and weight of every term, and the KL's weight under other conventions.

    Let P be the pixels of an image times its channels, D the latents, r the reconstruction's
    weight and w the KL's. Here reconstruction sums over P, the KL sums over D and both average
    over the batch, so only w / r matters. Averaging the reconstruction over P divides it by P, and
    the KL's weight has to follow; averaging the KL over D divides it by D, and its weight has to
    make up for it.

    Returns:
        `terms`: for each name `reduction` and `weight`. `kl_weight`: the weight that means the
        same with reconstruction and KL as `sum/sum` (over P, over D), `mean/mean`, `mean/sum` (per
        pixel) and `sum/mean`, or None where there is no KL. `mean/mean` is the normalised β of
        Higgins et al., ICLR 2017.
    """
    terms = {
        name: {"reduction": objective.reductions[name], "weight": weight}
        for name, weight in objective.weights.items()
    }
    conventions = None
    if "kl" in objective.weights:
        channels, height, width = network.image_shape
        pixels, latents = channels * height * width, network.latents
        beta = objective.weights["kl"] / objective.weights["reconstruction"]
        conventions = {
            "sum/sum": beta,
            "mean/mean": beta * latents / pixels,
            "mean/sum": beta / pixels,
            "sum/mean": beta * latents,
        }
    return {"terms": terms, "kl_weight": conventions}


def weights_in_words(explained: dict[str, Any]) -> str:
    """The result of `explain_weights` as the lines that a training begins with."""
    lines = ["minimising the sum of"]
    for name, term in explained["terms"].items():
        lines.append(f"  {term['weight']:g} x {name}: {term['reduction']}")
    if explained["kl_weight"]:
        equal = ", ".join(
            f"{weight:.4g} ({name})" for name, weight in explained["kl_weight"].items()
        )
        lines.append(f"  weight of the KL with reconstruction/KL taken as sum or mean: {equal}")
    return "\n".join(lines)
