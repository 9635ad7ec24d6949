"""`traversals` and `samples`: of runs of any network, one of the user's own among them."""

from pathlib import Path

import numpy as np
import pytest
from artefacts import run_record

from latent_assays import provenance
from latent_assays.cli import samples, traversals
from latent_assays.errors import UserError
from latent_assays.models import build_network
from latent_assays.models.callables import encode_decode
from latent_assays.models.weights import save_model
from latent_assays.opened import rows_to_show
from latent_assays.split import draw_split
from latent_assays.store import (
    read_arrays,
    read_image_set,
    write_arrays,
    write_image_set,
    write_json,
)
from latent_assays.training.encode import encode_images

OWN = Path(__file__).parents[1] / "training/own_network_example.py"
BLOCKS = {"blocks": 12, "width": 0.125, "segments": 3}
MODELS = {
    "sae": {"network": "structural", "objective": "ae", "latents": 6, **BLOCKS},
    "vlae": {"network": "ladder", "objective": "beta-vae", "beta": 1.0, "latents": 6, **BLOCKS},
    "own": {"network": "own", "file": str(OWN), "objective": "beta-vae", "beta": 1.0, "latents": 3},
}
FACTS = {"dataset": "mine", "variant": "original", "source": "drawn", "stand_in": False}
N = 60


def write_set(path, images, **meaning):
    no_factors = {"factors": np.zeros((N, 0)), "factor_names": [], "factor_sizes": []}
    given = {"split": draw_split(N), "attributes": FACTS, **no_factors, **meaning}
    write_image_set(path, [images], images.shape, **given)
    return path


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Untrained runs on one image set."""
    folder = tmp_path_factory.mktemp("runs")
    images = np.random.default_rng(0).integers(0, 256, (N, 16, 16, 3), dtype=np.uint8)
    write_set(folder / "images.h5", images)
    for name, settings in MODELS.items():
        network = build_network(settings, (3, 16, 16), 0)
        (folder / name).mkdir()
        save_model(folder / name / "model.safetensors", network)
        write_json(folder / name / "config.json", {**settings, "image_shape": (3, 16, 16)})
        made = provenance.to_array({"commit": "later", "run": run_record(name, seed=3)})
        codes = {"mean": encode_images(network, images)[0], "provenance": made}
        write_arrays(folder / name / "codes.npz", codes)
    return folder


def of_run(runs, model, **changes):
    """The options that name a run."""
    named = {"run": runs / model, "codes": runs / model / "codes.npz", "images": runs / "images.h5"}
    return named | {"device": "cpu"} | changes


@pytest.fixture(scope="module")
def traversed(runs):
    found = {}
    for model in MODELS:
        output = runs / f"traversals/{model}.npz"
        traversals.run(output=output, steps=5, rows=2, **of_run(runs, model))
        found[model] = read_arrays(output)
    return found


@pytest.fixture(scope="module")
def sampled(runs):
    found = {}
    for model in MODELS:
        output = runs / f"samples/{model}.npz"
        samples.run(output=output, rows=5, **of_run(runs, model))
        found[model] = read_arrays(output)
    return found


@pytest.mark.parametrize("model", MODELS)
def test_traversals_have_every_latent_at_every_step(traversed, model):
    arrays, latents = traversed[model], MODELS[model]["latents"]
    assert arrays["images"].shape == (2, latents, 5, 16, 16, 3)
    assert arrays["values"].shape == (latents, 5)
    assert arrays["effect"].shape == arrays["segment"].shape == (latents,)
    assert (arrays["effect"] > 0).all(), "no latent of a random decoder does nothing"
    made = provenance.from_arrays(arrays)
    assert (made["steps"], made["run"]["model"], made["run"]["seed"]) == (5, model, 3)


@pytest.mark.parametrize("model", MODELS)
def test_traversals_reach_what_training_images_have_and_no_further(runs, traversed, model):
    data, codes = read_image_set(runs / "images.h5"), read_arrays(runs / model / "codes.npz")
    seen = codes["mean"][data.rows_of("train")]
    np.testing.assert_allclose(traversed[model]["values"][:, 0], seen.min(axis=0))
    np.testing.assert_allclose(traversed[model]["values"][:, -1], seen.max(axis=0))


@pytest.mark.parametrize("model", MODELS)
def test_traversals_are_decoded_by_the_run(runs, traversed, model):
    arrays, latents = traversed[model], MODELS[model]["latents"]
    network = build_network(MODELS[model], (3, 16, 16), 0)
    codes = read_arrays(runs / model / "codes.npz")["mean"][arrays["rows"]]
    codes[1, latents - 1] = arrays["values"][latents - 1, 3]
    expected = encode_decode(network)[1](codes)[1].transpose(1, 2, 0)
    np.testing.assert_allclose(arrays["images"][1, -1, 3] / 255, expected, atol=0.51 / 255)


def test_segments_are_those_of_the_network(traversed):
    for model in ("sae", "vlae"):
        assert traversed[model]["segment"].tolist() == [0, 0, 1, 1, 2, 2]
    assert traversed["own"]["segment"].tolist() == [0, 0, 0]


def test_all_runs_on_a_set_show_the_same_test_images(runs, traversed, sampled):
    data = read_image_set(runs / "images.h5")
    wanted = rows_to_show(data, 5)
    assert set(wanted) <= set(data.rows_of("test"))
    assert len(set(wanted)) == 5
    for model in MODELS:
        np.testing.assert_array_equal(traversed[model]["rows"], wanted[:2])
        np.testing.assert_array_equal(sampled[model]["rows"], wanted)
        np.testing.assert_array_equal(sampled[model]["original"], data.images[wanted])
        np.testing.assert_array_equal(traversed[model]["original"], data.images[wanted[:2]])


@pytest.mark.parametrize("model", MODELS)
def test_samples_have_every_kind_that_the_model_has(sampled, model):
    arrays = sampled[model]
    for kind in ("original", "reconstruction", "hybrid"):
        assert arrays[kind].shape == (5, 16, 16, 3)
    parts = min(4, MODELS[model]["latents"])
    assert arrays["quarters"].shape == (parts, 5, 16, 16, 3)
    assert arrays["quarter"].shape == (MODELS[model]["latents"],)
    assert ("prior" in arrays) != ("no_prior" in arrays)
    assert ("prior" in arrays) == (model != "sae")
    assert provenance.from_arrays(arrays)["run"]["model"] == model


def test_more_rows_than_test_images_are_all_test_images_and_as_many_samples(runs, tmp_path):
    samples.run(output=tmp_path / "s.npz", rows=20, **of_run(runs, "own"))
    found = read_arrays(tmp_path / "s.npz")
    assert len(found["original"]) == len(found["reconstruction"]) == len(found["rows"]) == 12
    assert len(found["hybrid"]) == len(found["prior"]) == 20


@pytest.mark.parametrize("command", [traversals, samples])
def test_codes_of_another_set_or_model_are_refused(runs, tmp_path, command):
    output = tmp_path / "a.npz"
    with pytest.raises(UserError, match=r"the codes are \(60, 6\), .* 60 images have 3 latents"):
        command.run(output=output, **of_run(runs, "own", codes=runs / "sae/codes.npz"))
    write_arrays(tmp_path / "codes.npz", {"mean": np.zeros((7, 3))})
    with pytest.raises(UserError, match=r"are \(7, 3\), .* make \(60, 3\) with `codes`"):
        command.run(output=output, **of_run(runs, "own", codes=tmp_path / "codes.npz"))
    write_arrays(tmp_path / "codes.npz", {"codes": np.zeros((60, 3))})
    with pytest.raises(UserError, match="the codes hold no `mean`"):
        command.run(output=output, **of_run(runs, "own", codes=tmp_path / "codes.npz"))
    assert not output.exists()


@pytest.mark.parametrize("command", [traversals, samples])
def test_images_of_another_size_are_refused(runs, tmp_path, command):
    images = np.random.default_rng(0).integers(0, 256, (N, 8, 8, 3), dtype=np.uint8)
    other = write_set(tmp_path / "small.h5", images)
    with pytest.raises(UserError, match=r"\(3, 8, 8\), and the run's were \(3, 16, 16\)"):
        command.run(output=tmp_path / "a.npz", **of_run(runs, "sae", images=other))


@pytest.mark.parametrize("command", [traversals, samples])
def test_vectors_cannot_be_looked_at(runs, tmp_path, command):
    vectors = np.zeros((N, 1, 1, 3), np.float32)
    other = write_set(tmp_path / "vectors.h5", vectors, dtype=np.float32, scale=1.0)
    with pytest.raises(UserError, match="holds vectors, and only images"):
        command.run(output=tmp_path / "a.npz", **of_run(runs, "sae", images=other))
