"""Models: a network, which says how codes and images are computed, times an objective.

Neither knows the other. Both are named in flat settings, as in
`{"network": "conv", "objective": "beta-vae", "latents": 6, "beta": 4.0}`, and a module is imported
only when its name is asked for.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from latent_assays.errors import UserError
from latent_assays.models.registry import NETWORKS, OBJECTIVES

if TYPE_CHECKING:
    from latent_assays.models.autoencoder import Autoencoder
    from latent_assays.models.objectives.objective import Objective

__all__ = ["NETWORKS", "OBJECTIVES", "build_network", "build_objective"]


def build_network(
    settings: Mapping[str, Any], image_shape: tuple[int, int, int], seed: int = 0
) -> "Autoencoder":
    """The network of `settings` with weights drawn from `seed`.

    Args:
        settings: `network`, `latents` D, and optionally `width` (multiplies every hidden layer's
            channels and units; 1 is the paper's size) and `likelihood` (`bernoulli` or
            `gaussian`). The objective says whether there is a posterior std.
        image_shape: (C,H,W).
        seed: of the weights; the global random state is left as it was.

    Raises:
        UserError: a setting is missing or cannot be used with images of this shape.
    """
    import torch

    build = _look_up("network", settings, NETWORKS)
    stochastic = _look_up("objective", settings, OBJECTIVES).stochastic
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build(settings, tuple(image_shape), stochastic)


def build_objective(settings: Mapping[str, Any], seed: int = 0) -> "Objective":
    """The objective of `settings`, which also hold its weights (such as `beta`).

    Args:
        settings: `objective` and what it needs.
        seed: of a critic's weights, where the objective has one.

    Raises:
        UserError: a setting is missing or not allowed.
    """
    import torch

    build = _look_up("objective", settings, OBJECTIVES)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build(settings)


def _look_up(kind: str, settings: Mapping[str, Any], registry: Mapping[str, str]) -> Any:
    name = settings.get(kind)
    if name not in registry:
        raise UserError(f"{kind}: {name!r} is not known; choose one of {', '.join(registry)}")
    module, attribute = registry[name].split(":")
    return getattr(import_module(module), attribute)
