import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from source_table import md5_of, row, write_table

from latent_assays.datasets.downloads import fetch_all, read_table
from latent_assays.datasets.originals.celeba import open_source
from latent_assays.datasets.specs import CELEBA_ATTRIBUTES
from latent_assays.errors import UserError

COUNT = 7
NAMES = [f"{number:06d}.jpg" for number in range(1, COUNT + 1)]


@pytest.fixture
def photographs():
    """Smooth random photographs (N,218,178,3)."""
    coarse = np.random.default_rng(0).integers(0, 256, (COUNT, 7, 6, 3), dtype=np.uint8)
    side = (178, 218)
    return np.stack([np.asarray(Image.fromarray(c).resize(side)) for c in coarse])


@pytest.fixture
def files(photographs, tmp_path):
    with zipfile.ZipFile(tmp_path / "img_align_celeba.zip", "w") as archive:
        archive.writestr("img_align_celeba/", "")
        for name, photograph in reversed(list(zip(NAMES, photographs, strict=True))):
            content = io.BytesIO()
            Image.fromarray(photograph).save(content, "JPEG", quality=100, subsampling=0)
            archive.writestr(f"img_align_celeba/{name}", content.getvalue())
    signs = np.where(np.arange(COUNT * 40).reshape(COUNT, 40) % 3 == 0, 1, -1)
    lines = [str(COUNT), " ".join(CELEBA_ATTRIBUTES) + " "]
    lines += [f"{n} {'  '.join(map(str, row))}" for n, row in zip(NAMES, signs, strict=True)]
    (tmp_path / "list_attr_celeba.txt").write_text("\n".join(lines) + "\n")
    partition = [f"{name} {part}" for name, part in zip(NAMES, [0, 0, 0, 0, 1, 2, 2], strict=True)]
    (tmp_path / "list_eval_partition.txt").write_text("\n".join(partition) + "\n")
    return {name: tmp_path / name for name in read_table()["celeba"]}


def test_the_middle_of_each_photograph_without_resizing(photographs, files):
    source = open_source(128, files)
    rows = np.array([0, 3, 6])
    difference = source.images(rows).astype(int) - photographs[rows, 45:173, 25:153]
    assert len(source) == COUNT
    assert np.abs(difference).max() <= 4  # what JPEG at quality 100 loses
    assert source.images(rows).dtype == np.uint8


def test_smaller_images_are_block_means(files):
    whole = open_source(128, files).images(np.arange(COUNT))
    means = whole.reshape(COUNT, 32, 4, 32, 4, 3).mean(axis=(2, 4))
    quarters = open_source(32, files).images(np.arange(COUNT))
    np.testing.assert_array_equal(quarters, np.floor(means + 0.5))


def test_attributes_and_partition(files):
    source = open_source(128, files)
    expected = (np.arange(COUNT * 40).reshape(COUNT, 40) % 3 == 0).astype(int)
    np.testing.assert_array_equal(source.factors(np.arange(COUNT)), expected)
    assert source.partition.tolist() == [0, 0, 0, 0, 1, 2, 2]
    assert len(set(CELEBA_ATTRIBUTES)) == 40


def test_a_page_saved_as_the_zip_is_recognised(files):
    files["img_align_celeba.zip"].write_text("<!DOCTYPE html><title>Quota exceeded</title>")
    with pytest.raises(UserError, match=r"is not a zip .a web page, saved under this name"):
        open_source(128, files)
    files["img_align_celeba.zip"].write_bytes(b"PK\3\4 cut off")
    with pytest.raises(UserError, match="is not a zip"):
        open_source(128, files)


def test_files_that_do_not_belong_together_are_refused(files):
    partition = files["list_eval_partition.txt"]
    whole = partition.read_text()
    partition.write_text(whole.replace("000003.jpg 0\n", ""))
    with pytest.raises(UserError, match="lists 6 images, not the 7 of the zip in order"):
        open_source(128, files)
    partition.write_text(whole.replace("000003.jpg 0", "000003.jpg x"))
    with pytest.raises(UserError, match="cannot be read"):
        open_source(128, files)
    partition.write_text(whole)
    attributes = files["list_attr_celeba.txt"]
    attributes.write_text(attributes.read_text().replace("Smiling", "Frowning"))
    with pytest.raises(UserError, match="does not name the 40 attributes"):
        open_source(128, files)


def test_a_damaged_photograph_is_one_sentence(files):
    path = files["img_align_celeba.zip"]
    content = bytearray(path.read_bytes())
    content[1000] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"img_align_celeba/000007\.jpg is damaged"):
        open_source(128, files).images(np.arange(COUNT))


def test_the_users_files_are_checked_and_read(photographs, files, tmp_path):
    """The licence wants a person to fetch them; from there on all is as with a download."""
    rows = [
        row("celeba", name, "manual:page", checksum=md5_of(path.read_bytes()))
        for name, path in files.items()
    ]
    table = write_table(tmp_path / "t.csv", rows)
    fetched = fetch_all("celeba", tmp_path / "out", user_path=tmp_path, table=table)
    source = open_source(128, fetched)
    rows = np.arange(COUNT)
    np.testing.assert_array_equal(source.images(rows), open_source(128, files).images(rows))
    assert source.source == "CelebA, original (img_align_celeba.zip given by the user)"
    with pytest.raises(UserError, match=r"img_align_celeba.zip is not the original .*: its md5 is"):
        fetch_all("celeba", tmp_path / "again", user_path=tmp_path)
