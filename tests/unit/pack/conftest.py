"""A small pack, and the folder that it was unpacked in."""

import os
import zipfile
from pathlib import Path

import pytest
from packable import Packable


@pytest.fixture(scope="module")
def packable(tmp_path_factory):
    """Results to pack; the working directory is theirs for the module's time."""
    folder, before = tmp_path_factory.mktemp("packable"), Path.cwd()
    os.chdir(folder)
    yield Packable(folder)
    os.chdir(before)


@pytest.fixture
def unpacked(packable, tmp_path):
    """The pack, alone in a folder elsewhere."""
    with zipfile.ZipFile(packable.pack()) as zipped:
        zipped.extractall(tmp_path / "unpacked")
    return tmp_path / "unpacked"
