"""The store: artefacts appear whole or not at all, and what cannot be read says so."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from latent_assays import store
from latent_assays.errors import UserError
from latent_assays.split import draw_split

ATTRIBUTES = {
    "dataset": "dsprites",
    "variant": "original",
    "source": "re-rendered stand-in",
    "licence": "Apache-2.0",
    "stand_in": True,
    "grid": False,
    "epsilon": 0.1,
    "count": 3,
    "title": "β-ε “quoted”",
}


def image_batches(shape, batch=3, seed=0):
    images = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    return images, [images[start : start + batch] for start in range(0, len(images), batch)]


def write_set(path, shape=(7, 4, 5, 3), **more):
    images, batches = image_batches(shape)
    factors = np.arange(shape[0] * 2, dtype=np.int16).reshape(-1, 2)
    store.write_image_set(
        path,
        batches,
        shape,
        factors,
        draw_split(len(images)),
        ["a", "b"],
        [7, 0],
        ATTRIBUTES,
        **more,
    )
    return images, factors


# --- atomicity ---


@pytest.mark.parametrize("error", [ValueError("bad"), KeyboardInterrupt(), OSError(5, "broken")])
def test_a_writer_that_raises_leaves_nothing(tmp_path, error):
    def write():
        with store.atomic_path(tmp_path / "new" / "a.txt") as partial:
            partial.write_text("half")
            raise error

    with pytest.raises((type(error), UserError)):
        write()
    assert list((tmp_path / "new").iterdir()) == []


def test_an_existing_file_survives_a_failed_overwrite(tmp_path):
    path = tmp_path / "a.json"
    store.write_json(path, {"kept": 1})
    with pytest.raises(ValueError, match="JSON"):
        store.write_json(path, {"lost": float("nan")})
    with pytest.raises(TypeError):
        store.write_json(path, {"lost": object()})
    assert store.read_json(path) == {"kept": 1}
    assert os.listdir(tmp_path) == ["a.json"]


def test_the_old_file_is_whole_until_the_new_one_replaces_it(tmp_path):
    path = tmp_path / "a.txt"
    store.write_text(path, "old")
    with store.atomic_path(path) as partial:
        partial.write_text("new")
        assert path.read_text() == "old"
        assert partial.parent == tmp_path
        assert partial.suffix == path.suffix
        assert partial.name.startswith(".")
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_full_disk_is_one_sentence(tmp_path, monkeypatch, step):
    path = tmp_path / "a.txt"
    store.write_text(path, "old")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, step, full)
    with pytest.raises(UserError) as caught:
        store.write_text(path, "new")
    assert str(caught.value) == f"could not write {path}: No space left on device"
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


WRITE_TO_A_FULL_DISK = """
import sys
import numpy as np
from latent_assays import store
from latent_assays.errors import UserError
folder, kind = sys.argv[1:]
batches = (np.ones((10, 64, 64, 1), np.uint8) for _ in range(20))
try:
    if kind == "text":
        store.write_text(folder + "/a", "a" * 300_000)
    elif kind == "npz":
        store.write_arrays(folder + "/a.npz", {"a": np.ones(100_000)})
    else:
        factors = np.zeros((200, 1), np.int16)
        store.write_image_set(
            folder + "/a.h5", batches, (200, 64, 64, 1), factors, np.zeros(200), ["a"], [1], {}
        )
except UserError as error:
    print(error)
"""


@pytest.mark.parametrize("kind", ["text", "npz", "images"])
def test_a_disk_that_is_really_full(tmp_path, kind):
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(tmp_path)]
    if os.getuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        # A process of its own: a failure inside HDF5 has been seen to end the interpreter.
        done = subprocess.run(
            [sys.executable, "-c", WRITE_TO_A_FULL_DISK, str(tmp_path), kind],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(store.__file__).parents[1])},
        )
        left = os.listdir(tmp_path)
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.startswith("could not write")
    assert "No space left on device" in done.stdout
    assert done.stdout.count("\n") == 1
    assert left == []


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    path = tmp_path / "file" / "a.txt"
    with pytest.raises(UserError, match=f"could not write {path}: "):
        store.write_text(path, "text")


def test_a_folder_in_the_way_is_one_sentence(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(UserError, match=r"could not write .*Is a directory"):
        store.write_text(tmp_path / "a.txt", "text")
    assert os.listdir(tmp_path) == ["a.txt"]


def test_files_have_the_permissions_of_ordinary_ones(tmp_path):
    old = os.umask(0o027)
    try:
        store.write_text(tmp_path / "a.txt", "text")
    finally:
        os.umask(old)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o640


def test_an_error_of_the_source_is_not_blamed_on_the_output(tmp_path):
    def batches():
        yield np.zeros((1, 2, 2, 1), np.uint8)
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", "original.npz")

    with pytest.raises(Exception, match=r"original\.npz"):
        store.write_image_set(
            tmp_path / "a.h5",
            batches(),
            (2, 2, 2, 1),
            np.zeros((2, 1)),
            np.zeros(2),
            ["a"],
            [2],
            {},
        )
    assert os.listdir(tmp_path) == []


# --- JSON and arrays ---


def test_json_round_trip(tmp_path):
    value = {"β": [1, 2.5, None, True], "nested": {"a": "ε ≤ 0.1"}}
    store.write_json(tmp_path / "a.json", value)
    assert store.read_json(tmp_path / "a.json") == value
    assert "β" in (tmp_path / "a.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_json_has_no_nan(tmp_path, value):
    with pytest.raises(ValueError, match="JSON"):
        store.write_json(tmp_path / "a.json", [value])
    assert os.listdir(tmp_path) == []


def test_arrays_round_trip(tmp_path):
    arrays = {
        "mean": np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32),
        "names": np.array(["hue", "größe"]),
        "scalar": np.array(0.25),
        "empty": np.zeros((0, 3), np.int16),
    }
    store.write_arrays(tmp_path / "a.npz", arrays)
    read = store.read_arrays(tmp_path / "a.npz")
    assert set(read) == set(arrays)
    for name, array in arrays.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)


def test_arrays_go_under_the_name_that_was_given(tmp_path):
    """numpy appends .npz to a name without it; the store must not be fooled by that."""
    store.write_arrays(tmp_path / "codes.data", {"a": np.arange(3)})
    assert os.listdir(tmp_path) == ["codes.data"]
    np.testing.assert_array_equal(store.read_arrays(tmp_path / "codes.data")["a"], np.arange(3))


def test_pickled_arrays_are_refused(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "exploded",))

    np.savez(tmp_path / "a.npz", safe=np.ones(2), bomb=np.array([Bomb()], dtype=object))
    with pytest.raises(UserError, match=r"a\.npz cannot be read as npz .*allow_pickle"):
        store.read_arrays(tmp_path / "a.npz")
    assert not (tmp_path / "exploded").exists()


# --- image sets ---


def test_image_set_round_trip(tmp_path):
    path = tmp_path / "a.h5"
    signs = np.array([[-1, 1]], np.int8)
    images, factors = write_set(path, scale=1.2 / 255, offset=-0.1, extra={"signs": signs})
    read = store.read_image_set(path)
    assert len(read) == 7
    np.testing.assert_array_equal(read.images, images)
    np.testing.assert_array_equal(read.factors, factors)
    assert read.factors.dtype == np.int16
    assert read.factor_names == ("a", "b")
    assert read.factor_sizes == (7, 0)
    assert (read.scale, read.offset) == (1.2 / 255, -0.1)
    assert read.attributes == ATTRIBUTES
    assert {type(value) for value in read.attributes.values()} == {str, bool, float, int}
    json.dumps(read.attributes)
    with h5py.File(path) as file:
        np.testing.assert_array_equal(file["signs"], signs)


def test_images_are_mapped_read_only_from_the_file_itself(tmp_path):
    path = tmp_path / "a.h5"
    images, _ = write_set(path)
    read = store.read_image_set(path)
    assert isinstance(read.images, np.memmap)
    assert read.images.flags.c_contiguous
    assert not read.images.flags.writeable
    with h5py.File(path) as file:
        assert file["images"].chunks is None
        offset = file["images"].id.get_offset()
    raw = path.read_bytes()[offset : offset + images.size]
    assert raw == images.tobytes()


def test_default_values_are_u8_over_255(tmp_path):
    write_set(tmp_path / "a.h5")
    read = store.read_image_set(tmp_path / "a.h5")
    assert (read.scale, read.offset) == (1 / 255, 0.0)


def test_a_set_of_which_nothing_is_known(tmp_path):
    images, batches = image_batches((4, 2, 2, 1))
    path = tmp_path / "a.h5"
    factors, split = np.zeros((4, 0), np.int16), np.zeros(4, np.uint8)
    store.write_image_set(path, batches, images.shape, factors, split, [], [], {})
    read = store.read_image_set(path)
    assert read.factors.shape == (4, 0)
    assert read.factor_names == ()
    assert read.factor_sizes == ()


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        ([np.zeros((2, 4, 4, 1), np.uint8)], "2 images came for a set of 3"),
        ([np.zeros((2, 4, 4, 1), np.uint8)] * 2, None),
        ([np.zeros((3, 4, 5, 1), np.uint8)], "does not fit"),
        ([np.zeros((3, 4, 4, 1), np.float32)], "does not fit"),
    ],
)
def test_batches_that_do_not_add_up_are_refused(tmp_path, batches, message):
    with pytest.raises(ValueError, match=message):
        store.write_image_set(
            tmp_path / "a.h5", batches, (3, 4, 4, 1), np.zeros((3, 1)), np.zeros(3), ["a"], [3], {}
        )
    assert os.listdir(tmp_path) == []


def test_a_check_sees_all_images_before_the_file_appears(tmp_path):
    seen = []

    def check(images):
        seen.append(np.array(images[:]))
        assert not (tmp_path / "a.h5").exists()

    images, _ = write_set(tmp_path / "a.h5", check=check)
    np.testing.assert_array_equal(seen, [images])


def test_a_check_that_fails_leaves_nothing(tmp_path):
    def check(images):
        raise UserError("the images are not those of the labels")

    with pytest.raises(UserError, match="labels"):
        write_set(tmp_path / "a.h5", check=check)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("factors", "split", "message"),
    [(2, 3, "2 rows of factors came for 3"), (3, 4, "4 rows of split came for 3")],
)
def test_factors_and_splits_that_do_not_fit_the_images_are_refused(
    tmp_path, factors, split, message
):
    images, batches = image_batches((3, 4, 4, 1))
    rows = np.zeros((factors, 1)), np.zeros(split, np.uint8)
    with pytest.raises(ValueError, match=message):
        store.write_image_set(tmp_path / "a.h5", batches, images.shape, *rows, ["a"], [3], {})
    assert os.listdir(tmp_path) == []


# --- parts ---


def image_set(split, count=None):
    count = len(split) if count is None else count
    images, factors = np.zeros((count, 2, 2, 1), np.uint8), np.zeros((count, 0), np.int16)
    return store.ImageSet(images, factors, np.array(split, np.uint8), (), (), ATTRIBUTES)


@pytest.mark.parametrize(
    ("part", "rows"),
    [("train", [1, 4]), ("validation", [2]), ("test", [0, 3]), ("all", [0, 1, 2, 3, 4])],
)
def test_rows_of_a_part_ascend(part, rows):
    found = image_set([2, 0, 1, 2, 0]).rows_of(part)
    assert found.dtype == np.int64
    assert found.tolist() == rows


def test_the_split_of_a_file_is_read_back(tmp_path):
    write_set(tmp_path / "a.h5", shape=(50, 2, 2, 1))
    read = store.read_image_set(tmp_path / "a.h5")
    assert read.split.dtype == np.uint8
    np.testing.assert_array_equal(read.split, draw_split(50))
    assert len(read.rows_of("test")) == 10


def test_an_unknown_part_names_those_that_exist():
    with pytest.raises(UserError) as caught:
        image_set([0, 1, 2]).rows_of("tset")
    assert str(caught.value) == "part 'tset' must be one of train, validation, test, all"


@pytest.mark.parametrize(("split", "part"), [([0, 0, 2], "validation"), ([], "all")])
def test_an_empty_part_is_one_sentence_that_says_whose_and_what_to_do(split, part):
    with pytest.raises(UserError) as caught:
        image_set(split).rows_of(part)
    assert str(caught.value) == (
        f"part {part} of dsprites/original is empty ({len(split)} images in all): take another part"
        " or more images"
    )


def test_a_file_without_a_split_is_refused(tmp_path):
    write_set(tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        del file["split"]
    with pytest.raises(UserError, match=r"'split' doesn't exist.*delete it and rerun"):
        store.read_image_set(tmp_path / "a.h5")


# --- vectors ---


def write_vectors(path, **more):
    vectors = np.random.default_rng(0).normal(size=(7, 1, 1, 3)).astype(np.float32)
    rows = np.zeros((7, 0), np.float32), draw_split(7)
    store.write_image_set(
        *(path, [vectors[:4], vectors[4:]], vectors.shape, *rows, [], [], ATTRIBUTES),
        **{"scale": 1.0, "dtype": np.float32, **more},
    )
    return vectors


def test_vectors_round_trip_bit_for_bit_and_are_mapped(tmp_path):
    vectors = write_vectors(tmp_path / "a.h5")
    read = store.read_image_set(tmp_path / "a.h5")
    assert read.is_vectors
    assert read.images.dtype == np.float32
    np.testing.assert_array_equal(read.images, vectors)
    assert isinstance(read.images, np.memmap)
    assert read.images.flags.aligned
    assert not read.images.flags.writeable
    assert (read.scale, read.offset) == (1.0, 0.0)


def test_a_check_sees_vectors_as_they_are(tmp_path):
    seen = []
    vectors = write_vectors(tmp_path / "a.h5", check=lambda images: seen.append(images[:]))
    np.testing.assert_array_equal(seen, [vectors])


def test_images_are_no_vectors(tmp_path):
    write_set(tmp_path / "a.h5")
    assert not store.read_image_set(tmp_path / "a.h5").is_vectors


def test_vectors_that_were_not_announced_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"float32\(4, 1, 1, 3\) does not fit uint8"):
        write_vectors(tmp_path / "a.h5", dtype=np.uint8)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("dtype", [np.float64, np.int16])
def test_images_of_another_type_are_refused(tmp_path, dtype):
    write_set(tmp_path / "a.h5")
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        shape = file["images"].shape
        del file["images"]
        file["images"] = np.ones(shape, dtype)
    with pytest.raises(UserError, match="uint8 or float32"):
        store.read_image_set(tmp_path / "a.h5")


# --- files that cannot be read ---

READERS = {
    "a.json": store.read_json,
    "a.npz": store.read_arrays,
    "a.h5": store.read_image_set,
}


def write_good(path):
    if path.suffix == ".json":
        store.write_json(path, {"a": list(range(100))})
    elif path.suffix == ".npz":
        store.write_arrays(path, {"a": np.arange(1000)})
    else:
        write_set(path, shape=(50, 8, 8, 1))


@pytest.mark.parametrize("name", READERS)
def test_a_missing_file_is_one_sentence(tmp_path, name):
    with pytest.raises(UserError) as caught:
        READERS[name](tmp_path / name)
    assert str(caught.value) == f"{tmp_path / name} does not exist"


@pytest.mark.parametrize("damage", ["empty", "truncated", "garbage"])
@pytest.mark.parametrize("name", READERS)
def test_a_damaged_file_is_one_sentence_that_says_what_to_do(tmp_path, name, damage):
    path = tmp_path / name
    write_good(path)
    READERS[name](path)
    whole = path.read_bytes()
    damaged = {"empty": b"", "truncated": whole[: len(whole) * 2 // 3], "garbage": b"\x00\xff" * 99}
    path.write_bytes(damaged[damage])
    with pytest.raises(UserError) as caught:
        READERS[name](path)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path} cannot be read as ")
    assert sentence.endswith("delete it and rerun")
    assert "\n" not in sentence


def test_images_that_cannot_be_mapped_are_refused(tmp_path):
    path = tmp_path / "a.h5"
    write_set(path)
    with h5py.File(path, "r+") as file:
        images = file["images"][:]
        del file["images"]
        file.create_dataset("images", data=images, chunks=(1, 4, 5, 3), compression="gzip")
    with pytest.raises(UserError, match="contiguous"):
        store.read_image_set(path)


def test_another_kind_of_file_is_not_an_image_set(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["labels"] = np.zeros(3)
    with pytest.raises(UserError, match=r"a\.h5 cannot be read as image set"):
        store.read_image_set(tmp_path / "a.h5")


def test_a_single_array_is_not_an_npz(tmp_path):
    with open(tmp_path / "a.npz", "wb") as file:
        np.save(file, np.ones(3))
    with pytest.raises(UserError, match=r"a\.npz cannot be read as npz"):
        store.read_arrays(tmp_path / "a.npz")


def test_a_write_removes_what_a_killed_one_left(tmp_path):
    path = tmp_path / "set.json"
    script = (
        "import os, sys; from latent_assays.store import atomic_path\n"
        "with atomic_path(sys.argv[1]): os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)])
    (left,) = tmp_path.iterdir()
    other = tmp_path / left.name.replace("set.json", "another.json")
    other.write_text("")
    with store.atomic_path(path) as partial:
        assert not left.exists(), "its process is gone"
        with store.atomic_path(path):
            assert partial.exists(), "its process is this one"
    assert path.exists()
    assert other.exists(), "what is left of another file is not ours to remove"


@pytest.mark.parametrize("member", ["images", "factors", "split"])
def test_a_flipped_bit_of_an_image_set_is_noticed(tmp_path, member):
    path = tmp_path / "set.h5"
    write_set(path)
    with h5py.File(path, "r+") as file:
        array = file[member][:]
        array.view(np.uint8).flat[-1] ^= 1
        file[member][:] = array
    with pytest.raises(UserError, match="its bytes are not those that were written"):
        store.read_image_set(path)


def test_a_flipped_bit_of_arrays_is_noticed(tmp_path):
    path = tmp_path / "codes.npz"
    store.write_arrays(path, {"mean": np.arange(1000.0)})
    content = bytearray(path.read_bytes())
    content[2000] ^= 1
    path.write_bytes(content)
    with pytest.raises(UserError, match="Bad CRC-32"):
        store.read_arrays(path)
