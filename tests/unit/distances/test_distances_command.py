"""From image sets to JSON: `references` and `distances` on small sets."""

import json

import numpy as np
import pytest

from latent_assays.cli import distances, references
from latent_assays.distances import DISTANCES, inception
from latent_assays.distances.pixel_errors import errors_of_images
from latent_assays.distances.reference import SPLIT
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
    references.run(images, output, efflite0=lite0_weights, device="cpu")
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
    assert record["draw"] == {"samples": 30, "split": SPLIT, "seed": 0}
    assert record["dataset"]["source"] == "drawn"
    assert list(record["missing"]) == ["inception"]
    assert record["missing"]["inception"].startswith("no Inception 2015-12-05 weights were given")


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
        assert (kept["n_reference"], kept["n_generated"], kept["split"]) == (30, 30, SPLIT)
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


def test_a_null_distance_keeps_its_settings(reference, generated, tmp_path):
    distances.run(reference, generated, tmp_path / "d.json", device="cpu")
    found = read_json(tmp_path / "d.json")["distances"]
    assert set(found) == set(DISTANCES)
    for result in found.values():
        kept = result["settings"]
        assert (kept["n_reference"], kept["n_generated"], kept["split"]) == (30, 30, SPLIT)
        assert {"resize", "range", "dtype", "layer", "weights_sha256", "formula"} <= set(kept)
    assert found["fid"]["settings"]["weights_sha256"] == inception.SHA256


def test_wrong_weights_are_refused_also_where_the_reference_lacks_them(
    reference, generated, tmp_path
):
    wrong = tmp_path / "pt_inception-2015-12-05-6726825d.pth"
    wrong.write_bytes(b"other weights")
    with pytest.raises(UserError, match="does not hold the Inception 2015-12-05 weights"):
        distances.run(reference, generated, tmp_path / "d.json", inception=wrong, device="cpu")
    assert not (tmp_path / "d.json").exists()


def test_right_weights_do_not_help_a_reference_that_lacks_them(
    reference, generated, tmp_path, monkeypatch
):
    monkeypatch.setattr(inception, "open_extractor", lambda weights, input_size: None)
    distances.run(reference, generated, tmp_path / "d.json", inception=tmp_path, device="cpu")
    found = read_json(tmp_path / "d.json")["distances"]["fid"]
    assert found["value"] is None
    assert found["reason"].startswith("the reference lacks it: no Inception")


def judge_copies(folder, weights, images, scale, offset, rows=None):
    """Distances of the images themselves, as a perfect autoencoder reconstructs them."""
    write_image_set(
        folder / "real.h5",
        [images],
        images.shape,
        factors=np.zeros((len(images), 0)),
        factor_names=[],
        factor_sizes=[],
        attributes={"dataset": "discs", "variant": "perturbed", "source": "drawn"},
        scale=scale,
        offset=offset,
    )
    references.run(folder / "real.h5", folder / "r.npz", efflite0=weights, device="cpu")
    rows = np.arange(len(images)) if rows is None else rows
    copies = {"images": images[rows], "rows": rows, "scale": scale, "offset": offset}
    write_arrays(folder / "g.npz", copies)
    distances.run(
        folder / "r.npz", folder / "g.npz", folder / "d.json", efflite0=weights, device="cpu"
    )
    return read_json(folder / "d.json")["distances"]


@pytest.mark.parametrize(("scale", "offset"), [(1 / 255, 0.0), (1.35 / 255, -0.175)])
def test_a_perfect_copy_lands_at_the_floor_whatever_its_bytes_mean(
    lite0_weights, tmp_path, scale, offset
):
    """Half of the images are the reference; were they judged too, copies would lie below."""
    stored = np.rint((draw_images(0) / 255 - offset) / scale).astype(np.uint8)
    for result in list(judge_copies(tmp_path, lite0_weights, stored, scale, offset).values())[:2]:
        assert result["settings"]["n_generated"] == 30
        assert result["value"] == pytest.approx(result["details"]["floor"], rel=1e-6)


def test_reconstructions_of_the_references_images_are_not_judged(lite0_weights, tmp_path):
    images = draw_images(0)
    judge_copies(tmp_path, lite0_weights, images, 1 / 255, 0.0)
    arrays = read_arrays(tmp_path / "r.npz")
    of_reference, of_others = arrays["rows"], arrays["held_out_rows"]
    some = np.concatenate([of_reference[:25], of_others[:5]])
    found = judge_copies(tmp_path, lite0_weights, images, 1 / 255, 0.0, some)
    assert found["fd_efflite0"]["settings"]["n_generated"] == 5
    with pytest.raises(UserError, match="only 1 of 26 images reconstruct one outside"):
        judge_copies(tmp_path, lite0_weights, images, 1 / 255, 0.0, some[:26])


@pytest.mark.parametrize("images", [4, 5, 7])
def test_a_small_set_leaves_images_to_judge(tmp_path, lite0_weights, images):
    found = judge_copies(tmp_path, lite0_weights, draw_images(0)[:images], 1 / 255, 0.0)
    assert found["fd_efflite0"]["settings"]["n_generated"] == images // 2
    assert found["fd_efflite0"]["value"] is not None


@pytest.mark.parametrize("rows", [np.arange(3), np.zeros(5), np.zeros((5, 1), int)])
def test_rows_that_do_not_number_the_images_are_refused(reference, tmp_path, rows):
    arrays = {"images": np.zeros((5, 32, 32, 1), np.uint8), "rows": rows}
    write_arrays(tmp_path / "g.npz", arrays)
    with pytest.raises(UserError, match="one whole number for each of its images"):
        distances.run(reference, tmp_path / "g.npz", tmp_path / "d.json", device="cpu")


def test_errors_of_the_judged_reconstructions_are_reported(reference, tmp_path):
    """The errors are means over the images that the distances judge, and over no others."""
    rows = read_arrays(reference)
    images = draw_images(1)
    seen = images.transpose(0, 3, 1, 2) / 255
    errors = errors_of_images(seen, seen**2)
    for name in errors:
        errors[name][rows["rows"]] = np.nan
    write_arrays(tmp_path / "g.npz", {"images": images, "rows": np.arange(60), **errors})
    distances.run(reference, tmp_path / "g.npz", tmp_path / "d.json", device="cpu")
    found = read_json(tmp_path / "d.json")["distances"]
    expected = np.square(seen - seen**2)[rows["held_out_rows"]]
    assert found["mse_per_pixel"]["value"] == pytest.approx(expected.mean())
    assert found["mse_per_image"]["value"] == pytest.approx(expected.sum() / 30)
    assert found["bce_per_image"]["value"] > found["bce_per_image"]["details"]["floor"]


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
