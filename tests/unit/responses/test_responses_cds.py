import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from latent_assays.errors import UserError
from latent_assays.responses.cds import causal_disentanglement_score, cds, rescale

GOLDEN = json.loads((Path(__file__).parents[2] / "golden/latent_response.json").read_text())["cds"]


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_scores(name):
    scores = causal_disentanglement_score(GOLDEN[name]["matrix"])
    assert scores["cds"] == pytest.approx(GOLDEN[name]["raw"])
    assert scores["cds_rescaled"] == pytest.approx(GOLDEN[name]["rescaled"])


def test_rescaling_as_published():
    assert rescale(0.53333, 6) == pytest.approx(0.44, abs=1e-4)


def test_no_response_at_all_is_not_a_number():
    scores = causal_disentanglement_score(np.zeros((3, 2)))
    assert math.isnan(scores["cds"])
    assert math.isnan(scores["cds_rescaled"])


def test_a_single_factor_has_raw_score_one_and_no_rescaled_one():
    scores = causal_disentanglement_score([[0.3, 0.4]])
    assert scores["cds"] == 1
    assert math.isnan(scores["cds_rescaled"])


def test_the_mask_leaves_out_latents_that_hardly_respond():
    matrix = np.array([[1.0, 0.0, 0.05], [0.0, 1.0, 0.05]])
    scores = causal_disentanglement_score(matrix, response_diagonal=[0.9, 0.8, 0.05])
    assert scores["cds"] == pytest.approx(2.05 / 2.1)
    assert scores["cds_masked"] == 1
    assert scores["cds_masked_rescaled"] == 1


def test_nothing_left_under_the_mask_is_not_a_number():
    scores = causal_disentanglement_score(np.eye(2), response_diagonal=[0, 0])
    assert scores["cds"] == 1
    assert math.isnan(scores["cds_masked"])


@given(
    arrays(np.float64, (3, 5), elements=st.floats(1e-3, 10)),
    st.floats(0.01, 100),
    st.permutations(range(3)),
    st.permutations(range(5)),
)
def test_range_and_invariances(matrix, scale, factors, latents):
    score = cds(matrix)
    assert 1 / 3 - 1e-9 <= score <= 1 + 1e-9
    assert cds(scale * matrix) == pytest.approx(score)
    assert cds(matrix[factors][:, latents]) == pytest.approx(score)
    assert cds(np.concatenate([matrix, np.zeros((3, 1))], axis=1)) == pytest.approx(score)


@pytest.mark.parametrize("matrix", [[[-1.0, 1.0]], [[np.nan, 1.0]], [1.0, 2.0]])
def test_faults(matrix):
    with pytest.raises(UserError, match=">= 0"):
        cds(matrix)
