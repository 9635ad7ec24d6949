"""Provenance: commit, versions and inputs, kept inside the artefact."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from latent_assays import __version__, provenance, store


def git(folder, *words):
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **alone},
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    (tmp_path / "code.py").write_text("x = 1\n")
    git(tmp_path, "add", "code.py")
    git(tmp_path, "commit", "-q", "-m", "first")
    git(tmp_path, "tag", "v9")
    monkeypatch.setattr(provenance, "__file__", str(tmp_path / "provenance.py"))
    return tmp_path


def test_the_commit_is_gits_own(repository):
    commit = provenance.describe()["commit"]
    assert git(repository, "rev-parse", "HEAD").startswith(commit)
    assert len(commit) >= 12


def test_an_edited_checkout_says_so_and_a_new_file_does_not(repository):
    (repository / "results.csv").write_text("untracked")
    assert not provenance.describe()["commit"].endswith("-dirty")
    (repository / "code.py").write_text("x = 2\n")
    assert provenance.describe()["commit"].endswith("-dirty")


def test_outside_a_checkout_the_commit_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "__file__", str(tmp_path / "provenance.py"))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert provenance.describe()["commit"] is None


def test_without_git_the_commit_is_none(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("git") is None
    assert provenance.describe()["commit"] is None


def test_versions_and_inputs():
    made = provenance.describe(settings={"β": 4}, files=["a"])
    assert made["settings"] == {"β": 4}
    assert made["files"] == ["a"]
    assert made["versions"]["latent-assays"] == __version__
    assert made["versions"]["numpy"] == np.__version__
    assert {"python", "torch", "h5py", "scikit-learn"} <= set(made["versions"])
    assert json.loads(json.dumps(made)) == made


def test_a_library_that_is_not_installed_is_left_out(monkeypatch):
    monkeypatch.setattr(provenance, "LIBRARIES", ("numpy", "no-such-library-here"))
    assert set(provenance.describe()["versions"]) == {"latent-assays", "python", "numpy"}


def test_it_lies_in_an_npz_beside_the_numbers(tmp_path):
    made = provenance.describe(run={"model": "vae-b4-d24", "note": "ε ≤ 0.1"})
    path = tmp_path / "a.npz"
    store.write_arrays(path, {"mean": np.ones(3), "provenance": provenance.to_array(made)})
    assert provenance.from_arrays(store.read_arrays(path)) == made


def test_arrays_without_it_have_none():
    assert provenance.from_arrays({"mean": np.ones(3)}) == {}


def test_a_json_holds_it_as_it_is():
    made = {"run": {"seed": 1}}
    assert provenance.from_arrays({"numbers": {}, "provenance": made}) == made


def test_measures_hand_on_the_run_and_where_it_was_measured():
    made = {"run": {"seed": 1}, "on": {"variant": "noisy"}, "commit": "abc"}
    coded = {"mean": np.ones(3), "provenance": provenance.to_array(made)}
    assert provenance.origin_of(coded) == {"run": {"seed": 1}, "on": {"variant": "noisy"}}
    del made["on"]
    assert provenance.origin_of({"provenance": made}) == {"run": {"seed": 1}}
    assert provenance.origin_of({"mean": np.ones(3)}) == {}


@pytest.mark.parametrize(
    ("variant", "named"), [("original", "3D-Shapes"), ("noisy", "3D-Shapes/noisy")]
)
def test_a_run_is_told_in_two_sentences(variant, named):
    dataset = {
        **{"source": "rendered stand-in", "selection": "all 480,000 images"},
        **{"title": "3D-Shapes", "variant": variant},
    }
    run = {"dataset": dataset, "model": "vae-b4-d24", "seed": 3, "settings": {"steps": 100_000}}
    assert provenance.dataset_sentence(dataset) == "Rendered stand-in: all 480,000 images."
    assert provenance.run_sentences(run) == (
        "Rendered stand-in: all 480,000 images.",
        f"vae-b4-d24 on {named}, seed 3, 100,000 steps.",
    )


def test_it_is_about_this_package_and_not_the_working_folder(tmp_path, monkeypatch):
    here = provenance.describe()["commit"]
    monkeypatch.chdir(tmp_path)
    assert provenance.describe()["commit"] == here
    assert Path(provenance.__file__).is_file()
