"""What others do with a pack: read it, check it, and score its codes again."""

import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from latent_assays.cli import scores
from latent_assays.store import read_json

RUNS = ["shapes3d/original/ae/seed0", "shapes3d/original/ae/seed1"]
READ = """
import json, sys
assert not any(name.startswith("latent_assays") for name in sys.modules)
from load import changed, read, runs
found = read(runs()[1])
print(json.dumps([runs(), changed(), found["codes"].shape, found["factors"].shape,
    found["numbers"], {name: array.tolist() for name, array in found["weights"].items()}]))
"""


def loaded(folder):
    """What `load.py` finds, in a process that knows nothing of the package."""
    command = [sys.executable, "-c", READ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_loader_reads_a_run_and_finds_what_was_changed(unpacked):
    runs, changed, codes, factors, numbers, weights = loaded(unpacked)
    assert runs == RUNS
    assert changed == []
    assert codes == factors == [120, 3]
    files = [f"scores/{RUNS[1]}.json", f"scores/{RUNS[1]}/on-ball.json"]
    assert numbers == {file: read_json(unpacked / file)["numbers"] for file in files}
    assert weights == {"layer.weight": [[1, 1, 1], [1, 1, 1]]}
    (unpacked / "claims.csv").write_text("other\n", encoding="utf-8")
    assert loaded(unpacked)[1] == ["claims.csv"]


def test_codes_of_the_pack_scored_again_give_its_numbers(unpacked, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for run in RUNS:
        for place in (run, f"{run}/on-ball"):
            stored = read_json(unpacked / f"scores/{place}.json")
            settings = json.dumps(stored["provenance"]["settings"])
            scores.run(unpacked / f"codes/{place}.npz", settings, tmp_path / "again.json")
            again = read_json(tmp_path / "again.json")
            assert again["numbers"] == stored["numbers"]
            assert stored["numbers"]["mig"]["value"] > 0


@pytest.mark.slow
def test_the_command_that_the_readme_gives_scores_a_run_again(unpacked):
    readme = (unpacked / "README.md").read_text(encoding="utf-8")
    command = readme.partition("```sh\n")[2].partition("```")[0].replace("RUN", RUNS[0])
    settings = read_json(unpacked / f"scores/{RUNS[0]}.json")["provenance"]["settings"]
    asked = f"$(jq .provenance.settings scores/{RUNS[0]}.json)"
    assert asked in command
    command = command.replace(f'"{asked}"', f"'{json.dumps(settings)}'")
    command = command.replace("python ", f"{sys.executable} ", 1)
    subprocess.run(command, shell=True, cwd=unpacked, check=True)
    stored = read_json(unpacked / f"scores/{RUNS[0]}.json")
    assert read_json(unpacked / "again.json")["numbers"] == stored["numbers"]


def test_arrays_of_the_pack_lie_in_it_as_they_are(packable):
    place = f"codes/{RUNS[0]}.npz"
    with zipfile.ZipFile(packable.pack()) as zipped:
        assert zipped.getinfo(place).compress_type == zipfile.ZIP_STORED
        with (
            zipped.open(place) as file,
            np.load(file) as inner,
            np.load(f"results/mini/{place}") as outer,
        ):
            assert np.array_equal(inner["mean"], outer["mean"])
