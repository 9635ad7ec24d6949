"""Models: a network, which says how codes and images are computed, times an objective.

Neither knows the other. Both are named in flat settings, as in
`{"network": "conv", "objective": "beta-vae", "latents": 6, "beta": 4.0}`, and a module is imported
only when its name is asked for.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from latent_assays.errors import UserError
from latent_assays.models.registry import HARMLESS, NETWORKS, OBJECTIVES, READERS

if TYPE_CHECKING:
    from latent_assays.models.autoencoder import Autoencoder
    from latent_assays.models.objectives.objective import Objective

__all__ = ["NETWORKS", "OBJECTIVES", "build_network", "build_objective", "ignored_settings"]

ABOUT_WEIGHTS = "src/latent_assays/models/README.md"  # how to make them of any checkpoint


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
        UserError: a setting is missing, is one that only other networks read, or cannot be used
            with images of this shape; or there are 0 `steps` and no weights.
    """
    import torch

    build = _look_up("network", settings, NETWORKS)
    stochastic = _look_up("objective", settings, OBJECTIVES).stochastic

    def drawn_from(seed: int) -> "Autoencoder":
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return build(settings, tuple(image_shape), stochastic)

    network = drawn_from(seed)
    if settings.get("steps") == 0 and not {"weights", "begins"} & settings.keys():
        # Those that do not depend on the seed come from the user's own `build`.
        pairs = zip(network.parameters(), drawn_from(seed + 1).parameters(), strict=True)
        if not all(torch.equal(weight, again) for weight, again in pairs):
            raise UserError(
                "steps: 0 takes a network as it is, and without weights this one is random: name"
                f" trained ones under weights ({ABOUT_WEIGHTS}), or take more steps"
            )
    return network


def build_objective(settings: Mapping[str, Any], seed: int = 0) -> "Objective":
    """The objective of `settings`, which also hold its weights (such as `beta`).

    Args:
        settings: `objective` and what it needs.
        seed: of a critic's weights, where the objective has one.

    Raises:
        UserError: a setting is missing, not allowed, or one that only other objectives read.
    """
    import torch

    build = _look_up("objective", settings, OBJECTIVES)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build(settings)


def ignored_settings(settings: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Settings of a model that neither its network nor its objective takes notice of.

    Returns:
        for each of them, the networks or objectives that do.
    """
    chosen = {settings.get("network"), settings.get("objective")}
    return {
        key: readers
        for key, readers in READERS.items()
        if settings.get(key) not in (None, False, HARMLESS.get(key)) and not chosen & {*readers}
    }


def _look_up(kind: str, settings: Mapping[str, Any], registry: Mapping[str, str]) -> Any:
    name = settings.get(kind)
    if name not in registry:
        raise UserError(f"{kind}: {name!r} is not known; choose one of {', '.join(registry)}")
    # A second phase inherits what its base was given, whose network and objective may be others.
    for key, readers in ignored_settings(settings).items() if "begins" not in settings else ():
        if registry.keys() >= {*readers}:
            raise UserError(
                f"{key}: {settings[key]!r} means nothing to {kind} {name}, only to"
                f" {', '.join(readers)}: leave it out"
            )
    module, attribute = registry[name].split(":")
    return getattr(import_module(module), attribute)
