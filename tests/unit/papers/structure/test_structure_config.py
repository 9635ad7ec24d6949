"""What the room's configuration comes to: the text's settings, the runs', and what fits a GPU."""

from copy import deepcopy
from pathlib import Path

import pytest
import torch
import yaml
from torch.nn.functional import binary_cross_entropy_with_logits

from latent_assays.config.check import check_config
from latent_assays.config.load import load_config, load_schema
from latent_assays.config.resolve import dataset_settings, model_settings, set_of, variant_settings
from latent_assays.config.studies import candidates_of, models_of, runs_of, studies_of
from latent_assays.models import build_network
from latent_assays.places import rooms

ROOT = Path(__file__).parents[4]
CONFIG = load_config(ROOT)
STUDIES = studies_of(CONFIG, "structure")
SIXTEEN = STUDIES["faces"]["models"]
GIB = 2**30


def paper(dataset, model, config=CONFIG):
    return model_settings(config, "paper", dataset, model)


def readme_example():
    """The configuration that the room's README gives for the authors' own runs on RFD."""
    text = (rooms()["structure"] / "README.md").read_text(encoding="utf-8")
    blocks = [block.partition("```")[0] for block in text.split("```yaml\n")[1:]]
    return next(yaml.safe_load(block) for block in blocks if "strided" in block)


def with_runs_settings():
    config = deepcopy(CONFIG)
    for model, settings in readme_example()["models"].items():
        config["models"][model]["by_dataset"]["rfd"] |= settings["by_dataset"]["rfd"]
    return config


# --- what the text says ---


def test_models_of_3d_shapes_and_mpi3d_have_the_texts_settings():
    for study in ("shapes3d", "mpi3d"):
        for dataset in STUDIES[study]["datasets"]:
            for model in models_of(CONFIG, STUDIES[study]):
                found = paper(dataset, model)
                told = ("latents", "learning_rate", "batch", "steps", "width")
                assert [found[key] for key in told] == [12, 0.0005, 128, 100000, 1], model


@pytest.mark.parametrize(("dataset", "width", "rate"), [("celeba", 1, 0.0005), ("rfd", 2, 0.00005)])
def test_models_of_faces_have_the_texts_settings(dataset, width, rate):
    for model in SIXTEEN:
        found = paper(dataset, model)
        assert (found["latents"], found["batch"], found["steps"]) == (32, 32, 200000)
        assert (found["width"], found["learning_rate"]) == (width, rate)
        assert found.get("resampling", "pooled") == "pooled"


def test_beta_is_the_papers_but_for_the_extrapolation():
    assert paper("shapes3d", "beta-vae-12")["beta"] == 2
    assert paper("shapes3d-geometry", "beta-vae-12")["beta"] == 4
    assert paper("shapes3d-geometry", "beta-vae-12-after-ball-encoder")["beta"] == 4
    tried = {
        paper("shapes3d", run.model)["beta"]
        for run in runs_of(CONFIG, "paper", "structure", "betas")
    }
    assert tried == {2, 4, 6, 8, 16}


def test_the_discrepancy_of_the_authors_wae_is_next_to_none_and_the_strong_ones_is_not():
    def weight(model):
        found = paper("shapes3d", model)
        return found["mmd_weight"] / (found["batch"] if found["mmd_divided_by_batch"] else 1)

    assert weight("wae-12") == 10 / 128
    assert weight("wae-strong") == 1000


# --- extrapolation ---


@pytest.mark.parametrize(
    ("setting", "first", "missing"),
    [("ball", "without-ball", "ball"), ("angles", "without-extreme-angles", "extreme-angles")],
)
def test_second_phases_begin_from_what_never_saw_the_classes_that_they_are_judged_on(
    setting, first, missing
):
    begun, updated = (STUDIES[f"extrapolation-{setting}{more}"] for more in ("", "-updated"))
    assert (begun["variants"], begun["on"], updated["on"]) == ([first], [missing], [missing])
    bases = {}
    for model in models_of(CONFIG, updated):
        found = paper("shapes3d-geometry", model)
        assert (found["begins"]["variant"], found["steps"]) == (first, 20000)
        bases.setdefault(found["begins"]["model"], set()).add(found["trainable"])
    assert bases == {model: {"encoder", "decoder", "both"} for model in begun["models"]}
    assert len(bases) == 7
    for model in begun["models"]:
        assert paper("shapes3d-geometry", model)["steps"] == 80000
    dropped, kept = (
        variant_settings(CONFIG, "paper", "shapes3d", v)["drop"] for v in (first, missing)
    )
    (factor,) = dropped
    classes = {"shape": 4, "orientation": 15}[factor]
    assert sorted(dropped[factor] + kept[factor]) == list(range(classes))


def test_the_extrapolation_of_scale_paper_is_on_all_of_3d_shapes():
    assert set_of(CONFIG, "paper", "structure", "shapes3d-geometry") == "shapes3d-geometry"
    own = dataset_settings(CONFIG, "paper", "shapes3d-geometry")
    assert own.pop("like") == "shapes3d"
    assert own == dataset_settings(CONFIG, "paper", "shapes3d")


# --- every scale ---


@pytest.mark.parametrize("scale", ["mini", "desk", "paper"])
def test_no_scale_leaves_a_model_out(scale):
    assert studies_of(CONFIG, "structure", scale) == STUDIES


@pytest.mark.parametrize("scale", ["mini", "desk", "paper"])
def test_a_choice_is_among_the_runs_of_its_study(scale):
    dataset = set_of(CONFIG, scale, "structure", "shapes3d")
    assert set(candidates_of(CONFIG, scale, "beta", dataset)) == set(
        runs_of(CONFIG, scale, "structure", "betas")
    )


# --- the authors' own runs on RFD ---


def test_the_readme_gives_the_settings_of_the_authors_runs_on_rfd():
    config = with_runs_settings()
    check_config(config, load_schema(ROOT))
    assert set(readme_example()["models"]) == set(SIXTEEN)
    for model in SIXTEEN:
        found = paper("rfd", model, config)
        assert (found["latents"], found["batch"], found["learning_rate"]) == (16, 64, 0.00005)
        assert (found["resampling"], found["activation"], found["width"]) == ("strided", "elu", 2)
        assert paper("celeba", model, config) == paper("celeba", model)


# --- memory ---


def gigabytes(settings):
    """What a training step keeps on a GPU, in GiB.

    What autograd saves for the backward pass, each storage once, is counted on tensors without
    data; then four times the weights (weights, gradients and Adam's two moments), and three times
    the largest tensor for gradients and results that are under way.
    """
    sizes = {}
    with torch.device("meta"):
        network = build_network(settings, (3, 128, 128))
        images = torch.rand(settings["batch"], 3, 128, 128)
    weights = {id(weight) for weight in network.parameters()}

    def saved(tensor):
        if id(tensor) not in weights:
            storage = tensor.untyped_storage()
            sizes[storage._cdata] = storage.nbytes(), storage  # kept, so that none is reused
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(saved, lambda tensor: tensor):
        mean, log_std = network.encode(images)
        codes = mean if log_std is None else mean + log_std.exp() * torch.empty_like(mean)
        binary_cross_entropy_with_logits(network.decode(codes), images)
    activations = [size for size, _ in sizes.values()]
    of_weights = 4 * 4 * sum(weight.numel() for weight in network.parameters())
    return (sum(activations) + of_weights + 3 * max(activations)) / GIB


def test_what_is_counted_is_what_a_network_of_known_size_saves():
    settings = paper("celeba", "ae-16") | {"batch": 1}
    more = gigabytes(settings | {"batch": 3}) - gigabytes(settings | {"batch": 2})
    assert more == pytest.approx(gigabytes(settings | {"batch": 2}) - gigabytes(settings))
    feature_map = 128 * 128 * 128 * 4 / GIB  # of one image, in the first and the last block
    assert 2 * feature_map < more < 16 * feature_map


@pytest.mark.parametrize("dataset", ["celeba", "rfd"])
@pytest.mark.parametrize("model", SIXTEEN)
def test_sixteen_blocks_at_128_pixels_take_half_of_16_gb_at_the_papers_batch(dataset, model):
    assert gigabytes(paper(dataset, model)) < 8


@pytest.mark.parametrize("model", SIXTEEN)
def test_so_do_the_authors_runs_on_rfd(model):
    assert gigabytes(paper("rfd", model, with_runs_settings())) < 9
