"""What readers see in Figs 2 and 3 of paper `perturbations`: known images, signs and factors."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from latent_assays.figures.style import paper_style
from latent_assays.papers.perturbations.figures import fig2, fig3
from latent_assays.papers.perturbations.figures.images import FIRST, SECOND
from latent_assays.split import draw_split
from latent_assays.store import ImageSet
from latent_assays.variants.pattern import pattern_of
from latent_assays.variants.perturbed import change

N, SIDE = 40, 8
FOSTER = {"foster_model": "loose", "foster_seed": 2, "foster_latent": 3, "foster_value": 0.0412}


def pair(title, channels, epsilon, seed, gain=4):
    """Images by chance, and the same perturbed along a component by chance."""
    random = np.random.default_rng(seed)
    images = random.integers(0, 256, (N, SIDE, SIDE, channels), dtype=np.uint8)
    factors = np.stack(np.unravel_index(np.arange(N), (4, 1, 10)), axis=1)
    names, sizes = ("floor_hue", "constant", "x"), (4, 1, 10)
    original = ImageSet(images, factors, draw_split(N), names, sizes, {"title": title})
    settings = {"epsilon": epsilon, "gain": gain, "values": "unclipped", "seed": 0}
    made = change(original, settings, random.normal(size=N))
    attributes = {**original.attributes, **made.attributes, **FOSTER}
    shared = (factors, original.split, names, sizes, attributes)
    stored = made.images(slice(None))
    return original, ImageSet(stored, *shared, made.scale, made.offset, made.extra)


@pytest.fixture(scope="module")
def pairs():
    return [pair("dSprites", 1, 0.1, 0), pair("3D-Shapes", 3, 0.175, 1)]


@pytest.fixture(scope="module", params=[fig2, fig3], ids=["fig2", "fig3"])
def both(request, pairs):
    with paper_style():
        yield request.param.draw(*pairs[0], *pairs[1], ["A stand-in."])
    plt.close("all")


@pytest.fixture(scope="module")
def scheme(pairs):
    with paper_style():
        yield fig2.draw(*pairs[0], *pairs[1], ["A stand-in."])
    plt.close("all")


@pytest.fixture(scope="module")
def figure(pairs):
    with paper_style():
        yield fig3.draw(*pairs[0], *pairs[1], ["A stand-in."])
    plt.close("all")


def shown(axes):
    return np.asarray(axes.images[0].get_array())


def row_of(image, original):
    """The row whose image is shown."""
    pixels = np.squeeze(original.images) / 255
    (row,) = (row for row in range(N) if np.allclose(pixels[row], image))
    return row


def test_what_was_drawn_is_said(both):
    assert "A stand-in." in both.get_supxlabel()


# --- Fig. 2 ---


def panels(scheme, place):
    return scheme.subfigs[place].axes[::2]


@pytest.mark.parametrize("place", [0, 1])
def test_the_scheme_follows_one_image(pairs, scheme, place):
    original, perturbed = pairs[place]
    factors, image, component, pattern, changed = panels(scheme, place)
    row = row_of(shown(image), original)
    classes = original.factors[row] + 1
    assert factors.texts[0].get_text() == f"floor hue: {classes[0]} of 4\nx: {classes[2]} of 10"
    s = perturbed.extra["s"][row]
    assert component.lines[0].get_xdata()[0] == s
    assert component.get_xlabel() == f"$s$ = {s:+.2f}".replace("-", "−")
    signs = pattern_of(perturbed).at(np.array([s]), SIDE)[0]
    np.testing.assert_array_equal(shown(pattern), signs)
    after = np.squeeze(perturbed.images[row]) * perturbed.scale + perturbed.offset
    np.testing.assert_allclose(shown(changed), np.clip(after, 0, 1))
    assert changed.get_xlabel().startswith(f"ε = {perturbed.attributes['epsilon']:g}")


def test_the_scheme_counts_all_images_by_their_component(pairs, scheme):
    for place, (_, perturbed) in enumerate(pairs):
        bars = panels(scheme, place)[2].patches
        assert sum(bar.get_height() for bar in bars) == N
        assert bars[0].get_x() == pytest.approx(perturbed.extra["s"].min())


def test_the_scheme_names_its_steps_and_where_s_is_from(scheme):
    texts = [axes.texts for axes in scheme.subfigs[0].axes[1::2]]
    assert [gap[1].get_text() for gap in texts] == list(fig2.STEPS)
    told = scheme.get_supxlabel().replace("\n", " ")
    assert "s on 3D-Shapes: latent 3 of loose, seed 2, the most entangled" in told
    assert "(MIG 0.04)" in told


# --- Fig. 3a ---


def test_the_windows_on_the_signs_show_f_of_both_values(pairs, figure):
    """What lies between the edges of a window in a column is that column of f(s)."""
    _, perturbed = pairs[0]
    strip, *taken = figure.subfigs[0].axes
    factors = [int(label.get_text().removeprefix("$c$ = ")) for label in strip.get_yticklabels()]
    assert factors == sorted(factors)
    chosen = [
        column
        for c in (1, 2, 3, 4)
        for column in np.flatnonzero(perturbed.extra["column_factors"] == c)[: fig3.EACH]
    ]
    np.testing.assert_array_equal(perturbed.extra["column_factors"][chosen], factors)
    edges = [patch.get_data().values + 0.5 for patch in strip.patches]
    for (left, right), axes in zip((edges[:2], edges[2:]), taken, strict=True):
        for line, column in enumerate(chosen):
            window = shown(strip)[line, int(left[line]) : int(right[line])]
            np.testing.assert_array_equal(window, shown(axes)[column])


def test_the_two_patterns_are_those_of_their_values_of_s(pairs, figure):
    _, perturbed = pairs[0]
    parts = np.percentile(perturbed.extra["s"], fig3.PARTS)
    for axes, s, colour in zip(figure.subfigs[0].axes[1:], parts, (FIRST, SECOND), strict=True):
        signs = pattern_of(perturbed).at(np.array([s]), SIDE)[0]
        np.testing.assert_array_equal(shown(axes), signs.T)
        assert axes.get_title() == f"f(s) at s = {s:+.1f}".replace("-", "−")
        assert axes.title.get_color() == colour


def test_the_pattern_says_whose_it_is_and_how_far_it_moves(figure):
    title = figure.subfigs[0].get_suptitle()
    assert title.startswith("(a)")
    assert "dSprites" in title
    assert "gain 4" in title


# --- Fig. 3b,c ---


def strips(figure, block):
    axes = figure.subfigs[1].subfigs[block].axes
    return [axes[row * fig3.SHOWN : (row + 1) * fig3.SHOWN] for row in range(len(fig3.ROWS))]


def test_a_block_names_its_dataset_and_epsilon_and_its_rows(figure):
    titles = [block.get_suptitle() for block in figure.subfigs[1].subfigs]
    assert titles == ["(b) dSprites, ε = 0.1", "(c) 3D-Shapes, ε = 0.175"]
    labels = [strip[0].get_ylabel() for strip in strips(figure, 0)]
    assert labels == ["original", "perturbed", "change × 2"]


@pytest.mark.parametrize("block", [0, 1])
def test_columns_are_one_image_before_after_and_the_change(pairs, figure, block):
    original, perturbed = pairs[block]
    rows = set()
    for line in zip(*strips(figure, block), strict=True):
        before, *others = (shown(axes) for axes in line)
        row = row_of(before, original)
        after = np.squeeze(perturbed.images[row]) * perturbed.scale + perturbed.offset
        np.testing.assert_allclose(others[0], np.clip(after, 0, 1))
        np.testing.assert_allclose(others[1], np.clip(0.5 + 2 * (after - before), 0, 1))
        rows.add(row)
    assert len(rows) == fig3.SHOWN
