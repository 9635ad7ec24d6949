"""Our Adam against torch.optim.Adam's fused one, bit for bit."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from latent_assays.errors import UserError
from latent_assays.training.adam import TORCH, Adam

ROOT = Path(__file__).parents[3]
CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU")
DEVICES = ["cpu", pytest.param("cuda", marks=CUDA)]
SHAPES = [(5, 3, 4, 4), (7,), (), (2, 9), (3, 3)]
SELDOM, NEVER, DOUBLE = 1, 3, 4  # indices into SHAPES: who has few gradients, none, and float64
BETAS = [(0.9, 0.999), (0.5, 0.9)]


def parameters_on(device):
    generator = torch.Generator().manual_seed(0)
    found = []
    for index, shape in enumerate(SHAPES):
        dtype = torch.float64 if index == DOUBLE else torch.float32
        value = torch.randn(shape, generator=generator, dtype=dtype).to(device)
        if value.ndim == 4:
            value = value.contiguous(memory_format=torch.channels_last)
        found.append(torch.nn.Parameter(value))
    return found


def train(optimiser, parameters, steps):
    for step in steps:
        generator = torch.Generator().manual_seed(step)
        optimiser.zero_grad()
        assert all(parameter.grad is None for parameter in parameters)
        for index, parameter in enumerate(parameters):
            drawn = torch.randn(parameter.shape, generator=generator) * 10.0 ** (step % 5 - 2)
            if index != NEVER and (index != SELDOM or step % 3 == 0):
                parameter.grad = torch.empty_like(parameter).copy_(drawn)
        optimiser.step()


def assert_equal(ours, parameters, theirs, expected):
    assert all(torch.equal(*pair) for pair in zip(parameters, expected, strict=True))
    states = theirs.state_dict()["state"]
    assert {index: set(state) for index, state in ours.state.items()} == {
        index: set(state) for index, state in states.items()
    }
    for index, state in states.items():
        for key, value in state.items():
            found = ours.state[index][key]
            assert torch.equal(found, value)
            assert (found.device, found.dtype, found.stride()) == (
                value.device,
                value.dtype,
                value.stride(),
            )


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("betas", BETAS)
@pytest.mark.parametrize("amsgrad", [False, True])
def test_it_is_torchs_fused_adam_to_the_bit(device, betas, amsgrad):
    parameters, expected = parameters_on(device), parameters_on(device)
    ours = Adam(parameters, 1e-2, betas, amsgrad)
    theirs = torch.optim.Adam(expected, 1e-2, betas, amsgrad=amsgrad, fused=True)
    for steps in (range(1, 3), range(3, 200)):
        train(ours, parameters, steps)
        train(theirs, expected, steps)
        assert_equal(ours, parameters, theirs, expected)
    assert set(ours.state) == {0, 1, 2, 4}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("amsgrad", [False, True])
def test_its_state_survives_the_disk_in_any_layout(device, amsgrad):
    parameters, expected = parameters_on(device), parameters_on(device)
    theirs = torch.optim.Adam(expected, 1e-2, amsgrad=amsgrad, fused=True)
    train(theirs, expected, range(1, 40))
    first = Adam(parameters, 1e-2, amsgrad=amsgrad)
    train(first, parameters, range(1, 20))
    kept = {key: value.cpu().contiguous() for key, value in first.state_dict().items()}
    second = Adam(parameters, 1e-2, amsgrad=amsgrad)
    second.load_state_dict(kept)
    train(second, parameters, range(20, 40))
    assert_equal(second, parameters, theirs, expected)


def test_the_kept_state_is_a_copy():
    parameters = parameters_on("cpu")
    first, second = Adam(parameters, 1e-2), Adam(parameters_on("cpu"), 1e-2)
    train(first, parameters, [1])
    second.load_state_dict(first.state_dict())
    train(first, parameters, [2])
    assert second.state[0]["step"] == 1


def test_another_torch_is_one_sentence(monkeypatch):
    monkeypatch.delattr(torch, "_fused_adam_")
    with pytest.raises(UserError, match=rf"has no _fused_adam_, .* install torch {TORCH}"):
        Adam(parameters_on("cpu"), 1e-2)


def test_the_version_asked_for_is_the_pinned_one():
    pinned = re.search(r'"torch==(.*?)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert pinned[1] == TORCH


CODE = """
import sys, tempfile
sys.path.insert(0, {tests!r})
from latent_assays.models import OBJECTIVES
from latent_assays.training.encode import encode_images
from latent_assays.training.fit import fit
from test_training_checklist import FACTORS, SIZES, parts
for objective in OBJECTIVES:
    settings, images, network, terms = parts("conv", objective)
    with tempfile.TemporaryDirectory() as directory:
        fit(network, terms, images, settings | {{"steps": 1}}, 0, directory, device="cpu",
            factors=FACTORS, factor_sizes=SIZES, factor_names=("shape", "x", "y"))
    encode_images(network, images)
    print(objective, [name for name in ("torch._dynamo", "sympy") if name in sys.modules])
"""


def test_a_training_imports_neither_dynamo_nor_sympy():
    """Nor does any objective: 2 s of CPU for every run."""
    from latent_assays.models import OBJECTIVES

    code = CODE.format(tests=os.path.dirname(__file__))
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [f"{name} []" for name in OBJECTIVES]
