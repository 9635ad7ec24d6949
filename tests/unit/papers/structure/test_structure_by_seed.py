"""Figs 5 and 10 of paper `structure`: what they write and where they draw it."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from structure_numbers import SOURCES

from latent_assays.cli.inputs import read_table
from latent_assays.figures.style import paper_style
from latent_assays.papers.structure.figures import fig5, fig10
from latent_assays.papers.structure.figures.by_seed import MODELS, scores_of
from latent_assays.places import rooms

PUBLISHED = read_table(rooms()["structure"] / "published/tab1.csv")
NUMBERS = ("dci", "irs", "mig", "sap", "modularity")
ALL = [model for group in fig5.GROUPS for model in group]


@pytest.fixture(autouse=True)
def _style():
    with paper_style():
        yield
    plt.close("all")


def scores(seeds=3, models=ALL):
    """The published score of each model, less a hundredth a seed."""
    paper = PUBLISHED.set_index(["model", "number"])["value"]
    rows = [
        {"model": model, "seed": seed, "number": name, "value": paper[model, name] - seed / 100}
        for model, seed, name in itertools.product(models, range(seeds), NUMBERS)
    ]
    shared = {"dataset": "shapes3d", "variant": "original", "on": "original"}
    return pd.DataFrame(rows).assign(**shared, source=SOURCES[0])


def crosses(axes):
    """Values of every row of crosses, from above."""
    drawn = [line for line in axes.lines if line.get_marker() == "x"]
    drawn.sort(key=lambda line: line.get_ydata()[0])
    return [sorted(line.get_xdata()) for line in drawn]


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_runs_of_both_studies_count_once_and_other_sets_and_models_not_at_all():
    one, more = scores(seeds=1), scores(seeds=2)
    other = scores(seeds=5).assign(dataset="mpi3d_toy")
    values = scores_of(pd.concat([one, more, other]))
    assert set(values["model"]) == set(MODELS)
    assert len(values) == len(MODELS) * 2 * len(NUMBERS)


def test_every_seed_is_a_cross_scores_and_models_in_the_papers_order():
    axes = fig10.draw(scores(), SOURCES).axes[0]
    order = ("irs", "dci", "mig", "sap", "modularity")
    paper = PUBLISHED.set_index(["model", "number"])["value"]
    expected = [paper[model, name] - 0.02 for name in order for model in MODELS]
    found = crosses(axes)
    assert len(found) == 35
    np.testing.assert_allclose([seeds[0] for seeds in found], expected)
    assert {len(seeds) for seeds in found} == {3}
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == 5 * ["SAE-12", "VLAE-12", "AdaAE-12", "AE", "VAE", "β-VAE", "WAE"]
    assert [t for t in texts(axes) if t] == ["IRS", "DCI-D", "MIG", "SAP", "ModExp"]


def test_mean_and_spread_are_drawn_and_one_seed_has_no_spread():
    axes = fig10.draw(scores(models=["sae-12"]), SOURCES).axes[0]
    lines = [line.get_xdata() for line in axes.lines if line.get_marker() != "x"]
    assert any(np.allclose(line, [0.845 - 0.01, 0.845 + 0.01]) for line in lines)
    assert any(np.allclose(line, [0.845, 0.845]) for line in lines)
    assert texts(axes).count("no value") == 6 * 5
    alone = fig10.draw(scores(seeds=1, models=["sae-12"]), SOURCES).axes[0]
    drawn = [line.get_xdata() for line in alone.lines if line.get_marker() != "x"]
    assert not any(np.isclose(line[0], 0.845) for line in drawn)


def test_fig_5_has_means_and_published_values_of_eleven_models_and_the_best_in_bold():
    table, seeds = fig5.draw(scores(1), scores(3), PUBLISHED, SOURCES).axes
    written = texts(table)
    assert [t for t in written if t.endswith("(3)")] == [
        *("SAE-12 (3)", "SAE-6 (3)", "SAE-4 (3)", "VLAE-12 (3)", "VLAE-6 (3)", "VLAE-4 (3)"),
        *("AdaAE-12 (3)", "AE (3)", "VAE (3)", "β-VAE (3)", "WAE (3)"),
    ]
    assert written.count("published") == 11
    here, paper = written.index("0.989"), written.index("0.999")
    assert written[here : here + 4] == ["0.989", "0.845", "0.576", "0.958"]
    assert written[paper : paper + 4] == ["0.999", "0.855", "0.586", "0.968"]
    bold = {text.get_text() for text in table.texts if text.get_weight() == "bold"}
    assert bold == {
        *("model (seeds)", "DCI-D", "IRS", "MIG", "ModExp"),
        *("0.989", "0.845", "0.652", "0.959", "0.999", "0.855", "0.662", "0.969"),
    }
    assert len(crosses(seeds)) == 21


def test_a_model_without_runs_keeps_its_published_line():
    lines = fig5.lines_of(scores(models=["ae-12"]), PUBLISHED, ["sae-12", "ae-12"])
    seeds, here, paper = lines["sae-12"]
    assert seeds == 0
    assert np.isnan(here).all()
    assert paper == [0.999, 0.855, 0.586, 0.968]
    table, _ = fig5.draw(
        scores(models=["ae-12"]), scores(models=["ae-12"]), PUBLISHED, SOURCES
    ).axes
    assert "SAE-12 (0)" in texts(table)
    assert texts(table).count("–") == 10 * 4
