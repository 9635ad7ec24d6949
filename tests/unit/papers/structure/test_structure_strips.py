"""Figures of grids of images: what fills a line, and what fills a page."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from latent_assays.figures.grids import lay_out
from latent_assays.figures.style import paper_style
from latent_assays.papers.structure.figures.strips import draw_panels, in_lines


@pytest.fixture(autouse=True)
def _style():
    with paper_style():
        yield
    plt.close("all")


def test_lines_are_filled_in_order_and_an_unfilled_column_is_left_out():
    given = np.arange(7, dtype=np.uint8)[:, None, None, None]
    assert in_lines(given, 2)[..., 0, 0, 0].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert in_lines(given, 9).shape == (7, 1, 1, 1, 1)


def test_panels_fill_the_page_and_leave_little_white():
    grid = lay_out(np.zeros((12, 8, 10, 10, 3), np.uint8), list("0123456789ab"))
    panels = {f"({letter}) a": grid for letter in "abcdef"}
    figure = draw_panels(panels, 3, ["A sentence."], "a title", row_axis="latent")
    figure.canvas.draw()
    areas = [axes.get_window_extent() for axes in figure.axes]
    covered = sum(area.width * area.height for area in areas) / np.prod(
        figure.canvas.get_width_height()
    )
    assert covered > 0.75
    assert [axes.get_title() for axes in figure.axes] == list(panels)
    assert [axes.get_ylabel() for axes in figure.axes] == ["latent", "", ""] * 2
