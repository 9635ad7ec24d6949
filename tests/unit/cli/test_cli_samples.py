"""`samples`: what a run reconstructs or generates, in the pixels of its image set."""

import numpy as np
import pytest
import test_cli_artefacts as artefacts

from latent_assays import provenance, store
from latent_assays.cli import samples
from latent_assays.distances.pixel_errors import errors_of_images
from latent_assays.distances.reference import draw_reference
from latent_assays.errors import UserError
from latent_assays.models import build_network
from latent_assays.models.callables import encode_decode
from latent_assays.models.weights import save_model
from latent_assays.store import read_arrays, write_json
from latent_assays.training.encode import encode_images

SCALE, OFFSET = 1.35 / 255, -0.175
N, SIDE = 31, 32


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Three untrained runs on one image set whose bytes stand for more than [0,1]."""
    folder = tmp_path_factory.mktemp("runs")
    images = np.random.default_rng(0).integers(0, 256, (N, SIDE, SIDE, 1), dtype=np.uint8)
    attributes = {**artefacts.DATASET, "variant": "perturbed", "provenance": "{}"}
    store.write_image_set(
        *(folder / "images.h5", [images], images.shape, np.zeros((N, 0)), [], [], attributes),
        scale=SCALE,
        offset=OFFSET,
    )
    for objective in ("beta-vae", "ae", "wae-mmd"):
        settings = {"network": "conv", "objective": objective, "latents": 4, "width": 0.125}
        settings |= {"beta": 1.0}
        network = build_network(settings, (1, SIDE, SIDE), 0)
        mean, std = encode_images(network, images)
        place = folder / objective
        place.mkdir()
        save_model(place / "model.safetensors", network)
        write_json(place / "config.json", {**settings, "image_shape": (1, SIDE, SIDE)})
        arrays = {"mean": mean} if std is None else {"mean": mean, "std": std}
        artefacts.write_npz(place / "codes.npz", artefacts.run_record(model=objective), **arrays)
        _, decode = encode_decode(network)
        np.save(place / "decoded.npy", decode(mean))
    return folder


def take(runs, kind, model="beta-vae", **options):
    place = runs / model
    output = runs / f"{model}-{kind}.npz"
    samples.run(kind, place, place / "codes.npz", runs / "images.h5", output, **options)
    return read_arrays(output)


@pytest.mark.parametrize("kind", ["reconstruction", "prior", "hybrid"])
def test_images_keep_the_scale_of_their_set_and_say_what_they_are(runs, kind):
    arrays = take(runs, kind)
    assert arrays["images"].shape == (15, SIDE, SIDE, 1)
    assert arrays["images"].dtype == np.uint8
    assert (arrays["scale"], arrays["offset"]) == (SCALE, OFFSET)
    made = provenance.from_arrays(arrays)
    assert (made["kind"], made["count"]) == (kind, 15)
    assert made["run"]["model"] == "beta-vae"
    assert ("rows" in arrays) == (kind == "reconstruction")


@pytest.mark.parametrize("count", [10000, 6])
def test_reconstructed_are_the_images_that_a_reference_leaves_out(runs, count):
    arrays = take(runs, "reconstruction", count=count)
    reference, held_out = draw_reference(N, count, 0)
    assert arrays["rows"].tolist() == held_out.tolist()
    assert not set(arrays["rows"]) & set(reference)


def test_hybrids_are_made_of_images_that_a_reference_leaves_out(runs, monkeypatch):
    pools = []
    monkeypatch.setattr(
        "latent_assays.models.samplers.hybrid_codes",
        lambda pool, count, *_: pools.append(pool) or np.zeros((count, 4)),
    )
    take(runs, "hybrid")
    mean = read_arrays(runs / "beta-vae/codes.npz")["mean"]
    _, held_out = draw_reference(N, 10000, 0)
    assert sorted(map(tuple, pools[0])) == sorted(map(tuple, mean[held_out]))


def test_reconstructions_and_their_errors_belong_to_their_rows(runs, monkeypatch):
    monkeypatch.setattr(samples, "CHUNK", 4)
    arrays = take(runs, "reconstruction")
    decoded = np.load(runs / "beta-vae/decoded.npy")[arrays["rows"]]
    as_bytes = np.rint(255 * decoded).astype(int).transpose(0, 2, 3, 1)
    assert np.abs(arrays["images"] - as_bytes).max() <= 1
    seen = store.read_image_set(runs / "images.h5").images[arrays["rows"]]
    expected = errors_of_images(seen.transpose(0, 3, 1, 2) / 255, decoded)
    for name in ("mse", "bce", "bce_floor"):
        np.testing.assert_allclose(arrays[name], expected[name], rtol=1e-5)


def test_only_an_autoencoder_without_regularisation_has_no_prior(runs):
    with pytest.raises(UserError, match="has no prior; take hybrid"):
        take(runs, "prior", "ae")
    assert len(take(runs, "prior", "wae-mmd")["images"]) == 15
    assert len(take(runs, "hybrid", "ae")["images"]) == 15


def test_codes_of_other_images_and_unknown_kinds_are_refused(runs, tmp_path):
    artefacts.write_image_set(tmp_path / "other.h5")
    place = runs / "ae"
    with pytest.raises(UserError, match=r"holds 31 codes and .*other\.h5 24 images"):
        samples.run("hybrid", place, place / "codes.npz", tmp_path / "other.h5", tmp_path / "a.npz")
    with pytest.raises(UserError, match="'posterior' is not a kind; the kinds are reconstruction"):
        take(runs, "posterior")
