"""Grids of images: where each stands, what stands beside it, and that pixels stay as they are."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from latent_assays.figures.grids import draw_grid, lay_out
from latent_assays.figures.style import paper_style


@pytest.fixture(autouse=True)
def _style():
    with paper_style():
        yield
    plt.close("all")


def images(rows, columns, side=10, channels=3):
    """Each image is of one grey of its own: 10 r + s."""
    greys = 10 * np.arange(rows)[:, None] + np.arange(columns)
    shape = (rows, columns, side, side, channels)
    return np.broadcast_to(greys[..., None, None, None], shape).astype(np.uint8)


def test_images_stand_in_their_rows_and_columns():
    grid = lay_out(images(3, 4))
    for row, column in np.ndindex(3, 4):
        place = round(grid.rows[row]), round(grid.columns[column])
        assert grid.picture[place].tolist() == [10 * row + column] * 3


def test_every_pixel_of_every_image_is_there_and_white_lines_between():
    given = np.random.default_rng(0).integers(0, 255, (2, 3, 4, 4, 3), dtype=np.uint8)
    grid = lay_out(given)
    assert grid.picture.shape == (2 * 4 + 1, 3 * 4 + 2, 3)
    np.testing.assert_array_equal(grid.picture[5:9, 10:14], given[1, 2])
    assert (grid.picture[4] == 255).all()
    assert (grid.picture[:, [4, 9]] == 255).all()


def test_a_wider_gap_stands_between_groups():
    grid = lay_out(images(4, 3), row_groups=[0, 0, 1, 1], column_groups=[0, 1, 1])
    rows, columns = np.diff(grid.rows), np.diff(grid.columns)
    assert rows[0] == rows[2] == columns[1] == 11
    assert rows[1] == columns[0] == 12
    large = lay_out(images(2, 1, side=64), row_groups=[0, 1])
    assert np.diff(large.rows) == 64 + 12


def test_grey_images_are_shown_in_grey():
    grid = lay_out(images(1, 2, channels=1))
    assert grid.picture.shape == (10, 21, 3)
    assert (grid.picture[:, 11:] == 1).all()


def test_pixels_are_never_interpolated():
    axes = plt.axes()
    grid = lay_out(images(2, 2))
    draw_grid(axes, grid)
    (shown,) = axes.images
    assert shown.get_interpolation() == "none"
    np.testing.assert_array_equal(shown.get_array(), grid.picture)


def test_labels_stand_at_their_rows_and_columns():
    figure, axes = plt.subplots()
    grid = lay_out(images(2, 3), ["one", "two"], ["a", "b", "c"], row_groups=[0, 1])
    draw_grid(axes, grid)
    assert [label.get_text() for label in axes.get_yticklabels()] == ["one", "two"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["a", "b", "c"]
    np.testing.assert_allclose(axes.get_yticks(), grid.rows)
    np.testing.assert_allclose(axes.get_xticks(), grid.columns)
    figure.canvas.draw()
    top = axes.get_window_extent().y1
    assert all(label.get_window_extent().y0 > top for label in axes.get_xticklabels())


def test_without_labels_there_are_no_ticks():
    axes = plt.axes()
    draw_grid(axes, lay_out(images(2, 3)))
    assert len(axes.get_xticks()) == len(axes.get_yticks()) == 0
