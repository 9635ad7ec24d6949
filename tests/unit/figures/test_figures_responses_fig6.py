"""Fig. 6 of paper `responses`, drawn from small made-up matrices."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest

from latent_assays.figures.responses_fig6 import draw
from latent_assays.figures.style import paper_style

SOURCES = [
    "Re-rendered stand-in for 3D-Shapes (not the original images): 10 images at 32 px.",
    "Drawn by commit 0123456789ab.",
]


def inputs(seed=0):
    random = np.random.default_rng(seed)
    return {
        "shapes3d": {"matrix": random.uniform(0, 1.0, (5, 5))},
        "mnist": {"matrix": random.uniform(0, 0.5, (3, 3))},
        "conditioned": {
            "matrix": random.uniform(0, 0.2, (2, 5)),
            "factor_names": np.array(["floor_hue", "shape"]),
            "cds": np.array(0.61),
            "cds_rescaled": np.array(0.22),
        },
    }


@pytest.fixture(scope="module")
def figure():
    with paper_style():
        yield draw(**inputs(), sources=SOURCES)
    plt.close("all")


def panels(figure):
    return {axes.get_title(): axes for axes in figure.axes if axes.get_title()}


def test_three_panels_with_labelled_axes(figure):
    found = panels(figure)
    assert [title[:3] for title in found] == ["(a)", "(b)", "(c)"]
    for axes in found.values():
        assert axes.get_xlabel()
        assert axes.get_ylabel()
    a, b, c = found.values()
    assert "3D-Shapes" in a.get_title()
    assert "MNIST" in b.get_title()
    assert "responding" in a.get_xlabel()
    assert "intervened" in a.get_ylabel()
    assert "intervened" in c.get_xlabel()
    assert "factor" in c.get_ylabel()


def test_every_matrix_is_shown_unchanged_and_not_transposed(figure):
    shown = [axes.images[0].get_array() for axes in panels(figure).values()]
    for array, given in zip(shown, inputs().values(), strict=True):
        np.testing.assert_array_equal(array, given["matrix"])


def test_all_panels_share_the_colour_scale_of_the_largest_value(figure):
    largest = max(given["matrix"].max() for given in inputs().values())
    for axes in panels(figure).values():
        assert axes.images[0].get_clim() == (0, largest)
        assert axes.images[0].cmap.name == "viridis"


def test_the_largest_value_may_be_in_any_panel():
    for name in ("shapes3d", "mnist", "conditioned"):
        given = inputs()
        given[name]["matrix"][0, 0] = 7.0
        with paper_style():
            drawn = draw(**given, sources=SOURCES)
        assert {axes.images[0].get_clim() for axes in panels(drawn).values()} == {(0, 7.0)}
    plt.close("all")


def test_there_is_one_colour_bar_with_a_unit(figure):
    bars = [axes for axes in figure.axes if not axes.get_title()]
    assert len(bars) == 1
    assert "standard deviation" in bars[0].get_ylabel()


def test_factors_and_scores_are_named(figure):
    *_, c = panels(figure).values()
    assert [label.get_text() for label in c.get_yticklabels()] == ["floor hue", "shape"]
    assert len(c.get_xticklabels()) == 5
    assert "CDS 0.61, rescaled 0.22" in c.get_title()


def test_the_footnote_says_stand_in_and_commit(figure):
    text = figure.get_supxlabel().replace("\n", " ")
    for sentence in SOURCES:
        assert sentence in text


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_drawing_twice_gives_the_same_bytes(suffix):
    def drawn():
        file = io.BytesIO()
        metadata = {"Date": None} if suffix == "svg" else {}
        with paper_style():
            draw(**inputs(), sources=SOURCES).savefig(file, format=suffix, metadata=metadata)
        plt.close("all")
        return file.getvalue()

    first = drawn()
    assert len(first) > 5000
    assert drawn() == first


def test_dead_latents_and_undefined_scores_can_be_drawn():
    given = inputs()
    for arrays in given.values():
        arrays["matrix"][:] = 0
    given["conditioned"] |= {"cds": np.array(np.nan), "cds_rescaled": np.array(np.nan)}
    with paper_style():
        figure = draw(**given, sources=SOURCES)
        figure.savefig(io.BytesIO(), format="png")
    *_, c = panels(figure).values()
    assert "nan" not in c.get_title(), "an undefined score is not a number to print"
    plt.close("all")
