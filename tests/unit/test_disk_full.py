"""Every stage on a disk that is full: one sentence, and no file there but whole ones."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from latent_assays import store

SOURCE = Path(store.__file__).parents[1]
PAGE = 4096  # bytes that a tmpfs gives out at a time
SIZE = 2**21
OLD = b"what was there before"
CODES = {
    "mean": np.random.default_rng(0).normal(size=(200, 4)),
    "factors": np.stack(np.unravel_index(np.arange(200), (2, 100)), 1),
}
TRAINING = {
    "network": "conv",
    "objective": "ae",
    "latents": 4,
    "width": 0.125,
    "learning_rate": 0.001,
    "batch": 4,
    "steps": 3,
}


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    """The folder of a small file system, from which the folder's user removes what it left."""
    folder = tmp_path_factory.mktemp("disk")
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if os.getuid():
        pytest.skip("only root may mount a small file system")
    mounted = subprocess.run(mount, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def full(disk):
    """Fills the disk but for some bytes, and empties it in the end."""

    def fill(free):
        left = os.statvfs(disk)
        with open(disk / "filler", "wb") as file:
            os.posix_fallocate(file.fileno(), 0, left.f_bavail * left.f_frsize - free)

    yield fill
    for path in sorted(disk.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """A sub-grid of 3D-Shapes, as `datasets` renders it."""
    path = tmp_path_factory.mktemp("images") / "original.h5"
    assert call(*dataset(path)).returncode == 0
    return path


def call(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "latent_assays", *map(str, arguments)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )


def dataset(path):
    keep = {"floor_hue": [0, 5], "wall_hue": [0, 5], "object_hue": [0, 5], "scale": [0, 7]}
    chosen = {"source": "rendered", "resolution": 32, "keep": keep | {"orientation": [7]}}
    return "datasets", "shapes3d", "--settings", json.dumps(chosen), "--output", path


def contents(disk):
    """{path: bytes} of all files but the filler and the empty file of a lock."""
    return {
        str(path.relative_to(disk)): path.read_bytes()
        for path in disk.rglob("*")
        if path.is_file() and path.name not in ("filler", ".lock")
    }


def check(done, path):
    """The call ended with one sentence about `path`, and what was there is there."""
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    sentence = f"error: could not write {path}: No space left on device\n"
    assert done.stderr.endswith(f"\n{sentence}") or done.stderr == sentence
    assert done.stderr.count("error: ") == 1
    assert path.read_bytes() == OLD


def room_for(files, index):
    """Bytes of the files before `index`, and of the first page of that file if it has more."""
    *before, pages = (-(-file.stat().st_size // PAGE) for file in files[: index + 1])
    return PAGE * (sum(before) + (pages > 1))


@pytest.mark.parametrize("pages", [0, 1, 3, 30], ids=lambda pages: f"{pages} pages")
def test_an_image_set(disk, full, pages):
    """HDF5 has no room for its first page, the next or the last, or Python none for the pixels."""
    path = disk / "original.h5"
    path.write_bytes(OLD)
    full(pages * PAGE)
    check(call(*dataset(path)), path)
    assert set(contents(disk)) == {path.name}


@pytest.fixture(scope="module")
def trained(images, tmp_path_factory):
    """What a run leaves where there is room, in the order in which it is written."""
    folder = tmp_path_factory.mktemp("trained")
    assert call(*training(images, folder)).returncode == 0
    made = [path for path in folder.iterdir() if path.name != ".lock"]
    return sorted(made, key=lambda path: path.stat().st_mtime_ns)


def training(images, folder):
    given = "--images", images, "--settings", json.dumps(TRAINING), "--model", "ae", "--seed", 0
    written = "--directory", folder, "--codes", folder / "codes.npz"
    return "runs", *given, *written, "--device", "cpu"


@pytest.mark.parametrize(
    "name", ["checkpoint.safetensors", "history.csv", "codes.npz", "model.safetensors"]
)
def test_a_run(disk, full, images, trained, name):
    index = [path.name for path in trained].index(name)
    path = disk / name
    path.write_bytes(OLD)
    full(room_for(trained, index))
    check(call(*training(images, disk)), path)
    assert set(contents(disk)) == {file.name for file in trained[: index + 1]}


@pytest.fixture(scope="module")
def drawn(images, tmp_path_factory):
    """The three files of a figure, in the order in which they are written."""
    folder = tmp_path_factory.mktemp("drawn")
    assert call(*figure(images, folder)).returncode == 0
    return [folder / f"sheet{suffix}" for suffix in (".pdf", ".svg", ".png")]


def figure(images, folder):
    given = "datasets/contact_sheet", "--input", f"images={images}"
    return "figures", *given, "--output", folder / "sheet.pdf"


@pytest.mark.parametrize("index", range(3), ids=["pdf", "svg", "png"])
def test_a_figure(disk, full, images, drawn, index):
    path = disk / drawn[index].name
    path.write_bytes(OLD)
    full(room_for(drawn, index))
    check(call(*figure(images, disk)), path)
    assert set(contents(disk)) == {file.name for file in drawn[: index + 1]}


def test_scores(disk, full, tmp_path):
    store.write_arrays(tmp_path / "codes.npz", CODES)
    chosen = {"names": ["mig"], "train_samples": 100, "test_samples": 100}
    path = disk / "scores.json"
    path.write_bytes(OLD)
    full(0)
    scored = "scores", "--codes", tmp_path / "codes.npz", "--settings", json.dumps(chosen)
    check(call(*scored, "--output", path), path)
    assert set(contents(disk)) == {path.name}


def test_a_table(disk, full, tmp_path):
    (tmp_path / "claims.csv").write_text("claim,holds\n" + "a,True\n" * 5000)
    path = disk / "claims.csv"
    path.write_bytes(OLD)
    full(PAGE)
    check(call("claims-joined", tmp_path / "claims.csv", "--output", path), path)
    assert set(contents(disk)) == {path.name}
