"""A reader's own dataset, network and checkpoint, by the lines that the README gives."""

import json
import re
import shlex
import subprocess
import sys

import numpy as np
import pytest
import torch
import yaml
from project_copy import CHECKOUT
from safetensors.torch import save_file

NETWORK = """
from torch import nn

def build(latents, image_shape, stochastic):
    encoder = nn.Sequential(nn.Flatten(), nn.Linear(3 * 16 * 16, 2 * latents))
    decoder = nn.Sequential(nn.Linear(latents, 3 * 16 * 16), nn.Unflatten(1, image_shape))
    return encoder, decoder
"""


@pytest.fixture
def lines():
    """The README's command and the config that it lays over the project's."""
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```yaml\n(# snakemake .*?)```", text, re.DOTALL)[1]
    command = block.splitlines()[0].removeprefix("# ")
    return shlex.split(command), yaml.safe_load(block)


def test_the_readmes_own_network_is_scored(project, lines):
    command, config = lines
    generator = np.random.default_rng(0)
    factors = np.stack(np.unravel_index(np.arange(240), (4, 5, 12)), axis=1)
    images = generator.integers(0, 256, (240, 16, 16, 3), dtype=np.uint8)
    np.savez(project / "mine.npz", images=images, factors=factors, factor_names=["a", "b", "c"])
    (project / "my_net.py").write_text(NETWORK)
    shapes = {
        "encoder.1.weight": (20, 768),
        "encoder.1.bias": (20,),
        "decoder.0.weight": (768, 10),
        "decoder.0.bias": (768,),
    }
    weights = {name: torch.rand(shape) - 0.5 for name, shape in shapes.items()}
    save_file(weights, project / "my_weights.safetensors")
    config["datasets"]["mine"]["path"] = str(project / "mine.npz")
    (project / "mine.yaml").write_text(yaml.safe_dump(config))

    finished = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project.folder,
        env=project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert finished.returncode == 0, finished.stdout
    found = json.loads((project / command[1]).read_text(encoding="utf-8"))
    assert found["set"]["rows"] == 240
    assert 0 < found["numbers"]["mig"]["value"] < 1
    history = project / "results/mini/runs/mine/original/my-vae/seed0/history.csv"
    assert history.read_text().startswith("step,reconstruction,kl,total,seconds")


@pytest.mark.parametrize("scale", ["mini", "paper"])
def test_a_second_phase_begins_with_the_weights_of_its_own_seed_and_scale(project, scale):
    second = {"begins": {"model": "ae", "variant": "original"}, "trainable": "decoder"}
    plan = project.plan(
        f"results/{scale}/runs/shapes3d/without-ball/second/seed3/run.json",
        settings={"models": {"second": second}},
    )
    trained = {path for path in plan if path.endswith("/model.safetensors")}
    runs = ("original/ae", "without-ball/second")
    assert trained == {
        f"results/{scale}/runs/shapes3d/{run}/seed3/model.safetensors" for run in runs
    }
