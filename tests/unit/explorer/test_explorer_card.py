"""`card`: one file that asks for nothing, for every run whose layers are known."""

import json
import re

import numpy as np
import pytest
import small_run

from latent_assays import provenance
from latent_assays.cli.card import run as card
from latent_assays.errors import UserError
from latent_assays.store import write_arrays

OWN = """
from torch import nn

def build(latents, image_shape, stochastic):
    first, last = nn.Linear(64, 8), nn.Linear(8, latents)
    encoder = nn.Sequential(nn.Flatten(), first, nn.{activation}(), last)
    decoder = nn.Sequential(nn.Linear(latents, 64), nn.Unflatten(1, (1, 8, 8)))
    return encoder, decoder
"""


def data_of(page):
    """What a page's explorer shows, as JSON."""
    text = re.search(r'<script type="application/json">(.*?)</script>', page, re.DOTALL)
    return json.loads(text[1])


def written(given, **more):
    card(**given, **({"matrix": None, "map": None} | more))
    return given["output"].read_text(encoding="utf-8")


def assay_file(path, given, run=None, **arrays):
    """An npz of an assay of the run that made the codes, or of another one."""
    made = str(np.load(given["codes"])["provenance"]) if run is None else json.dumps({"run": run})
    write_arrays(path, {**arrays, "provenance": np.array(made)})
    return path


def test_it_holds_images_codes_and_words(tmp_path):
    data = data_of(written(small_run.write_run(tmp_path)))
    assert data["title"] == "small on 3D-Shapes"
    assert data["sources"][0].startswith("Made up </script> <b>& known</b>: 40 images")
    assert data["images"]["shape"] == [24, 8, 8, 1], "of the 25 test images"
    assert len(data["alternatives"]) == 24
    assert all(re.fullmatch(r"image \d+: hue \d, size \d", each) for each in data["alternatives"])
    assert data["codes"]["shape"] == [40, 3]
    assert data["prior"]
    assert (np.array(data["ranges"])[:, 0] <= -3).all()
    assert data["matrix"] is data["map"] is None


def test_it_works_without_labels_and_without_a_prior(tmp_path):
    settings = {"network": "linear", "objective": "ae"}
    data = data_of(written(small_run.write_run(tmp_path, settings, labels=False)))
    assert all(re.fullmatch(r"image \d+", each) for each in data["alternatives"])
    assert not data["prior"]
    mean = np.load(tmp_path / "codes.npz")["mean"]
    np.testing.assert_allclose(data["ranges"], np.stack([mean.min(0), mean.max(0)], 1), rtol=1e-6)


def test_nothing_in_it_comes_from_elsewhere_and_no_word_of_the_data_is_markup(tmp_path):
    page = written(small_run.write_run(tmp_path))
    assert not re.search(r"""(src|href)\s*=|https?:|@import|url\(""", page)
    assert "default-src 'none'" in page
    assert page.count("</script>") == 2
    assert "<b>" not in page


def test_matrix_and_map_of_the_run_are_taken(tmp_path):
    given = small_run.write_run(tmp_path)
    square = {"matrix": np.abs(small_run.ANSWERS.T), "standard_error": np.zeros((3, 3))}
    matrix = assay_file(tmp_path / "matrix.npz", given, samples=np.array(64), **square)
    plane = {
        "axis": np.linspace(-2, 2, 3),
        "field": np.arange(18.0).reshape(3, 3, 2),
        "latents": np.array([1, 0]),
        "base": np.zeros(3),
    }
    found = assay_file(tmp_path / "map.npz", given, **plane)
    data = data_of(written(given, matrix=matrix, map=found))
    assert data["matrix"]["samples"] == 64
    assert data["matrix"]["matrix"]["shape"] == [3, 3]
    assert data["map"]["points"] == 3
    assert data["map"]["extent"] == 2
    assert data["map"]["latents"] == [1, 0]


def test_assays_of_another_run_are_refused(tmp_path):
    given = small_run.write_run(tmp_path)
    other = assay_file(tmp_path / "matrix.npz", given, run={"model": "other"}, matrix=np.eye(3))
    with pytest.raises(UserError, match="the matrix is of another run"):
        written(given, matrix=other)
    assert not given["output"].exists()


def test_codes_of_other_images_are_refused(tmp_path):
    given = small_run.write_run(tmp_path)
    made = provenance.to_array({"run": {}})
    write_arrays(given["codes"], {"mean": np.zeros((39, 3), np.float32), "provenance": made})
    with pytest.raises(UserError, match=r"the codes are \(39, 3\), and 40 images have 3 latents"):
        written(given)


def test_a_network_of_a_users_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(OWN.format(activation="SiLU"))
    settings = {"network": "own", "file": "mine.py", "objective": "ae"}
    data = data_of(written(small_run.write_run(tmp_path, settings)))
    kinds = [layer["layer"] for layer in data["network"]["encode"]["layers"]]
    assert kinds == ["linear", "silu", "linear"]
    (tmp_path / "mine.py").write_text(OWN.format(activation="Softsign"))
    with pytest.raises(UserError, match=r"^encoder\.2 \(Softsign\) computes abs, which .* know"):
        written(small_run.write_run(tmp_path, settings))
