"""What readers see in Fig. 3b,c and Table 1 of paper `perturbations`: known images and numbers."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from latent_assays.cli.inputs import read_table
from latent_assays.figures.style import paper_style
from latent_assays.papers.perturbations.figures.fig3 import ROWS, SHOWN, draw
from latent_assays.papers.perturbations.tables import tab1
from latent_assays.places import rooms
from latent_assays.split import draw_split
from latent_assays.store import ImageSet

PUBLISHED = read_table(rooms()["perturbations"] / "published/tab1.csv")

# --- Fig. 3b,c ---


def pair(title, channels, epsilon, seed):
    random = np.random.default_rng(seed)
    images = random.integers(0, 256, (9, 8, 8, channels), dtype=np.uint8)
    shared = (np.arange(9)[:, None], draw_split(9), ("row",), (9,))
    scale = (1 + 2 * epsilon) / 255
    moved = np.rint((images / 255 + epsilon * np.sign(images - 127.5) + epsilon) / scale)
    attributes = {"title": title, "epsilon": epsilon}
    perturbed = ImageSet(moved.astype(np.uint8), *shared, attributes, scale, -epsilon)
    return ImageSet(images, *shared, {"title": title}), perturbed


@pytest.fixture(scope="module")
def images():
    return [pair("dSprites", 1, 0.1, 0), pair("3D-Shapes", 3, 0.175, 1)]


@pytest.fixture(scope="module")
def figure(images):
    with paper_style():
        (dsprites, dsprites_perturbed), (shapes3d, shapes3d_perturbed) = images
        yield draw(dsprites, dsprites_perturbed, shapes3d, shapes3d_perturbed, ["So."])
    plt.close("all")


def strips(figure, block):
    axes = figure.subfigs[block].axes
    return [axes[row * SHOWN : (row + 1) * SHOWN] for row in range(len(ROWS))]


def test_a_block_names_its_dataset_and_epsilon_and_its_rows(figure):
    titles = [block.get_suptitle() for block in figure.subfigs]
    assert titles == ["(b) dSprites, ε = 0.1", "(c) 3D-Shapes, ε = 0.175"]
    labels = [strip[0].get_ylabel() for strip in strips(figure, 0)]
    assert labels == ["original", "perturbed", "change × 2"]


@pytest.mark.parametrize("block", [0, 1])
def test_columns_are_one_image_before_after_and_the_change(images, figure, block):
    original, perturbed = images[block]
    shown = set()
    for line in zip(*strips(figure, block), strict=True):
        before, *others = (np.asarray(axes.images[0].get_array()) for axes in line)
        stored = (np.squeeze(image) / 255 for image in original.images)
        (row,) = (row for row, image in enumerate(stored) if np.allclose(image, before))
        after = np.squeeze(perturbed.images[row]) * perturbed.scale + perturbed.offset
        np.testing.assert_allclose(others[0], np.clip(after, 0, 1))
        np.testing.assert_allclose(others[1], 0.5 + 2 * (after - before))
        shown.add(row)
    assert len(shown) == SHOWN


# --- Table 1 ---


def collected(value=lambda *_: 0.5, models=("ae", "beta-vae"), number="mig", study="table1"):
    rows = [
        (study, dataset, variant, model, seed, number, value(dataset, variant, model, seed))
        for dataset in ("dsprites", "shapes3d")
        for variant in ("original", "perturbed")
        for model in models
        for seed in (0, 1)
    ]
    names = ["study", "dataset", "variant", "model", "seed", "number", "value"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(on=frame["variant"], reason=None, source="A stand-in.")


def test_table_1_has_every_number_in_its_place():
    def value(dataset, variant, model, seed):
        return (
            0.5 * (dataset == "shapes3d")
            + 0.2 * (variant == "perturbed")
            + 0.1 * (model == "beta-vae")
            + 0.02 * seed
        )

    shown = tab1.build(collected(value), PUBLISHED).shown
    assert list(shown.index) == ["AE", "β-VAE"]
    assert list(shown.columns) == [
        (dataset, variant, what)
        for dataset in ("dSprites", "3D-Shapes")
        for variant in ("original", "perturbed")
        for what in ("here", "published")
    ]
    assert shown.loc["AE", ("dSprites", "original", "here")] == "0.01 ± 0.01 (2)"
    assert shown.loc["β-VAE", ("dSprites", "original", "here")] == "0.11 ± 0.01 (2)"
    assert shown.loc["AE", ("dSprites", "perturbed", "here")] == "0.21 ± 0.01 (2)"
    assert shown.loc["β-VAE", ("3D-Shapes", "perturbed", "here")] == "0.81 ± 0.01 (2)"
    assert shown.loc["β-VAE", ("3D-Shapes", "original", "published")] == "0.60 ± 0.31"
    assert shown.loc["AE", ("dSprites", "perturbed", "published")] == "0.05 ± 0.02"


def test_table_1_is_mig_of_its_study_whatever_else_was_collected():
    alone = tab1.build(collected(), PUBLISHED)
    others = [collected(number="active_units"), collected(lambda *_: 0.9, study="transfer")]
    table = tab1.build(pd.concat([*others, collected()]), PUBLISHED)
    pd.testing.assert_frame_equal(table.shown, alone.shown)
    assert set(table.tidy["number"]) == {"mig"}


def test_table_1_names_a_model_that_it_does_not_know():
    """The configuration may compare any model; the table must not fall over it."""
    table = tab1.build(collected(models=("slow-vae", "ae", "beta-vae")), PUBLISHED)
    assert list(table.shown.index) == ["AE", "β-VAE", "slow-vae"]


def test_table_1_says_that_its_published_values_were_not_checked():
    assert "third party" in tab1.build(collected(), PUBLISHED).caption
