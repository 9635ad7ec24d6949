"""`datasets`: a rendered sub-grid as an image set that says what it is."""

import json

import artefacts
import numpy as np
import pytest

from latent_assays import datasets
from latent_assays.cli.datasets import _classes, _count, _selection, run
from latent_assays.datasets import SPECS, open_source
from latent_assays.datasets.grid import select
from latent_assays.datasets.rendered.double_helix import double_helix
from latent_assays.errors import UserError
from latent_assays.split import draw_split
from latent_assays.store import read_image_set

KEEP = {
    "position_y": [30, 2],
    "shape": [2, 0],
    "scale": [5],
    "orientation": [0, 10, 20],
    "position_x": [16],
}
SETTINGS = {"source": "rendered", "resolution": 16, "keep": KEEP}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("datasets") / "original.h5"
    run("dsprites", json.dumps(SETTINGS), path)
    return read_image_set(path)


def test_the_images_are_the_sources_own_rows(written):
    spec = SPECS["dsprites"]
    rows, sizes = select(spec.factor_names, spec.factor_sizes, KEEP)
    source = open_source("dsprites", "rendered", 16, {})
    np.testing.assert_array_equal(written.images, source.images(rows))
    assert written.images.shape == (12, 16, 16, 1)
    assert written.images.max() > 0
    assert written.factor_sizes == sizes == (2, 1, 3, 1, 2)
    assert written.factor_names == spec.factor_names


def test_a_selection_under_another_name_has_the_images_of_what_it_is_like(written, tmp_path):
    path = tmp_path / "original.h5"
    run("dsprites-few", json.dumps(SETTINGS | {"like": "dsprites"}), path)
    found = read_image_set(path)
    np.testing.assert_array_equal(found.images, written.images)
    assert (found.attributes["dataset"], found.attributes["title"]) == ("dsprites-few", "dSprites")


def test_a_sub_grid_is_a_grid_again(written):
    """Classes are counted anew, so that rows enumerate all combinations, the last one fastest."""
    expected = np.stack(np.unravel_index(np.arange(12), written.factor_sizes), axis=1)
    np.testing.assert_array_equal(written.factors, expected)
    assert written.attributes["grid"] is True


def test_it_says_what_it_is(written):
    facts = written.attributes
    assert (facts["dataset"], facts["variant"], facts["title"]) == (
        "dsprites",
        "original",
        "dSprites",
    )
    assert facts["stand_in"] is True
    assert "stand-in" in facts["source"]
    assert facts["licence"]
    assert facts["selection"].startswith("12 of 737,280 images at 16 px (")
    assert json.loads(facts["keep"]) == {name: sorted(classes) for name, classes in KEEP.items()}
    made = json.loads(facts["provenance"])
    assert made["settings"] == SETTINGS
    assert "commit" in made
    assert "numpy" in made["versions"]


def test_the_parts_are_drawn_and_say_so(written):
    np.testing.assert_array_equal(written.split, draw_split(12, seed=0))
    assert written.attributes["split_rule"] == "70/10/20 drawn with seed 0"


class Photographs:
    """Forty images in the place of CelebA's, whose publisher says what is for training."""

    source = "CelebA, original"
    partition = np.repeat([0, 1, 2], [20, 10, 10]).astype(np.int8)

    def __len__(self):
        return len(self.partition)

    def factors(self, rows):
        return np.zeros((len(rows), 40), np.int16)

    def images(self, rows):
        return np.zeros((len(rows), 8, 8, 3), np.uint8)


@pytest.mark.parametrize(
    ("limit", "parts", "rule"),
    [
        ({}, Photographs.partition, "the publisher's own partition"),
        ({"limit": 35}, Photographs.partition[:35], "the publisher's own partition"),
        ({"limit": 25}, draw_split(25), "70/10/20 drawn with seed 0, since these 25 images leave"),
    ],
    ids=["all", "limit", "a-part-is-empty"],
)
def test_a_publishers_partition_is_kept_unless_a_part_is_empty(
    tmp_path, monkeypatch, limit, parts, rule
):
    monkeypatch.setattr(datasets, "open_source", lambda *_: Photographs())
    settings = {"source": "downloaded", "resolution": 8, **limit}
    run("celeba", json.dumps(settings), tmp_path / "a.h5")
    read = read_image_set(tmp_path / "a.h5")
    np.testing.assert_array_equal(read.split, parts)
    assert read.attributes["split_rule"].startswith(rule)


@pytest.mark.parametrize(
    ("limit", "count", "words"),
    [({}, 1024, "1,024 points"), ({"limit": 64}, 64, "64 of 1,024 points")],
)
def test_the_double_helix_is_a_dataset_of_vectors(tmp_path, limit, count, words):
    run("double_helix", json.dumps({"source": "rendered", **limit}), tmp_path / "a.h5")
    read = read_image_set(tmp_path / "a.h5")
    drawn = double_helix(1024, 0.1, 0)
    assert read.is_vectors
    np.testing.assert_array_equal(read.images, drawn.points[:count, None, None, :])
    np.testing.assert_array_equal(read.factors[:, 0], drawn.height[:count])
    assert read.factors.dtype == np.float32
    assert (read.factor_names, read.factor_sizes) == (("height", "strand"), (0, 2))
    assert (read.scale, read.offset) == (1.0, 0.0)
    facts = read.attributes
    assert facts["selection"] == words
    assert facts["source"] == "points drawn from the paper's formula"
    assert (facts["stand_in"], facts["grid"]) == (False, False)
    np.testing.assert_array_equal(read.split, draw_split(count))


def test_the_segments_are_a_dataset_of_vectors(tmp_path):
    run("segments", json.dumps({"source": "rendered"}), tmp_path / "a.h5")
    read = read_image_set(tmp_path / "a.h5")
    assert read.images.shape == (5000, 1, 1, 2)
    assert read.factor_names == ("centre_x", "centre_y", "along")
    assert read.factor_sizes == (0, 0, 0)
    assert read.attributes["selection"] == "5,000 points"
    assert "this project" in read.attributes["source"]
    assert read.attributes["stand_in"] is False


def test_the_made_up_sets_of_other_tests_say_the_same_things(written):
    assert set(artefacts.DATASET) == set(written.attributes) - {"provenance"}
    for name, value in artefacts.DATASET.items():
        assert type(value) is type(written.attributes[name]), name


@pytest.mark.parametrize(
    ("kept", "total", "keep", "words"),
    [
        (70000, 70000, {}, "70,000 images at 32 px"),
        (5120, 480000, {"scale": [0, 2, 5, 7]}, "5,120 of 480,000 images at 32 px (scale 0 2 5 7)"),
        (9, 99, {"a": [0, 1, 2, 3], "b": [4]}, "9 of 99 images at 32 px (a 0–3, b 4)"),
    ],
)
def test_what_was_taken_in_words(kept, total, keep, words):
    assert _selection(_count(kept, total, "images"), 32, keep) == words


@pytest.mark.parametrize(
    ("classes", "words"),
    [
        ([3], "3"),
        ([0, 1], "0 1"),
        ([0, 1, 2], "0–2"),
        ([0, 4, 8, 12], "0–12 by 4"),
        ([0, 2, 5], "0 2 5"),
    ],
)
def test_classes_in_words(classes, words):
    assert _classes(classes) == words


@pytest.mark.parametrize(
    ("dataset", "settings", "words"),
    [
        ("dsprits", SETTINGS, ["dsprits", "dsprites"]),
        ("mnist", {"source": "rendered", "resolution": 32}, ["mnist", "rendered", "downloaded"]),
        ("dsprites", {**SETTINGS, "source": "web"}, ["web", "rendered"]),
    ],
    ids=["dataset", "not-rendered", "source"],
)
def test_faults_are_one_sentence_and_leave_no_file(tmp_path, dataset, settings, words):
    with pytest.raises(UserError) as caught:
        run(dataset, json.dumps(settings), tmp_path / "a.h5")
    for word in words:
        assert word in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_settings_that_are_not_json_are_one_sentence(tmp_path):
    with pytest.raises(UserError, match="settings"):
        run("dsprites", "{source: rendered}", tmp_path / "a.h5")
