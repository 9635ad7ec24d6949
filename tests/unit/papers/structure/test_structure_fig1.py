"""The drawing of the structural decoder says what the network is, and nothing in it overlaps."""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgba
from matplotlib.patches import Rectangle

from latent_assays import provenance
from latent_assays.errors import UserError
from latent_assays.figures.style import paper_style
from latent_assays.models import build_network
from latent_assays.papers.structure.figures.fig1 import COLOURS, blocks_of, draw
from latent_assays.papers.structure.measures.anatomy import measure

SOURCES = ["Re-rendered stand-in for 3D-Shapes (not the original images)."]
NETWORKS = {
    "SAE-12 of the paper": {"segments": 12, "side": 64},
    "SAE-12 at 16 px, a quarter wide": {"segments": 12, "side": 16, "width": 0.25},
    "SAE-3": {"segments": 3, "side": 64},
}


def anatomy(side=64, network="structural", **settings):
    shared = {"network": network, "objective": "ae", "latents": 12, "steps": 1}
    built = build_network(shared | settings, (3, side, side))
    made = {"run": {"model": "sae-12", "dataset": {"title": "3D-Shapes"}}}
    arrays = measure({"mean": np.zeros((1, 12))}, built).arrays
    return arrays | {"provenance": provenance.to_array(made)}


@pytest.fixture(autouse=True)
def _style():
    with paper_style():
        yield
    plt.close("all")


def panel(figure, letter):
    return next(axes for axes in figure.axes if axes.get_title().startswith(f"({letter})"))


def texts(axes):
    return [text.get_text() for text in axes.texts if text.get_text()]


def boxes(axes, what):
    """Boxes of the drawing, not of its legend."""
    colour = to_rgba(COLOURS[what])
    return [one for one in axes.patches if isinstance(one, Rectangle) and one.get_fc() == colour]


def test_blocks_are_those_of_the_network():
    root, blocks = blocks_of(anatomy(segments=12), "sae-12")
    assert root == (64, 2, 2)
    assert len(blocks) == 12
    assert [at for at, block in enumerate(blocks, 1) if block.upsamples] == [2, 4, 7, 10, 12]
    assert {block.mlp for block in blocks} == {(1, 64, 128, 128)}
    assert {block.kernel for block in blocks} == {3}
    assert blocks[0].shape == (64, 2, 2)
    assert blocks[-1].shape == (3, 64, 64)


@pytest.mark.parametrize("settings", NETWORKS.values(), ids=NETWORKS)
def test_every_weight_of_the_decoder_is_in_the_drawing(settings):
    given = anatomy(**settings)
    root, blocks = blocks_of(given, "sae-12")
    total = np.prod(root) + sum(block.weights + block.transform for block in blocks)
    assert total == given["parameters"].sum()
    title = panel(draw(given, SOURCES), "a").get_title()
    transforms = sum(block.transform for block in blocks)
    assert f"decoder of sae-12, 3D-Shapes: {total:,} weights, {transforms:,} of them" in title
    assert title.endswith(f"in {settings['segments']} Str-Tfm layers")


@pytest.mark.parametrize("settings", NETWORKS.values(), ids=NETWORKS)
def test_there_is_a_box_for_each_layer(settings):
    chain = panel(draw(anatomy(**settings), SOURCES), "a")
    assert len(boxes(chain, "convolution")) == 12
    assert len(boxes(chain, "Str-Tfm")) == len(boxes(chain, "latents")) == settings["segments"]
    assert len(boxes(chain, "bilinear upsampling")) == np.log2(settings["side"] / 2)
    assert len(boxes(chain, "static features")) == 1
    heights = [box.get_height() for box in boxes(chain, "convolution")]
    assert heights == sorted(heights)
    assert heights[-1] > heights[0]


def test_each_segment_has_the_numbers_of_its_latents():
    assert {str(latent) for latent in range(12)} <= {
        *texts(panel(draw(anatomy(segments=12), SOURCES), "a"))
    }
    of_three = draw(anatomy(segments=3), SOURCES)
    assert {"0–3", "4–7", "8–11"} <= {*texts(panel(of_three, "a"))}
    assert "segment $U_i$ of 4 latents" in texts(panel(of_three, "b"))
    assert "MLP$_i$: 4 → 64 → 128 → 2·64" in texts(panel(of_three, "b"))


def test_the_sizes_of_a_small_network_are_its_own():
    figure = draw(anatomy(segments=12, side=16, width=0.25), SOURCES)
    assert {"16×2×2", "16×8×8", "3×16×16"} <= {*texts(panel(figure, "a"))}
    assert "64×2×2" not in texts(panel(figure, "a"))
    assert r"$\alpha_i$: 16 scales" in texts(panel(figure, "b"))
    assert "16\nchannels" in texts(panel(figure, "c"))


@pytest.mark.parametrize("settings", NETWORKS.values(), ids=NETWORKS)
def test_no_words_overlap(settings):
    figure = draw(anatomy(**settings), SOURCES)
    figure.canvas.draw()
    for axes in figure.axes:
        shown = [text for text in axes.texts if text.get_text()]
        extents = {text: text.get_window_extent() for text in shown}
        for first, second in combinations(shown, 2):
            where = f"{first.get_text()!r} and {second.get_text()!r}"
            assert not extents[first].overlaps(extents[second]), where
        page = figure.bbox
        assert all(page.x0 <= one.x0 and one.x1 <= page.x1 for one in extents.values())


@pytest.mark.parametrize("network", ["adaptive", "hourglass", "ladder"])
def test_another_decoder_is_refused(network):
    more = {} if network == "hourglass" else {"segments": 12}
    with pytest.raises(UserError, match="sae-12 has another"):
        draw(anatomy(network=network, **more), SOURCES)
