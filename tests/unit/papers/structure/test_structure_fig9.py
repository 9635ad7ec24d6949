"""Fig. 9 from made-up distances: which distance is drawn, and a bar for each seed."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from latent_assays.figures.style import paper_style
from latent_assays.papers.structure.figures.fig9 import MODELS, draw

SOURCES = ["Re-rendered stand-in for 3D-Shapes (not the original images).", "Drawn by commit abc."]
WITHOUT_PRIOR = ("sae-12", "adaae-12", "ae-12")
BASE = {"fid": 100, "fd_efflite0": 10, "fd_pixels": 1}


@pytest.fixture(autouse=True)
def _style():
    with paper_style():
        yield
    plt.close("all")


def numbers(seeds=2, few=True, **undefined):
    """Hybrids at base + model + seed/10, priors one half above; FID undefined unless said."""
    rows = []
    for place, model in enumerate([*MODELS, "sae-6"]):
        for way in ("hybrid", "prior"):
            for name, base in BASE.items():
                lacks = way == "prior" and model in WITHOUT_PRIOR
                lacks = lacks or undefined.get(name, name == "fid")
                for seed in range(seeds):
                    value = base + place + seed / 10 + 0.5 * (way == "prior")
                    about = {"dataset": "shapes3d", "on": "original", "model": model, "seed": seed}
                    about |= {"number": f"{way}_{name}", "value": np.nan if lacks else value}
                    about |= {"reason": "no weights were given" if lacks else None, "n": 500}
                    rows.append(about | {"floor": 0.5, "few_samples": few})
    return pd.DataFrame(rows)


def heights(axes):
    return [bar.get_height() for bar in axes.patches]


def test_every_seed_has_a_bar_hybrids_before_priors_models_in_the_papers_order():
    (axes,) = draw(numbers(), SOURCES).axes
    expected = []
    for place, model in enumerate(MODELS):
        expected += [10 + place, 10.1 + place]
        if model not in WITHOUT_PRIOR:
            expected += [10.5 + place, 10.6 + place]
    bars = sorted(axes.patches, key=lambda bar: bar.get_x())
    np.testing.assert_allclose([bar.get_height() for bar in bars], expected)
    assert [label.get_text() for label in axes.get_xticklabels()] == list(MODELS.values())


def test_labels_stand_below_the_middle_of_their_bars():
    (axes,) = draw(numbers(seeds=3), SOURCES).axes
    vlae = [bar for bar in axes.patches if 11 <= bar.get_height() < 12]
    middles = [bar.get_x() + bar.get_width() / 2 for bar in vlae]
    assert len(vlae) == 6
    assert axes.get_xticks()[1] == pytest.approx(np.mean(middles))


def test_bars_do_not_overlap():
    (axes,) = draw(numbers(), SOURCES).axes
    bars = sorted(axes.patches, key=lambda bar: bar.get_x())
    ends = [bar.get_x() + bar.get_width() for bar in bars]
    assert all(end < bar.get_x() for end, bar in zip(ends, bars[1:], strict=False))


def test_ways_of_sampling_differ_without_colour():
    (axes,) = draw(numbers(), SOURCES).axes
    assert {bar.get_hatch() for bar in axes.patches} == {None, "////"}
    shown = [text.get_text() for text in axes.get_legend().get_texts()]
    assert sorted(shown) == ["floor: as many real images", "hybrid sampling", "prior sampling"]


@pytest.mark.parametrize(
    ("undefined", "label", "least"),
    [
        ({"fid": False}, "FID", 100),
        ({}, "EfficientNet-Lite0 features (not FID)", 10),
        ({"fd_efflite0": True}, "pixels (not FID)", 1),
    ],
)
def test_the_axis_bears_the_name_of_the_distance_that_is_drawn(undefined, label, least):
    (axes,) = draw(numbers(**undefined), SOURCES).axes
    assert axes.get_ylabel().endswith(label)
    assert min(heights(axes)) == least


def test_the_line_is_what_real_images_reach():
    (axes,) = draw(numbers(), SOURCES).axes
    assert axes.lines[0].get_ydata()[0] == 0.5


def test_without_any_distance_the_reason_stands_in_its_place():
    given = numbers(fid=True, fd_efflite0=True, fd_pixels=True)
    (axes,) = draw(given, SOURCES).axes
    assert axes.texts[0].get_text() == "no distance: no weights were given"
    assert not axes.patches


def test_few_images_are_owned_up_to():
    assert "n = 500 images are not more" in draw(numbers(), SOURCES).get_supxlabel()
    assert "n = 500" not in draw(numbers(few=False), SOURCES).get_supxlabel()


def test_other_image_sets_are_left_out():
    others = [numbers().assign(dataset="mpi3d_toy"), numbers().assign(on="noisy")]
    (axes,) = draw(pd.concat([numbers(), *others]), SOURCES).axes
    (alone,) = draw(numbers(), SOURCES).axes
    assert heights(axes) == heights(alone)
