import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scores_reference import codes_like_a_vae

from latent_assays.errors import UserError
from latent_assays.scores import SCORES, evaluate, score
from latent_assays.scores.result import LARGEST


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
        (3, 2, lambda codes: codes * np.float32(3e37)),
        (3, 2, lambda codes: codes / np.abs(codes).max(axis=0) * 0.999e30),
        (3, 2, lambda codes: codes / np.abs(codes).max(axis=0) * np.float32(0.999e30)),
        (3, 2, lambda codes: codes * 1e-200),
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
        "near-the-end-of-float32",
        "largest",
        "largest-in-float32",
        "vanishing",
    ],
)
@pytest.mark.filterwarnings("error")
def test_every_score_answers_every_edge_without_a_warning(name, latents, factors, wreck):
    codes, classes = codes_like_a_vae(200, sizes=(3, 4, 5), latents=3)
    check_result(score(name, wreck(codes[:, :latents]), classes[:, :factors]))


@pytest.mark.parametrize("name", ["mig", "modularity", "irs", "dci", "explicitness"])
def test_a_scale_near_the_largest_keeps_the_value(name, model):
    codes, factors = model
    scaled = codes * np.float32(2.0**98)
    assert 1e29 < np.abs(scaled).max() < LARGEST
    expected = score(name, codes, factors)["value"]
    assert score(name, scaled, factors)["value"] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("name", sorted(set(SCORES) - {"active_units"}))
@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        (lambda labels: np.where(labels == 4, np.nan, labels), "labels of factor 2 are not finite"),
        (lambda labels: np.where(labels == 4, np.inf, labels), "labels of factor 2 are not finite"),
        (lambda labels: labels + 0.5, "factor 0 is continuous"),
        (lambda labels: labels.astype(str), "the labels of factor 0 are no numbers"),
        (lambda labels: labels * 1e30, "the labels of factor 0 are beyond 64 bits"),
    ],
    ids=["nan", "inf", "continuous", "words", "too-large"],
)
@pytest.mark.filterwarnings("error")
def test_labels_that_are_no_classes_have_one_answer(name, spoilt, reason, model):
    codes, factors = model
    result = score(name, codes, spoilt(factors))
    assert result["value"] is None
    assert reason in result["reason"]
    if name in ("sap", "dci", "explicitness"):
        tested = score(name, codes, factors, codes, spoilt(factors))
        assert reason in tested["reason"]


@pytest.mark.parametrize("name", sorted(set(SCORES) - {"active_units"}))
def test_labels_may_be_any_whole_numbers(name, model):
    codes, factors = model
    named = np.array([-(2**62), -7, 0, 1000, 2**62])[factors]  # in order
    expected = score(name, codes, factors)
    assert score(name, codes, named)["value"] == pytest.approx(expected["value"], abs=1e-12)
    frame = pd.DataFrame({"a": factors[:, 0] == 1, "b": factors[:, 1]})  # of bool and int: objects
    bools = np.column_stack([factors[:, 0] == 1, factors[:, 1]])
    assert score(name, codes, frame) == score(name, codes, bools)


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
    assert without["details"]["factors"] == [0, 1, 2]
    assert with_constant["details"]["factors"] == [1, 2, 3]


@pytest.mark.parametrize("name", SCORES)
def test_data_frames_are_arrays(name, model):
    codes, factors = model
    frames = pd.DataFrame(codes, columns=list("abcdef")), pd.DataFrame(factors)
    assert score(name, *frames) == score(name, codes, factors)


def test_settings_say_what_was_computed(model):
    assert score("irs", *model, quantile=1.0)["settings"] == {"quantile": 1.0, "factor_bins": 20}
    assert score("dci", *model, seed=3)["settings"] == {"repeats": 3, "seed": 3}


def test_an_unknown_score_is_named_with_those_there_are(model):
    with pytest.raises(UserError, match="'fid' is not a score; the scores are mig, modularity"):
        score("fid", *model)
    with pytest.raises(UserError, match="'fid' is not a score"):
        evaluate(*model, scores=["fid"])


def numbers(result):
    return result["value"], result["details"]


def test_evaluate_samples_once_and_shares_the_information(model):
    codes, factors = model
    results = evaluate(codes, factors, scores=["mig", "modularity", "sap"], n_train=700, n_test=90)
    rng = np.random.default_rng(0)
    train, test = rng.integers(1000, size=700), rng.integers(1000, size=90)
    for name in ("mig", "modularity"):
        assert numbers(results[name]) == numbers(score(name, codes[train], factors[train]))
        assert results[name]["settings"] == {"bins": 20, "n_train": 700, "draw_seed": 0}
    expected = score("sap", codes[train], factors[train], codes[test], factors[test])
    assert numbers(results["sap"]) == numbers(expected)
    drawn = {"n_train": 700, "n_test": 90, "draw_seed": 0}
    assert results["sap"]["settings"] == {"C": 0.01} | drawn


def test_evaluate_gives_every_score_and_some_every_row(model):
    codes, factors = model
    std = np.full_like(codes, 0.5)
    results = evaluate(codes, factors, std, n_train=500, n_test=200, seed=2)
    assert list(results) == list(SCORES)
    for result in results.values():
        check_result(result)
        assert result["value"] is not None
    points = {"n_train": 500, "n_test": 200, "seed": 2}
    for name in ("factor_vae", "beta_vae"):
        assert results[name] == score(name, codes, factors, n_train=500, n_test=200, seed=2)
        assert results[name]["settings"].items() >= points.items()
    assert results["active_units"] == score("active_units", codes, factors, std=std)
    assert results["active_units"]["value"] == 6


def test_rows_that_are_split_already_are_not_drawn_from(model):
    codes, factors = model
    train, test = (codes[:700], factors[:700]), (codes[700:], factors[700:])
    results = evaluate(*train, scores=["mig", "sap"], codes_test=test[0], factors_test=test[1])
    assert numbers(results["mig"]) == numbers(score("mig", *train))
    assert numbers(results["sap"]) == numbers(score("sap", *train, *test))
    split = {"n_train": 700, "n_test": 300, "draw_seed": None}
    assert results["sap"]["settings"] == {"C": 0.01} | split


def test_a_continuous_factor_leaves_active_units_only(model):
    codes, factors = model
    results = evaluate(codes, factors + np.array([0, 0.25, 0]))
    assert results.pop("active_units")["value"] is not None
    for result in results.values():
        check_result(result)
        assert "factor 1 is continuous" in result["reason"]


@pytest.mark.parametrize("seed", range(3))
def test_what_is_broken_is_so_whatever_rows_are_drawn(model, seed):
    codes, factors = model
    codes, labels = codes.copy(), factors.astype(float)
    codes[3, 0], labels[3, 1] = np.nan, np.nan
    few = {"n_train": 20, "n_test": 20, "seed": seed}
    for result in evaluate(codes, factors, **few).values():
        assert result["value"] is None
        assert result["reason"].startswith("1 of 1000 codes are not finite")
    results = evaluate(model[0], labels, **few)
    assert results.pop("active_units")["value"] is not None
    for name, result in results.items():
        assert result["value"] is None
        assert result["reason"] == "1 of 1000 labels of factor 1 are not finite"
        assert result["settings"]["n_train"] == 20, name


def test_too_few_rows_are_an_error(model):
    for few in ({"n_train": 1}, {"n_test": 0}):
        with pytest.raises(ValueError, match="give 2 or more"):
            evaluate(*model, **few)
    with pytest.raises(ValueError, match="0 rows"):
        evaluate(model[0][:0], model[1][:0])


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
