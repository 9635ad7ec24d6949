"""What readers see in Fig. 1b of paper `perturbations`: known codes, directions and angles."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from latent_assays.figures.style import paper_style
from latent_assays.papers.perturbations.figures.fig1b import PRINCIPAL, SEGMENTS, draw
from latent_assays.split import draw_split
from latent_assays.store import ImageSet

N = 50
ANGLES = {
    ("linear-vae", "angle_to_principal_axes"): [1.0, 2.0, 3.0],
    ("linear-vae", "angle_to_segments"): [43.0, 42.0, 41.0],
    ("mlp-vae", "angle_to_principal_axes"): [30.0, np.nan, 36.0],
    ("mlp-vae", "angle_to_segments"): [10.0, 12.0, np.nan],
}


def alignment(seed, degrees):
    """Codes by chance, principal axes turned by some degrees, segments half way between them."""
    turn = np.radians([degrees, degrees + 90, degrees + 45])
    directions = np.column_stack([np.cos(turn), np.sin(turn)])
    codes = np.random.default_rng(seed).normal(size=(N, 2)) * (20, 5)
    return {"codes": codes, "principal": directions[:2], "segments": directions[2]}


@pytest.fixture
def given():
    points = np.random.default_rng(0).normal(size=(N, 1, 1, 2)).astype(np.float32)
    names, sizes = ("centre_x", "centre_y", "along"), (0, 0, 0)
    rows = [
        {"model": model, "number": name, "seed": seed, "value": value}
        for (model, name), values in ANGLES.items()
        for seed, value in enumerate(values)
    ]
    return {
        "linear": alignment(1, 0),
        "nonlinear": alignment(2, 30),
        "images": ImageSet(points, np.zeros((N, 3)), draw_split(N), names, sizes, {}, scale=1.0),
        "numbers": pd.DataFrame(rows).sample(frac=1, random_state=0),
    }


@pytest.fixture(autouse=True)
def _style():
    with paper_style():
        yield
    plt.close("all")


def lines_of(axes, colour):
    return [line for line in axes.lines if line.get_color() == colour]


def direction(line):
    ends = np.column_stack(line.get_data())
    return np.degrees(np.arctan2(*(ends[1] - ends[0])[::-1])) % 180


def test_codes_are_drawn_with_equal_units_around_both_latent_axes(given):
    figure = draw(**given, sources=[])
    for axes, name in zip(figure.axes[:2], ("linear", "nonlinear"), strict=True):
        np.testing.assert_array_equal(axes.collections[0].get_offsets(), given[name]["codes"])
        assert axes.get_aspect() == 1
        assert axes.get_xlim()[0] < given[name]["codes"].min()
        assert "units of its noise" in axes.get_xlabel()


@pytest.mark.parametrize(("place", "degrees"), [(0, 0), (1, 30)])
def test_lines_point_where_the_axes_of_the_data_do(given, place, degrees):
    axes = draw(**given, sources=[]).axes[place]
    found = [direction(line) for line in lines_of(axes, PRINCIPAL)]
    assert found == pytest.approx([degrees, degrees + 90], abs=1e-6)
    (segments,) = lines_of(axes, SEGMENTS)
    assert direction(segments) == pytest.approx(degrees + 45)


def test_the_inset_has_the_points(given):
    (inset,) = draw(**given, sources=[]).axes[0].child_axes
    points = given["images"].images.reshape(N, 2)
    np.testing.assert_allclose(inset.collections[0].get_offsets(), points)


def test_every_seed_has_a_mark_for_each_angle_of_its_model(given):
    angles = draw(**given, sources=[]).axes[2]
    for place, model in enumerate(("linear-vae", "mlp-vae")):
        for colour, name in ((PRINCIPAL, "principal_axes"), (SEGMENTS, "segments")):
            line = lines_of(angles, colour)[place]
            values = [v for v in ANGLES[model, f"angle_to_{name}"] if np.isfinite(v)]
            assert sorted(line.get_ydata()) == sorted(values)
            assert np.abs(line.get_xdata() - place).max() < 0.5
    assert [label.get_text() for label in angles.get_xticklabels()] == [
        "linear VAE",
        "non-linear VAE",
    ]


def test_it_says_how_many_seeds_and_from_what_it_was_drawn(given):
    told = draw(**given, sources=["Points by formula."]).get_supxlabel()
    assert "(c) 3 seeds" in told
    assert "Points by formula." in told


def test_it_can_be_drawn_without_a_segment_or_an_angle(given):
    given["nonlinear"]["segments"] = np.full(2, np.nan)
    given["numbers"]["value"] = np.nan
    figure = draw(**given, sources=[])
    assert not lines_of(figure.axes[1], SEGMENTS)
    assert "(c) 0 seeds" in figure.get_supxlabel()
