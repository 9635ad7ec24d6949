"""Figs 2 to 5 and the appendix of paper `responses`, drawn from small made-up arrays."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest

from latent_assays.figures import (
    responses_appendix,
    responses_fig2,
    responses_fig3,
    responses_fig4,
    responses_fig5,
)
from latent_assays.figures.style import paper_style

SOURCES = ["Re-rendered stand-in for 3D-Shapes (not the original images): 10 images at 32 px."]


def response_map(seed=0, points=12):
    random = np.random.default_rng(seed)
    return {
        "axis": np.linspace(-2, 2, points),
        **{
            name: random.normal(size=(points, points))
            for name in ("magnitude", "divergence", "curvature")
        },
        "codes": random.normal(size=(60, 2)) / 2,
        "latents": np.array([3, 11]),
        "spacing": np.array("true"),
        "rule": np.array("the rule"),
        "coupling": np.array(0.25),
        "tiles": random.integers(0, 255, (3, 3, 4, 4, 3), dtype=np.uint8),
        "tile_axis": np.linspace(-4 / 3, 4 / 3, 3),
        "negative_divergence": np.array(0.83),
        "codes_at_positive_curvature": np.array(0.71),
    }


def paths(seed=1):
    random = np.random.default_rng(seed)
    arrays = {"ends": np.array([[-1, -1], [1, 1.0]]), "ends_rule": np.array("their rule")}
    for name, points in (("straight", 9), ("curved", 14)):
        arrays |= {
            name: np.linspace(-1, 1, points)[:, None] * np.ones(2),
            f"{name}_curvature": random.normal(size=points),
            f"{name}_mean_curvature": np.array(0.5),
            f"{name}_mean_distance": np.array(0.125),
            f"{name}_images": random.integers(0, 255, (points, 4, 4, 1), dtype=np.uint8),
            f"{name}_points": random.normal(size=(points, 3)),
        }
    return arrays | {"straight_jumps": np.array(2), "curved_jumps": np.array(1)}


def helix():
    points = np.random.default_rng(2).normal(size=(60, 3))
    return {**response_map(), **paths(), "points": points, "reconstructions": points}


def matrix():
    return {
        "matrix": np.random.default_rng(3).uniform(size=(4, 4)),
        "nodes": np.array([0, 2, 3]),
        "edges": np.array([[0, 2], [2, 0], [3, 0]]),
    }


FIGURES = {
    "fig2": (responses_fig2, {"helix": helix()}),
    "fig3": (responses_fig3, {"helix": helix()}),
    "fig4": (responses_fig4, {"response": response_map()}),
    "fig5": (responses_fig5, {"response": response_map(), "path": paths()}),
    "appendix": (
        responses_appendix,
        {"matrix": matrix(), "response": response_map(), "path": paths()},
    ),
}


def drawn(name):
    module, inputs = FIGURES[name]
    with paper_style():
        return module.draw(**inputs, sources=SOURCES)


def titles(figure):
    return [axes.get_title() for axes in figure.axes if axes.get_title()]


def text_of(figure):
    return figure.get_supxlabel().replace("\n", " ")


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_saved_and_says_what_it_was_drawn_from(name):
    figure = drawn(name)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    assert file.tell() > 5000
    assert SOURCES[0] in text_of(figure)
    plt.close(figure)


@pytest.mark.parametrize(
    ("name", "panels"),
    [("fig3", "ab"), ("fig4", "abc"), ("fig5", "abcd"), ("appendix", "abcdefgh")],
)
def test_panels_bear_the_papers_letters(name, panels):
    figure = drawn(name)
    assert sorted(title[:3] for title in titles(figure)) == [f"({panel})" for panel in panels]
    plt.close(figure)


@pytest.mark.parametrize("name", ["fig4", "fig5", "appendix"])
def test_the_pair_of_latents_and_its_rule_are_named(name):
    figure = drawn(name)
    assert "Latents 3 and 11: the rule, here 0.25" in text_of(figure)
    labels = {axes.get_xlabel() for axes in figure.axes}
    assert "latent 3" in labels
    assert "latent 11" in {axes.get_ylabel() for axes in figure.axes}
    plt.close(figure)


def test_fig2_shows_the_four_quantities_in_the_papers_order():
    figure = drawn("fig2")
    shown = titles(figure)
    for word, title in zip(("|u|", "divergence", "curvature", "posterior"), shown, strict=True):
        assert word in title
    colours = [axes.images[0].cmap.name for axes in figure.axes if axes.images]
    assert colours[:4] == ["viridis", "seismic", "viridis", "Greys"]
    # All codes inside the map are counted: the density integrates to 1.
    width = 4 / responses_fig2.BINS
    density = [axes.images[0].get_array() for axes in figure.axes if axes.images][3]
    # Bins run over the map, and a few normal codes can lie outside it.
    assert density.sum() * width**2 == pytest.approx(1)
    plt.close(figure)


def test_fig3_counts_the_jumps_in_words():
    figure = drawn("fig3")
    labels = [text.get_text() for axes in figure.axes for text in axes.get_legend().get_texts()]
    assert "straight: 2 jumps between strands" in labels
    assert "curved: 1 jump between strands" in labels
    plt.close(figure)


@pytest.mark.parametrize("name", ["fig5", "appendix"])
def test_strips_say_how_near_both_paths_keep_to_the_codes(name):
    figure = drawn(name)
    straight, curved = [title for title in titles(figure) if "distance" in title]
    assert "straight" in straight
    assert "curved" in curved
    assert "0.125" in straight
    assert "A and B: their rule." in text_of(figure)
    marks = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert marks.count("A") == marks.count("B") == 3, "on the map and on both strips"
    plt.close(figure)


@pytest.mark.parametrize("name", ["fig4", "appendix"])
def test_tiles_and_maps_have_the_same_outer_edges(name):
    figure = drawn(name)
    panels = [axes for axes in figure.axes if axes.get_xlabel() == "latent 3"]
    assert len(panels) == 3
    assert {axes.get_xlim() for axes in panels} == {(-2.0, 2.0)}
    assert {axes.get_ylabel() for axes in panels} == {"latent 11"}
    plt.close(figure)
