"""`runs` and `codes`: what a run leaves, what is not done twice, and one process at a time."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from latent_assays import provenance
from latent_assays.cli import codes, runs
from latent_assays.errors import UserError
from latent_assays.store import read_arrays, read_image_set, read_json, write_image_set
from latent_assays.training import fit as fit_module
from latent_assays.training.checkpoint import CHECKPOINT
from latent_assays.training.lock import LOCK, alone

SOURCE = Path(fit_module.__file__).parents[2]
PROGRAM = "import typer; from latent_assays.cli import runs; typer.run(runs.run)"
KILLED = """
import os, signal
from latent_assays.training import fit
write = fit.write_checkpoint
def write_and_die(*arguments):
    write(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
fit.write_checkpoint = write_and_die
"""
COUNT = 60
SETTINGS = {
    "network": "conv",
    "objective": "beta-vae",
    "latents": 3,
    "width": 0.125,
    "learning_rate": 0.001,
    "batch": 4,
    "steps": 8,
}
FILES = {"history.csv", "config.json", "run.json", "codes.npz", "model.safetensors"}


def image_set(path, variant="original", side=32):
    images = np.random.default_rng(len(variant)).integers(
        0, 256, (COUNT, side, side, 1), dtype=np.uint8
    )
    attributes = {
        "dataset": "drawn",
        "variant": variant,
        "source": "drawn here",
        "licence": "none",
        "stand_in": False,
        "grid": False,
        "split_rule": "in order",
    }
    factors, split = np.arange(COUNT)[:, None], np.repeat([0, 1, 2], [40, 10, 10])
    write_image_set(path, [images], images.shape, factors, split, ["which"], [COUNT], attributes)
    return path


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    return image_set(tmp_path_factory.mktemp("images") / "original.h5")


def train(images, directory, settings=SETTINGS, **options):
    options = {"device": "cpu", "part": "all", **options}
    path = directory / "codes.npz"
    runs.run(images, json.dumps(settings), "model", 1, directory, path, **options)


def command(images, directory, settings, program):
    arguments = {
        "images": images,
        "settings": json.dumps(settings),
        "model": "model",
        "seed": 1,
        "directory": directory,
        "codes": directory / "codes.npz",
        "device": "cpu",
    }
    given = [text for name, value in arguments.items() for text in (f"--{name}", str(value))]
    return [sys.executable, "-c", program, *given]


def contents(directory, names=("model.safetensors", "history.csv", CHECKPOINT)):
    return [(directory / name).read_bytes() for name in names]


def no_step(monkeypatch):
    def draw(*arguments):
        raise AssertionError("a batch was drawn")

    monkeypatch.setattr(fit_module, "draw_uniform", lambda rows: draw)


def test_a_run_leaves_its_codes_and_they_are_those_of_the_subcommand(tmp_path, images):
    train(images, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == FILES | {CHECKPOINT, LOCK}
    codes.run(tmp_path, images, tmp_path / "again.npz", "cpu")
    found, again = read_arrays(tmp_path / "codes.npz"), read_arrays(tmp_path / "again.npz")
    assert set(found) == set(again)
    for name in set(found) - {"provenance"}:
        np.testing.assert_array_equal(found[name], again[name])
    assert found["mean"].shape == found["std"].shape == (COUNT, 3)
    assert provenance.from_arrays(found)["run"] == read_json(tmp_path / "run.json")
    assert "on" not in provenance.from_arrays(found)
    assert "on" not in provenance.from_arrays(again)


def test_codes_of_another_set_say_whose(tmp_path, images):
    train(images, tmp_path)
    other = image_set(tmp_path / "noisy.h5", "noisy")
    codes.run(tmp_path, other, tmp_path / "other.npz", "cpu")
    made = provenance.from_arrays(read_arrays(tmp_path / "other.npz"))
    assert made["run"] == read_json(tmp_path / "run.json")
    assert made["on"] == read_image_set(other).attributes
    with pytest.raises(UserError, match=r"images are \(1, 16, 16\), and the run's were \(1, 32"):
        codes.run(tmp_path, image_set(tmp_path / "small.h5", side=16), tmp_path / "small.npz")


def test_the_weights_come_last(tmp_path, images, monkeypatch):
    def full(*arguments, **arrays):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("numpy.savez", full)
        with pytest.raises(UserError, match=r"could not write .*codes\.npz: No space left"):
            train(images, tmp_path)
    assert not (tmp_path / "model.safetensors").exists()
    no_step(monkeypatch)
    train(images, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == FILES | {CHECKPOINT, LOCK}


def test_the_part_is_what_is_trained_on_and_is_kept(tmp_path, images, capsys):
    seen = {}
    for part in ("train", "all"):
        train(images, tmp_path / part, part=part)
        rows = read_image_set(images).rows_of(part)
        assert (
            f"training on {len(rows)} of {COUNT} images (part '{part}')" in capsys.readouterr().err
        )
        assert read_json(tmp_path / part / "config.json")["part"] == part
        assert read_json(tmp_path / part / "run.json")["part"] == part
        assert len(read_arrays(tmp_path / part / "codes.npz")["mean"]) == COUNT
        seen[part] = contents(tmp_path / part)[0]
    assert seen["train"] != seen["all"]
    with pytest.raises(UserError, match="--part test: must be one of train, all"):
        train(images, tmp_path, part="test")


def test_a_finished_run_is_taken_though_its_outputs_were_deleted(tmp_path, images, monkeypatch):
    train(images, tmp_path)
    before = contents(tmp_path)
    run = read_json(tmp_path / "run.json")
    codes_before = read_arrays(tmp_path / "codes.npz")
    for name in FILES:
        (tmp_path / name).unlink()
    (tmp_path / f".{CHECKPOINT}.abc.part.safetensors").write_bytes(b"of a killed process")
    no_step(monkeypatch)
    train(images, tmp_path)
    assert contents(tmp_path) == before
    assert read_json(tmp_path / "run.json")["seconds"] == run["seconds"]
    assert read_json(tmp_path / "run.json")["images_per_second"] == run["images_per_second"]
    found = read_arrays(tmp_path / "codes.npz")
    assert all((found[name] == codes_before[name]).all() for name in ("mean", "std", "factors"))
    assert {path.name for path in tmp_path.iterdir()} == FILES | {CHECKPOINT, LOCK}


def test_a_run_names_the_session_that_trained_and_its_codes_the_one_that_encoded(
    tmp_path, images, monkeypatch
):
    def session(name):
        monkeypatch.setattr(provenance, "_commit", lambda: name)
        monkeypatch.setattr(provenance, "_versions", lambda: {"torch": f"of {name}"})

    session("first")
    train(images, tmp_path)
    before = read_json(tmp_path / "run.json")
    assert (before["commit"], before["versions"]) == ("first", {"torch": "of first"})
    session("second")
    train(images, tmp_path)
    assert read_json(tmp_path / "run.json") == before
    made = provenance.from_arrays(read_arrays(tmp_path / "codes.npz"))
    assert made["run"] == before
    assert (made["commit"], made["versions"]) == ("second", {"torch": "of second"})
    train(images, tmp_path, SETTINGS | {"beta": 3.0})
    assert read_json(tmp_path / "run.json")["commit"] == "second"


@pytest.mark.parametrize("change", [{"settings": SETTINGS | {"beta": 3.0}}, {"part": "train"}])
def test_another_run_is_trained_anew(tmp_path, images, change):
    train(images, tmp_path)
    before = contents(tmp_path)
    train(images, tmp_path, **change)
    assert contents(tmp_path)[0] != before[0]


def test_a_killed_run_ends_in_the_same_bytes_and_is_then_taken(tmp_path, images):
    settings = SETTINGS | {"steps": 2000, "batch": 2}
    killed = start(images, tmp_path / "killed", settings, KILLED + PROGRAM)
    killed.communicate(timeout=300)
    assert killed.returncode == -signal.SIGKILL
    assert {path.name for path in (tmp_path / "killed").iterdir()} == {CHECKPOINT, LOCK}
    said = [
        start(images, tmp_path / "killed", settings).communicate(timeout=300)[1] for _ in range(2)
    ]
    train(images, tmp_path / "whole", settings, part="train")
    assert "resuming from step" in said[0]
    assert "nothing is left to train" in said[1]
    assert "resuming" not in said[1]
    assert contents(tmp_path / "killed")[0] == contents(tmp_path / "whole")[0]
    assert read_json(tmp_path / "killed" / "run.json")["resumed_from"] == 1000


def test_two_processes_train_once(tmp_path, images):
    both = [start(images, tmp_path, SETTINGS | {"steps": 300}) for _ in range(2)]
    said = [process.communicate(timeout=300)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted("nothing is left to train" in text for text in said) == [False, True]
    assert {path.name for path in tmp_path.iterdir()} == FILES | {CHECKPOINT, LOCK}


def test_a_second_process_says_that_it_waits(tmp_path, images):
    with alone(tmp_path) as held:
        assert held
        waiting = start(images, tmp_path)
        lines = iter(waiting.stderr.readline, "")
        told = next(line for line in lines if "another process is training this run" in line)
        assert str(tmp_path / LOCK) in told
        assert waiting.poll() is None
        assert not (tmp_path / CHECKPOINT).exists()
    rest = waiting.communicate(timeout=300)[1]
    assert waiting.returncode == 0
    assert "another process" not in rest


def test_a_system_without_locks_trains_all_the_same(tmp_path, images, monkeypatch, capsys):
    def refused(*arguments):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refused)
    with alone(tmp_path) as held:
        assert not held
    writing = tmp_path / f".{CHECKPOINT}.abc.part.safetensors"
    writing.write_bytes(b"of another process, which may still live")
    train(images, tmp_path)
    assert writing.exists()
    assert f"{tmp_path / LOCK} cannot be locked here (Operation not" in capsys.readouterr().err
    assert (tmp_path / "model.safetensors").exists()


def test_a_folder_that_cannot_be_is_one_sentence(tmp_path, images):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(UserError, match=r"could not write .*file/\.lock: "),
        alone(tmp_path / "file"),
    ):
        pass


def start(images, directory, settings=SETTINGS, program=PROGRAM):
    return subprocess.Popen(
        command(images, directory, settings, program),
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        stderr=subprocess.PIPE,
        text=True,
    )
