"""Eq. 9 in each of its readings, against exact enumerations in `tests/golden`."""

import json
from pathlib import Path

import numpy as np
import pytest

from latent_assays.errors import UserError
from latent_assays.responses.cds import cds
from latent_assays.responses.conditioned import (
    READINGS,
    conditioned_response_matrix,
    draw_traversals,
    grid_order,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "golden/latent_response.json").read_text())
READING_OF = {
    "author": "meanroot_diffpairs",
    "author-all-pairs": "meanroot_allpairs",
    "pooled": "rms_diffpairs",
    "pooled-all-pairs": "rms_allpairs",
    "earlier": "learnrep_min_over_traversals_max_over_responses",
}
ROTATION = np.array([[np.cos(np.pi / 6), -0.5], [0.5, np.cos(np.pi / 6)]])
MIX = np.array([[1.0, 0.3], [0.6, 1.0]])


def identity(codes):
    return codes


def grid(sizes):
    """Factor values of unit variance on the full grid, (N,K)."""
    axes = [np.arange(size) - (size - 1) / 2 for size in sizes]
    axes = [axis / axis.std() for axis in axes]
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)


def ignore_last(codes):
    return np.concatenate([codes[:, :3], codes[:, :1]], axis=1)


CASES = {
    "identity": (lambda u: u, identity),
    "rot30": (lambda u: u @ ROTATION.T, identity),
    "dead_copy": (lambda u: np.concatenate([u, u[:, :1]], axis=1), ignore_last),
    "asym_sizes_2_9": (lambda u: u @ MIX.T, identity),
}


def assay(name, reading, **options):
    encode, h = CASES[name]
    sizes = GOLDEN["crm"][name]["sizes"]
    return conditioned_response_matrix(
        h, identity, encode(grid(sizes)), sizes, reading=reading, **options
    )


@pytest.mark.parametrize("reading", sorted(READING_OF.keys() - {"earlier"}))
@pytest.mark.parametrize("name", CASES)
def test_golden_matrices(name, reading):
    case = GOLDEN["crm"][name]
    result = assay(name, reading, traversals=400, interventions=64)
    expected = case["matrices"][READING_OF[reading]]
    np.testing.assert_allclose(result.matrix, expected, atol=case["mc_tol_400x64"])
    assert (np.abs(result.matrix - expected) <= 4.5 * result.standard_error + 2e-3).all()
    assert abs(cds(result.matrix) - case["cds"][READING_OF[reading]]) < 0.01


@pytest.mark.parametrize("name", CASES)
def test_earlier_reading_takes_the_least_traversal_and_the_largest_response(name):
    # Enough draws that every traversal, even the least of them, is close to its enumeration.
    result = assay(name, "earlier", traversals=20, interventions=3000)
    expected = GOLDEN["crm"][name]["matrices"][READING_OF["earlier"]]
    np.testing.assert_allclose(result.matrix, expected, atol=0.06)
    assert np.isnan(result.standard_error).all()


@pytest.mark.parametrize("name", CASES)
def test_released_code_is_larger_by_the_root_of_two(name):
    result = assay(name, "author", traversals=400)
    released = np.array(GOLDEN["crm"][name]["felix_code_matrix"]) / np.sqrt(2)
    np.testing.assert_allclose(result.matrix, released, atol=0.05)


def test_literal_reading_is_degenerate():
    """For a perfect model all rows are equal and CDS is 1/K, where the default reading gives 1."""
    result = assay("identity", "literal", traversals=2000)
    expected = np.array(GOLDEN["eq9_literal"]["matrix_root_outside"])
    assert (np.abs(result.matrix - expected) < 4.5 * result.standard_error).all()
    assert cds(result.matrix) == pytest.approx(GOLDEN["eq9_literal"]["cds"], abs=0.01)
    assert cds(assay("identity", "author").matrix) == 1


def test_standard_error_is_the_spread_over_seeds():
    generator = np.random.default_rng(3)
    codes = generator.standard_normal((6 * 5, 2))  # traversals that differ

    def run(seed, reading):
        return conditioned_response_matrix(
            identity, identity, codes, (6, 5), traversals=40, seed=seed, reading=reading
        )

    for reading in ("author", "pooled"):
        runs = [run(seed, reading) for seed in range(150)]
        spread = np.std([one.matrix for one in runs], axis=0, ddof=1)
        error = np.mean([one.standard_error for one in runs], axis=0)
        np.testing.assert_allclose(error / spread, 1, atol=0.2)


@pytest.mark.parametrize("reading", ["author", "author-all-pairs"])
def test_traversals_vary_one_factor_only(reading):
    sizes = (3, 4, 5)
    draws = draw_traversals(1, sizes, 30, 40, READINGS[reading], np.random.default_rng(0))
    base = np.array(np.unravel_index(draws.base, sizes))
    replacement = np.array(np.unravel_index(draws.replacement, sizes))
    np.testing.assert_array_equal(base[[0, 2]], replacement[[0, 2]])
    assert ((base[1] == replacement[1]).sum() == 0) == READINGS[reading].different
    assert draws.count.sum() == 30 * 40
    for traversal in range(30):
        assert len(np.unique(base[0][draws.traversal == traversal])) == 1
    assert len(np.unique(base[0])) == 3


def test_each_distinct_intervention_is_decoded_once():
    rows = []

    def decode(codes):
        rows.append(len(codes))
        return codes

    codes = grid((2, 3))
    conditioned_response_matrix(
        identity, decode, codes, (2, 3), traversals=7, interventions=1000, batch=16
    )
    # 3 columns of 2 members and 2 rows of 3: at most 2 and 6 ordered pairs, for each of 2 latents
    assert sum(rows) == (6 + 7 * 2 * 2) + (6 + 7 * 6 * 2)
    assert max(rows) == 16


def test_result_does_not_depend_on_batch():
    small = assay("rot30", "author", batch=5)
    large = assay("rot30", "author", batch=10_000)
    np.testing.assert_allclose(small.matrix, large.matrix, rtol=1e-12)


def test_single_traversal_has_no_standard_error():
    assert np.isnan(assay("rot30", "author", traversals=1).standard_error).all()


def test_grid_order_undoes_a_shuffle_and_gaps_in_the_classes():
    sizes = (3, 2, 4)
    classes = np.stack(np.unravel_index(np.arange(24), sizes), axis=1) * 10 + 7
    shuffled = classes[np.random.default_rng(0).permutation(24)]
    order, found = grid_order(shuffled)
    assert found == sizes
    np.testing.assert_array_equal(shuffled[order], classes)


@pytest.mark.parametrize("factors", [[[0, 0], [0, 1], [1, 0]], [[0, 0], [0, 0]]])
def test_grid_order_refuses_what_is_not_a_grid(factors):
    with pytest.raises(UserError, match="full grid"):
        grid_order(np.array(factors))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reading": "mine"}, "not one of author"),
        ({"factor_sizes": (4, 1)}, "at least 2 classes"),
        ({"factor_sizes": (3, 2)}, "N = 6"),
        ({"traversals": 0}, "at least 1"),
        ({"interventions": 0}, "at least 1"),
    ],
)
def test_faults(change, message):
    arguments = {"codes": np.zeros((4, 3)), "factor_sizes": (2, 2)} | change
    with pytest.raises(UserError, match=message):
        conditioned_response_matrix(identity, identity, **arguments)
