import numpy as np
import pytest

from latent_assays.datasets.rendered.canvas import Canvas, blend, smooth


def test_an_ellipse_covers_its_area_about_its_middle():
    canvas = Canvas(200)
    cover = canvas.ellipse(0.2, -0.1, 0.5, 0.3)
    assert cover.min() == 0
    assert cover.max() == 1
    assert cover.mean() * 4 == pytest.approx(np.pi * 0.5 * 0.3, rel=0.01)
    assert (cover * canvas.x).sum() / cover.sum() == pytest.approx(0.2, abs=0.01)
    assert (cover * canvas.y).sum() / cover.sum() == pytest.approx(-0.1, abs=0.01)


def test_soft_outlines_are_wider():
    def grey(cover):
        return ((cover > 0.02) & (cover < 0.98)).sum()

    canvas = Canvas(100)
    sharp, soft = canvas.ellipse(0, 0, 0.5, 0.5), canvas.ellipse(0, 0, 0.5, 0.5, 0.2)
    assert grey(soft) > 3 * grey(sharp)


def test_laying_and_darkening():
    canvas = Canvas(2)
    cover = np.array([[1, 0.5], [0, 0]], np.float32)
    canvas.lay(cover, np.array((0.8, 0.4, 0), np.float32))
    assert canvas.image[0, 0] == pytest.approx((0.8, 0.4, 0))
    assert canvas.image[0, 1] == pytest.approx((0.4, 0.2, 0))
    assert (canvas.image[1] == 0).all()
    canvas.darken(cover, 0.5)
    assert canvas.image[0, 0] == pytest.approx((0.4, 0.2, 0))
    assert canvas.image[0, 1] == pytest.approx((0.3, 0.15, 0))


def test_blend_runs_along_its_colours():
    colours = np.array([(0, 0, 0), (1, 0, 0), (1, 1, 1)], np.float32)
    assert [blend(colours, share).tolist() for share in (0, 0.5, 0.75, 1)] == [
        [0, 0, 0],
        [1, 0, 0],
        [1, 0.5, 0.5],
        [1, 1, 1],
    ]


def test_smooth_is_a_step():
    assert smooth(np.array([-1, 0, 0.5, 1, 2])).tolist() == [0, 0, 0.5, 1, 1]
    assert (np.diff(smooth(np.linspace(0, 1, 50))) > 0).all()
