"""WAE-MMD (Tolstikhin et al., ICLR 2018): codes are drawn to the prior as a whole."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from latent_assays.errors import UserError
from latent_assays.models.objectives.objective import Forward, Objective, number, own_weight

__all__ = ["WAEMMD", "maximum_mean_discrepancy"]


def maximum_mean_discrepancy(codes: Tensor, prior: Tensor) -> Tensor:
    """Unbiased squared MMD of samples (B,D) and (B,D), kernel k(a,b) = D / (D + |a-b|²).

    Mean of k over distinct pairs of codes, plus the same for the prior's, minus twice the mean
    over all pairs of one with the other.
    """
    count, latents = codes.shape

    def kernel(first: Tensor, second: Tensor) -> Tensor:
        distance = (first[:, None] - second[None]).square().sum(dim=2)
        return latents / (latents + distance)

    def within(sample: Tensor) -> Tensor:
        matrix = kernel(sample, sample)
        return (matrix.sum() - matrix.trace()) / (count * (count - 1))

    return within(codes) + within(prior) - 2 * kernel(codes, prior).mean()


class WAEMMD(Objective):
    """L = reconstruction + λ MMD(q(z), N(0,I)), with a deterministic encoder.

    The structure paper's code divides the MMD by the batch size besides, which makes its λ = 10 a
    weight of 10/128; `mmd_divided_by_batch` does the same.
    """

    stochastic = False
    reductions = Objective.reductions | {"mmd": "mean over pairs in the batch"}

    def __init__(self, settings: Mapping[str, Any]) -> None:
        divided = settings.get("mmd_divided_by_batch", False)
        if not isinstance(divided, bool):
            raise UserError(f"mmd_divided_by_batch: {divided!r} must be true or false")
        batch = number(settings, "batch", above=0) if divided else 1.0
        super().__init__(settings, mmd=own_weight(settings, "mmd_weight", 10.0) / batch)

    def regularisers(self, batch: Forward) -> dict[str, Tensor]:
        """`mmd`: of the codes and as many draws of the prior."""
        prior = batch.normal(tuple(batch.codes.shape))
        return {"mmd": maximum_mean_discrepancy(batch.codes, prior)}
