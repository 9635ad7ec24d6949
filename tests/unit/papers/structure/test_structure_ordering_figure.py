"""The figure of effect and non-linearity by latent: its cells, its dots, and what it says."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from latent_assays.figures.style import paper_style
from latent_assays.papers.structure.figures.ordering import draw, finding

SOURCES = ["Re-rendered stand-in for 3D-Shapes (not the original images)."]


@pytest.fixture(autouse=True)
def _style():
    with paper_style():
        yield
    plt.close("all")


def collected(runs):
    """Rows of numbers; `runs` is (model, seed) -> number -> value or list of values."""
    rows = [
        {"model": model, "seed": seed, "number": number, "case": case, "value": value}
        for (model, seed), numbers in runs.items()
        for number, values in numbers.items()
        for case, value in enumerate(values if isinstance(values, list) else [values])
    ]
    return pd.DataFrame(rows).astype({"value": float})


def run(effect=(1, 2, 3, 4), nonlinearity=(0.4, 0.3, 0.2, 0.1), orders=(1.0, -1.0)):
    return {
        "effect": list(effect),
        "nonlinearity": list(nonlinearity),
        "effect_order": orders[0],
        "active_nonlinearity_order": orders[1],
        "linear_centre": 1.5,
    }


def panel(figure, letter):
    return next(axes for axes in figure.axes if axes.get_title().startswith(f"({letter})"))


def cells(figure, letter):
    return np.ma.filled(panel(figure, letter).images[0].get_array(), np.nan)


def test_cells_are_shares_of_a_models_effect_averaged_over_seeds():
    figure = draw(
        collected({("ae", 0): run((1, 1, 2, 0)), ("ae", 1): run((0, 10, 20, 10))}), SOURCES
    )
    np.testing.assert_allclose(cells(figure, "a"), [[0.125, 0.25, 0.5, 0.125]])


def test_non_linearity_is_shown_of_active_latents_alone():
    """At 2 % of the largest effect a latent is active, below it is not."""
    figure = draw(collected({("ae", 0): run((0.019, 0.02, 1, 0.5))}), SOURCES)
    np.testing.assert_array_equal(cells(figure, "b"), [[np.nan, 0.3, 0.2, 0.1]])


def test_non_linearity_is_averaged_over_the_seeds_in_which_a_latent_is_active():
    runs = {
        ("ae", 0): run((1, 0, 1, 1), (0.4, None, 0.2, 0.1)),
        ("ae", 1): run((1, 1, 1, 0.001), (0.2, 0.6, 0.2, 0.9)),
    }
    np.testing.assert_allclose(cells(draw(collected(runs), SOURCES), "b"), [[0.3, 0.6, 0.2, 0.1]])


def test_models_stand_as_in_the_papers_tables_and_bear_its_names():
    names = ["wae-strong", "ae", "beta-vae", "sae-2", "sae-12", "vae", "wae", "vlae-6", "adaae-12"]
    figure = draw(collected({(name, 0): run() for name in names}), SOURCES)
    labels = [label.get_text() for label in panel(figure, "a").get_yticklabels()]
    expected = ["SAE-12", "SAE-2", "VLAE-6", "AdaAE-12", "AE", "VAE", "β-VAE", "WAE", "WAE-strong"]
    assert labels == expected


def test_each_run_has_a_dot_and_each_model_a_mean():
    runs = {
        ("sae-12", 0): run(orders=(0.5, -0.5)),
        ("sae-12", 1): run(orders=(0.9, None)),
        ("ae", 0): run(orders=(-0.2, 0.3)),
    }
    axes = panel(draw(collected(runs), SOURCES), "c")
    assert axes.get_ylim() == (1.5, -0.5), "the first model on top"
    dots = {}
    for line in axes.lines:
        if line.get_marker() in "so":
            where = np.round(line.get_ydata()).astype(int)
            dots[line.get_marker(), line.get_label()[:1] == "_"] = sorted(
                zip(where.tolist(), np.round(line.get_xdata(), 6).tolist(), strict=True)
            )
    assert dots["s", True] == [(0, 0.5), (0, 0.9), (1, -0.2)]
    assert dots["s", False] == [(0, 0.7), (1, -0.2)]
    assert dots["o", True] == dots["o", False] == [(0, -0.5), (1, 0.3)]


@pytest.mark.parametrize(
    ("effects", "nonlinear", "said"),
    [
        (
            (0.8, 0.9, 1.0),
            (-0.6, 0.1, 0.5),
            ("effect rises with the index", "active latents shows no order"),
        ),
        (
            (-0.5, 0.3, 0.2),
            (-0.8, -0.9, -0.95),
            ("effect shows no order", "active latents falls with the index"),
        ),
        (
            (-0.9, -0.8, -0.85),
            (0.7, 0.8, 0.9),
            ("effect falls with the index", "active latents rises with the index"),
        ),
        (
            (0.9, 0.8, 0.7),
            (None, -0.5, None),
            ("effect rises with the index", "active latents cannot be judged from one run"),
        ),
        ((None,), (None,), ("no run has an order of effect", "no run has an order of non-lin")),
    ],
)
def test_the_sentence_says_which_of_the_two_orders_was_found(effects, nonlinear, said):
    runs = {
        ("sae-12", seed): run(orders=orders)
        for seed, orders in enumerate(zip(effects, nonlinear, strict=True))
    }
    sentence = finding(collected(runs))
    for part in said:
        assert part in sentence
    figure = draw(collected(runs), SOURCES)
    footnote = figure.get_supxlabel().replace("\n", " ")
    assert sentence in footnote
    assert SOURCES[0] in footnote


def test_the_sentence_is_about_structural_decoders_alone():
    others = {(name, seed): run(orders=(-1, 1)) for name in ("vlae-12", "ae") for seed in range(3)}
    structural = {("sae-12", seed): run(orders=(0.8 + seed / 10, -0.8)) for seed in range(2)}
    found = finding(collected(structural))
    assert "mean rank correlation +0.85" in found
    assert finding(collected(others | structural)) == found
    assert "no run has an order of effect" in finding(collected(others))


def test_a_model_that_minds_no_latent_has_empty_cells():
    figure = draw(collected({("vae", 0): run([0] * 4, [None] * 4, (None, None))}), SOURCES)
    figure.canvas.draw()
    assert np.isnan(cells(figure, "a")).all()
    assert np.isnan(cells(figure, "b")).all()
