import numpy as np
import pytest
from dataset_server import DatasetServer
from original_files import write_dsprites
from source_table import md5_of, row, write_table

from latent_assays.datasets import SPECS, open_source
from latent_assays.datasets.downloads import fetch_all
from latent_assays.datasets.grid import classes_of
from latent_assays.datasets.originals.dsprites import FILE, SIZES, Sprites
from latent_assays.errors import UserError

SMALL = (3, 2, 4, 5, 6)
COUNT = int(np.prod(SMALL))


@pytest.fixture
def small(tmp_path):
    """A small grid of random binary images, and its file."""
    images = np.random.default_rng(0).integers(0, 2, (COUNT, 8, 8, 1), dtype=np.uint8) * 255
    write_dsprites(tmp_path / FILE, SMALL, [images.astype(np.uint8)], side=8)
    return images, tmp_path / FILE


def test_sizes_are_the_datasets():
    assert SPECS["dsprites"].factor_sizes == SIZES


def test_rows_in_any_batches(small):
    images, path = small
    source = Sprites(path, SMALL, 8, 8, "test")
    assert len(source) == COUNT
    for rows in ([0], [COUNT - 1], range(COUNT), [3, 49, 50, 200], []):
        rows = np.array(rows, int)
        np.testing.assert_array_equal(source.images(rows), images[rows])
    assert source.factors(np.array([0, COUNT - 1])).tolist() == [[0] * 5, [2, 1, 3, 4, 5]]


def test_smaller_images_are_block_means(small):
    images, path = small
    halves = Sprites(path, SMALL, 8, 4, "test").images(np.arange(COUNT))
    means = images.reshape(COUNT, 4, 2, 4, 2, 1).mean(axis=(2, 4))
    np.testing.assert_array_equal(halves, np.floor(means + 0.5))


def test_the_pickled_metadata_would_have_been_noticed(small):
    """The trap in these tests' files is live: reading the member springs it."""
    with pytest.raises(AssertionError, match="the pickled metadata was read"):
        np.load(small[1], allow_pickle=True)["metadata"]


def test_images_that_are_not_binary_are_refused(tmp_path):
    classes = np.insert(classes_of(np.arange(COUNT), SMALL), 0, 0, axis=1)
    twos = np.full((COUNT, 8, 8), 2, np.uint8)
    np.savez_compressed(tmp_path / FILE, imgs=twos, latents_classes=classes)
    with pytest.raises(UserError, match="imgs holds 2, not only 0 and 1"):
        Sprites(tmp_path / FILE, SMALL, 8, 8, "test").images(np.arange(COUNT))


def test_classes_that_contradict_the_rows_are_refused(small):
    with pytest.raises(UserError, match=r"labels are|out of order"):
        Sprites(small[1], (2, 3, 4, 5, 6), 8, 8, "test")


def test_other_files_are_refused_in_one_sentence(small, tmp_path):
    with pytest.raises(UserError, match="truncated or damaged"):
        open_source("dsprites", "downloaded", 64, {FILE: small[1]})
    with pytest.raises(UserError, match="is missing"):
        open_source("dsprites", "downloaded", 64, {})


@pytest.mark.slow
def test_rendered_served_downloaded_and_read_back_identically(tmp_path):
    """The whole grid at its true size, in batches, through a server that fails twice."""
    rendered = open_source("dsprites", "rendered", 64, {})
    (tmp_path / "served").mkdir()
    served = tmp_path / "served" / FILE
    batch = 4096
    starts = range(0, len(rendered), batch)
    write_dsprites(served, SIZES, (rendered.images(np.arange(s, s + batch)) for s in starts))
    with DatasetServer(served.parent, "busy") as server:
        entry = row("dsprites", FILE, server.url + FILE, checksum=md5_of(served.read_bytes()))
        table = write_table(tmp_path / "t.csv", [entry])
        files = fetch_all("dsprites", tmp_path / "out", table=table)
    original = open_source("dsprites", "downloaded", 64, files)
    assert len(original) == 737_280
    for start in starts:
        rows = np.arange(start, start + batch)
        assert np.array_equal(original.images(rows), rendered.images(rows))
        assert np.array_equal(original.factors(rows), rendered.factors(rows))
