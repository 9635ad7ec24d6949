"""Files that users bring are read by content, or refused with a sentence that names the member."""

import zipfile

import h5py
import numpy as np
import pytest

from latent_assays.brought import check_images, open_brought
from latent_assays.errors import UserError

TABLE = np.array([[0.5, 1.0], [2.0, -3.25], [4.0, 5.0]])


def written(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def as_npz(path, **members):
    with open(path, "wb") as file:
        np.savez(file, **members)
    return path


def as_hdf5(path, **members):
    with h5py.File(path, "w") as file:
        for name, member in members.items():
            file[name] = member
    return path


def as_npy(path, codes):
    with open(path, "wb") as file:
        np.save(file, codes)
    return path


def as_text(path, codes, separator, end="\n"):
    lines = [["a", "b"], *codes.tolist()]
    return written(path, end.join(separator.join(map(str, line)) for line in lines))


@pytest.mark.parametrize("name", ["mine.npz", "MINE.NPZ", "mine.csv", "mine"])
@pytest.mark.parametrize(
    ("write", "kind"),
    [
        (lambda path: as_npz(path, codes=TABLE), "npz"),
        (lambda path: as_hdf5(path, codes=TABLE), "HDF5"),
        (lambda path: as_npy(path, TABLE), "npy"),
        (lambda path: as_text(path, TABLE, ","), "CSV"),
        (lambda path: as_text(path, TABLE, "\t"), "CSV"),
        (lambda path: as_text(path, TABLE, ";", "\r\n"), "CSV"),
        (lambda path: as_text(path, TABLE, "  "), "CSV"),
    ],
    ids=["npz", "hdf5", "npy", "csv", "tsv", "semicolons", "blanks"],
)
def test_content_and_not_the_ending_tells_the_kind(tmp_path, name, write, kind):
    file = open_brought(write(tmp_path / name))
    assert file.kind == kind
    np.testing.assert_array_equal(file.numbers(file.find("codes", "mean")), TABLE)
    assert file.columns == (("a", "b") if kind == "CSV" else ())


def test_whole_numbers_stay_whole_and_empty_cells_are_missing(tmp_path):
    file = open_brought(written(tmp_path / "a.csv", "\ufeffa,b\r\n1,9007199254740993\r\n2,4\r\n"))
    assert file.numbers("factors").tolist() == [[1, 9007199254740993], [2, 4]]
    assert file.columns == ("a", "b")
    file = open_brought(written(tmp_path / "b.csv", "a,b,c\n1,,True\n2,nan,False\n"))
    np.testing.assert_array_equal(file.numbers("x"), [[1, np.nan, 1], [2, np.nan, 0]])
    one = open_brought(written(tmp_path / "c.csv", "wall hue\n3\n4\n"))
    assert one.numbers("x").tolist() == [[3], [4]]


def test_only_what_is_asked_for_is_loaded(tmp_path):
    path = as_npz(tmp_path / "a.npz", codes=TABLE, extra=np.array([{"a": 1}], dtype=object))
    file = open_brought(path)
    assert set(file.members) == {"codes", "extra"}
    np.testing.assert_array_equal(file.numbers("codes"), TABLE)
    with pytest.raises(UserError) as caught:
        file.numbers("extra")
    assert "Python objects in `extra`" in str(caught.value)
    assert "pickle" not in str(caught.value)
    with pytest.raises(UserError, match="Python objects in `codes`"):
        open_brought(as_npy(tmp_path / "b.npy", np.array([{}], dtype=object))).numbers("codes")


def test_an_hdf5_dataset_stays_on_disk_until_it_is_read(tmp_path):
    file = open_brought(as_hdf5(tmp_path / "a.h5", images=TABLE, names=["x", "y"]))
    assert isinstance(file.stored("images"), h5py.Dataset)
    assert file.texts("names") == ["x", "y"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty: copy or save it again"),
        ("a,b\n", "has a header and no rows"),
        ("0.5,1\n2,3\n", "begins with the numbers 0.5, 1, .* a CSV needs a header"),
        ("0.5 1\n2 3\n", "begins with the numbers 0.5, 1, .* a CSV needs a header"),
        (",a\n0,1\n", r"column without a name: .* to_csv\(index=False\)"),
        ("a,b\n1,2\n3\n", "has 1 values in line 3 and 2 names in its header"),
        ("a,b\n1,2\n3,4,5\n", "has 3 values in line 3 and 2 names in its header"),
        ("a,b\n1,2\n3,red\n", r"text in column `b`, line 3 \('red'\), which must be a number"),
        ("a\n1_0\n", r"text in column `a`, line 2 \('1_0'\)"),
        ("a;b\n1,5;2,5\n", r"text in column `a`, line 2 \('1,5'\)"),
        (b"a,b\n\xff\xfe,2\n", "cannot be read as text"),
        (b"\x80\x04\x95", "is a Python pickle: save its arrays"),
        (b"\x1f\x8b\x08\x00", "is compressed by gzip"),
        (b"\x00\x01\x02", "is neither npz, HDF5, npy, CSV nor TSV"),
        (b"PK\x03\x04 and no more", "is a damaged or truncated npz"),
        (b"\x89HDF\r\n\x1a\n and no more", "is a damaged or truncated HDF5"),
    ],
)
def test_a_file_that_is_none_of_them_is_refused(tmp_path, content, sentence):
    with pytest.raises(UserError, match=sentence) as caught:
        open_brought(written(tmp_path / "mine.csv", content))
    assert str(tmp_path / "mine.csv") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(UserError, match=r"none.npz does not exist"):
        open_brought(tmp_path / "none.npz")
    with pytest.raises(UserError, match="is no file"):
        open_brought(tmp_path)


@pytest.mark.parametrize("write", [as_npz, as_hdf5])
def test_a_file_cut_anywhere_is_refused(tmp_path, write):
    whole = write(tmp_path / "a", codes=np.arange(4000.0).reshape(400, 10)).read_bytes()
    for share in (0.01, 0.5, 0.99):
        cut = written(tmp_path / "cut", whole[: int(share * len(whole))])
        with pytest.raises(UserError, match="damaged or truncated"):
            open_brought(cut).numbers("codes")


def test_a_cut_npy_and_damaged_bytes_of_an_npz_are_refused(tmp_path):
    whole = as_npy(tmp_path / "a.npy", TABLE).read_bytes()
    with pytest.raises(UserError, match="damaged or truncated at `codes`"):
        open_brought(written(tmp_path / "cut.npy", whole[:-8])).numbers("codes")
    content = bytearray(as_npz(tmp_path / "a.npz", codes=TABLE).read_bytes())
    at = content.index(TABLE.tobytes())
    content[at] ^= 1
    with pytest.raises(UserError, match="damaged or truncated at `codes`"):
        open_brought(written(tmp_path / "b.npz", bytes(content))).numbers("codes")


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (np.array([["red"], ["blue"]]), r"text in `codes` \('red'\).* whole number"),
        (np.array([[b"red"]]), r"text in `codes` \('red'\)"),
        (np.array([["1"]]), "text in `codes`"),
        (np.array([[1j]]), "complex128 in `codes`"),
        (np.array(["2020-01-01"], "datetime64[D]"), "datetime64.* in `codes`"),
    ],
)
def test_what_is_no_number_is_named(tmp_path, member, sentence):
    with pytest.raises(UserError, match=sentence):
        open_brought(as_npz(tmp_path / "a.npz", codes=member)).numbers("codes")


def test_text_and_groups_in_hdf5_are_named(tmp_path):
    file = open_brought(as_hdf5(tmp_path / "a.h5", codes=["red", "blue"], **{"images/x": TABLE}))
    with pytest.raises(UserError, match=r"text in `codes` \('red'\)"):
        file.numbers("codes")
    with pytest.raises(UserError, match=r"has `images` as a group \(x\): make it a dataset"):
        file.stored("images")


def test_a_missing_member_is_named_with_those_there_are(tmp_path):
    file = open_brought(as_npz(tmp_path / "a.npz", imgs=TABLE, labels=TABLE))
    with pytest.raises(UserError, match="must hold `codes` or `mean` and holds imgs, labels"):
        file.find("codes", "mean")
    with zipfile.ZipFile(tmp_path / "b.pt", "w") as archive:
        archive.writestr("model/data.pkl", b"x")
    with pytest.raises(UserError, match=r"archive of model/data.pkl .* PyTorch"):
        open_brought(tmp_path / "b.pt")


BYTES = np.random.default_rng(0).permutation(256).astype(np.uint8).reshape(4, 8, 8, 1)


def test_bytes_are_images():
    check_images(BYTES, "mine.npz")
    check_images(np.full((1, 4, 4, 1), 2, np.uint8), "mine.npz")


@pytest.mark.parametrize(
    ("images", "sentence"),
    [
        (BYTES % 2, "uint8 and hold nothing above 1, .* multiply them by 255"),
        (BYTES > 9, "bool; .* 255"),
        (BYTES / 255, "float64 from 0 to 1; .* multiply them by 255 and round"),
        (BYTES.astype(np.float32), "float32 from 0 to 255; .* round them and save them"),
        (BYTES.astype(int), "int64 from 0 to 255; .* save them as uint8"),
        (BYTES / 127.5 - 1, "float64 from -1 to 1; .* scale them to 0 to 255"),
        (BYTES.astype(int) * 257, "int64 from 0 to 6.554e.04; .* scale them to 0 to 255"),
        (np.where(BYTES > 9, np.nan, BYTES), "float64 and some pixels are not finite"),
        (BYTES.astype(str), "<U3; they must be uint8, 0 to 255"),
    ],
)
def test_a_range_that_contradicts_its_type_says_what_to_do(images, sentence):
    with pytest.raises(UserError, match=rf"mine.npz: images are {sentence}"):
        check_images(images, "mine.npz")
