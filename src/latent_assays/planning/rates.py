"""How long a step takes: measured on this machine, and for a V100 from what authors published."""

import time
from dataclasses import dataclass
from typing import Any

from latent_assays.planning.work import Work, work_of

__all__ = ["Rate", "measured_rate", "v100_rates"]


@dataclass(frozen=True)
class Rate:
    """Seconds that a step takes for each part of its work.

    Attributes:
        vector_layer: for each layer that gives a vector, forward, backward and update.
        map_layer: for each layer that gives a feature map.
        operation: for each floating-point operation.
        activation: for each number that a layer gives.
        said: where the rate comes from, in words.
    """

    vector_layer: float
    map_layer: float
    operation: float
    activation: float
    said: str

    def step(self, work: Work, batch: int) -> float:
        """Seconds of one training step."""
        layers = self.vector_layer * work.vector_layers + self.map_layer * work.map_layers
        arithmetic = self.operation * work.of_step(batch)
        return layers + arithmetic + self.activation * work.activations * batch

    def encoding(self, work: Work, images: int) -> float:
        """Seconds to encode images, of which arithmetic and activations count."""
        share = work.encoding / max(work.operations, 1)
        numbers = self.activation * work.activations * share / 3
        return images * (self.operation * work.encoding + numbers)


LAUNCH = 5e-5  # seconds to start a layer's kernels on a GPU, forward, backward and update
REPEATS = 3  # of which the quickest counts: others may use the machine

# Four trainings that each show one part of `Rate`: settings, side of the images, batch, steps.
CASES: tuple[tuple[dict[str, Any], int, int, int], ...] = (
    ({"network": "helix", "objective": "ae", "latents": 2, "likelihood": "gaussian"}, 1, 128, 100),
    ({"network": "structural", "objective": "ae", "segments": 12, "width": 0.25}, 16, 32, 8),
    ({"network": "conv", "objective": "beta-vae", "beta": 1}, 64, 64, 4),
    ({"network": "structural", "objective": "ae", "segments": 12}, 64, 16, 2),
)


def measured_rate() -> Rate:
    """The rate of this machine on one core: CPU seconds of a few steps of four trainings."""
    import numpy as np
    from scipy.optimize import nnls

    parts, seconds = [], []
    for case, side, batch, steps in CASES:
        settings = {"latents": 12, "learning_rate": 1e-3, "batch": batch, **case}
        shape = (3, side, side)
        _seconds(settings, shape, 2)  # kernels are chosen and compiled
        seconds.append(min(_seconds(settings, shape, steps) for _ in range(REPEATS)) / steps)
        work = work_of(settings, shape)
        layers = [work.vector_layers, work.map_layers]
        parts.append([*layers, work.of_step(batch), work.activations * batch])
    # Each case counts alike, however long it takes.
    found, _ = nnls(np.array(parts) / np.array(seconds)[:, None], np.ones(len(CASES)))
    most = parts[-1][2] / seconds[-1] / 1e9
    said = (
        f"this machine, one core, measured just now: a step of SAE-12 at 64 px makes {most:,.0f}"
        f" GFLOP/s, and a layer that gives a feature map takes {1e6 * found[1]:,.0f} µs however"
        " small it is"
    )
    return Rate(*map(float, found), said)


def v100_rates() -> tuple[Rate, Rate]:
    """The best and the worst rate of one NVIDIA V100 that paper `structure` lets one conclude.

    Its appendix A.2.2 says how long trainings took: CelebA 7-10 hours for 200,000 steps of 32, the
    smaller sets 3-4 hours for 100,000 steps of 128. The latter make less of the card. What a layer
    takes that computes next to nothing is assumed, see `LAUNCH`.
    """
    sae = {"network": "structural", "objective": "ae"}
    published = (
        ("CelebA", {**sae, "latents": 32, "segments": 16, "blocks": 16}, 128, 32, 200_000, 7, 10),
        ("3D-Shapes", {**sae, "latents": 12, "segments": 12}, 64, 128, 100_000, 3, 4),
    )
    rates = []
    for name, settings, side, batch, steps, least, most in published:
        operations = work_of(settings, (3, side, side)).of_step(batch) * steps
        seconds = 3600 * (least + most) / 2 / operations
        said = (
            f"one NVIDIA V100, {1e-12 / seconds:.1f} TFLOP/s: by paper structure, {steps:,} steps"
            f" on {name} took {least} to {most} hours; and, assumed, {1e6 * LAUNCH:.0f} µs a layer"
            " to start its kernels"
        )
        rates.append(Rate(LAUNCH, LAUNCH, seconds, 0, said))
    best, worst = rates
    return best, worst


def _seconds(settings: dict[str, Any], shape: tuple[int, int, int], steps: int) -> float:
    """CPU seconds of a training on images by chance."""
    import tempfile

    import numpy as np

    from latent_assays.models import build_network, build_objective
    from latent_assays.training.fit import fit

    chosen = settings | {"steps": steps}
    channels, height, width = shape
    images = np.random.default_rng(0).integers(0, 256, (256, height, width, channels), np.uint8)
    network, objective = build_network(chosen, shape), build_objective(chosen)
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        fit(network, objective, images, chosen, 0, folder, progress=False, device="cpu")
        return time.process_time() - started
