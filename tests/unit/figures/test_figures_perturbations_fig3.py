"""Fig. 3b,c of paper `perturbations`, drawn from small made-up images."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest

from latent_assays.figures.perturbations_fig3 import ROWS, SHOWN, draw
from latent_assays.figures.style import paper_style
from latent_assays.store import ImageSet

SOURCES = ["Re-rendered stand-in for dSprites (not the original images): 9 images at 8 px."]


def pair(title, channels, epsilon, seed):
    random = np.random.default_rng(seed)
    images = random.integers(0, 256, (9, 8, 8, channels), dtype=np.uint8)
    factors = np.arange(9)[:, None]
    original = ImageSet(images, factors, ("row",), (9,), {"title": title})
    scale = (1 + 2 * epsilon) / 255
    moved = np.rint((images / 255 + epsilon * np.sign(images - 127.5) + epsilon) / scale)
    attributes = {"title": title, "epsilon": epsilon}
    perturbed = ImageSet(
        moved.astype(np.uint8), factors, ("row",), (9,), attributes, scale, -epsilon
    )
    return original, perturbed


def inputs():
    dsprites, shapes3d = pair("dSprites", 1, 0.1, 0), pair("3D-Shapes", 3, 0.175, 1)
    return {
        "dsprites": dsprites[0],
        "dsprites_perturbed": dsprites[1],
        "shapes3d": shapes3d[0],
        "shapes3d_perturbed": shapes3d[1],
    }


@pytest.fixture(scope="module")
def figure():
    with paper_style():
        yield draw(**inputs(), sources=SOURCES)
    plt.close("all")


def strips(figure, block):
    axes = figure.subfigs[block].axes
    return [axes[row * SHOWN : (row + 1) * SHOWN] for row in range(len(ROWS))]


def test_every_block_names_its_dataset_and_epsilon(figure):
    titles = [block.get_suptitle() for block in figure.subfigs]
    assert titles == ["(b) dSprites, ε = 0.1", "(c) 3D-Shapes, ε = 0.175"]


def test_rows_are_labelled(figure):
    for block in (0, 1):
        labels = [strip[0].get_ylabel() for strip in strips(figure, block)]
        assert labels == list(ROWS)
        assert labels[:2] == ["original", "perturbed"]


@pytest.mark.parametrize(("block", "name"), [(0, "dsprites"), (1, "shapes3d")])
def test_columns_are_one_image_before_after_and_the_change(figure, block, name):
    given = inputs()
    original, perturbed = given[name], given[f"{name}_perturbed"]
    above, middle, below = strips(figure, block)
    shown = set()
    for first, second, third in zip(above, middle, below, strict=True):
        before = np.asarray(first.images[0].get_array())
        matches = [
            row
            for row, image in enumerate(original.images)
            if np.allclose(np.squeeze(image) / 255, before)
        ]
        assert len(matches) == 1
        row = matches[0]
        shown.add(row)
        after = np.squeeze(perturbed.images[row]) * perturbed.scale + perturbed.offset
        np.testing.assert_allclose(second.images[0].get_array(), np.clip(after, 0, 1))
        change = 0.5 + 2 * (after - np.squeeze(original.images[row]) / 255)
        np.testing.assert_allclose(third.images[0].get_array(), np.clip(change, 0, 1))
    assert len(shown) == SHOWN


def test_the_enlarged_change_is_not_cut_off(figure):
    """ε is 0.175 at most, so twice the change stays within 0.5 ± 0.35."""
    for block in (0, 1):
        for axes in strips(figure, block)[2]:
            values = np.asarray(axes.images[0].get_array())
            assert values.min() > 0
            assert values.max() < 1


def test_all_images_share_the_colour_scale(figure):
    for block in (0, 1):
        for axes in figure.subfigs[block].axes:
            assert axes.images[0].get_clim() == (0, 1)
            assert axes.images[0].get_interpolation() in (None, "auto", "antialiased", "nearest")
            assert len(axes.get_xticks()) == len(axes.get_yticks()) == 0


def test_the_footnote_says_stand_in(figure):
    assert SOURCES[0] in figure.get_supxlabel().replace("\n", " ")


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_drawing_twice_gives_the_same_bytes(suffix):
    def drawn():
        file = io.BytesIO()
        metadata = {"Date": None} if suffix == "svg" else {}
        with paper_style():
            draw(**inputs(), sources=SOURCES).savefig(file, format=suffix, metadata=metadata)
        plt.close("all")
        return file.getvalue()

    first = drawn()
    assert len(first) > 5000
    assert drawn() == first
