"""What holds of every score: order, scale, bounds, perfect and random codes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scores_reference import codes_like_a_vae

from latent_assays.scores import SCORES, score

POINTS = {"n_train": 400, "n_test": 400, "batch": 16}
FEW = {"factor_vae": POINTS, "beta_vae": POINTS, "dci": {"repeats": 1}}
BOUNDS = dict.fromkeys(SCORES.keys() - {"active_units"}, (0.0, 1.0)) | {"irs": (-1.0, 1.0)}
DRAWN = 4 * np.sqrt(2 * 0.25 / 400)  # 4 standard errors of the difference of two accuracies

# What a permutation may change: what is drawn, ties of trees, and where an optimiser stops.
REORDERED = {"factor_vae": DRAWN, "beta_vae": DRAWN, "dci": 0.02, "explicitness": 5e-4}

seeds = st.integers(0, 2**32 - 1)


def value(name, codes, factors):
    return score(name, codes, factors, **FEW.get(name, {}))["value"]


def mixed(seed, rows=240):
    """Codes that mix the factors, of moderate scores."""
    codes, factors = codes_like_a_vae(rows, sizes=(3, 4, 5), latents=7, seed=seed)
    return codes[:, :4], factors


@pytest.mark.parametrize("name", SCORES)
@settings(max_examples=6, deadline=None)
@given(seed=seeds)
def test_the_order_of_rows_latents_and_factors_does_not_matter(name, seed):
    codes, factors = mixed(seed)
    rng = np.random.default_rng(seed)
    rows, latents, columns = rng.permutation(240), rng.permutation(4), rng.permutation(3)
    shuffled = value(name, codes[rows][:, latents], factors[rows][:, columns])
    expected = pytest.approx(value(name, codes, factors), abs=REORDERED.get(name, 1e-6))
    assert shuffled == expected


@pytest.mark.parametrize("name", ["mig", "modularity", "dci", "explicitness", "factor_vae"])
@settings(max_examples=6, deadline=None)
@given(seed=seeds)
def test_the_unit_and_sign_of_each_latent_do_not_matter(name, seed):
    codes, factors = mixed(seed)
    rng = np.random.default_rng(seed)
    scale = (2.0 ** rng.integers(0, 6, 4) * rng.choice([-1, 1], 4)).astype(np.float32)
    tolerance = {"dci": 0.02, "explicitness": 5e-4, "factor_vae": DRAWN}.get(name, 1e-9)
    if name in ("mig", "modularity"):
        scale = np.abs(scale)  # bins are open on the right, so a sign moves values on an edge
    expected = pytest.approx(value(name, codes, factors), abs=tolerance)
    assert value(name, codes * scale, factors) == expected


@settings(max_examples=10, deadline=None)
@given(seed=seeds, exponent=st.integers(-20, 20))
def test_the_unit_of_all_latents_does_not_matter_to_irs(seed, exponent):
    codes, factors = mixed(seed)
    expected = pytest.approx(value("irs", codes, factors), abs=1e-6)
    assert value("irs", codes * np.float32(2.0**exponent), factors) == expected


@pytest.mark.parametrize("name", sorted(BOUNDS))
@settings(max_examples=12, deadline=None)
@given(seed=seeds, kind=st.sampled_from(["normal", "heavy", "rounded", "copies"]))
def test_scores_are_within_their_bounds(name, seed, kind):
    rng = np.random.default_rng(seed)
    factors = rng.integers(0, [3, 4], (150, 2))
    codes = {
        "normal": rng.normal(size=(150, 4)),
        "heavy": rng.standard_cauchy((150, 4)),
        "rounded": np.round(rng.normal(size=(150, 4))),
        "copies": factors[:, [0, 0, 1, 1]] * 1.0,
    }[kind]
    least, most = BOUNDS[name]
    assert least - 1e-9 <= value(name, codes, factors) <= most + 1e-9


# One latent a factor. SAP stays far below 1: a line a class cannot tell middle classes apart.
PERFECT = dict.fromkeys(("mig", "modularity", "irs", "dci", "factor_vae", "beta_vae"), 1.0)


@pytest.mark.parametrize("name", PERFECT)
@settings(max_examples=5, deadline=None)
@given(seed=seeds)
def test_a_perfect_code_in_any_order_and_unit_scores_1(name, seed):
    rng = np.random.default_rng(seed)
    factors = np.stack([axis.ravel() for axis in np.indices((3, 4, 5))], axis=1)
    codes = factors[:, rng.permutation(3)] * rng.choice([-2.0, 0.5, 3.0], 3) + rng.normal(size=3)
    assert value(name, codes, factors) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(("name", "expected"), [("sap", 0.5), ("explicitness", 1.0)])
@settings(max_examples=5, deadline=None)
@given(seed=seeds)
def test_a_perfect_code_of_two_classes_a_factor(name, expected, seed):
    factors = np.stack([axis.ravel() for axis in np.indices((2, 2, 2, 10))], axis=1)[:, :3]
    codes = factors[:, np.random.default_rng(seed).permutation(3)] * 2.0 - 1
    assert value(name, codes, factors) == pytest.approx(expected, abs=1e-9)
    assert value("active_units", codes, factors) == 3


# Codes that know nothing. IRS has no fixed value for noise, and modularity none for the rest of
# information that a finite sample leaves; both are far from a perfect code's 1.
RANDOM = {
    "mig": (0.0, 0.02),
    "modularity": (0.0, 0.85),
    "sap": (0.0, 0.03),
    "irs": (0.1, 0.6),
    "dci": (0.0, 0.1),
    "explicitness": (0.47, 0.53),
    "factor_vae": (0.2, 0.5),
    "beta_vae": (0.2, 0.5),
    "active_units": (4, 4),
}


@pytest.mark.parametrize("name", RANDOM)
@settings(max_examples=4, deadline=None)
@given(seed=seeds)
def test_random_codes_score_chance(name, seed):
    rng = np.random.default_rng(seed)
    train, test = (
        (rng.normal(size=(2000, 4)), rng.integers(0, [3, 4, 5], (2000, 3))) for _ in range(2)
    )
    rows = (*train, *test) if name in ("sap", "dci", "explicitness") else train
    least, most = RANDOM[name]
    assert least <= score(name, *rows, **FEW.get(name, {}))["value"] <= most
