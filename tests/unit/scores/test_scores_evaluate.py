import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scores_reference import codes_like_a_vae

from latent_assays.errors import UserError
from latent_assays.scores import SCORES, WHOLE_SET, evaluate, score

QUICK = [name for name in SCORES if name not in ("dci", "factor_vae", "beta_vae")]


def check_result(result):
    assert sorted(result) == ["details", "reason", "settings", "value"]
    assert (result["value"] is None) == (result["reason"] is not None)
    assert json.loads(json.dumps(result, allow_nan=False)) == result


@pytest.fixture(scope="module")
def model():
    return codes_like_a_vae(1000, sizes=(3, 4, 5), latents=6)


@pytest.mark.parametrize("name", SCORES)
def test_every_score_gives_a_whole_result(name, model):
    result = score(name, *model)
    check_result(result)
    assert result["value"] is not None
    assert 0 <= result["value"] <= (6 if name == "active_units" else 1)


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize(
    ("latents", "factors", "wreck"),
    [
        (1, 3, lambda codes: codes),
        (3, 1, lambda codes: codes),
        (1, 1, lambda codes: codes),
        (3, 2, lambda codes: np.full_like(codes, 0.1)),
        (3, 2, lambda codes: np.where(np.arange(3) == 0, 0.1, codes).astype(np.float32)),
        (3, 2, lambda codes: np.where(codes == codes.max(), np.nan, codes)),
        (3, 2, lambda codes: np.where(codes == codes.max(), np.inf, codes)),
        (3, 2, lambda codes: np.where(codes == codes.max(), 1e200, codes.astype(float))),
        (3, 2, lambda codes: codes * np.float32(1e-30)),
        (3, 2, lambda codes: codes * np.float32(1e30)),
    ],
    ids=[
        "one-latent",
        "one-factor",
        "one-both",
        "all-dead",
        "one-dead",
        "nan",
        "inf",
        "too-large",
        "tiny",
        "huge",
    ],
)
@pytest.mark.filterwarnings("error")
def test_every_score_answers_every_edge_without_a_warning(name, latents, factors, wreck):
    codes, classes = codes_like_a_vae(200, sizes=(3, 4, 5), latents=3)
    check_result(score(name, wreck(codes[:, :latents]), classes[:, :factors]))


@pytest.mark.parametrize("name", SCORES)
def test_broken_codes_never_have_a_value(name, model):
    codes = model[0].copy()
    codes[5, 0] = np.nan
    result = score(name, codes, model[1])
    assert result["value"] is None
    assert "1 of 1000 codes" in result["reason"]


@pytest.mark.parametrize("name", sorted(set(SCORES) - {"active_units"}))
def test_constant_factors_are_left_out(name, model):
    codes, factors = model
    more = np.column_stack([np.full(1000, 4), factors])
    with_constant, without = score(name, codes, more), score(name, codes, factors)
    assert with_constant["value"] == pytest.approx(without["value"], abs=1e-12)
    if "factors" in without["details"]:
        assert without["details"]["factors"] == [0, 1, 2]
        assert with_constant["details"]["factors"] == [1, 2, 3]


@pytest.mark.parametrize("name", SCORES)
def test_data_frames_are_arrays(name, model):
    codes, factors = model
    frames = pd.DataFrame(codes, columns=list("abcdef")), pd.DataFrame(factors)
    assert score(name, *frames) == score(name, codes, factors)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(QUICK))
def test_order_does_not_matter(seed, name):
    codes, factors = codes_like_a_vae(300, sizes=(3, 4, 5), latents=5, seed=seed)
    rng = np.random.default_rng(seed)
    rows, latents, columns = rng.permutation(300), rng.permutation(5), rng.permutation(3)
    shuffled = score(name, codes[rows][:, latents], factors[rows][:, columns])
    tolerance = 5e-4 if name == "explicitness" else 1e-6
    assert shuffled["value"] == pytest.approx(score(name, codes, factors)["value"], abs=tolerance)


def test_settings_say_what_was_computed(model):
    assert score("irs", *model, quantile=1.0)["settings"] == {"quantile": 1.0, "factor_bins": 20}
    assert score("dci", *model, seed=3)["settings"] == {"repeats": 3, "seed": 3}


def test_an_unknown_score_is_named_with_those_there_are(model):
    with pytest.raises(UserError, match="'fid' is not a score; the scores are mig, modularity"):
        score("fid", *model)
    with pytest.raises(UserError, match="'fid' is not a score"):
        evaluate(*model, scores=["fid"])


def test_evaluate_samples_once_and_shares_the_information(model):
    codes, factors = model
    results = evaluate(codes, factors, scores=["mig", "modularity", "sap"], n_train=700, n_test=90)
    rng = np.random.default_rng(0)
    train, test = rng.integers(1000, size=700), rng.integers(1000, size=90)
    assert results["mig"] == score("mig", codes[train], factors[train])
    assert results["modularity"] == score("modularity", codes[train], factors[train])
    expected = score("sap", codes[train], factors[train], codes[test], factors[test])
    assert results["sap"] == expected


def test_evaluate_gives_every_score_and_some_every_row(model):
    codes, factors = model
    std = np.full_like(codes, 0.5)
    results = evaluate(codes, factors, std, n_train=500, n_test=200, seed=2)
    assert list(results) == list(SCORES)
    for result in results.values():
        check_result(result)
        assert result["value"] is not None
    for name in WHOLE_SET:
        assert results[name] == score(name, codes, factors, std=std, seed=2)
    assert results["active_units"]["value"] == 6


def test_a_continuous_factor_leaves_active_units_only(model):
    codes, factors = model
    results = evaluate(codes, factors.astype(float), factor_sizes=(3, 0, 5))
    assert results.pop("active_units")["value"] is not None
    for result in results.values():
        check_result(result)
        assert "factors [1] are continuous" in result["reason"]
    assert "continuous" in score("mig", codes, factors + 0.25)["reason"]


def test_broken_codes_are_answered_by_every_score(model):
    codes = model[0] * np.float32(np.nan)
    for result in evaluate(codes, model[1], n_train=50, n_test=50).values():
        assert result["value"] is None


@pytest.mark.parametrize("name", ["sap", "explicitness", "dci"])
def test_test_rows_of_another_model_are_an_error(name, model):
    codes, factors = model
    with pytest.raises(ValueError, match="5 latents"):
        score(name, codes, factors, codes[:, :5], factors)
    with pytest.raises(ValueError, match="2 columns"):
        score(name, codes, factors, codes, factors[:, :2])
    broken = np.where(codes == codes.max(), np.nan, codes)
    assert score(name, codes, factors, broken, factors)["value"] is None


def test_rows_that_do_not_match_are_an_error(model):
    with pytest.raises(ValueError, match="must be"):
        evaluate(model[0], model[1][:-1])


def test_importing_the_scores_is_cheap():
    program = (
        "import sys, time, numpy; start = time.process_time()\n"
        "import latent_assays.scores\n"
        "from latent_assays.scores import mig, sap, irs, explicitness, factor_vae, dci\n"
        "heavy = {'torch', 'numba', 'sklearn', 'scipy', 'pandas'} & set(sys.modules)\n"
        "print(time.process_time() - start < 1, heavy)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout == "True set()\n", done.stderr
