import io
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from scores_reference import codes_like_a_vae

from latent_assays.errors import UserError
from latent_assays.scores import SCORES, evaluate, score
from latent_assays.scores.draws import is_full_grid
from latent_assays.scores.result import LARGEST, classes_of


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


GRID = np.stack(np.unravel_index(np.arange(120), (4, 5, 6)), axis=1)


@pytest.fixture(scope="module")
def grid():
    noise = np.random.default_rng(5).normal(size=GRID.shape)
    return (GRID + 0.8 * noise).astype(np.float32), GRID


def test_a_full_grid_is_drawn_with_replacement_once_and_information_is_shared(grid):
    codes, factors = grid
    results = evaluate(codes, factors, scores=["mig", "modularity", "sap"], n_train=700, n_test=90)
    rng = np.random.default_rng(0)
    train, test = rng.integers(120, size=700), rng.integers(120, size=90)
    for name in ("mig", "modularity"):
        assert numbers(results[name]) == numbers(score(name, codes[train], factors[train]))
        assert results[name]["settings"] == {"bins": 20, "n_train": 700, "draw_seed": 0}
    expected = score("sap", codes[train], factors[train], codes[test], factors[test])
    assert numbers(results["sap"]) == numbers(expected)
    seen = int(np.isin(test, train).sum())
    drawn = {"n_train": 700, "n_test": 90, "draw_seed": 0, "test_rows_seen": seen}
    assert results["sap"]["settings"] == {"C": 0.01} | drawn


@pytest.mark.parametrize("shuffled", [False, True])
def test_a_full_grid_in_any_order_keeps_the_numbers_of_the_published_protocol(shuffled):
    """Values of the code as it was before other sets were drawn from without replacement.

    Of the boosted trees only the rows are kept: a last bit of an exponential, which differs from
    one CPU to the next, decides between splits that are equally good.
    """
    rng = np.random.default_rng(5)
    order = rng.permutation(120) if shuffled else np.arange(120)
    rng = np.random.default_rng(5)
    rng.permutation(120)
    codes = (GRID + 0.8 * rng.normal(size=GRID.shape)).astype(np.float32)[order]
    labels = np.array([0, 90, 180, 270, 360, 450])[GRID[order]]
    found = evaluate(codes, labels, std=np.full(codes.shape, 0.5), n_train=400, n_test=200, seed=3)
    known = {
        False: (
            *(0.28883443610732673, 0.744032783447261, 0.18166666666666664, 0.604013852972631),
            *(0.8773871510358834, 1.0, 1.0, 3.0),
        ),
        True: (
            *(0.27956569758496275, 0.7490237703646939, 0.19333333333333336, 0.5927963927430224),
            *(0.8757036278243909, 0.995, 1.0, 3.0),
        ),
    }
    rng = np.random.default_rng(3)
    train, test = rng.integers(120, size=400), rng.integers(120, size=200)
    drawn = (codes[train], labels[train], codes[test], labels[test])
    assert numbers(found.pop("dci")) == numbers(score("dci", *drawn, seed=3))
    # The last bit of a sum differs from one CPU to the next.
    values = [result["value"] for result in found.values()]
    assert values == pytest.approx(list(known[shuffled]), rel=1e-12)


def test_no_test_row_of_another_set_is_a_training_row(model):
    codes, factors = model
    results = evaluate(codes, factors, scores=["mig", "sap"], n_train=700, n_test=90, seed=4)
    order = np.random.default_rng(4).permutation(1000)
    train, test = order[:667], order[667:757]
    assert numbers(results["mig"]) == numbers(score("mig", codes[train], factors[train]))
    expected = score("sap", codes[train], factors[train], codes[test], factors[test])
    assert numbers(results["sap"]) == numbers(expected)
    drawn = {"n_train": 667, "n_test": 90, "draw_seed": 4, "test_rows_seen": 0}
    assert results["sap"]["settings"] == {"C": 0.01} | drawn


def test_evaluate_gives_every_score_and_some_their_own_part_of_the_rows(model):
    codes, factors = model
    std = np.full_like(codes, 0.5)
    results = evaluate(codes, factors, std, n_train=500, n_test=200, seed=2)
    assert list(results) == list(SCORES)
    for result in results.values():
        check_result(result)
        assert result["value"] is not None
    order = np.random.default_rng(2).permutation(1000)
    train, test = order[:667], order[667:]
    parts = codes[train], factors[train], codes[test], factors[test]
    for name in ("factor_vae", "beta_vae"):
        expected = score(name, *parts, n_train=500, n_test=200, seed=2)
        assert numbers(results[name]) == numbers(expected)
        assert results[name]["settings"] == expected["settings"] | {"test_rows_seen": 0}
    assert results["active_units"] == score("active_units", codes, factors, std=std)
    assert results["active_units"]["value"] == 6


def test_noise_is_told_at_chance():
    """500 rows of noise with 4 classes: 0.97 if test rows are drawn from the training rows."""
    rng = np.random.default_rng(0)
    correct, areas = [], []
    for seed in range(4):
        codes, factors = rng.normal(size=(500, 10)), rng.integers(0, 4, (500, 1))
        results = evaluate(codes, factors, scores=["dci", "explicitness"], seed=seed)
        assert results["dci"]["settings"]["test_rows_seen"] == 0
        correct.append(results["dci"]["details"]["informativeness_test"])
        areas.append(results["explicitness"]["value"])
    error = np.sqrt(0.25 * 0.75 / (4 * 166))
    assert np.mean(correct) == pytest.approx(0.25, abs=3 * error)
    assert np.mean(areas) == pytest.approx(0.5, abs=0.06)


def test_noise_has_no_more_than_chance_in_the_scores_that_draw_points():
    """Chance is 1/3; FactorVAE score finds 0.41 where votes are tested on the rows they are of."""
    rng = np.random.default_rng(1)
    found = {"factor_vae": [], "beta_vae": []}
    for seed in range(10):
        codes, factors = rng.normal(size=(500, 10)), rng.integers(0, 4, (500, 3))
        results = evaluate(codes, factors, scores=list(found), n_train=1000, n_test=500, seed=seed)
        for name, result in results.items():
            found[name].append(result["value"])
    for values in found.values():
        spread = np.std(values, ddof=1) / np.sqrt(len(values))
        assert np.mean(values) == pytest.approx(1 / 3, abs=3 * spread)
        assert spread < 0.02


def test_a_copied_row_is_counted_where_it_falls_on_both_sides():
    rng = np.random.default_rng(0)
    half = rng.normal(size=(30, 2)), rng.integers(0, 2, (30, 2))
    codes, factors = (np.concatenate([part, part]) for part in half)
    order = np.random.default_rng(0).permutation(60)
    train, test = order[:40], order[40:]
    seen = int(np.isin(test % 30, train % 30).sum())
    assert seen > 5
    found = evaluate(codes, factors, scores=["sap"])["sap"]["settings"]
    assert found["test_rows_seen"] == seen


@pytest.mark.parametrize(("rows", "left"), [(5, "is 1"), (2, "are 0")])
def test_a_set_too_small_to_hold_rows_out_has_a_reason(rows, left):
    codes = np.random.default_rng(0).normal(size=(rows, 2))
    factors = np.stack([np.arange(rows) % 2, np.arange(rows) > 0], axis=1)
    results = evaluate(codes, factors)
    for name in ("sap", "dci", "explicitness", "factor_vae", "beta_vae"):
        check_result(results[name])
        assert results[name]["reason"] == f"needs at least 2 test rows and there {left}", name
    assert results["active_units"]["value"] is not None


@pytest.mark.parametrize(
    ("labels", "is_one"),
    [
        (GRID, True),
        (GRID[::-1], True),
        (np.column_stack([GRID * 90 + 1, np.full(120, 7)]), True),
        (GRID[:-1], False),
        (np.concatenate([GRID, GRID]), False),
        (np.concatenate([GRID[:-1], GRID[:1]]), False),
        (np.arange(120)[:, None], False),
    ],
    ids=["grid", "order", "labels", "one-missing", "twice", "one-exchanged", "one-factor"],
)
def test_what_a_full_grid_is(labels, is_one):
    assert is_full_grid(classes_of(labels, len(labels))) == is_one


def test_what_cannot_be_standard_deviations_is_refused(model):
    codes, factors = model
    for std, words in [
        (np.full_like(codes, -2.0), "negative numbers, down to -2, .* give exp"),
        (np.zeros_like(codes), "0 everywhere: leave it out"),
        (np.ones((3, 3)), r"must be \(1000, 6\) as the codes, not \(3, 3\)"),
    ]:
        with pytest.raises(ValueError, match=words):
            evaluate(codes, factors, std=std, scores=["mig"])
    with pytest.raises(ValueError, match="negative numbers"):
        score("active_units", codes, factors, std=np.log(np.full_like(codes, 0.1)))
    with pytest.raises(ValueError, match="complex"):
        evaluate(codes * 1j, factors, scores=["mig"])


def test_progress_is_shown_on_a_terminal_alone(grid, monkeypatch):
    for is_terminal in (True, False):
        shown = io.StringIO()
        shown.isatty = lambda is_terminal=is_terminal: is_terminal
        monkeypatch.setattr("sys.stderr", shown)
        evaluate(*grid, scores=["mig", "irs"], progress=True)
        assert ("irs" in shown.getvalue()) == is_terminal
        evaluate(*grid, scores=["sap"])
        assert "sap" not in shown.getvalue()


def test_rows_that_are_split_already_are_not_drawn_from(model):
    codes, factors = model
    train, test = (codes[:700], factors[:700]), (codes[700:], factors[700:])
    results = evaluate(*train, scores=["mig", "sap"], codes_test=test[0], factors_test=test[1])
    assert numbers(results["mig"]) == numbers(score("mig", *train))
    assert numbers(results["sap"]) == numbers(score("sap", *train, *test))
    split = {"n_train": 700, "n_test": 300, "draw_seed": None, "test_rows_seen": 0}
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
