from importlib import import_module

import h5py
import numpy as np
import pytest

from latent_assays.datasets import SPECS, open_source
from latent_assays.datasets.grid import classes_of, index_of
from latent_assays.datasets.label_check import RULES, check_labels
from latent_assays.datasets.originals import mpi3d
from latent_assays.errors import UserError


class Rows:
    """The images of a source by row, after the rows are changed."""

    def __init__(self, source, change=lambda rows: rows):
        self.source, self.change = source, change

    def __getitem__(self, rows):
        return self.source.images(self.change(rows))


@pytest.fixture(scope="module")
def rendered():
    return {name: open_source(name, "rendered", 32, {}) for name in ("shapes3d", "dsprites")}


def check(dataset, images):
    spec = SPECS[dataset]
    check_labels(dataset, images, spec.factor_names, spec.factor_sizes)


@pytest.mark.parametrize("dataset", ["shapes3d", "dsprites"])
@pytest.mark.parametrize("resolution", [16, 64])
def test_right_labels_pass(dataset, resolution):
    check(dataset, Rows(open_source(dataset, "rendered", resolution, {})))


def exchanged(dataset, one, other):
    """Rows of images whose factors `one` and `other` were exchanged."""
    names, sizes = SPECS[dataset].factor_names, SPECS[dataset].factor_sizes
    order = list(range(len(names)))
    a, b = names.index(one), names.index(other)
    order[a], order[b] = b, a
    return lambda rows: index_of(classes_of(rows, sizes)[:, order], sizes)


@pytest.mark.parametrize(
    ("dataset", "one", "other"),
    [
        ("shapes3d", "floor_hue", "wall_hue"),
        ("shapes3d", "floor_hue", "object_hue"),
        ("dsprites", "position_x", "position_y"),
    ],
)
def test_exchanged_factors_are_noticed(rendered, dataset, one, other):
    with pytest.raises(UserError, match=f"{dataset}: the labels do not belong to the images"):
        check(dataset, Rows(rendered[dataset], exchanged(dataset, one, other)))


@pytest.mark.parametrize("dataset", ["shapes3d", "dsprites"])
def test_rows_in_another_order_are_noticed(rendered, dataset):
    count = len(rendered[dataset])
    shuffled = np.random.default_rng(0).permutation(count)
    with pytest.raises(UserError, match="do not belong"):
        check(dataset, Rows(rendered[dataset], lambda rows: shuffled[rows]))
    sizes = SPECS[dataset].factor_sizes
    reverse = sizes[::-1]
    with pytest.raises(UserError, match="do not belong"):
        check(
            dataset,
            Rows(
                rendered[dataset], lambda rows: index_of(classes_of(rows, reverse)[:, ::-1], sizes)
            ),
        )


def test_a_factor_that_does_nothing_is_noticed():
    images = np.zeros((6, 4, 4, 1), np.uint8)
    images[3:, 0] = 255
    with pytest.raises(UserError, match="stepping second changes no pixel"):
        check_labels("other", images, ("first", "second"), (2, 3))
    check_labels("other", images, ("first", "second"), (6, 1))


def test_an_open_hdf5_file_serves(tmp_path):
    """So that a conversion can be checked before it gets its final name."""
    images = np.random.default_rng(0).integers(0, 256, (6, 4, 4, 3), dtype=np.uint8)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["images"] = images
        check_labels("other", file["images"], ("first", "second"), (2, 3))


@pytest.mark.parametrize("look", ["toy", "realistic", "real"])
def test_mpi3d_in_its_three_looks(look):
    """The object and the ring behind it are things apart, unless rows are shuffled."""
    names = ("object_color", "object_shape", "object_size", "camera_height")
    names += ("background_color", "horizontal_axis", "vertical_axis")
    renderer = import_module(f"latent_assays.datasets.rendered.mpi3d_{look}")
    source = renderer.open_source(64, {})
    check_labels(f"mpi3d_{look}", Rows(source), names, mpi3d.SIZES)
    shuffled = np.random.default_rng(0).permutation(len(source))
    with pytest.raises(UserError, match=r"object_color changes .* background_color does"):
        check_labels(f"mpi3d_{look}", Rows(source, lambda rows: shuffled[rows]), names, mpi3d.SIZES)


def test_rules_name_factors_of_their_dataset():
    for dataset, rules in RULES.items():
        if dataset in SPECS:
            named = {name for pair in (*rules.apart, *rules.below) for name in pair}
            assert {*named, *rules.keeps} <= set(SPECS[dataset].factor_names)
            assert set(rules.keeps.values()) <= {"rows", "columns"}
