"""The command line: help for everything, one line for what the user can mend, and a quick start."""

import inspect
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import latent_assays
from latent_assays.cli import COMMANDS, main

SOURCE = Path(latent_assays.__file__).parents[1]


def call(monkeypatch, *words):
    """Run the command line in this process and give its exit status."""
    monkeypatch.setattr(sys, "argv", ["latent-assays", *map(str, words)])
    with pytest.raises(SystemExit) as caught:
        main()
    return caught.value.code or 0


def test_a_user_error_is_one_line_on_stderr_and_exit_status_1(monkeypatch, capsys, tmp_path):
    output = tmp_path / "a.pdf"
    status = call(
        monkeypatch, "figures", "responses/fig99", "--input", "a=b.npz", "--output", output
    )
    captured = capsys.readouterr()
    assert status == 1
    assert captured.out == ""
    assert captured.err == "error: 'responses/fig99' is not a figure: give PAPER/FIGURE\n"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_input_is_one_line(monkeypatch, capsys, tmp_path):
    words = ("--settings", '{"names": ["mig"]}', "--output", tmp_path / "a.json")
    assert call(monkeypatch, "scores", "--codes", tmp_path / "no.npz", *words) == 1
    assert capsys.readouterr().err == f"error: {tmp_path / 'no.npz'} does not exist\n"


def test_an_unknown_subcommand_names_itself(monkeypatch, capsys):
    assert call(monkeypatch, "scorse") == 2
    assert "scorse" in capsys.readouterr().err


def test_a_missing_option_names_itself(monkeypatch, capsys):
    assert call(monkeypatch, "scores", "--codes", "a.npz") == 2
    assert "--settings" in capsys.readouterr().err


def test_help_lists_every_subcommand_with_what_it_does(monkeypatch, capsys):
    assert call(monkeypatch, "--help") == 0
    listed = capsys.readouterr().out
    for name in COMMANDS:
        assert name in listed


@pytest.mark.parametrize("name", COMMANDS)
def test_every_subcommand_has_help_and_every_option_a_help_text(monkeypatch, capsys, name):
    run = import_module(f"latent_assays.cli.{COMMANDS[name]}").run
    assert inspect.getdoc(run), "no help"
    for option in inspect.signature(run).parameters.values():
        texts = [getattr(note, "help", None) for note in option.annotation.__metadata__]
        assert any(texts), f"{name}: {option.name} has no help"
    monkeypatch.setenv("COLUMNS", "300")
    assert call(monkeypatch, name, "--help") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert inspect.getdoc(run).split("\n")[0] in shown


IMPORTED = """
import sys
from latent_assays.cli import COMMANDS, main
for words in [["--help"], *([name, "--help"] for name in COMMANDS)]:
    sys.argv = ["latent-assays", *words]
    try:
        main()
    except SystemExit:
        pass
print("IMPORTED", *sys.modules)
"""
ARRAY_FUNCTIONS = """
import sys
import latent_assays.config, latent_assays.datasets, latent_assays.figures, latent_assays.models
import latent_assays.imports, latent_assays.scores, latent_assays.store, latent_assays.tables
import latent_assays.variants.perturbed, latent_assays.responses, latent_assays.papers.catalogue
import latent_assays.choices, latent_assays.places, latent_assays.results
print("IMPORTED", *sys.modules)
"""


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        (IMPORTED, {"torch", "matplotlib", "sklearn", "pandas", "h5py", "numba", "numpy"}),
        (ARRAY_FUNCTIONS, {"torch", "matplotlib", "sklearn", "pandas", "h5py", "numba"}),
    ],
    ids=["help", "functions-of-arrays"],
)
def test_nothing_heavy_is_imported_before_it_is_needed(code, heavy):
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    imported = set(done.stdout.rpartition("IMPORTED")[2].split())
    assert "latent_assays" in imported
    assert not heavy & imported
