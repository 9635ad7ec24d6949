import h5py
import numpy as np
import pytest
from bounded_memory import run_within_a_gigabyte
from dataset_server import DatasetServer
from original_files import write_shapes3d
from source_table import md5_of, row, write_table

from latent_assays.datasets import SPECS, open_source
from latent_assays.datasets.downloads import fetch_all
from latent_assays.datasets.originals.shapes3d import SIZES, Hdf5Grid
from latent_assays.errors import UserError

SMALL = (2, 3, 2, 2, 4, 5)
COUNT = int(np.prod(SMALL))


@pytest.fixture
def small(tmp_path):
    """A small grid of random images, and its file."""
    images = np.random.default_rng(0).integers(0, 256, (COUNT, 8, 8, 3), dtype=np.uint8)
    path = tmp_path / "3dshapes.h5"
    write_shapes3d(path, SMALL, np.arange(COUNT), images, side=8, chunks=(50, 4, 4, 1))
    return images, path


def test_sizes_are_the_datasets():
    assert SPECS["shapes3d"].factor_sizes == SIZES


@pytest.mark.parametrize("block_bytes", [1, 60 * 192, 1 << 30])
def test_rows_in_any_batches(small, monkeypatch, block_bytes):
    monkeypatch.setattr("latent_assays.datasets.originals.shapes3d.BLOCK_BYTES", block_bytes)
    images, path = small
    source = Hdf5Grid(path, SMALL, 8, 8, "test")
    assert len(source) == COUNT
    for rows in ([0], [COUNT - 1], range(COUNT), [3, 49, 50, 51, 200], []):
        rows = np.array(rows, int)
        np.testing.assert_array_equal(source.images(rows), images[rows])
    np.testing.assert_array_equal(source.factors(np.array([1, COUNT - 1]))[:, -1], [1, 4])


def test_each_block_is_read_once_while_rows_ascend(small, monkeypatch):
    _, path = small
    source = Hdf5Grid(path, SMALL, 8, 8, "test")
    source._block_rows = 50
    read = []
    real = source._images

    class Counted:
        def __getitem__(self, part):
            read.append(part.start)
            return real[part]

    source._images = Counted()
    for start in range(0, COUNT, 30):
        source.images(np.arange(start, min(start + 30, COUNT)))
    assert read == list(range(0, COUNT, 50))


def test_smaller_images_are_block_means(small):
    images, path = small
    halves = Hdf5Grid(path, SMALL, 8, 4, "test").images(np.arange(COUNT))
    means = images.reshape(COUNT, 4, 2, 4, 2, 3).mean(axis=(2, 4))
    np.testing.assert_array_equal(halves, np.floor(means + 0.5))


def test_labels_that_contradict_the_rows_are_refused(small):
    _, path = small
    with h5py.File(path, "r+") as file:
        labels = file["labels"][:]
        labels[[3, 9]] = labels[[9, 3]]
        file["labels"][:] = labels
    with pytest.raises(UserError, match="is out of order; it is not the original"):
        Hdf5Grid(path, SMALL, 8, 8, "test")


def test_other_files_are_refused_in_one_sentence(small, tmp_path):
    _, path = small
    with pytest.raises(UserError, match=r"images is uint8\(480, 8, 8, 3\), not uint8\(480000, 64"):
        open_source("shapes3d", "downloaded", 64, {"3dshapes.h5": path})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UserError, match="cannot be read as 3D-Shapes"):
        open_source("shapes3d", "downloaded", 64, {"3dshapes.h5": path})
    with pytest.raises(UserError, match=r"the file 3dshapes\.h5 is missing"):
        open_source("shapes3d", "downloaded", 64, {})
    with pytest.raises(UserError, match="possible: 64, 32, 16, 8, 4"):
        open_source("shapes3d", "downloaded", 48, {"3dshapes.h5": path})


def test_rendered_served_downloaded_and_read_back_identically(tmp_path):
    """The true grid in the true format, filled in at three places."""
    rendered = open_source("shapes3d", "rendered", 64, {})
    rows = np.concatenate([np.arange(0, 40), np.arange(240_000, 240_040), [479_998, 479_999]])
    (tmp_path / "served").mkdir()
    served = tmp_path / "served" / "3dshapes.h5"
    write_shapes3d(served, SIZES, rows, rendered.images(rows), chunks=(1024, 16, 16, 3))
    with DatasetServer(served.parent, "truncate:1") as server:
        entry = row(
            "shapes3d",
            "3dshapes.h5",
            f"{server.url}3dshapes.h5",
            size=served.stat().st_size,
            checksum=md5_of(served.read_bytes()),
        )
        table = write_table(tmp_path / "t.csv", [entry])
        files = fetch_all("shapes3d", tmp_path / "out", table=table)
    original = open_source("shapes3d", "downloaded", 64, files)
    assert len(original) == len(rendered) == 480_000
    np.testing.assert_array_equal(original.images(rows), rendered.images(rows))
    np.testing.assert_array_equal(original.factors(rows), rendered.factors(rows))
    assert original.source.startswith("3D-Shapes, original (127.0.0.1:")


@pytest.mark.slow
def test_the_true_size_in_under_a_gigabyte_of_memory(tmp_path):
    """Chunks as h5py chooses them for this shape: 15,000 rows tall."""
    rows = np.array([0, 479_999])
    images = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    write_shapes3d(tmp_path / "3dshapes.h5", SIZES, rows, images)
    np.save(tmp_path / "images.npy", images)
    run_within_a_gigabyte(
        """
        import sys
        import numpy as np
        from latent_assays.datasets.originals.shapes3d import open_source
        """,
        f"""
        source = open_source(64, {{"3dshapes.h5": sys.argv[1]}})
        assert np.array_equal(source.images(np.array({rows.tolist()})), np.load(sys.argv[2]))
        for start in range(0, 20_000, 4096):
            source.images(np.arange(start, start + 4096))
        """,
        tmp_path / "3dshapes.h5",
        tmp_path / "images.npy",
    )
