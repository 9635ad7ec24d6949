"""Panels of paper `responses`' figures: orientation, colours, tiles, strips and sentences."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from latent_assays.papers.responses.figures.panels import (
    draw_divergence,
    draw_map,
    draw_profiles,
    draw_tiles,
    pair_sentence,
    path_sentence,
    strip,
    tile_grid,
    unit,
)


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


AXIS = np.linspace(-2, 2, 5)


def test_the_first_latent_is_horizontal_and_the_second_upwards(axes):
    values = np.zeros((5, 5))
    values[4, 0] = 1  # first latent largest, second smallest: the lower right corner
    image = draw_map(axes, AXIS, values)
    assert image.get_array()[0, 4] == 1
    assert image.origin == "lower"
    left, right, bottom, top = image.get_extent()
    # The centre of a cell is where the value was taken.
    assert (left, right) == (bottom, top) == (-2.5, 2.5)
    assert axes.get_xlim() == axes.get_ylim() == (-2, 2)


def test_divergence_is_white_at_zero_and_blue_where_it_converges(axes):
    values = np.linspace(-1, 3, 25).reshape(5, 5)
    image = draw_divergence(axes, {"axis": AXIS, "divergence": values})
    red, green, blue, _ = image.cmap(image.norm(0.0))
    assert min(red, green, blue) > 0.95
    red, _, blue, _ = image.cmap(image.norm(-1.0))
    assert blue > red
    red, _, blue, _ = image.cmap(image.norm(3.0))
    assert red > blue
    assert image.norm(-1.0) + image.norm(1.0) == pytest.approx(1)


@pytest.mark.parametrize(("spacing", "word"), [("true", "1/latent unit"), ("index", "grid step")])
def test_curvature_has_a_unit(spacing, word):
    assert word in unit({"spacing": np.array(spacing)})


def test_a_sentence_says_which_pair_is_mapped_and_why():
    given = {"latents": np.array([3, 11]), "rule": np.array("why"), "coupling": np.array(0.25)}
    assert pair_sentence(given).startswith("Latents 3 and 11: why, here 0.25;")


def path(distance):
    return {
        "ends_rule": np.array("the rule"),
        "curved_mean_distance": np.array(distance),
        "straight_mean_distance": np.array(0.2),
        "curved_mean_curvature": np.array(1.5),
        "straight_mean_curvature": np.array(-0.5),
    }


def test_a_sentence_says_what_the_path_does_here():
    assert path_sentence(path(0.1)).startswith("A and B: the rule.")
    assert "stays nearer to the codes than the straight line (0.100" in path_sentence(path(0.1))
    assert "does not stay nearer to the codes" in path_sentence(path(0.3))
    assert "higher mean curvature (1.50 against -0.50)" in path_sentence(path(0.1))


def test_profiles_run_over_the_length_of_the_path_not_its_points(axes):
    path = np.array([[0, 0], [3, 0], [3, 1.0]])
    curvature = np.array([1.0, 2.0, 5.0])
    given = {}
    for name in ("straight", "curved"):
        given |= {name: path, f"{name}_curvature": curvature, f"{name}_mean_curvature": 2.0}
    draw_profiles(axes, given | {"spacing": np.array("true")})
    np.testing.assert_allclose(axes.lines[0].get_xdata(), [0, 0.75, 1])
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), curvature)


def test_tiles_lie_as_on_the_map():
    tiles = np.zeros((3, 3, 2, 2, 1), np.uint8)
    tiles[2, 0] = 7  # first latent largest, second smallest
    tiles[0, 2] = 9
    picture = tile_grid(tiles)
    assert picture.shape == (6, 6, 3)
    assert (picture[4:, 4:] == 7).all(), "lower right"
    assert (picture[:2, :2] == 9).all(), "upper left"


def test_tiles_fill_the_map(axes):
    """Three tiles side by side from -2 to 2."""
    tiles = np.zeros((3, 3, 2, 2, 1), np.uint8)
    draw_tiles(axes, {"tiles": tiles, "tile_axis": np.linspace(-4 / 3, 4 / 3, 3)})
    assert axes.get_xlim() == axes.get_ylim() == pytest.approx((-2, 2))


def test_a_strip_has_both_ends_and_even_steps():
    images = np.arange(11, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 3), np.uint8)
    picture = strip(images, shown=3)
    assert picture.shape == (2, 3 * 2 + 2, 3)
    assert picture[0, [0, 3, 6], 0].tolist() == [0, 5, 10]
    assert (picture[:, 2] == 255).all()


def test_a_strip_of_few_images_repeats_them_in_order():
    images = np.arange(2, dtype=np.uint8)[:, None, None, None] * np.ones((1, 1, 1, 1), np.uint8)
    assert strip(images, shown=4)[0, ::2, 0].tolist() == [0, 0, 1, 1]
