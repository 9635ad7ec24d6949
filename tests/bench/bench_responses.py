"""Response matrices against the plain double loop of the released code's structure."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from latent_assays.models import build_network
from latent_assays.models.callables import encode_decode

sys.path.append(str(Path(__file__).parents[1] / "unit/responses"))

from plain_loops import compare
from table import Row


def rows(folder: Path) -> Iterator[Row]:
    """The mini network with the samples of config.yaml: each matrix, and both as in a run."""
    settings = {"network": "conv", "objective": "beta-vae", "latents": 12, "width": 0.5}
    encode, decode = encode_decode(build_network(settings, (3, 32, 32)))
    sizes = (4, 4, 4, 4, 4, 5)
    codes = np.random.default_rng(0).normal(size=(int(np.prod(sizes)), 12))
    found = compare(encode, decode, codes, sizes, samples=1024)
    seconds = {}
    for name, result in found.items():
        assert result["largest_difference"] < 1e-5, (name, result)
        seconds[name.replace("_", " ")] = result["batched_s"], result["plain_s"]
    seconds["both response matrices"] = tuple(map(sum, zip(*seconds.values(), strict=True)))
    for name, (ours, peer) in seconds.items():
        yield Row(name, ours, peer, "plain double loop", "CPU s", peer / ours)
