import io
import tarfile

import numpy as np
import pytest
from original_files import Forbidden
from PIL import Image

from latent_assays.datasets.downloads import fetch_all, read_table
from latent_assays.datasets.originals.rfd import ALL_FACTORS, open_source
from latent_assays.datasets.specs import RFD_FACTORS
from latent_assays.errors import UserError

COUNT = 60
SIZES = list(ALL_FACTORS.values())


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (COUNT, 128, 128, 3), dtype=np.uint8)


@pytest.fixture
def labels():
    """Classes (N,9) in which every class occurs."""
    return np.stack([np.arange(COUNT) % size for size in SIZES], axis=1)


def write_tar(path, images, order):
    with tarfile.open(path, "w") as archive:
        folder = tarfile.TarInfo("images")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for number in order:
            content = io.BytesIO()
            Image.fromarray(images[number]).save(content, "PNG", compress_level=0)
            member = tarfile.TarInfo(f"images/{number // 10}/{number:06d}.png")
            member.size = len(content.getvalue())
            archive.addfile(member, io.BytesIO(content.getvalue()))


@pytest.fixture
def files(images, labels, tmp_path):
    files = {name: tmp_path / name for name in read_table()["rfd"]}
    write_tar(files["finger_images.tar"], images, np.random.default_rng(1).permutation(COUNT))
    np.savez(files["finger_labels.npz"], labels=labels)
    np.savez(
        files["finger_info.npz"],
        num_factor_values=np.array(SIZES),
        factor_values=np.array([Forbidden()], dtype=object),
        dataset_size=COUNT,
    )
    return files


def test_rows_follow_the_numbers_in_the_names(images, labels, files):
    source = open_source(128, files)
    rows = np.array([0, 1, 17, 59])
    assert len(source) == COUNT
    np.testing.assert_array_equal(source.images(rows), images[rows])
    np.testing.assert_array_equal(source.factors(rows), labels[rows][:, [1, 3, 4, 5, 6, 7, 8]])
    assert list(RFD_FACTORS.values()) == [8, 30, 30, 30, 30, 30, 10]


def test_smaller_images_are_block_means(images, files):
    means = images.reshape(COUNT, 64, 2, 64, 2, 3).mean(axis=(2, 4))
    halves = open_source(64, files).images(np.arange(COUNT))
    np.testing.assert_array_equal(halves, np.floor(means + 0.5))


def test_labels_that_are_values_become_classes(labels, files):
    np.savez(files["finger_labels.npz"], labels=labels * 0.07 - 0.11)
    expected = labels[:, [1, 3, 4, 5, 6, 7, 8]]
    np.testing.assert_array_equal(open_source(128, files).factors(np.arange(COUNT)), expected)
    np.savez(files["finger_labels.npz"], labels=labels[:5] * 0.07 - 0.11)
    with pytest.raises(UserError, match="takes 5 values instead of 8"):
        open_source(128, files)


def test_files_that_do_not_belong_together_are_refused(images, labels, files):
    np.savez(files["finger_labels.npz"], labels=labels[:-1])
    with pytest.raises(UserError, match=r"holds 60 images, .* 59 labels"):
        open_source(128, files)
    np.savez(files["finger_labels.npz"], labels=labels[:, :-1])
    with pytest.raises(UserError, match=r"labels are \(60, 8\), not \(N, 9\)"):
        open_source(128, files)
    np.savez(files["finger_labels.npz"], labels=labels)
    write_tar(files["finger_images.tar"], images, range(1, COUNT))
    with pytest.raises(UserError, match="not numbered from 0 without gaps"):
        open_source(128, files)
    np.savez(files["finger_info.npz"], num_factor_values=np.array([2, 2]))
    with pytest.raises(UserError, match=r"num_factor_values is \[2, 2\]"):
        open_source(128, files)


def test_a_truncated_tar_is_one_sentence(files):
    path = files["finger_images.tar"]
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(
        UserError, match=r"cannot be read as a tar of numbered images \(unexpected end"
    ):
        open_source(128, files).images(np.arange(COUNT))


def test_a_damaged_image_is_one_sentence(files):
    path = files["finger_images.tar"]
    content = bytearray(path.read_bytes())
    content[1024 : 1024 + 40] = bytes(40)
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"image \d+ is damaged"):
        open_source(128, files).images(np.arange(COUNT))


def test_the_users_files_are_recorded_and_read(images, files, tmp_path):
    """No checksum is public: the first files accepted are the ones held to."""
    fetched = fetch_all("rfd", tmp_path / "out", user_path=tmp_path)
    source = open_source(128, fetched)
    np.testing.assert_array_equal(source.images(np.arange(COUNT)), images)
    assert source.source == "RFD, original (finger_images.tar given by the user)"
    path = files["finger_images.tar"]
    path.write_bytes(path.read_bytes() + bytes(10240))
    with pytest.raises(UserError, match="is not that of the file accepted first"):
        fetch_all("rfd", tmp_path / "out", user_path=tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UserError, match="is truncated or damaged"):
        fetch_all("rfd", tmp_path / "other", user_path=tmp_path)
