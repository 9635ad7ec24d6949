"""What readers see in the figures of paper `responses`, drawn from small known arrays."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from latent_assays.figures.style import paper_style
from latent_assays.papers.responses.figures import fig2, fig3, fig5, fig6
from latent_assays.papers.responses.figures.graph import node_labels, parents_sentence

SOURCES = ["Re-rendered stand-in for 3D-Shapes (not the original images): 10 images at 32 px."]


@pytest.fixture(autouse=True)
def _style():
    with paper_style():
        yield
    plt.close("all")


def footnote(figure):
    return figure.get_supxlabel().replace("\n", " ")


def panel(figure, letter):
    return next(axes for axes in figure.axes if axes.get_title().startswith(f"({letter})"))


# --- Fig. 6 and the graph ---


def matrices():
    """Latent 3 answers latent 1, which drives the scale; latent 2 is not active."""
    matrix = np.diag([0.9, 1.1, 0.05, 0.6])
    matrix[1, 3] = 0.5
    return {
        "matrix": matrix,
        "standard_error": np.full((4, 4), 0.031),
        "nodes": np.array([0, 1, 3]),
        "edges": np.array([[1, 3]]),
        "conditioned": np.array([[0.9, 0, 0.05, 0.05], [0, 0.8, 0, 0.1]]),
        "conditioned_error": np.full((2, 4), 0.02),
        "factor_names": np.array(["floor_hue", "scale"]),
    }


IMPORTANCES = np.array([[0.95, 0.05, 0, 0], [0, 0.6, 0.1, 0.3]])


def credit(*found):
    """Undeserved credits (factor, latent, cause)."""
    names = ("factor", "latent", "cause")
    columns = np.array(found, int).reshape(-1, 3).T
    return {"importances": IMPORTANCES, **dict(zip(names, columns, strict=True))}


def fig6_of(found, **changes):
    return fig6.draw(matrices() | changes, found, SOURCES)


def test_fig6_shows_matrices_with_factors_in_rows_and_latents_in_columns():
    figure, given = fig6_of(credit((1, 3, 1))), matrices()
    for letter, expected in (
        ("a", given["matrix"]),
        ("b", IMPORTANCES),
        ("c", given["conditioned"]),
    ):
        shown = panel(figure, letter).images[0].get_array()
        np.testing.assert_array_equal(shown, expected)
    for letter in "bc":
        rows = [label.get_text() for label in panel(figure, letter).get_yticklabels()]
        assert rows == ["floor hue", "scale"]


def test_fig6_has_the_scores_of_its_matrix():
    """Largest of each column over the sum: (0.9 + 0.8 + 0.05 + 0.1) / 1.9 = 0.97."""
    assert panel(fig6_of(credit()), "c").get_title().endswith("CDS 0.97, rescaled 0.95")
    undefined = fig6_of(credit(), conditioned=np.zeros((2, 4)))
    assert panel(undefined, "c").get_title().endswith("CDS undefined, rescaled undefined")


def test_fig6_frames_each_undeserved_credit_in_both_matrices():
    figure = fig6_of(credit((1, 3, 1), (0, 1, -1)))
    for letter in "bc":
        centres = {tuple(frame.get_center()) for frame in panel(figure, letter).patches}
        assert centres == {(3, 1), (1, 0)}, "column and row"


def test_fig6_says_which_latent_may_be_behind_a_credit():
    assert "Of these, 3 answers 1 (scale)." in footnote(fig6_of(credit((1, 3, 1), (0, 1, -1))))
    assert "Framed:" in footnote(fig6_of(credit((0, 1, -1))))
    assert "Of these" not in footnote(fig6_of(credit((0, 1, -1))))
    assert "DCI credits no active latent" in footnote(fig6_of(credit()))


def test_fig6_without_dci_says_why_in_its_place():
    figure = fig6_of({"reason": np.array("DCI has no value: one factor varies")})
    assert not panel(figure, "b").images
    assert panel(figure, "b").texts[0].get_text() == "DCI has no value: one factor varies"
    assert "DCI credits" not in footnote(figure)


def test_fig6_names_active_latents_with_their_factors_and_the_standard_errors():
    figure = fig6_of(credit())
    texts = {text.get_text() for text in panel(figure, "d").texts}
    assert texts == {"0\nfloor\nhue", "1\nscale", "3\nscale"}
    assert "in (a) at most 0.03, in (c) at most 0.02." in footnote(figure)
    without = fig6_of(credit(), conditioned_error=np.full((2, 4), np.nan))
    assert "in (a) at most 0.03. " in footnote(without)


def test_a_graph_without_active_latents_says_so():
    none = {"nodes": np.array([], int), "edges": np.empty((0, 2), int)}
    figure = fig6_of(credit(), **none)
    assert panel(figure, "d").texts[0].get_text() == "no latent is active"


def graph(*edges):
    matrix = np.full((5, 5), 0.2)
    matrix[3, 1] = 0.9
    return {"matrix": matrix, "nodes": np.arange(5), "edges": np.array(edges).reshape(-1, 2)}


def test_children_come_by_strength_and_pairs_apart():
    given = graph((3, 0), (3, 1), (0, 2), (2, 0), (4, 3))
    said = "Graph: 3 is a parent of 1 and 0; 4 is a parent of 3. Joined both ways: 0 and 2."
    assert parents_sentence(given) == said
    assert "no active latent is a parent" in parents_sentence(graph())


def test_labels_without_factors_are_numbers():
    assert node_labels([2, 5], None, []) == {2: "2", 5: "5"}


# --- maps and paths ---


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
        "negative_divergence": np.array(0.83),
        "codes_at_positive_curvature": np.array(0.71),
    }


def paths():
    arrays = {"ends": np.array([[-1, -1], [1, 1.0]]), "ends_rule": np.array("their rule")}
    for name, points, distance in (("straight", 9, 0.25), ("curved", 14, 0.125)):
        arrays |= {
            name: np.linspace(-1, 1, points)[:, None] * np.ones(2),
            f"{name}_curvature": np.zeros(points),
            f"{name}_mean_curvature": np.array(0.5),
            f"{name}_mean_distance": np.array(distance),
            f"{name}_images": np.zeros((points, 4, 4, 1), np.uint8),
            f"{name}_points": np.linspace(-1, 1, points)[:, None] * np.ones(3),
        }
    return arrays


def test_fig2_shows_the_four_quantities_in_the_papers_order_and_their_shares():
    given = response_map()
    figure = fig2.draw(given, SOURCES)
    panels = [axes for axes in figure.axes if axes.get_title()]
    words = ("|u|", "divergence", "curvature", "posterior")
    for word, axes in zip(words, panels, strict=True):
        assert word in axes.get_title()
    for name, axes in zip(("magnitude", "divergence", "curvature"), panels, strict=False):
        np.testing.assert_array_equal(axes.images[0].get_array(), given[name].T)
    notes = " ".join(axes.get_xlabel() for axes in figure.axes)
    assert "negative on 83% of the map" in notes
    assert "positive at 71% of codes" in notes
    assert "density of 60 posterior means" in notes


def test_fig2_shows_the_density_of_the_codes_on_the_map():
    figure = fig2.draw(response_map(), SOURCES)
    density = [axes for axes in figure.axes if axes.get_title()][3].images[0].get_array()
    assert density.sum() * (4 / fig2.BINS) ** 2 == pytest.approx(1)


def test_fig3_counts_the_jumps_in_words():
    points = np.random.default_rng(2).normal(size=(60, 3))
    strands = {**paths(), "points": points, "reconstructions": points}
    strands |= {"straight_jumps": np.array(2), "curved_jumps": np.array(1)}
    figure = fig3.draw(response_map(), strands, SOURCES)
    labels = [text.get_text() for axes in figure.axes for text in axes.get_legend().get_texts()]
    assert "straight: 2 jumps between strands" in labels
    assert "curved: 1 jump between strands" in labels


def test_fig5_says_how_near_both_paths_keep_to_the_codes_and_marks_their_ends():
    figure = fig5.draw(response_map() | paths(), SOURCES)
    for letter, said in (("c", "straight line"), ("d", "curved path")):
        assert said in panel(figure, letter).get_title()
    assert "0.250" in panel(figure, "c").get_title()
    assert "0.125" in panel(figure, "d").get_title()
    marks = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert marks.count("A") == marks.count("B") == 3, "on the map and on both strips"
    assert panel(figure, "a").get_xlabel() == "latent 3"
    assert panel(figure, "a").get_ylabel() == "latent 11"
