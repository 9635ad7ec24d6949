"""Fig. 6 of paper `responses` with all its panels, drawn from small made-up matrices."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch

from latent_assays.figures.responses_fig6 import draw
from latent_assays.figures.responses_graph import draw_graph, node_labels, parents_sentence
from latent_assays.figures.style import paper_style

SOURCES = ["Re-rendered stand-in for 3D-Shapes (not the original images): 10 images at 32 px."]


def inputs():
    """Latent 3 answers latent 1, which drives the scale; DCI credits 3 with the scale."""
    conditioned = np.array([[0.9, 0, 0.05, 0.05], [0, 0.8, 0, 0.1]])
    importances = np.array([[0.95, 0.0], [0.05, 0.6], [0, 0.1], [0, 0.3]])
    matrix = np.diag([0.9, 1.1, 0.05, 0.6])
    matrix[1, 3] = 0.5
    return {
        "matrix": {
            "matrix": matrix,
            "standard_error": np.full((4, 4), 0.031),
            "nodes": np.array([0, 1, 3]),
            "edges": np.array([[1, 3]]),
        },
        "conditioned": {
            "matrix": conditioned,
            "standard_error": np.full((2, 4), 0.02),
            "factor_names": np.array(["floor_hue", "scale"]),
            "cds": np.array(0.61),
            "cds_rescaled": np.array(0.22),
        },
        "scores": {
            "scores": {
                "dci": {
                    "value": 0.5,
                    "reason": None,
                    "details": {"importances": importances.tolist()},
                }
            }
        },
    }


def drawn(given):
    with paper_style():
        return draw(**given, sources=SOURCES)


@pytest.fixture(scope="module")
def figure():
    yield drawn(inputs())
    plt.close("all")


def panel(figure, letter):
    return next(axes for axes in figure.axes if axes.get_title().startswith(f"({letter})"))


def shown(figure, letter):
    return panel(figure, letter).images[0].get_array()


def test_all_four_panels_are_there(figure):
    found = sorted(axes.get_title()[:3] for axes in figure.axes if axes.get_title())
    assert found == ["(a)", "(b)", "(c)", "(d)"]


def test_matrices_are_shown_with_factors_in_rows_and_latents_in_columns(figure):
    given = inputs()
    importances = np.array(given["scores"]["scores"]["dci"]["details"]["importances"])
    np.testing.assert_array_equal(shown(figure, "a"), given["matrix"]["matrix"])
    np.testing.assert_array_equal(shown(figure, "b"), importances.T)
    np.testing.assert_array_equal(shown(figure, "c"), given["conditioned"]["matrix"])
    for letter in "bc":
        rows = [label.get_text() for label in panel(figure, letter).get_yticklabels()]
        assert rows == ["floor hue", "scale"]


def test_responses_share_one_scale_and_importances_have_their_own(figure):
    assert panel(figure, "a").images[0].get_clim() == (0, 1.1)
    assert panel(figure, "c").images[0].get_clim() == (0, 1.1)
    assert panel(figure, "b").images[0].get_clim() == (0, 0.95)


def test_undeserved_credit_is_framed_and_explained(figure):
    """Latent 3 is credited at least 0.1 with the scale; so is 2, which is not active."""
    for letter in "bc":
        frames = {patch.get_xy() for patch in panel(figure, letter).patches}
        assert frames == {(2.5, 0.5)}
    assert "3 answers 1 (scale)" in figure.get_supxlabel().replace("\n", " ")


def test_the_graph_has_the_active_latents_with_their_factors(figure):
    texts = {text.get_text() for text in panel(figure, "d").texts}
    assert texts == {"0\nfloor\nhue", "1\nscale", "3\nscale"}


def test_parents_and_standard_errors_are_named(figure):
    text = figure.get_supxlabel().replace("\n", " ")
    assert "Graph: 1 is a parent of 3." in text
    assert "in (a) at most 0.03, in (c) at most 0.02" in text


def graph(*edges):
    matrix = np.full((5, 5), 0.2)
    matrix[3, 1] = 0.9
    return {"matrix": matrix, "nodes": np.arange(5), "edges": np.array(edges).reshape(-1, 2)}


def test_children_come_by_strength_and_pairs_apart():
    given = graph((3, 0), (3, 1), (0, 2), (2, 0), (4, 3))
    said = "Graph: 3 is a parent of 1 and 0; 4 is a parent of 3. Joined both ways: 0 and 2."
    assert parents_sentence(given) == said
    assert "no active latent is a parent" in parents_sentence(graph())


def test_two_that_answer_each_other_are_joined_by_one_line_with_two_heads():
    one, axes = plt.subplots()
    draw_graph(axes, graph((0, 2), (2, 0), (4, 3)))
    arrows = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    heads = [type(arrow.get_arrowstyle()).__name__ for arrow in arrows]
    assert sorted(heads) == ["CurveFilledAB", "CurveFilledB"]
    plt.close(one)


def test_darkness_is_the_squared_response():
    one, axes = plt.subplots()
    draw_graph(axes, graph((3, 1), (4, 0)))
    dark, pale = (arrow.get_edgecolor()[0] for arrow in reversed(axes.patches))
    assert dark == 0
    assert pale > 0.8  # (0.2 / 0.9)² = 0.05 of the scale
    plt.close(one)


def test_labels_without_factors_are_numbers():
    assert node_labels([2, 5], None, []) == {2: "2", 5: "5"}


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ({}, "not among the scores"),
        ({"dci": {"value": None, "reason": "one factor varies"}}, "one factor varies"),
    ],
)
def test_without_dci_panel_b_says_why(scores, words):
    figure = drawn(inputs() | {"scores": {"scores": scores}})
    assert not panel(figure, "b").images
    assert words in panel(figure, "b").texts[0].get_text()
    plt.close(figure)


def test_dead_models_and_undefined_scores_can_be_drawn():
    given = inputs()
    given["matrix"] = {
        "matrix": np.zeros((4, 4)),
        "standard_error": np.zeros((4, 4)),
        "nodes": np.array([], int),
        "edges": np.empty((0, 2), int),
    }
    given["conditioned"] |= {
        "matrix": np.zeros((2, 4)),
        "cds": np.array(np.nan),
        "cds_rescaled": np.array(np.nan),
    }
    figure = drawn(given)
    figure.savefig(io.BytesIO(), format="png")
    assert "nan" not in panel(figure, "c").get_title()
    assert "no latent is active" in panel(figure, "d").texts[0].get_text()
    plt.close(figure)


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_drawing_twice_gives_the_same_bytes(suffix):
    def bytes_of():
        file = io.BytesIO()
        metadata = {"Date": None} if suffix == "svg" else {}
        with paper_style():
            figure = draw(**inputs(), sources=SOURCES)
            figure.savefig(file, format=suffix, metadata=metadata)
        plt.close(figure)
        return file.getvalue()

    assert bytes_of() == bytes_of()
