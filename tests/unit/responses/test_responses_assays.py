"""The assays of a run, on autoencoders in closed form."""

import numpy as np
import pytest
from scipy.special import expit, logit

from latent_assays.errors import UserError
from latent_assays.responses.assays import (
    as_shown,
    assay_map,
    assay_matrix,
    map_numbers,
    path_arrays,
)
from latent_assays.responses.maps import response_map

MATRIX = {
    "samples": 64,
    "activity": {"inactive": 0.9, "informative": 0.1},
    "graph": {"active": 0.354, "mutual": 0.1, "one_way": 0.1},
    "traversals": 4,
    "interventions": 4,
    "reading": "author",
}
MAP = {
    "map": {"active": 0.5, "extent": 2, "points": 21, "spacing": "true", "tiles": 3},
    "path": {"landscape": "curvature", "temperature": 0.1, "points": 11},
}
GRID = np.stack(np.unravel_index(np.arange(6), (3, 2)), axis=1)
STD = np.tile(np.float32([0.1, 0.2, 1.0]), (6, 1))
CDS = ("cds", "cds_rescaled", "cds_masked")
# h(z) = RESPONSE z: latent 1 also moves latent 0, and latent 2 is dead.
RESPONSE = np.array([[0.9, 0.2, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 0.0]])


def decode(codes):
    """Images (B,1,1,3) of three grey pixels."""
    return expit(codes.astype(np.float64))[:, None, None, :]


def encode(images):
    return logit(images[:, 0, 0]) @ RESPONSE.T


def contract(images):
    """The encoder of h(z) = 0.9 z."""
    return 0.9 * logit(images[:, 0, 0])


def codes_of(factors, sizes, mean=None, **more):
    """Codes whose first latents are the factors, unless `mean` says otherwise."""
    factors = np.asarray(factors)
    if mean is None:
        mean = np.pad(factors.astype(np.float32), ((0, 0), (0, 3 - factors.shape[1])))
    return {
        "mean": mean,
        "factors": factors,
        "factor_names": np.array([f"factor {index}" for index in range(factors.shape[1])]),
        "factor_sizes": np.array(sizes, int),
        **more,
    }


@pytest.fixture(scope="module")
def matrix():
    return assay_matrix(encode, decode, codes_of(GRID, (3, 2), std=STD), MATRIX)


def test_a_row_of_the_matrix_is_a_column_of_the_linear_map(matrix):
    """Replacing z_j moves latent k by RESPONSE_kj of it, so that M_jk / M_jj is their ratio."""
    found = matrix.arrays["matrix"]
    error = matrix.arrays["standard_error"].diagonal()
    assert (np.abs(found.diagonal() - [0.9, 0.5, 0]) <= 4 * error).all()
    assert found[0] / found[0, 0] == pytest.approx([1, 0, 0], abs=1e-5)
    assert found[1] / found[1, 1] == pytest.approx([0.4, 1, 0], abs=1e-5)
    assert found[2].tolist() == [0, 0, 0]


def test_the_graph_joins_the_active_latents(matrix):
    assert matrix.arrays["nodes"].tolist() == [0, 1]
    assert matrix.arrays["edges"].tolist() == [[1, 0]]


def test_a_graph_without_edges_is_still_pairs():
    found = assay_matrix(contract, decode, codes_of(GRID, (3, 2), std=STD), MATRIX)
    assert found.arrays["nodes"].tolist() == [0, 1, 2]
    assert found.arrays["edges"].shape == (0, 2)


def test_responses_are_told_apart_by_the_posteriors_variance(matrix):
    numbers, own = matrix.numbers, matrix.arrays["matrix"].diagonal()
    assert matrix.arrays["posterior_variance"] == pytest.approx([0.01, 0.04, 1])
    assert numbers["informative_response"] == {"value": own[:2].tolist(), "reason": None}
    assert numbers["inactive_response"] == {"value": own[2:].tolist(), "reason": None}


def test_conditioned_on_a_factor_only_its_own_latent_responds(matrix):
    """The second factor has classes 0 and 1: eq. 9 is 0.5 |1 - 0| / sqrt(2) for latent 1."""
    conditioned = matrix.arrays["conditioned"]
    assert conditioned[1] == pytest.approx([0, 0.5 / np.sqrt(2), 0], abs=1e-6)
    assert conditioned[0, 0] > 0.9 / np.sqrt(2) - 1e-6
    assert conditioned[0, 1:] == pytest.approx([0, 0], abs=1e-6)
    assert matrix.arrays["factor_names"].tolist() == ["factor 0", "factor 1"]
    for name in CDS:
        assert matrix.numbers[name] == {"value": pytest.approx(1), "reason": None}


def test_rows_in_any_order_are_a_grid(matrix):
    order = np.random.default_rng(0).permutation(6)
    coded = codes_of(GRID[order], (3, 2), std=STD)
    found = assay_matrix(encode, decode, coded, MATRIX)
    np.testing.assert_allclose(found.arrays["conditioned"], matrix.arrays["conditioned"])


@pytest.mark.parametrize("classes", [1, 3], ids=["of one class", "of which one occurs"])
def test_a_factor_that_does_not_vary_is_left_out(matrix, classes):
    factors = np.insert(GRID, 1, 0, axis=1)
    coded = codes_of(factors, (3, classes, 2), codes_of(GRID, (3, 2))["mean"], std=STD)
    found = assay_matrix(encode, decode, coded, MATRIX)
    assert found.arrays["factor_names"].tolist() == ["factor 0", "factor 2"]
    np.testing.assert_allclose(found.arrays["conditioned"], matrix.arrays["conditioned"])


@pytest.mark.parametrize(
    ("coded", "reason"),
    [
        (codes_of(np.zeros((6, 0)), ()), "no factor with classes varies"),
        (codes_of([[0, 0]], (1, 1)), "no factor with classes varies"),
        (codes_of([[0, 0]], (3, 2)), "no factor with classes varies"),
        (codes_of(GRID / 3, (0, 0)), "no factor with classes varies"),
        (codes_of(GRID[:-1], (3, 2)), "factors (5 rows) must hold each of the 6 combinations"),
        (codes_of(GRID * [0.3, 1], (0, 2)), "factors (6 rows) must hold each of the 2 "),
    ],
    ids=["no factors", "one image", "one of a grid", "continuous", "no grid", "one continuous"],
)
def test_without_a_grid_of_factors_scores_are_none_with_the_reason(coded, reason):
    coded = coded | {"std": STD[: len(coded["mean"])]}
    numbers, arrays = assay_matrix(encode, decode, coded, MATRIX)
    for name in CDS:
        assert numbers[name]["value"] is None
        assert f"there is no conditioned response matrix: {reason}" in numbers[name]["reason"]
    assert not {"conditioned", "conditioned_error", "factor_names"} & set(arrays)
    assert arrays["matrix"].shape == (3, 3)


def test_where_no_latent_responds_scores_are_none_with_the_reason():
    numbers, arrays = assay_matrix(
        lambda images: 0 * encode(images), decode, codes_of(GRID, (3, 2), std=STD), MATRIX
    )
    assert not arrays["conditioned"].any()
    assert len(arrays["nodes"]) == 0
    for name in CDS:
        assert numbers[name]["value"] is None
        assert numbers[name]["reason"].startswith("no latent responds")


def test_without_a_posterior_interventions_come_from_the_codes():
    """Latent 2 has one code, and latent 0 codes of standard deviation 3 sqrt(2 / 3)."""
    mean = codes_of(GRID * [3, 1], (3, 2))["mean"]
    numbers, arrays = assay_matrix(contract, decode, codes_of(GRID, (3, 2), mean), MATRIX)
    assert set(numbers) == set(CDS)
    assert "posterior_variance" not in arrays
    assert arrays["matrix"][2].tolist() == [0, 0, 0]
    expected = 0.9 * mean[:, 0].std()
    assert arrays["matrix"][0, 0] == pytest.approx(expected, abs=4 * arrays["standard_error"][0, 0])
    assert arrays["matrix"][0, 0] > 1.5, "of the prior's it would be 0.9"


@pytest.fixture(scope="module")
def mapped():
    """Codes around the grid, and the map of a contraction."""
    noise = 0.1 * np.random.default_rng(0).standard_normal((6, 3))
    mean = (np.insert(GRID, 2, 0, axis=1) - 0.6 + noise).astype(np.float32)
    return mean, assay_map(contract, decode, codes_of(GRID, (3, 2), mean), MAP, 0.9 * np.eye(3))


def test_the_map_of_a_contraction(mapped):
    """div u = -0.2 and H = 1/(2|z|), so that all of the map converges."""
    mean, (numbers, arrays) = mapped
    np.testing.assert_allclose(arrays["divergence"], -0.2, atol=1e-4)
    for name in ("negative_divergence", "positive_curvature", "codes_at_positive_curvature"):
        assert numbers[name] == {"value": 1, "reason": None}
        assert arrays[name] == 1
    nearest = np.linalg.norm(mean - mean.mean(axis=0), axis=1).argmin()
    np.testing.assert_array_equal(arrays["base"], mean[nearest].astype(float))
    assert "M_jj > 0.5" in arrays["rule"]


def test_the_matrix_selects_the_latents():
    coupled = np.array([[0.9, 0.0, 0.3], [0.0, 0.9, 0.1], [0.4, 0.1, 0.9]])
    mean = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
    found = assay_map(contract, decode, codes_of(GRID, (3, 2), mean), MAP, coupled).arrays
    assert tuple(found["latents"]) == (0, 2)
    assert found["coupling"] == 0.3


def test_tiles_are_decoded_where_they_lie(mapped):
    arrays = mapped[1].arrays
    first, second = arrays["latents"]
    assert arrays["tiles"].shape == (3, 3, 1, 3, 1)
    assert arrays["tiles"].dtype == np.uint8
    # Three tiles side by side fill the map from -2 to 2.
    assert arrays["tile_axis"] == pytest.approx([-4 / 3, 0, 4 / 3])
    right_down = arrays["tiles"][2, 0, 0, :, 0]
    assert right_down[first] == round(255 * expit(4 / 3))
    assert right_down[second] == round(255 * expit(-4 / 3))


def test_codes_of_the_map_are_the_means_on_its_plane(mapped):
    mean, (_, arrays) = mapped
    given = mean[:, arrays["latents"]]
    assert sorted(map(tuple, arrays["codes"])) == sorted(map(tuple, given))


def test_paths_join_the_same_two_ends_and_are_decoded(mapped):
    numbers, arrays = mapped[1]
    step = arrays["axis"][1] - arrays["axis"][0]
    assert "codes on this map" in arrays["ends_rule"]
    np.testing.assert_allclose(arrays["straight"][[0, -1]], arrays["ends"])
    assert np.abs(arrays["curved"][[0, -1]] - arrays["ends"]).max() <= step / 2 + 1e-9
    assert len(arrays["straight_images"]) == 11
    assert len(arrays["curved_images"]) <= 11
    first, second = arrays["latents"]
    middle = arrays["straight_images"][5, 0, :, 0]
    expected = np.rint(255 * expit(arrays["ends"].mean(axis=0)))
    np.testing.assert_allclose(middle[[first, second]], expected, atol=1)
    assert numbers["straight_length"]["value"] == pytest.approx(
        np.linalg.norm(np.diff(arrays["ends"], axis=0))
    )
    # H is 1/(2|z|), large at the origin: the path that minds it passes nearer by.
    curved, straight = (numbers[f"{name}_mean_curvature"] for name in ("curved", "straight"))
    assert curved["value"] > straight["value"] > 0


def test_numbers_of_both_paths_bear_their_names(mapped):
    kinds = ("mean_curvature", "mean_distance", "largest_distance", "length")
    of_paths = {f"{path}_{kind}" for path in ("curved", "straight") for kind in kinds}
    assert of_paths < set(mapped[1].numbers)
    assert len(mapped[1].numbers) == len(of_paths) + 3


def test_one_image_has_no_paths():
    with pytest.raises(UserError, match="a path needs two different codes"):
        assay_map(contract, decode, codes_of([[0, 0]], (3, 2)), MAP, 0.9 * np.eye(3))


FIELD = response_map(lambda z: 0.9 * z, lambda z: z, np.zeros(2), (0, 1), points=21)


def test_codes_beside_the_map_have_no_share():
    numbers = map_numbers(FIELD, np.array([[9.0, 9.0], [-9.0, 0.0]]))
    assert numbers["negative_divergence"] == {"value": 1, "reason": None}
    assert numbers["codes_at_positive_curvature"] == {
        "value": None,
        "reason": "no code lies on the map",
    }
    one_inside = map_numbers(FIELD, np.array([[9.0, 9.0], [1.0, 0.0]]))
    assert one_inside["codes_at_positive_curvature"]["value"] == 1


def test_a_path_that_leaves_the_map_has_a_length_and_no_curvature():
    path = np.array([[0.0, 1.0], [3.0, 1.0]])
    numbers, arrays = path_arrays("mine", path, FIELD, path)
    assert numbers["mine_length"] == {"value": 3, "reason": None}
    assert numbers["mine_mean_curvature"] == {"value": None, "reason": "the path leaves the map"}
    np.testing.assert_array_equal(arrays["mine"], path)
    assert np.isnan(arrays["mine_curvature"]).tolist() == [False, True]


def test_images_are_shown_as_bytes_and_vectors_as_they_are():
    vectors = np.array([[-1.5, 0.25, 300]])
    shown = as_shown(vectors[:, :, None, None])
    assert shown.shape == (1, 1, 1, 3)
    assert shown.ravel().tolist() == vectors.ravel().tolist()
    images = np.array([-0.1, 0.0, 0.5, 0.999, 1.0, 1.2]).reshape(1, 1, 2, 3)
    shown = as_shown(images)
    assert shown.dtype == np.uint8
    assert shown.shape == (1, 2, 3, 1)
    assert shown.ravel().tolist() == [0, 0, 128, 255, 255, 255]
    assert as_shown(np.zeros((4, 3, 2, 2))).shape == (4, 2, 2, 3)
