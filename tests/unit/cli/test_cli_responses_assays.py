"""Assays of `responses` on an autoencoder in closed form, h(z) = 0.9 z."""

import numpy as np
import pytest
from scipy.special import expit, logit

from latent_assays.cli.responses import ASSAYS, run
from latent_assays.errors import UserError

SETTINGS = {
    "samples": 64,
    "activity": {"inactive": 0.9, "informative": 0.1},
    "graph": {"active": 0.354, "mutual": 0.1, "one_way": 0.1},
    "traversals": 4,
    "interventions": 4,
    "reading": "author",
    "map": {"active": 0.5, "extent": 2, "points": 21, "spacing": "true", "tiles": 3},
    "path": {"landscape": "curvature", "temperature": 0.1, "points": 11, "clusters": 6},
}


def decode(codes):
    return expit(codes.astype(np.float64))[:, :, None, None]


def encode(images):
    return 0.9 * logit(images[:, :, 0, 0])


@pytest.fixture(scope="module")
def measured():
    """What the assays say one after the other, for 3 latents and the grid of 3 x 2 classes."""
    factors = np.stack(np.meshgrid(range(3), range(2), [0], indexing="ij"), -1).reshape(-1, 3)
    random = np.random.default_rng(0)
    coded = {
        "mean": (factors - 0.6 + 0.1 * random.standard_normal(factors.shape)).astype(np.float32),
        "std": np.tile(np.float32([0.1, 0.2, 1.0]), (6, 1)),
        "factors": factors,
        "factor_names": np.array(["hue", "scale", "constant"]),
        "factor_sizes": np.array([3, 2, 1]),
    }
    results = {}
    for assay, (measure, before) in ASSAYS.items():
        results[assay] = measure(encode, decode, coded, results.get(before, {}), SETTINGS)
    return coded, results


def test_the_matrix_comes_with_its_graph_and_the_latents_activity(measured):
    matrix = measured[1]["matrix"]
    assert matrix["matrix"].diagonal() == pytest.approx([0.9] * 3, abs=0.3)
    assert matrix["nodes"].tolist() == [0, 1, 2]
    assert matrix["edges"].shape == (0, 2)
    assert matrix["posterior_variance"] == pytest.approx([0.01, 0.04, 1])
    own = matrix["matrix"].diagonal()
    assert matrix["informative_response"].tolist() == own[:2].tolist()
    assert matrix["inactive_response"].tolist() == own[2:].tolist()


def test_the_conditioned_assay_leaves_out_constants_and_masks_by_the_matrix(measured):
    conditioned = measured[1]["conditioned"]
    assert conditioned["factor_names"].tolist() == ["hue", "scale"]
    assert conditioned["matrix"].shape == (2, 3)
    assert conditioned["cds_masked"] == pytest.approx(conditioned["cds"]), "all are active"


def test_the_map_of_a_contraction(measured):
    """div u = -0.2 and H = 1/(2|z|), so that all of the map converges."""
    coded, results = measured
    response = results["map"]
    np.testing.assert_allclose(response["divergence"], -0.2, atol=1e-4)
    assert response["negative_divergence"] == response["positive_curvature"] == 1
    assert response["codes_at_positive_curvature"] == 1
    nearest = np.linalg.norm(coded["mean"] - coded["mean"].mean(axis=0), axis=1).argmin()
    np.testing.assert_array_equal(response["base"], coded["mean"][nearest].astype(float))
    assert "M_jj > 0.5" in response["rule"]


def test_tiles_are_decoded_where_they_lie(measured):
    response = measured[1]["map"]
    first, second = response["latents"]
    assert response["tiles"].shape == (3, 3, 1, 1, 3)
    assert response["tiles"].dtype == np.uint8
    # Three tiles side by side fill the map from -2 to 2.
    assert response["tile_axis"] == pytest.approx([-4 / 3, 0, 4 / 3])
    right_down = response["tiles"][2, 0, 0, 0]
    assert right_down[first] == round(255 * expit(4 / 3))
    assert right_down[second] == round(255 * expit(-4 / 3))


def test_codes_of_the_map_are_the_means_on_its_plane(measured):
    coded, results = measured
    response = results["map"]
    given = coded["mean"][:, response["latents"]]
    assert sorted(map(tuple, response["codes"])) == sorted(map(tuple, given))


def test_paths_join_the_same_two_ends_and_are_decoded(measured):
    results = measured[1]
    path, step = results["path"], results["map"]["axis"][1] - results["map"]["axis"][0]
    assert "codes on this map" in path["ends_rule"]
    np.testing.assert_allclose(path["straight"][[0, -1]], path["ends"])
    assert np.abs(path["curved"][[0, -1]] - path["ends"]).max() <= step / 2 + 1e-9
    assert len(path["straight_images"]) == 11
    assert len(path["curved_images"]) <= 11
    assert path["curved_mean_curvature"] > 0


def test_an_assay_that_builds_on_another_asks_for_its_file(tmp_path):
    options = {"run": tmp_path, "codes": tmp_path, "settings": "{}", "output": tmp_path / "a.npz"}
    with pytest.raises(UserError, match="path builds on map: give the npz of map"):
        run(assay="path", **options)
    with pytest.raises(UserError, match="'maps' is not an assay; the assays are matrix, "):
        run(assay="maps", **options)
