"""What readers see in Fig. 4 of paper `perturbations`: known numbers by ε."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from latent_assays.figures.style import paper_style
from latent_assays.papers.perturbations.figures.fig4 import FACTORS, draw

EPSILONS = (0.05, 0.1, 0.2)
OTHERS = [name for name in FACTORS if name != "s"]
CROSSING = {"expansiveness": 0.08, "variance": 0.4}


def given(seeds=2, encodes=lambda *_: True):
    """Expansiveness of s is 10 ε and its variance ε²; information is 0.9, in seed 1 0.1 less.

    Args:
        seeds: runs of each ε.
        encodes: of factor, ε and seed: whether a latent is mostly the factor's.
    """
    rows = []

    def add(epsilon, seed, **numbers):
        shared = {"dataset": "dsprites", "variant": f"extra-factor-{epsilon}", "epsilon": epsilon}
        shared |= {"model": None if np.isnan(seed) else "vae", "seed": seed}
        rows.extend({**shared, "number": key, "value": value} for key, value in numbers.items())

    for epsilon in EPSILONS:
        for place, name in enumerate(OTHERS):
            add(epsilon, np.nan, **{f"variance_{name}": (place + 1) / 1000})
        for name in OTHERS[:2]:
            add(epsilon, np.nan, **{f"expansiveness_{name}": 0.8, f"expansiveness_{name}_low": 0.5})
        of_s = {"variance_s": epsilon**2, "expansiveness_s": 10 * epsilon, "expansiveness_s_low": 0}
        add(epsilon, np.nan, **of_s, **{f"{kind}_crossing": at for kind, at in CROSSING.items()})
        for seed in range(seeds):
            for name in FACTORS:
                share = 0.9 if encodes(name, epsilon, seed) else 0.1
                information = {f"information_{name}": 0.9 - seed / 10, f"share_{name}": share}
                add(epsilon, seed, **information)
            add(epsilon, seed, s_is_first=float(epsilon >= 0.1))
    return pd.DataFrame(rows)


@pytest.fixture(autouse=True)
def _style():
    with paper_style():
        yield
    plt.close("all")


def panel(figure, letter):
    return next(axes for axes in figure.axes if axes.get_title().startswith(f"({letter})"))


def curve(axes, name):
    """ε to value of a factor's line."""
    colour, marker, _ = FACTORS[name]
    drawn = [
        line
        for line in axes.lines
        if (line.get_color(), line.get_marker(), line.get_linestyle()) == (colour, marker, "-")
    ]
    (line,) = drawn
    return dict(zip(line.get_xdata(), line.get_ydata(), strict=True))


def hollow(axes, name):
    """The ε of a factor's hollow marks."""
    _, marker, _ = FACTORS[name]
    return [
        float(x)
        for line in axes.lines
        if line.get_marker() == marker and line.get_markerfacecolor() == "white"
        for x in line.get_xdata()
    ]


def dashed(axes):
    return [float(line.get_xdata()[0]) for line in axes.lines if line.get_linestyle() == "--"]


def test_pixels_are_drawn_as_they_were_measured():
    figure = draw(given(), ["A stand-in."])
    assert curve(panel(figure, "a"), "s") == pytest.approx({x: 10 * x for x in EPSILONS})
    assert curve(panel(figure, "b"), "s") == pytest.approx({x: x**2 for x in EPSILONS})
    for place, name in enumerate(OTHERS):
        expected = dict.fromkeys(EPSILONS, (place + 1) / 1000)
        assert curve(panel(figure, "b"), name) == pytest.approx(expected)
    lows = [line for line in panel(figure, "a").lines if line.get_linestyle() == ":"]
    assert sorted(max(line.get_ydata()) for line in lows) == [0, 0.5, 0.5]


def test_information_is_the_mean_over_runs_with_its_spread():
    axes = panel(draw(given(), ["A stand-in."]), "c")
    assert curve(axes, "s") == pytest.approx(dict.fromkeys(EPSILONS, 0.85))
    low, high = axes.collections[0].get_segments()[0][:, 1]
    assert (high - low) / 2 == pytest.approx(0.1 / np.sqrt(2))
    assert hollow(axes, "s") == []


def test_runs_that_do_not_encode_a_factor_are_left_out():
    seen = given(
        4, lambda name, epsilon, seed: name != "s" or (epsilon > 0.05 and seed < 20 * epsilon)
    )
    axes = panel(draw(seen, ["A stand-in."]), "c")
    # of four runs none, two and all four
    assert curve(axes, "s") == pytest.approx({0.1: 0.85, 0.2: 0.75})
    assert hollow(axes, "s") == []
    rarely = given(4, lambda name, epsilon, seed: name != "s" or (epsilon > 0.05 and seed < 1))
    axes = panel(draw(rarely, ["A stand-in."]), "c")
    assert curve(axes, "s") == pytest.approx({0.1: 0.9, 0.2: 0.9})
    assert hollow(axes, "s") == [0.1, 0.2]


def test_a_factor_that_no_run_encodes_has_no_point():
    figure = draw(given(encodes=lambda name, *_: name != "shape"), ["A stand-in."])
    assert curve(panel(figure, "c"), "shape") == {}


def test_where_s_comes_first_is_marked_and_said():
    figure = draw(given(), ["A stand-in."])
    a, b, c = (panel(figure, letter) for letter in "abc")
    assert dashed(a) == [0.08]
    assert a.get_title().endswith("s comes first at ε = 0.08")
    assert dashed(b) == [], "beyond what is drawn"
    assert b.get_title().endswith("s would come first at ε = 0.4")
    assert dashed(c) == [0.1]
    assert c.get_title().endswith("s comes first at ε = 0.1")


@pytest.mark.parametrize(
    ("first", "said"),
    [
        ((0, 0, 0), "nowhere here"),
        ((1, 1, 1), "at ε = 0.05"),
        ((1, 0, 1), "at ε = 0.2"),  # from there on
        ((0, 1, 0), "nowhere here"),
    ],
)
def test_s_is_first_for_the_network_from_where_on_it_stays_so(first, said):
    numbers = given()
    rows = numbers["number"] == "s_is_first"
    numbers.loc[rows, "value"] = numbers.loc[rows, "epsilon"].map(
        dict(zip(EPSILONS, first, strict=True))
    )
    axes = panel(draw(numbers, ["A stand-in."]), "c")
    assert axes.get_title().endswith(f"first {said}")


def test_half_of_the_runs_are_not_most():
    numbers = given()
    rows = (numbers["number"] == "s_is_first") & (numbers["seed"] == 1)
    numbers.loc[rows, "value"] = 0
    assert panel(draw(numbers, ["A stand-in."]), "c").get_title().endswith("nowhere here")


def test_numbers_without_a_value_are_left_out():
    numbers = given()
    numbers.loc[numbers["number"].str.contains("crossing|orientation"), "value"] = np.nan
    figure = draw(numbers, ["A stand-in."])
    assert panel(figure, "a").get_title().endswith("nowhere here")
    assert curve(panel(figure, "b"), "orientation") == {}


def test_what_is_not_above_0_is_not_on_the_log_axis():
    numbers = given()
    numbers.loc[numbers["number"] == "variance_shape", "value"] = [-1e-6, 0, 1e-6]
    found = curve(panel(draw(numbers, ["A stand-in."]), "b"), "shape")
    assert found == pytest.approx({0.05: np.nan, 0.1: np.nan, 0.2: 1e-6}, nan_ok=True)


@pytest.mark.parametrize("information", [-0.1, 0.0])
def test_a_latent_that_is_no_less_noisy_than_the_prior_is_not_on_the_logit_axis(information):
    numbers = given(seeds=1)
    rows = (numbers["number"] == "information_scale") & (numbers["epsilon"] == 0.1)
    numbers.loc[rows, "value"] = information
    found = curve(panel(draw(numbers, ["A stand-in."]), "c"), "scale")
    assert found == pytest.approx({0.05: 0.9, 0.2: 0.9})


@pytest.mark.parametrize(("seeds", "said"), [(1, "1 run for each ε"), (3, "3 runs for each ε")])
def test_the_footnote_counts_the_runs_and_keeps_the_sources(seeds, said):
    told = draw(given(seeds), ["A stand-in."]).get_supxlabel()
    assert said in told
    assert "A stand-in." in told
