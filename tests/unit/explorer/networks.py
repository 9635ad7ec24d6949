"""Networks for tests of the explorer: every one of the project's, and one of a user's own."""

import torch
from torch import nn

from latent_assays.models import build_network
from latent_assays.models.autoencoder import Autoencoder

STRUCTURED = {"segments": 3, "width": 0.125, "latents": 6}
CASES = {
    "conv": ({"width": 0.25}, (3, 32, 32)),
    "pooled-conv": ({"width": 0.25}, (3, 64, 64)),
    "hourglass": ({"width": 0.125}, (1, 16, 16)),
    "structural": (STRUCTURED, (3, 16, 16)),
    "adaptive": (STRUCTURED, (3, 16, 16)),
    "ladder": (STRUCTURED, (3, 16, 16)),
    "helix": ({"likelihood": "gaussian"}, (3, 1, 1)),
    "mlp": ({}, (2, 1, 1)),
    "linear": ({}, (1, 4, 4)),
}


def network_of(name, objective="beta-vae"):
    """A network whose weights are all random, those that begin as 0 or 1 too."""
    extra, shape = CASES[name]
    settings = {"network": name, "objective": objective, "latents": 4, **extra}
    return shaken(build_network(settings, shape))


def shaken(network):
    draw = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for weight in network.state_dict().values():
            if weight.is_floating_point():
                weight += 0.1 * torch.randn(weight.shape, generator=draw)
    return network.eval()


class Encoder(nn.Module):
    """Two heads, skips and every layer that the project's own networks do without."""

    def __init__(self, latents):
        super().__init__()
        self.first = nn.Conv2d(2, 6, (3, 5), stride=(1, 2), padding=(1, 2), bias=False)
        self.norm = nn.BatchNorm2d(6)
        self.second = nn.Conv2d(6, 6, 3, padding=2, dilation=2)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        self.mean = nn.Linear(6 + 6 + 18, latents, bias=False)
        self.spread = nn.Linear(6 + 6 + 18, latents)

    def forward(self, images):
        features = nn.functional.leaky_relu(self.norm(self.first(2 * images - 1)), 0.2)
        features = features + nn.functional.silu(self.second(features)) / 3
        features = self.pool(features).permute(0, 1, 3, 2).flip(3)
        flat = torch.cat(
            [
                features.amax((2, 3)),
                features.mean((2, 3)),
                features[:, ::2, 1, :].tanh().flatten(1)[:, :18],
            ],
            dim=1,
        )
        return self.mean(flat), self.spread(flat)


class Decoder(nn.Module):
    def __init__(self, latents):
        super().__init__()
        self.dense = nn.Linear(latents, 16)
        self.scale = nn.Linear(latents, 4)
        self.up = nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1, output_padding=1, bias=False)
        self.norm = nn.GroupNorm(2, 4)
        self.last = nn.Conv2d(4, 2, 3, padding=1)

    def forward(self, codes):
        features = nn.functional.selu(self.dense(codes)).view(-1, 4, 2, 2)
        gates = self.scale(codes).sigmoid().unflatten(1, (4, 1, 1))
        features = self.norm(self.up(features)) * gates - gates.exp()
        features = nn.functional.interpolate(features, scale_factor=2, mode="nearest")
        features = nn.functional.interpolate(features, size=(16, 12), mode="bilinear")
        return self.last(nn.functional.relu_(features))


def own():
    """A network of a user's own: images (2,16,12), 5 latents."""
    encoder, decoder = Encoder(5), Decoder(5)
    shape, settings = (2, 16, 12), {"latents": 5, "likelihood": "gaussian"}
    network = shaken(Autoencoder(encoder, decoder, settings, shape, stochastic=True))
    encoder.norm.running_var.abs_()
    return network
