"""Eq. 8 against closed forms and golden values.

`tests/golden/latent_response.json` holds closed forms, quadratures and values of the authors'
released code (github.com/felixludos/latent-responses), which omits the factor 1/2.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from latent_assays.errors import UserError
from latent_assays.responses.matrix import draw_interventions, response_matrix

GOLDEN = json.loads((Path(__file__).parents[2] / "golden/latent_response.json").read_text())["lrm"]
DEAD_INPUT = np.array([[1.0, 0.5, 0.0], [0.3, 0.8, 0.0], [0.2, 1.1, 0.0]])
MIX = np.array([[0.9, 0, 0.4, 0], [0, 0.7, 0, 0], [0.4, 0, 0.9, 0], [0.25, 0.5, 0, 0.6]])

RESPONSES = {
    "identity3": lambda z: z,
    "contraction": lambda z: z * [0.5, 0.1, 0.9],
    "linear_dead_input": lambda z: z @ DEAD_INPUT.T,
    "linear_mix4_bias": lambda z: z @ MIX.T + [0.3, -0.1, 0.0, 0.5],
    "sign": np.sign,
    "product": lambda z: np.stack([z[:, 0] * z[:, 1], z[:, 1], 0 * z[:, 2]], axis=1),
    "circle": lambda z: z / np.linalg.norm(z, axis=1, keepdims=True),
}


def identity(codes):
    return codes


def assay(h, latents, **options):
    return response_matrix(h, identity, latents, **options)


def test_every_golden_case_has_a_response_function():
    assert RESPONSES.keys() == GOLDEN.keys()


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_matrices(name):
    case = GOLDEN[name]
    result = assay(RESPONSES[name], case["d"], samples=100_000)
    np.testing.assert_allclose(result.matrix, case["expected"], atol=case["mc_tol_n10000"])
    error = np.abs(result.matrix - case["expected"])
    assert (error <= 4.5 * result.standard_error + 1e-6).all()


@pytest.mark.parametrize("name", GOLDEN)
def test_released_code_is_larger_by_the_root_of_two(name):
    case = GOLDEN[name]
    result = assay(RESPONSES[name], case["d"], samples=100_000)
    released = np.array(case["felix_code_mean"]) / np.sqrt(2)
    np.testing.assert_allclose(result.matrix, released, atol=case["mc_tol_n10000"] + 0.0035)


def test_replaced_latents_are_rows():
    shift = np.array([[0.0, 0.0], [1.0, 0.0]])  # h_1 = z_0
    matrix = assay(lambda z: z @ shift.T, 2).matrix
    assert matrix[0, 1] > 0.9
    assert matrix[1, 0] == 0


def test_linear_entries_are_the_coefficient_times_one_estimate_for_each_row():
    matrix = assay(lambda z: z @ MIX.T, 4, samples=200).matrix
    scale = matrix.diagonal() / MIX.diagonal()
    np.testing.assert_allclose(matrix, scale[:, None] * MIX.T, atol=1e-6)


@pytest.mark.parametrize(
    ("h", "expected"),
    [(lambda z: z**2, np.sqrt(2)), (np.round, np.sqrt(1.0833)), (lambda z: 0 * z, 0.0)],
)
def test_one_latent_closed_forms(h, expected):
    result = assay(h, 1, samples=20_000)
    assert abs(result.matrix[0, 0] - expected) <= 4 * result.standard_error[0, 0] + 1e-4


def test_standard_error_is_the_spread_over_seeds():
    runs = [assay(RESPONSES["product"], 3, samples=400, seed=seed) for seed in range(200)]
    spread = np.std([run.matrix for run in runs], axis=0, ddof=1)
    error = np.mean([run.standard_error for run in runs], axis=0)
    live = spread > 0
    np.testing.assert_allclose(error[live] / spread[live], 1, atol=0.2)
    np.testing.assert_array_equal(error[~live], 0)


def test_result_does_not_depend_on_batch_and_follows_the_seed():
    first = assay(RESPONSES["circle"], 2, samples=100, batch=7)
    same = assay(RESPONSES["circle"], 2, samples=100, batch=1000)
    other = assay(RESPONSES["circle"], 2, samples=100, seed=1)
    np.testing.assert_allclose(first.matrix, same.matrix, rtol=1e-12)
    assert not np.allclose(first.matrix, other.matrix)


def test_baseline_responses_are_shared():
    rows = []

    def decode(codes):
        rows.append(len(codes))
        return codes

    response_matrix(identity, decode, 5, samples=30, batch=8)
    assert sum(rows) == (5 + 1) * 30
    assert max(rows) == 8


def test_codes_replace_the_prior():
    codes = np.random.default_rng(0).normal([5, -2], [3, 0.1], size=(5000, 2))
    result = response_matrix(identity, identity, 2, samples=20_000, codes=codes)
    error = 4 * result.standard_error.diagonal() + 4 * codes.std(axis=0) / np.sqrt(2 * len(codes))
    assert (np.abs(result.matrix.diagonal() - [3, 0.1]) < error).all()


def test_base_codes_from_data_are_whole_rows_and_replacements_are_not():
    codes = np.arange(40.0).reshape(20, 2)
    base, replacement = draw_interventions(2, 500, codes=codes)
    np.testing.assert_array_equal(base[:, 1] - base[:, 0], 1)
    assert set(np.unique(replacement[:, 0])) <= set(codes[:, 0])
    assert (replacement[:, 1] - replacement[:, 0] != 1).mean() > 0.5


def test_faults():
    with pytest.raises(UserError, match="at least 2"):
        assay(identity, 2, samples=1)
    with pytest.raises(UserError, match=r"\(N,3\) for 3 latents"):
        assay(identity, 3, codes=np.zeros((10, 2)))


def test_a_result_is_ready_for_an_npz(tmp_path):
    result = assay(identity, 2, samples=10)
    np.savez(tmp_path / "matrix.npz", **vars(result))
    with np.load(tmp_path / "matrix.npz", allow_pickle=False) as archive:
        assert set(archive.files) == {"matrix", "standard_error", "samples"}
