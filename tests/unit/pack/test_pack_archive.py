"""The zip: in pieces, the same bytes always, and whole or not at all."""

import hashlib
import os
import zipfile
from types import SimpleNamespace

import pytest

from latent_assays.errors import UserError
from latent_assays.pack import archive
from latent_assays.pack.archive import CHUNK, new_archive


def test_a_file_longer_than_a_piece_comes_out_as_it_went_in(tmp_path):
    content = os.urandom(2 * CHUNK + 17)
    (tmp_path / "a.npz").write_bytes(content)
    with new_archive(tmp_path / "out.zip") as packed:
        packed.add_file("codes/a.npz", tmp_path / "a.npz")
        packed.add_text("b.json", "{β}")
    with zipfile.ZipFile(tmp_path / "out.zip") as zipped:
        assert zipped.testzip() is None
        assert zipped.read("codes/a.npz") == content
        assert zipped.read("b.json").decode("utf-8") == "{β}"
        kinds = [info.compress_type for info in zipped.infolist()]
    assert kinds == [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]
    assert packed.entries == {
        "codes/a.npz": {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)},
        "b.json": {"sha256": hashlib.sha256("{β}".encode()).hexdigest(), "size": 4},
    }


def test_an_empty_file_and_a_file_without_a_suffix_are_packed(tmp_path):
    (tmp_path / "empty").touch()
    with new_archive(tmp_path / "out.zip") as packed:
        packed.add_file("Snakefile", tmp_path / "empty")
    with zipfile.ZipFile(tmp_path / "out.zip") as zipped:
        assert zipped.read("Snakefile") == b""


def test_an_earlier_pack_stays_where_a_new_one_fails(tmp_path):
    (tmp_path / "out.zip").write_text("earlier")
    with (
        pytest.raises(UserError, match=r"gone\.npz does not exist: make it"),
        new_archive(tmp_path / "out.zip") as packed,
    ):
        packed.add_file("gone.npz", tmp_path / "gone.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["out.zip"]
    assert (tmp_path / "out.zip").read_text() == "earlier"


@pytest.mark.parametrize("size", [2, 4])
def test_a_file_that_is_written_meanwhile_is_refused(tmp_path, monkeypatch, size):
    (tmp_path / "a.json").write_text("123")
    sized = SimpleNamespace(fstat=lambda handle: SimpleNamespace(st_size=size))
    monkeypatch.setattr(archive, "os", sized)
    with (
        pytest.raises(UserError, match=r"a\.json was changed while it was packed"),
        new_archive(tmp_path / "out.zip") as packed,
    ):
        packed.add_file("a.json", tmp_path / "a.json")
    assert not (tmp_path / "out.zip").exists()
