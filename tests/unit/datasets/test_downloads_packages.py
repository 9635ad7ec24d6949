import hashlib
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from source_table import md5_of, row, write_table

from latent_assays.datasets.downloads import fetch
from latent_assays.errors import UserError

CONTENT = b"published numbers " * 1000


def table_of(path, location):
    """A table with one source of one file of the dataset `toy`."""
    return write_table(path, [row("toy", "data.bin", location, checksum=md5_of(CONTENT))])


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """A wheel that only pip's own configuration says where to find."""
    folder = tmp_path / "index"
    folder.mkdir()
    path = folder / "toy_data-1.0-py3-none-any.whl"
    info = "toy_data-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("toy_data/data.bin", CONTENT)
        archive.writestr(
            f"{info}/METADATA",
            "Metadata-Version: 2.1\nName: toy-data\nVersion: 1.0\nRequires-Dist: no-such-package\n",
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    return path


def sha256_of(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_member_of_a_wheel_is_taken_out_without_installing(wheel, tmp_path, monkeypatch):
    location = f"pypi:toy-data==1.0!toy_data/data.bin#sha256={sha256_of(wheel)}"
    table = table_of(tmp_path / "t.csv", location)
    monkeypatch.chdir(tmp_path)
    path = fetch("toy", "data.bin", "out", table=table)
    assert path.read_bytes() == CONTENT
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["data.bin", "data.bin.json"]


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("pypi:toy-data==1.0!toy_data/data.bin#sha256=" + "0" * 64, "the sha256 of toy_data-1.0"),
        ("pypi:toy-data==1.0!toy_data/else.bin#sha256={}", "does not give toy_data/else.bin"),
        ("pypi:toy-data==2.0!toy_data/data.bin#sha256={}", "pip failed: No matching distribution"),
    ],
)
def test_a_wheel_that_does_not_serve_is_one_sentence(wheel, tmp_path, location, said):
    table = table_of(tmp_path / "t.csv", location.format(sha256_of(wheel)))
    with pytest.raises(UserError) as error:
        fetch("toy", "data.bin", tmp_path / "out", table=table)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.fixture
def debian(tmp_path, monkeypatch):
    """A package that a stand-in for apt-get hands out, as `apt-get download` does."""
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is not installed")
    tree = tmp_path / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN" / "control").write_text(
        "Package: toy-data\nVersion: 1\nArchitecture: all\nMaintainer: nobody <n@example.org>\n"
        "Description: toy\n"
    )
    (tree / "usr/share/toy-data").mkdir(parents=True)
    (tree / "usr/share/toy-data/data.bin").write_bytes(CONTENT)
    archive = tmp_path / "toy-data_1_all.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "--build", tree, archive], check=True, stdout=-3
    )
    commands = tmp_path / "commands"
    commands.mkdir()
    apt = commands / "apt-get"
    apt.write_text(
        "#!/bin/sh\n"
        f'[ "$1 $2 $3" = "download --quiet toy-data" ] && exec cp {archive} .\n'
        'echo "E: Unable to locate package $3" >&2\nexit 100\n'
    )
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{commands}{os.pathsep}{os.environ['PATH']}")


def test_a_member_of_a_debian_package_is_taken_out(debian, tmp_path):
    table = table_of(tmp_path / "t.csv", "deb:toy-data!usr/share/toy-data/data.bin")
    path = fetch("toy", "data.bin", tmp_path / "out", table=table)
    assert path.read_bytes() == CONTENT
    assert not path.is_symlink()
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["data.bin", "data.bin.json"]


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("deb:toy-data!usr/share/else.bin", "the package has no usr/share/else.bin"),
        ("deb:no-data!data.bin", "apt-get failed: Unable to locate package no-data"),
    ],
)
def test_a_debian_package_that_does_not_serve_is_one_sentence(debian, tmp_path, location, said):
    table = table_of(tmp_path / "t.csv", location)
    with pytest.raises(UserError, match=said):
        fetch("toy", "data.bin", tmp_path / "out", table=table)


def test_a_machine_without_apt_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    table = table_of(tmp_path / "t.csv", "deb:toy-data!data.bin")
    with pytest.raises(UserError, match=r"\(apt-get is not installed\)"):
        fetch("toy", "data.bin", tmp_path / "out", table=table)


def test_an_installed_package_is_used_where_it_lies(tmp_path, monkeypatch):
    installed = Path(tmp_path / "data.bin")
    installed.write_bytes(CONTENT)
    monkeypatch.setenv("PATH", str(tmp_path))
    table = table_of(tmp_path / "t.csv", f"deb:toy-data!{str(installed).lstrip('/')}")
    path = fetch("toy", "data.bin", tmp_path / "out", table=table)
    assert path.read_bytes() == CONTENT
    assert installed.is_file()
