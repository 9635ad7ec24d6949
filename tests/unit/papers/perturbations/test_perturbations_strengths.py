"""What readers see in Fig. 5 of paper `perturbations`: known numbers by strength."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from latent_assays.figures.style import paper_style
from latent_assays.papers.perturbations.figures.fig5 import COLOURS, draw
from latent_assays.papers.perturbations.names import VAES

STRENGTHS = (0.5, 2.0, 4.0)


def rows(study, model, variant, values, seeds, strength=np.nan):
    """Both numbers of the seeds of a model on both datasets; spread 0.1 between two seeds."""
    return [
        {
            **{"study": study, "dataset": dataset, "variant": variant, "on": variant},
            **{"model": model, "strength": strength, "seed": seed, "number": number},
            "value": value + (0.1 * seed if number == "mig" else 0),
        }
        for dataset in ("dsprites", "shapes3d")
        for number, value in values.items()
        for seed in range(seeds)
    ]


def active(strength):
    """Over-pruned at 4: on dSprites and on 3D-Shapes."""
    return 2 if strength == 4 else 6


def given(models=VAES, seeds=2):
    """MIG is 0.1 for each place of the model in the list, and a hundredth of the strength."""
    swept, usual = [], []
    for place, name in enumerate(VAES):
        for strength in STRENGTHS if name in models else ():
            values = {"mig": place / 10 + strength / 100, "active_units": active(strength)}
            swept += rows(
                "strengths", f"{name}-x{strength:g}", "perturbed", values, seeds, strength
            )
        of_one = {"mig": place / 10 + 0.01, "active_units": 6}
        usual += rows("table1", name, "perturbed", of_one, seeds)
        usual += rows("table1", name, "original", of_one | {"mig": 0.7 + place / 10}, seeds)
    return pd.DataFrame(swept), pd.DataFrame(usual)


@pytest.fixture(autouse=True)
def _style():
    with paper_style():
        yield
    plt.close("all")


def panel(figure, letter):
    return next(axes for axes in figure.axes if axes.get_title().startswith(f"({letter})"))


def points(axes, name):
    """Strength to (value, whether the mark is hollow) of one model's marks."""
    found = {}
    for line in axes.lines:
        marked = line.get_marker() not in ("None", "*", None)
        if marked and to_rgba(line.get_markeredgecolor()) == to_rgba(COLOURS[name]):
            hollow = line.get_markerfacecolor() == "white"
            for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True):
                nearest = min((0.5, 1, 2, 4), key=lambda strength: abs(np.log(strength / x)))
                found[nearest] = (round(float(y), 6), hollow)
    return found


def test_every_point_has_its_mean_and_strength_1_is_that_of_table_1():
    figure = draw(*given(), ["A stand-in."])
    for place, name in enumerate(VAES):
        mean = place / 10 + 0.05
        expected = {x: (round(mean + x / 100, 6), x == 4) for x in (0.5, 1, 2, 4)}
        for letter in "ab":
            assert points(panel(figure, letter), name) == expected
        for letter in "cd":
            assert points(panel(figure, letter), name)[4] == (2, True)
            assert points(panel(figure, letter), name)[1] == (6, False)


def test_lines_to_over_pruned_strengths_are_dashed():
    axes = panel(draw(*given(), ["A stand-in."]), "a")
    own = [line for line in axes.lines if line.get_color() == COLOURS["beta-vae"]]
    segments = [line for line in own if len(line.get_xdata()) == 2 and line.get_marker() == "None"]
    assert [line.get_linestyle() for line in segments] == ["-", "-", "--"]


def test_stars_are_the_same_models_on_original_images():
    axes = panel(draw(*given(), ["A stand-in."]), "b")
    stars = {
        line.get_markerfacecolor(): line.get_ydata()[0]
        for line in axes.lines
        if line.get_marker() == "*"
    }
    expected = {COLOURS[name]: 0.75 + place / 10 for place, name in enumerate(VAES)}
    assert stars == pytest.approx(expected)


def test_bars_are_standard_deviations_over_seeds():
    axes = panel(draw(*given(models=["beta-vae"]), ["A stand-in."]), "a")
    bar = axes.collections[0].get_segments()[0]
    assert (bar[1, 1] - bar[0, 1]) / 2 == pytest.approx(0.1 / np.sqrt(2))


def test_models_that_no_strength_was_trained_of_have_their_point_of_table_1():
    figure = draw(*given(models=["beta-vae"]), ["A stand-in."])
    assert set(points(panel(figure, "a"), "slow-vae")) == {1}
    assert set(points(panel(figure, "a"), "beta-vae")) == {0.5, 1, 2, 4}


def test_the_line_of_units_is_the_number_of_factors():
    figure = draw(*given(), ["A stand-in."])
    for letter, factors in (("c", 5), ("d", 6)):
        assert any(set(line.get_ydata()) == {factors} for line in panel(figure, letter).lines)


@pytest.mark.parametrize(("seeds", "said"), [(1, "over 1 seed;"), (2, "over 2 seeds;")])
def test_the_footnote_counts_the_seeds_and_keeps_the_sources(seeds, said):
    told = draw(*given(seeds=seeds), ["A stand-in."]).get_supxlabel().replace("\n", " ")
    assert said in told
    assert "A stand-in." in told


def test_a_value_that_is_missing_is_left_out():
    swept, usual = given()
    lost = (swept["model"] == "beta-vae-x2") & (swept["number"] == "mig")
    swept.loc[lost, "value"] = np.nan
    found = points(panel(draw(swept, usual, ["A stand-in."]), "a"), "beta-vae")
    assert np.isnan(found[2][0])
    assert found[4] == (0.09, True)
