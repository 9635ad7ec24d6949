"""Figs 2, 3 and 8 from made-up distances."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from structure_numbers import FLOORS, SMALL, SOURCES, faces, has_prior, mpi3d, shapes3d

from latent_assays.figures.style import paper_style
from latent_assays.papers.structure.figures import fig2, fig3, fig8
from latent_assays.papers.structure.names import ARCHITECTURES, architecture_of, label_of


@pytest.fixture(autouse=True)
def _style():
    with paper_style():
        yield
    plt.close("all")


def panel(figure, letter):
    return next(axes for axes in figure.axes if axes.get_title().startswith(f"({letter})"))


def labels(axes):
    return [label.get_text() for label in axes.get_xticklabels()]


def heights(axes):
    return [bar.get_height() for bar in axes.patches]


def colours(axes):
    return [bar.get_facecolor() for bar in axes.patches]


def note(figure):
    return " ".join(figure.get_supxlabel().split())


def drawn(figure=fig2, **changes):
    return figure.draw(shapes3d(**changes), mpi3d(**changes), faces(**changes), SOURCES)


# --- Fig. 2 ---


def test_fig2_has_the_papers_panels_in_its_order():
    figure = drawn()
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == [
        "(a) 3D-Shapes, reconstructions",
        "(b) MPI3D Toy, reconstructions",
        "(c) MPI3D Real, reconstructions",
        "(d) CelebA, reconstructions",
        "(e) RFD, reconstructions",
        "Architecture",
    ]
    legend = figure.axes[-1].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == list(ARCHITECTURES)


def test_bars_are_means_over_seeds_sorted_and_coloured_by_architecture():
    shuffled = shapes3d().sample(frac=1, random_state=0)
    axes = panel(fig2.draw(shuffled, mpi3d(), faces(), SOURCES), "a")
    expected = {model: 1.3 * (15 + place + 0.7 * 1.5) for place, model in enumerate(SMALL)}
    assert labels(axes) == [label_of(model) for model in SMALL]
    np.testing.assert_allclose(heights(axes), list(expected.values()))
    wanted = [plt.matplotlib.colors.to_rgba(ARCHITECTURES[architecture_of(m)]) for m in SMALL]
    assert colours(axes) == wanted


def test_whiskers_are_standard_deviations_and_one_seed_has_none():
    axes = panel(drawn(), "a")
    spread = 1.3 * np.std([0, 0.7, 1.4, 2.1], ddof=1)
    (lines,) = axes.collections
    lengths = [np.ptp(segment[:, 1]) for segment in lines.get_segments()]
    np.testing.assert_allclose(lengths, [2 * spread] * len(SMALL))
    one = panel(drawn(seeds=1), "a")
    assert all(len(lines.get_segments()) == 0 for lines in one.collections)


def test_a_distance_bears_its_own_name_and_fid_only_its_own():
    assert "FID" not in panel(drawn(), "a").get_ylabel()
    assert "EfficientNet-Lite0" in panel(drawn(), "d").get_ylabel()
    figure = drawn(fid=True)
    assert panel(figure, "a").get_ylabel() == "FID"
    np.testing.assert_allclose(min(heights(panel(figure, "b"))), FLOORS["fid"] * 15)


def test_the_floor_is_drawn_and_said():
    axes = panel(drawn(), "c")
    floor = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert [line.get_ydata()[0] for line in floor] == pytest.approx([FLOORS["fd_efflite0"]])
    assert "what as many other real images reach" in note(drawn())


def test_models_that_explain_no_variance_are_marked_and_the_mark_is_explained():
    figure = drawn()
    assert all(label.endswith("*") for label in labels(panel(figure, "b")))
    assert not any("*" in label for label in labels(panel(figure, "a")))
    some = labels(panel(figure, "d"))
    assert [label.endswith("*") for label in some] == [False] * 3 + [True] * 4
    assert "no better than the mean image" in note(figure)
    assert "no better than the mean image" not in note(drawn(r2=0.9))


def test_panels_say_how_long_runs_were_trained_and_how_many_images_were_compared():
    figure = drawn()
    assert panel(figure, "a").get_xlabel() == "300 steps, n = 500 images"
    assert panel(figure, "e").get_xlabel() == "60 steps, n = 500 images"
    assert "means over seeds (1 to 4 of them)" in note(figure)


def test_few_images_are_said_where_they_matter():
    assert "biased upwards" in note(drawn())
    numbers = [part.assign(few_samples=False) for part in (shapes3d(), mpi3d(), faces())]
    assert "biased upwards" not in note(fig2.draw(*numbers, SOURCES))


def test_runs_on_other_images_and_other_variants_are_no_bars():
    noise = shapes3d().assign(value=0.001)
    elsewhere = [noise.assign(on="ball"), noise.assign(variant="without-ball", on="without-ball")]
    figure = fig2.draw(pd.concat([shapes3d(), *elsewhere]), mpi3d(), faces(), SOURCES)
    assert heights(panel(figure, "a")) == heights(panel(drawn(), "a"))


def test_a_panel_without_values_says_why():
    lacking = shapes3d().assign(value=np.nan, reason="no weights were given")
    figure = fig2.draw(lacking, mpi3d(), faces(), SOURCES)
    assert panel(figure, "a").texts[0].get_text() == "no distance: no weights were given"
    assert not panel(figure, "a").patches
    nothing = fig2.draw(shapes3d().iloc[:0], mpi3d(), faces(), SOURCES)
    assert panel(nothing, "a").texts[0].get_text() == "no run"


# --- Fig. 3 ---


def test_fig3_has_a_bar_for_each_way_in_which_a_model_can_be_sampled():
    axes = panel(drawn(fig3), "a")
    priors = [model for model in SMALL if has_prior(model)]
    assert sorted(labels(axes)) == sorted(label_of(model) for model in [*SMALL, *priors])
    assert heights(axes) == sorted(heights(axes))
    for way, models in (("hybrid", SMALL), ("prior", priors)):
        colour = plt.matplotlib.colors.to_rgba(fig3.WAYS[way])
        assert colours(axes).count(colour) == len(models)


def test_fig3_colours_tell_hybrids_from_draws_from_the_prior():
    numbers = shapes3d()
    of_prior = numbers["number"].str.startswith("prior")
    numbers.loc[of_prior, "value"] *= 10
    axes = panel(fig3.draw(numbers, mpi3d(), faces(), SOURCES), "a")
    priors = sum(map(has_prior, SMALL))
    far = colours(axes)[-priors:]
    assert set(far) == {plt.matplotlib.colors.to_rgba(fig3.WAYS["prior"])}
    assert min(heights(axes)[-priors:]) > 5 * max(heights(axes)[:-priors])


# --- Fig. 8 ---


def points(figure, marker_size):
    return [
        tuple(point)
        for collection in figure.axes[0].collections
        if collection.get_sizes()[0] == marker_size
        for point in collection.get_offsets()
    ]


def test_fig8_has_a_cross_for_each_seed_and_a_circle_for_each_mean():
    figure = fig8.draw(shapes3d(), SOURCES)
    seeds, means = points(figure, 18), points(figure, 42)
    assert len(seeds) == 4 * len(fig8.MODELS)
    assert len(means) == len(fig8.MODELS)
    first = SMALL.index("sae-12")
    loss, distance = 262 + 3 * first, 1.3 * (15 + first)
    expected = [(loss + 2 * seed, distance + 0.91 * seed) for seed in range(4)]
    np.testing.assert_allclose(seeds[:4], expected)
    assert means[0] == pytest.approx((loss + 3, distance + 0.91 * 1.5))
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert legend == list(fig8.MODELS)


def test_fig8_axes_are_the_loss_and_a_distance_with_its_name():
    axes = fig8.draw(shapes3d(), SOURCES).axes[0]
    assert "binary cross-entropy" in axes.get_xlabel()
    assert "EfficientNet-Lite0" in axes.get_ylabel()
    assert fig8.draw(shapes3d(fid=True), SOURCES).axes[0].get_ylabel() == "FID"
    assert "loss of 239.9, and real images lie 1.3 apart" in note(fig8.draw(shapes3d(), SOURCES))


def test_fig8_leaves_out_a_run_without_one_of_the_numbers():
    numbers = shapes3d()
    of_loss = numbers["number"] == "reconstruction_bce_per_image"
    lacking = of_loss & (numbers["model"] == "wae") & (numbers["seed"] == 1)
    figure = fig8.draw(numbers.assign(value=numbers["value"].mask(lacking)), SOURCES)
    assert len(points(figure, 18)) == 4 * len(fig8.MODELS) - 1
    assert len(points(figure, 42)) == len(fig8.MODELS)
    none = fig8.draw(numbers[~of_loss], SOURCES)
    assert none.axes[0].texts[0].get_text() == "no run has both numbers"
