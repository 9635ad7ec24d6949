"""Figs 7 and 12 from made-up errors, and the paper's own tables."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from structure_numbers import SOURCES, extrapolation

from latent_assays.cli.inputs import read_table
from latent_assays.figures.style import paper_style
from latent_assays.papers.structure.figures import fig7, fig12
from latent_assays.papers.structure.figures.extrapolation import PHASES, lines_of, strips_of
from latent_assays.places import rooms

FIGURES = {"fig7": fig7, "fig12": fig12}
FOLDER = rooms()["structure"] / "published"
PUBLISHED = {name: read_table(FOLDER / f"{name}.csv") for name in FIGURES}


@pytest.fixture(autouse=True)
def _style():
    with paper_style():
        yield
    plt.close("all")


def collected(name, **options):
    setting = FIGURES[name].SETTING
    return extrapolation(setting.first, setting.missing, setting.second, **options)


def lines(name="fig7", numbers=None, **options):
    numbers = collected(name, **options) if numbers is None else numbers
    found = lines_of(FIGURES[name].SETTING, numbers, PUBLISHED[name])
    return {(model, line): texts for model, line, texts in found}


def strips(name="fig7", side=8, images=4):
    """Images whose grey says model and phase; originals are white."""
    given = {}
    for place, model in enumerate(FIGURES[name].MODELS):
        for number, phase in enumerate(PHASES):
            grey = np.full((images, side, side, 3), 40 * place + 10 * number, np.uint8)
            arrays = {"original": np.full_like(grey, 250), "reconstruction": grey}
            given[f"{model.lower().replace('-', '_')}_{phase}"] = arrays
    return given


def drawn(name="fig7", **options):
    numbers = collected(name, **options)
    is_first = numbers["variant"] == FIGURES[name].SETTING.first
    given = {"first": numbers[is_first], "second": numbers[~is_first]}
    return FIGURES[name].draw(**given, published=PUBLISHED[name], **strips(name), sources=SOURCES)


def test_the_table_has_the_papers_rows_in_its_order_and_the_phases_in_columns():
    order = list(dict.fromkeys(model for model, _ in lines()))
    assert order == ["SAE-12", "SAE-6", "VLAE-12", "VAE", "β-VAE", "AE", "WAE"]
    order = list(dict.fromkeys(model for model, _ in lines("fig12")))
    assert order == ["SAE-12", "VLAE-12", "AdaAE-12", "AE", "WAE", "VAE", "β-VAE"]


def test_every_number_is_in_its_place():
    found = lines()
    assert found["SAE-12", "missing_error"] == ["10.00", "9.00", "7.50", "7.80"]
    assert found["VLAE-12", "missing_error_train"] == ["9.60", "8.60", "7.10", "7.40"]
    assert found["SAE-12", "published"] == ["13.21", "7.70", "0.42", "0.34"]
    assert lines("fig12")["VLAE-12", "published"] == ["6.91", "3.83", "1.61", "0.77"]


def test_seeds_are_shown_as_mean_and_standard_deviation():
    assert lines(seeds=3)["SAE-12", "missing_error"][0] == "10.20 ± 0.20"
    assert lines(seeds=1)["SAE-12", "missing_error"][0] == "10.00"


def test_what_was_not_measured_is_a_dash_and_what_the_paper_has_not_comes_last():
    found = lines(models=["sae-12", "mine"])
    assert found["SAE-6", "missing_error"] == ["–"] * 4
    assert [model for model, _ in found][-1] == "mine"
    assert ("mine", "published") not in found


def test_models_meet_the_papers_by_what_they_are_called():
    """Whatever a room's other papers call theirs, `ae-12` is an AE."""
    found = lines(models=["ae-12"])
    assert found["AE", "missing_error"] == ["10.00", "9.00", "7.50", "7.80"]
    assert found["AE", "published"] == ["11.81", "7.31", "0.38", "0.35"]


def test_numbers_of_the_other_setting_and_of_other_images_do_not_count():
    more = [collected("fig12").assign(value=0.0)]
    more += [collected("fig7").assign(on="original", value=0.0)]
    both = pd.concat([collected("fig7"), *more])
    assert lines(numbers=both) == lines()


def test_every_published_number_is_one_of_a_run_that_the_setting_names():
    for name, figure in FIGURES.items():
        table = PUBLISHED[name]
        shown = [texts for (_, line), texts in lines(name).items() if line == "published"]
        assert sorted(f"{value:.2f}" for value in table["value"]) == sorted(np.ravel(shown))
        assert len(table) == 4 * 7
        assert set(figure.MODELS) <= {model for model, _ in lines(name)}


@pytest.mark.parametrize("name", FIGURES)
def test_models_stand_in_rows_and_phases_in_columns_of_the_pictures(name):
    axes = drawn(name).axes[1]
    picture = axes.images[0].get_array()
    rows = [label.get_text() for label in axes.get_yticklabels()]
    assert rows == list(FIGURES[name].MODELS)
    columns = [label.get_text().replace("\n", " ") for label in axes.get_xticklabels()]
    assert columns == ["Input", *PHASES.values()]
    for place, top in enumerate(axes.get_yticks()):
        row = [picture[round(top) - 3, round(left), 0] for left in axes.get_xticks()]
        assert row == [250, *(40 * place + 10 * number for number in range(4))]


def test_the_figure_says_which_images_how_many_seeds_and_how_short_the_training_was():
    note = " ".join(drawn(seeds=3).get_supxlabel().split())
    assert "over images of balls" in note
    assert "over 3 seeds" in note
    assert "First phase 250 steps, update 40 (paper: 80,000 and 20,000)" in note
    assert "±" not in " ".join(drawn(seeds=1).get_supxlabel().split())
    assert "extreme angles" in drawn("fig12").get_supxlabel().replace("\n", " ")


def test_without_test_images_there_is_a_sentence_in_place_of_pictures():
    numbers = collected("fig7")
    given = {"published": PUBLISHED["fig7"], **strips(images=0), "sources": SOURCES}
    axes = fig7.draw(first=numbers, second=numbers, **given).axes[1]
    assert [text.get_text() for text in axes.texts] == ["the test part has no such image"]


def test_one_study_may_have_both_phases():
    numbers = collected("fig7", seeds=2)
    given = {"published": PUBLISHED["fig7"], **strips(), "sources": SOURCES}
    texts = [
        [text.get_text() for text in figure.axes[0].texts]
        for figure in (drawn(seeds=2), fig7.draw(first=numbers, second=numbers, **given))
    ]
    assert texts[0] == texts[1]
    assert "10.10 ± 0.14" in texts[0]


def test_strips_are_named_after_model_and_phase():
    given = strips()
    found = strips_of(fig7.MODELS, given)
    assert list(found) == ["VAE", "AE", "VLAE-12", "SAE-12"]
    assert found["VLAE-12"]["decoder"] is given["vlae_12_decoder"]
    assert all(list(phases) == list(PHASES) for phases in found.values())
