"""What all figures share: the style, the footnote and the heat map."""

import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest

from latent_assays.figures.style import PAGE_WIDTH, footnote, heat_map, paper_style

LONG = [
    "Re-rendered stand-in for 3D-Shapes (not the original images): 5,120 of 480,000 images at 32 px"
    " (floor_hue 0–3, wall_hue 0–3, object_hue 0–3, scale 0 2 5 7, orientation 0 3 7 11 14).",
    "Vae-b4-d24 on 3D-Shapes/original, seed 0, 1,500 steps.",
]


@pytest.fixture(autouse=True)
def _close_figures():
    with paper_style():
        yield
    plt.close("all")


def test_the_style_does_not_depend_on_the_users_own():
    plain = dict(mpl.rcParams)
    with mpl.rc_context({"font.size": 30, "image.cmap": "hot", "savefig.dpi": 10}):
        with paper_style():
            assert dict(mpl.rcParams) == plain
        assert mpl.rcParams["font.size"] == 30
    assert mpl.rcParams["font.size"] == 8


def test_the_style_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with paper_style():
            pass


def test_fonts_are_embedded_as_text():
    assert mpl.rcParams["pdf.fonttype"] == 42


def test_a_footnote_has_every_sentence_on_a_line_of_its_own():
    figure = plt.figure(figsize=(PAGE_WIDTH, 2), layout="constrained")
    footnote(figure, ["Re-rendered stand-in.", "Model A, seed 0.", "word " * 60])
    lines = figure.get_supxlabel().splitlines()
    assert lines[:2] == ["Re-rendered stand-in.", "Model A, seed 0."]
    assert " ".join(lines[2:]) == ("word " * 60).strip()


def test_a_footnote_stays_within_the_page_and_below_the_panels():
    figure = plt.figure(figsize=(PAGE_WIDTH, 3), layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel("the label of the panel")
    footnote(figure, LONG)
    figure.canvas.draw()
    page = figure.bbox
    text = figure._supxlabel.get_window_extent()
    assert page.x0 <= text.x0
    assert text.x1 <= page.x1
    assert page.y0 <= text.y0
    assert text.y1 <= axes.get_tightbbox().y0


def test_a_heat_map_labels_every_row_and_column_and_starts_at_zero():
    axes = plt.figure().subplots()
    image = heat_map(axes, np.array([[1.0, 2, 3], [4, 5, 6]]), ["a", "b"], ["x", "y", "z"])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["x", "y", "z"]
    assert image.get_clim() == (0, 6)
    assert image.cmap.name == "viridis"


def test_a_heat_map_takes_a_common_maximum():
    axes = plt.figure().subplots()
    assert heat_map(axes, np.eye(2), ["a", "b"], ["x", "y"], 3.5).get_clim() == (0, 3.5)
