import tracemalloc
import zipfile

import numpy as np
import pytest
from original_files import write_sparse_npz

from latent_assays.datasets.originals.npz_rows import NpzRows
from latent_assays.errors import UserError

ARRAY = np.random.default_rng(0).integers(0, 1000, (50, 3, 4))


@pytest.fixture(params=[np.savez, np.savez_compressed], ids=["stored", "deflated"])
def path(request, tmp_path):
    request.param(tmp_path / "a.npz", first=np.arange(7), images=ARRAY, last=np.ones(2))
    return tmp_path / "a.npz"


@pytest.mark.parametrize(
    "rows", [range(50), [0], [49], [3, 4, 5, 20, 48, 49], [30, 10, 11, 10], []]
)
def test_rows_are_those_of_the_array(path, rows):
    reader = NpzRows(path, "images")
    rows = np.array(rows, int)
    assert reader.shape == ARRAY.shape
    assert reader.dtype == ARRAY.dtype
    np.testing.assert_array_equal(reader.read(rows), ARRAY[rows])


def test_batches_one_after_another(path):
    reader = NpzRows(path, "images")
    for start in (0, 10, 20, 5):
        np.testing.assert_array_equal(
            reader.read(np.arange(start, start + 10)), ARRAY[start : start + 10]
        )


def test_a_missing_array_or_file_is_one_sentence(path, tmp_path):
    with pytest.raises(UserError, match="has no readable array imgs"):
        NpzRows(path, "imgs")
    with pytest.raises(UserError, match="has no readable array imgs"):
        NpzRows(tmp_path / "b.npz", "imgs")
    (tmp_path / "b.npz").write_bytes(b"no zip")
    with pytest.raises(UserError, match="has no readable array imgs"):
        NpzRows(tmp_path / "b.npz", "imgs")


def test_pickled_arrays_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", images=np.array([{}], dtype=object))
    with pytest.raises(UserError, match="not a plain array"):
        NpzRows(tmp_path / "a.npz", "images")


def test_a_damaged_deflated_member_is_one_sentence(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", images=np.tile(ARRAY, (200, 1, 1)))
    content = bytearray((tmp_path / "a.npz").read_bytes())
    content[len(content) // 2] ^= 0xFF
    (tmp_path / "a.npz").write_bytes(content)
    reader = NpzRows(tmp_path / "a.npz", "images")
    with pytest.raises(UserError, match="truncated or damaged"):
        reader.read(np.arange(10_000))


def test_a_member_shorter_than_its_shape_is_one_sentence(tmp_path):
    np.save(tmp_path / "images.npy", ARRAY)
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("images.npy", (tmp_path / "images.npy").read_bytes()[:-100])
    with pytest.raises(UserError, match="ends too early"):
        NpzRows(tmp_path / "a.npz", "images").read(np.arange(50))


def test_memory_does_not_grow_with_a_deflated_member(tmp_path):
    shape = (40_000, 64, 64)
    header = {"descr": "|u1", "fortran_order": False, "shape": shape}
    with (
        zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("imgs.npy", "w", force_zip64=True) as member,
    ):
        np.lib.format.write_array_header_1_0(member, header)
        for _ in range(40):
            member.write(bytes(1000 * 64 * 64))
    reader = NpzRows(tmp_path / "a.npz", "imgs")
    tracemalloc.start()
    try:
        total = sum(len(reader.read(np.arange(s, s + 1000))) for s in range(0, 40_000, 1000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total == 40_000
    assert peak < 16 << 20  # a batch is 4 MB, the array 164 MB


def test_the_sparse_writer_of_these_tests_writes_an_npz(tmp_path):
    values = np.random.default_rng(0).integers(0, 256, (2, 5, 5), dtype=np.uint8)
    write_sparse_npz(tmp_path / "a.npz", "images", (9, 5, 5), [2, 7], values)
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        assert archive.namelist() == ["images.npy"]
        assert archive.getinfo("images.npy").file_size == 128 + 9 * 25
    expected = np.zeros((9, 5, 5), np.uint8)
    expected[[2, 7]] = values
    reader = NpzRows(tmp_path / "a.npz", "images")
    np.testing.assert_array_equal(reader.read(np.arange(9)), expected)
