"""What the figures of images show and where, drawn from small known arrays."""

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from latent_assays import provenance
from latent_assays.figures.style import paper_style
from latent_assays.papers.structure.figures import (
    fig4,
    fig6a,
    fig6b,
    fig16,
    fig17,
    fig18,
    traversals,
)

SOURCES = ["Re-rendered stand-in for 3D-Shapes (not the original images).", "Drawn by commit abc."]
SIDE, STEPS, SEVERAL = 6, 8, 24
RUN = {"model": "my-model", "dataset": {"title": "3D-Shapes"}}
MADE = provenance.to_array({"run": RUN})
TWELVE = [
    *("sae_12", "sae_6", "sae_4", "sae_3", "sae_2", "adaae_12"),
    *("vlae_12", "vlae_6", "vlae_4", "vae", "beta_vae", "ae"),
]


@pytest.fixture(autouse=True)
def _style():
    with paper_style():
        yield
    plt.close("all")


def of_grey(*shape, grey=0):
    return np.full((*shape, SIDE, SIDE, 3), grey, np.uint8)


def traversed(grey=0, latents=12, segments=12, effect=0.1):
    """Traversals of two codes, of which the second is never shown."""
    images = np.stack([of_grey(latents, STEPS, grey=grey), of_grey(latents, STEPS, grey=250)])
    segment = np.arange(latents) * segments // latents
    moved = np.full(latents, effect)
    return {"images": images, "segment": segment, "effect": moved, "provenance": MADE}


def sampled(grey=0, latents=32):
    """Samples of which every kind has a grey of its own."""
    arrays = {
        kind: of_grey(SEVERAL, grey=grey + place)
        for place, kind in enumerate(("original", "reconstruction", "hybrid", "prior"))
    }
    quarter = np.arange(latents) * 4 // latents
    quarters = np.stack([of_grey(SEVERAL, grey=grey + 10 + q) for q in range(4)])
    return arrays | {"quarter": quarter, "quarters": quarters, "provenance": MADE}


def panel(figure, letter):
    return next(axes for axes in figure.axes if axes.get_title().startswith(f"({letter}) "))


def greys(axes):
    """The greys that a panel shows, without its white."""
    return set(np.unique(axes.images[0].get_array())) - {255}


def labels(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


# --- traversals ---


def all_twelve():
    return traversals.draw(
        **{name: traversed(place) for place, name in enumerate(TWELVE)}, sources=SOURCES
    )


def test_the_twelve_models_stand_in_the_papers_order():
    figure = all_twelve()
    names = [
        *("SAE-12", "SAE-6", "SAE-4", "SAE-3", "SAE-2", "AdaAE-12"),
        *("VLAE-12", "VLAE-6", "VLAE-4", "VAE", "β-VAE", "AE"),
    ]
    for place, (letter, name) in enumerate(zip("abcdefghijkl", names, strict=True)):
        assert panel(figure, letter).get_title() == f"({letter}) {name}"
        assert greys(panel(figure, letter)) == {place}
    columns = {round(axes.get_position().x0, 1) for axes in figure.axes}
    assert len(columns) == 3
    assert figure.get_suptitle() == "Latent traversals, 3D-Shapes"


def test_latents_are_in_order_and_segments_apart():
    figure = fig4.draw(
        traversed(), traversed(segments=3), traversed(segments=1), traversed(), SOURCES
    )
    for letter, apart in (("a", 11), ("b", 2), ("c", 0)):
        axes = panel(figure, letter)
        assert labels(axes) == [str(latent) for latent in range(12)]
        steps = np.diff(axes.get_yticks())
        assert np.count_nonzero(steps > SIDE + 1) == apart
        assert (np.diff(axes.get_yticks()) > 0).all()


def test_every_latent_and_step_of_the_first_code_is_shown():
    given = traversed(latents=2, segments=1)
    given["images"] = np.random.default_rng(0).integers(0, 255, given["images"].shape, np.uint8)
    picture = panel(fig4.draw(given, given, given, given, SOURCES), "a").images[0].get_array()
    for latent, step in np.ndindex(2, STEPS):
        top, left = latent * (SIDE + 1), step * (SIDE + 1)
        found = picture[top : top + SIDE, left : left + SIDE]
        np.testing.assert_array_equal(found, given["images"][0, latent, step])


def test_fig4_and_fig18_name_the_papers_models():
    figure = fig4.draw(*(traversed(grey) for grey in range(4)), SOURCES)
    titles = ["(a) SAE-12", "(b) SAE-3", "(c) VAE", "(d) AdaAE-12"]
    assert [axes.get_title() for axes in figure.axes] == titles
    assert [greys(axes) for axes in figure.axes] == [{0}, {1}, {2}, {3}]
    figure = fig18.draw(*(traversed(grey, 32, 16) for grey in range(4)), SOURCES)
    titles = ["(a) SAE-16", "(b) VLAE-16", "(c) AdaAE-16", "(d) VAE"]
    assert [axes.get_title() for axes in figure.axes] == titles
    assert [greys(axes) for axes in figure.axes] == [{0}, {1}, {2}, {3}]


# --- samples ---


@pytest.mark.parametrize(
    ("still", "words"),
    [
        ([], None),
        (["b", "c"], "No latent of b, c moves"),
        (["a", "b", "c"], "of these models moves"),
    ],
)
def test_models_that_learnt_nothing_are_named_on_the_figure(still, words):
    models = {
        name: traversed(effect=(0.9 / 255) ** 2 if name in still else (1.1 / 255) ** 2)
        for name in "abc"
    }
    figure = traversals.draw_models(models, 3, SOURCES)
    said = " ".join(figure.get_supxlabel().split())
    assert ("trained too briefly" in said) == bool(still)
    assert (words or "") in said


def test_fig6a_has_a_row_a_quarter_beside_the_image_that_is_kept():
    axes = panel(fig6a.draw(sampled(), SOURCES), "a")
    assert axes.get_title().endswith("exchanged, my-model")
    assert labels(axes) == ["latents 0–7", "latents 8–15", "latents 16–23", "latents 24–31"]
    picture = axes.images[0].get_array()
    for number, middle in enumerate(axes.get_yticks()):
        line = picture[round(middle)]
        assert (line[:SIDE] == 1).all(), "the reconstruction"
        assert set(np.unique(line[SIDE + 2 :])) == {10 + number, 255}


def test_fig6a_names_the_latents_of_any_code():
    few = sampled() | {"quarter": np.array([0, 1, 1]), "quarters": of_grey(2, SEVERAL)}
    assert labels(panel(fig6a.draw(few, SOURCES), "a")) == ["latent 0", "latents 1–2"]


FACES = {"sae_16": 0, "adaae_16": 50, "vlae_16": 100, "vae_16": 150}


def faces(**more):
    return {name: sampled(grey) for name, grey in (FACES | more).items()}


def test_fig6b_has_a_row_for_each_model_and_way_of_sampling():
    axes = panel(fig6b.draw(**faces(), sources=SOURCES), "b")
    expected = {
        "SAE-16 hybrid": 2,
        "AdaAE-16 hybrid": 52,
        "VLAE-16 prior": 103,
        "VLAE-16 hybrid": 102,
        "VAE prior": 153,
        "VAE hybrid": 152,
    }
    assert labels(axes) == list(expected)
    picture = axes.images[0].get_array()
    for middle, grey in zip(axes.get_yticks(), expected.values(), strict=True):
        assert set(np.unique(picture[round(middle)])) == {grey, 255}


def test_fig16_shows_originals_and_what_each_model_makes_of_them():
    figure = fig16.draw(**faces(ae_16=200), sources=SOURCES)
    for letter, grey in zip("abcdef", (0, 1, 51, 101, 151, 201), strict=True):
        assert greys(panel(figure, letter)) == {grey}


def test_a_reconstruction_stands_where_its_original_does():
    given, random = faces(ae_16=200), np.random.default_rng(0)
    same = random.integers(0, 256, (SEVERAL, SIDE, SIDE, 3), dtype=np.uint8)
    for arrays in given.values():
        arrays |= {"original": same, "reconstruction": same}
    shown = [axes.images[0].get_array() for axes in fig16.draw(**given, sources=SOURCES).axes]
    assert all(np.array_equal(shown[0], other) for other in shown[1:])


def test_fig17_shows_hybrids_and_draws_from_the_prior():
    figure = fig17.draw(**faces(), sources=SOURCES)
    for letter, grey in zip("abcdef", (2, 52, 102, 103, 152, 153), strict=True):
        way = "prior" if letter in "df" else "hybrid"
        assert panel(figure, letter).get_title().endswith(f"{way} sampling")
        assert greys(panel(figure, letter)) == {grey}


# --- all ---

DRAWN = {
    "fig4": lambda: fig4.draw(*(traversed() for _ in range(4)), SOURCES),
    "fig6a": lambda: fig6a.draw(sampled(), SOURCES),
    "fig6b": lambda: fig6b.draw(**faces(), sources=SOURCES),
    "fig11": all_twelve,
    "fig16": lambda: fig16.draw(**faces(ae_16=0), sources=SOURCES),
    "fig17": lambda: fig17.draw(**faces(), sources=SOURCES),
    "fig18": lambda: fig18.draw(*(traversed(0, 32, 16) for _ in range(4)), SOURCES),
}


def boxes(figure):
    """Where every visible text stands, in pixels."""
    texts = [text for text in figure.findobj(plt.Text) if text.get_text() and text.get_visible()]
    return [(text.get_text(), text.get_window_extent()) for text in texts]


@pytest.mark.parametrize("name", DRAWN)
def test_no_text_lies_on_another_or_on_an_image_and_all_is_on_the_page(name):
    figure = DRAWN[name]()
    figure.canvas.draw()
    page, found = figure.bbox, boxes(figure)
    for (text, box), (other, under) in combinations(found, 2):
        assert not box.overlaps(under), f"{text!r} on {other!r}"
    for text, box in found:
        assert page.x0 <= box.x0 <= box.x1 <= page.x1, text
        assert page.y0 <= box.y0 <= box.y1 <= page.y1, text
        for axes in figure.axes:
            assert not box.overlaps(axes.get_window_extent()), text


@pytest.mark.parametrize("name", DRAWN)
def test_the_sources_stand_below(name):
    footnote = " ".join(DRAWN[name]().get_supxlabel().split())
    assert all(sentence in footnote for sentence in SOURCES)
