"""Training against pythae's BaseTrainer: same network, batch, data, thread and allocator.

pythae computes in float32; ours is measured in float32 and in bfloat16. The allocator settings
that `fit` makes are made for both, by running ours first in the same process. What a step in
bfloat16 reaches of the processor's arithmetic is held against a large matrix product.
"""

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from table import Row, cpu_seconds
from torch.utils.flop_counter import FlopCounterMode

from latent_assays.models import build_network, build_objective
from latent_assays.models.objectives.objective import forward
from latent_assays.training.fit import fit

CASES = {
    "conv β-VAE, 64 px, batch 64": ("conv", "beta-vae", 64, 1.0, 64, 60),
    "conv β-VAE, 32 px, half width, batch 64": ("conv", "beta-vae", 32, 0.5, 64, 200),
    "Model A, 64 px, batch 32": ("pooled-conv", "beta-vae", 64, 1.0, 32, 20),
    "SAE-12, 64 px, batch 64": ("structural", "ae", 64, 1.0, 64, 6),
}
NEEDED = {"structural": {"segments": 12}, "beta-vae": {"beta": 4}}


def rows(folder: Path) -> Iterator[Row]:
    """Milliseconds of CPU a step; and what the loop costs beside forward, backward and step."""
    torch.set_num_threads(1)
    logging.disable(logging.CRITICAL)
    peak = _peak()
    for name, (network, objective, side, width, batch, steps) in CASES.items():
        settings = {
            "network": network,
            "objective": objective,
            "latents": 12,
            "width": width,
            "learning_rate": 1e-3,
            "batch": batch,
            "steps": steps,
            **NEEDED.get(network, {}),
            **NEEDED.get(objective, {}),
        }
        random = np.random.default_rng(0)
        images = random.integers(0, 256, (batch * steps, side, side, 3), dtype=np.uint8)
        ours = {p: _ours(settings | {"precision": p}, images) for p in ("float32", "bfloat16")}
        peer = _pythae(settings, images)
        for precision, cost in ours.items():
            work = f"training {name}, {precision}"
            yield Row(work, cost, peer, "pythae BaseTrainer, float32", "CPU ms/step", peer / cost)
        speed = _operations(settings, images) / ours["bfloat16"] / 1e6
        work, of = f"arithmetic of training {name}, bfloat16", "matrix product of side 1024"
        yield Row(work, speed, peak, of, "GFLOP/s", speed / peak)
        if network == "conv" and side == 64:
            bare = _bare(settings, images)
            work, ratio = f"whole loop, {name}, float32", bare / ours["float32"]
            yield Row(work, ours["float32"], bare, "forward, backward, step", "CPU ms/step", ratio)


def _ours(settings: dict[str, Any], images: np.ndarray) -> float:
    def train():
        network = build_network(settings, (3, *images.shape[1:3]))
        objective = build_objective(settings)
        with tempfile.TemporaryDirectory() as directory:
            fit(network, objective, images, settings, 0, directory, progress=False, device="cpu")

    train()
    return 1000 * cpu_seconds(train, 2) / settings["steps"]


def _peak() -> float:
    """GFLOP/s of a product of two bfloat16 matrices."""
    side, repeats = 1024, 20
    matrix = torch.randn(side, side).to(torch.bfloat16)
    seconds = cpu_seconds(lambda: [matrix @ matrix for _ in range(repeats)], 3)
    return 2 * side**3 * repeats / seconds / 1e9


def _operations(settings: dict[str, Any], images: np.ndarray) -> int:
    """Floating-point operations of a step's convolutions and matrix products."""
    network = build_network(settings, (3, *images.shape[1:3])).train()
    objective = build_objective(settings)
    batch = torch.from_numpy(images[: settings["batch"]]).permute(0, 3, 1, 2) / 255
    with FlopCounterMode(display=False) as counter:
        terms = objective.terms(forward(network, batch, np.random.default_rng(0)))
        sum(objective.weights[name] * term for name, term in terms.items()).backward()
    return counter.get_total_flops()


def _bare(settings: dict[str, Any], images: np.ndarray) -> float:
    """One batch again and again: no gathering, no history, no checkpoint."""
    network = build_network(settings, (3, *images.shape[1:3]))
    network.train().to(memory_format=torch.channels_last)
    objective = build_objective(settings)
    optimiser = torch.optim.Adam(network.parameters(), settings["learning_rate"], fused=True)
    batch = torch.from_numpy(images[: settings["batch"]]).permute(0, 3, 1, 2) / 255

    def train():
        for step in range(1, settings["steps"] + 1):
            passed = forward(network, batch, np.random.default_rng(step))
            weights = objective.weights_at(step)
            terms = objective.terms(passed)
            optimiser.zero_grad()
            sum(weights[name] * term for name, term in terms.items()).backward()
            optimiser.step()

    train()
    return 1000 * cpu_seconds(train, 2) / settings["steps"]


def _pythae(settings: dict[str, Any], images: np.ndarray) -> float:
    from pythae.data.datasets import BaseDataset
    from pythae.models import AE, AEConfig, BetaVAE, BetaVAEConfig
    from pythae.models.base.base_utils import ModelOutput
    from pythae.models.nn import BaseDecoder, BaseEncoder
    from pythae.trainers import BaseTrainer, BaseTrainerConfig

    shape = (3, *images.shape[1:3])
    network = build_network(settings, shape)

    class Encoder(BaseEncoder):
        def __init__(self):
            super().__init__()
            self.layers, self.latent_dim = network.encoder, network.latents

        def forward(self, x):
            if not network.stochastic:
                return ModelOutput(embedding=self.layers(x))
            mean, spread = self.layers(x).chunk(2, 1)
            return ModelOutput(embedding=mean, log_covariance=spread)

    class Decoder(BaseDecoder):
        def __init__(self):
            super().__init__()
            self.layers = network.decoder

        def forward(self, z):
            return ModelOutput(reconstruction=torch.sigmoid(self.layers(z)))

    common = {"input_dim": shape, "latent_dim": network.latents}
    if settings["objective"] == "ae":
        model = AE(AEConfig(**common), encoder=Encoder(), decoder=Decoder())
    else:
        config = BetaVAEConfig(**common, beta=4.0, reconstruction_loss="bce")
        model = BetaVAE(config, encoder=Encoder(), decoder=Decoder())
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2).float().div(255).contiguous()
    with tempfile.TemporaryDirectory() as directory:
        trainer = BaseTrainer(
            model=model,
            train_dataset=BaseDataset(pixels, torch.ones(len(pixels))),
            training_config=BaseTrainerConfig(
                output_dir=directory,
                num_epochs=1,
                learning_rate=settings["learning_rate"],
                per_device_train_batch_size=settings["batch"],
                optimizer_cls="Adam",
                no_cuda=True,
            ),
        )
        return 1000 * cpu_seconds(lambda: trainer.train(log_output_dir=None)) / settings["steps"]
