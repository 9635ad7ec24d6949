"""Targets named on the command line: names in a path must exist before any rule is looked for."""

from pathlib import Path

import pytest

from latent_assays.config.load import load_config
from latent_assays.config.targets import check_targets
from latent_assays.errors import UserError

CONFIG = load_config(Path(__file__).parents[3])
RUN = "shapes3d/original/vae-b4-d24/seed0"


@pytest.mark.parametrize(
    "target",
    [
        "all",
        "--cores=2",
        "results/mini",
        "results/downloads/mnist.json",
        "results/mini/figures/responses/fig4.pdf",
        "results/mini/datasets/shapes3d/perturbed.h5",
        "results/paper/references/dsprites/original.npz",
        f"results/mini/runs/{RUN}/model.safetensors",
        f"results/mini/codes/{RUN}.npz",
        f"results/mini/codes/{RUN}/on-noisy.npz",
        f"results/mini/responses/map/{RUN}.json",
        f"results/mini/distances/{RUN}.json",
        f"results/mini/measures/responses/credit/{RUN}.npz",
        "results/mini/choices/entangled/dsprites.json",
    ],
)
def test_a_target_that_can_be_made_passes(target):
    check_targets(CONFIG, [target])


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("results/mnii/scores/{}.json", ["'mnii' is not a scale", "did you mean 'mini'"]),
        ("results/mini/datasets/shape3d/original.h5", ["'shape3d' is not a dataset", "'shapes3d'"]),
        ("results/mini/datasets/shapes3d/nosy.h5", ["'nosy' is not a variant", "'noisy'"]),
        ("results/mini/references/shapes3d/nosy.npz", ["'nosy' is not a variant"]),
        ("results/mini/runs/shapes3d/original/vae-b4-d25/seed0", ["is not a model", "vae-b4-d24"]),
        ("results/mini/responses/map/mnits/original/ae/seed0.npz", ["'mnits' is not a dataset"]),
        ("results/mini/distances/mnist/plain/ae/seed0.json", ["'plain' is not a variant"]),
        ("results/mini/measures/responses/credit/mnits/x", ["'mnits' is not a dataset"]),
        ("results/mini/choices/entangled/mnits.json", ["'mnits' is not a dataset"]),
        ("results/mini/scores/mnist/original/ae/seed0.json", ["ae on mnist at scale mini", "late"]),
    ],
)
def test_a_target_that_cannot_be_made_says_which_name_is_unknown(target, words):
    target = target.format(RUN)
    with pytest.raises(UserError) as caught:
        check_targets(CONFIG, ["all", target])
    for word in (f"target {target}: ", *words):
        assert word in str(caught.value)
