"""From image sets to JSON: `references` and `distances` on small sets."""

import json

import numpy as np
import pytest

from latent_assays.cli import distances, references
from latent_assays.errors import UserError
from latent_assays.store import read_arrays, read_json, write_arrays, write_image_set

pytestmark = pytest.mark.slow
SHAPE = (60, 32, 32, 1)


def draw_images(seed, blur=0.0):
    """Bright discs of random size and place."""
    noise = np.random.default_rng(seed)
    y, x = np.mgrid[:32, :32]
    centre, radius = noise.uniform(10, 22, (60, 2, 1, 1)), noise.uniform(3, 9, (60, 1, 1))
    far = np.hypot(y - centre[:, 0], x - centre[:, 1]) - radius
    return (255 / (1 + np.exp(far / (0.3 + blur)))).astype(np.uint8)[..., None]


def write_set(path, images, **attributes):
    write_image_set(
        path,
        [images],
        images.shape,
        factors=np.zeros((len(images), 0)),
        factor_names=[],
        factor_sizes=[],
        attributes={"dataset": "discs", "variant": "original", "source": "drawn"} | attributes,
    )
    return path


@pytest.fixture(scope="module")
def reference(tmp_path_factory, lite0_weights):
    folder = tmp_path_factory.mktemp("reference")
    images = write_set(folder / "real.h5", draw_images(0))
    output = folder / "reference.npz"
    references.run(images, output, efflite0=lite0_weights, split="test", device="cpu")
    return output


@pytest.fixture
def generated(tmp_path):
    path = tmp_path / "generated.npz"
    write_arrays(path, {"images": draw_images(1, blur=3)})
    return path


def test_the_reference_keeps_statistics_features_and_what_they_depend_on(reference):
    arrays = read_arrays(reference)
    assert arrays["efflite0_features"].shape == (30, 1280)
    assert arrays["efflite0_held_out"].shape == (30, 1280)
    features = arrays["efflite0_features"].astype(np.float64)
    np.testing.assert_allclose(arrays["efflite0_mean"], features.mean(axis=0))
    np.testing.assert_allclose(
        arrays["efflite0_covariance"], np.cov(features, rowvar=False), atol=1e-12
    )
    assert not set(arrays["rows"]) & set(arrays["held_out_rows"])
    record = json.loads(str(arrays["provenance"]))
    assert record["draw"] == {"samples": 30, "split": "test", "seed": 0}
    assert record["dataset"]["source"] == "drawn"
    assert record["missing"] == {"inception": "no Inception 2015-12-05 weights were given"}


def test_distances_come_with_their_record_and_fid_is_null(
    reference, generated, lite0_weights, tmp_path
):
    distances.run(reference, generated, tmp_path / "d.json", efflite0=lite0_weights, device="cpu")
    found = read_json(tmp_path / "d.json")["distances"]
    assert set(found) == {"fd_efflite0", "kid_efflite0", "fid"}
    assert found["fid"]["value"] is None
    assert "no Inception 2015-12-05 weights" in found["fid"]["reason"]
    for name in ("fd_efflite0", "kid_efflite0"):
        assert found[name]["value"] > 2 * found[name]["details"]["floor"]
        assert found[name]["details"]["few_samples"] is True
        kept = found[name]["settings"]
        assert kept["weights_sha256"].startswith("579344248a93")
        assert (kept["n_reference"], kept["n_generated"], kept["split"]) == (30, 30, "test")
        assert {"resize", "range", "dtype", "layer", "draw_seed", "library"} <= set(kept)
    kernel = found["kid_efflite0"]
    assert kernel["settings"].items() >= {"subsets": 1, "subset_size": 30, "subset_seed": 0}.items()
    assert kernel["details"]["std"] is None


def test_real_images_from_an_image_set_lie_near_the_floor(reference, lite0_weights, tmp_path):
    real = write_set(tmp_path / "more.h5", draw_images(2), provenance='{"commit": "abc"}')
    distances.run(reference, real, tmp_path / "d.json", efflite0=lite0_weights, device="cpu")
    result = read_json(tmp_path / "d.json")
    found = result["distances"]["fd_efflite0"]
    assert found["value"] == pytest.approx(found["details"]["floor"], rel=0.5)
    assert result["provenance"]["generated"]["commit"] == "abc"


def test_without_any_weights_every_distance_is_null_with_a_reason(reference, generated, tmp_path):
    distances.run(reference, generated, tmp_path / "d.json", device="cpu")
    for result in read_json(tmp_path / "d.json")["distances"].values():
        assert result["value"] is None
        assert result["reason"]


def test_only_the_given_rows_are_drawn_from(lite0_weights, tmp_path):
    images = write_set(tmp_path / "real.h5", draw_images(0))
    write_arrays(tmp_path / "rows.npz", {"rows": np.arange(40, 50)})
    references.run(images, tmp_path / "r.npz", rows=tmp_path / "rows.npz", device="cpu")
    arrays = read_arrays(tmp_path / "r.npz")
    drawn = np.concatenate([arrays["rows"], arrays["held_out_rows"]])
    assert sorted(drawn) == list(range(40, 50))


def test_rows_outside_the_set_are_refused(tmp_path):
    images = write_set(tmp_path / "real.h5", draw_images(0))
    write_arrays(tmp_path / "rows.npz", {"rows": np.arange(55, 65)})
    with pytest.raises(UserError, match="names rows 55 to 64 of a set of 60 images"):
        references.run(images, tmp_path / "r.npz", rows=tmp_path / "rows.npz")
    write_arrays(tmp_path / "rows.npz", {"indices": np.arange(5)})
    with pytest.raises(UserError, match="must hold `rows`"):
        references.run(images, tmp_path / "r.npz", rows=tmp_path / "rows.npz")


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"images": np.zeros((5, 64, 64, 1), np.uint8)}, "compare images of one size"),
        ({"samples": np.zeros((5, 32, 32, 1), np.uint8)}, "must hold `images`"),
        ({"images": np.full((5, 32, 32, 1), -1, np.float32)}, r"must lie in \[0,1\]"),
        ({"images": np.zeros((1, 32, 32, 1), np.uint8)}, "at least 2 images"),
    ],
)
def test_images_that_cannot_be_judged_are_refused(reference, lite0_weights, tmp_path, arrays, said):
    write_arrays(tmp_path / "g.npz", arrays)
    with pytest.raises(UserError, match=said):
        distances.run(reference, tmp_path / "g.npz", tmp_path / "d.json", efflite0=lite0_weights)
    assert not (tmp_path / "d.json").exists()


def test_a_file_that_is_no_reference_is_refused(generated, tmp_path):
    with pytest.raises(UserError, match="holds no reference"):
        distances.run(generated, generated, tmp_path / "d.json")


def test_a_reference_made_with_another_resize_is_refused(
    reference, generated, lite0_weights, tmp_path
):
    arrays = read_arrays(reference)
    record = json.loads(str(arrays["provenance"]))
    record["extractors"]["efflite0"]["resize"] = "nearest"
    write_arrays(tmp_path / "r.npz", arrays | {"provenance": np.array(json.dumps(record))})
    with pytest.raises(UserError, match="was made with another resize"):
        distances.run(tmp_path / "r.npz", generated, tmp_path / "d.json", efflite0=lite0_weights)
