"""`score-codes` does not flatter: what it tests on, what it refuses, and what it left out."""

import json

import h5py
import numpy as np
import pytest

from latent_assays.cli.score_codes import run
from latent_assays.errors import UserError

GRID = np.stack(np.unravel_index(np.arange(120), (4, 5, 6)), axis=1)


def saved(folder, name="mine.npz", **members):
    with open(folder / name, "wb") as file:
        np.savez(file, **members)
    return folder / name


def noise(rows=500, latents=10, factors=1, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, latents)), rng.integers(0, 4, (rows, factors))


def kept(path):
    return json.loads(path.with_suffix(".scores.json").read_text())


def notes(printed):
    return [
        line.removeprefix("note: ") for line in printed.splitlines() if line.startswith("note: ")
    ]


def test_noise_of_four_classes_is_told_at_chance(tmp_path, capsys):
    """0.97 before, from test rows that training had seen."""
    codes, factors = noise()
    path = saved(tmp_path, codes=codes, factors=factors)
    run(path, path, ["dci"])
    printed = capsys.readouterr().out
    dci = kept(path)["scores"]["dci"]
    assert dci["settings"]["test_rows_seen"] == 0
    found = dci["details"]["informativeness_test"]
    assert found == pytest.approx(0.25, abs=3 * np.sqrt(0.25 * 0.75 / 166))
    assert f"{found:.4f}  accuracy on 166 test rows\n" in printed
    assert "read: codes (500, 10), factors (500, 1)\n" in printed
    assert notes(printed) == [
        "fitted to 334 rows and tested on 166 others; none of them equals a training row"
    ]
    assert kept(path)["read"] == {"codes": [500, 10], "factors": [500, 1]}
    assert kept(path)["notes"] == notes(printed)


def test_a_full_grid_says_how_many_test_rows_were_seen(tmp_path, capsys):
    path = saved(tmp_path, codes=noise(120, 3)[0], factors=GRID)
    run(path, path, ["dci"], train_samples=60, test_samples=50)
    rng = np.random.default_rng(0)
    train, test = rng.integers(120, size=60), rng.integers(120, size=50)
    seen = int(np.isin(test, train).sum())
    printed = capsys.readouterr().out
    assert kept(path)["scores"]["dci"]["settings"]["test_rows_seen"] == seen > 0
    assert f"accuracy on 50 test rows, {seen} of which training had seen" in printed
    assert notes(printed) == [
        "fitted to 60 rows and tested on 50 drawn with replacement, as published for a full grid of"
        f" factors; {seen} of them equal training rows, so that learning by heart scores too"
    ]


def test_what_was_left_out_or_rounded_away_is_said(tmp_path, capsys):
    codes, factors = noise(factors=2)
    codes[:, 1] = 0.1
    codes[:, 2] *= 1e-3
    codes[:, 3] = 1e7 + 10 * codes[:, 3]
    factors = np.column_stack([factors, np.full(500, 7), np.arange(500) // 20])
    names = ["a", "b", "c", "d"]
    path = saved(tmp_path, codes=codes, factors=factors, factor_names=names)
    run(path, path, ["irs", "factor_vae"], train_samples=100, test_samples=100)
    said = notes(capsys.readouterr().out)
    assert "factor 2 (c) is constant and left out of every score" in said
    assert "factor 3 (d) is merged into 20 bins of equal width by irs" in said
    assert "latent 1 is constant" in said
    assert any(line.startswith("latent 2 is of a standard deviation below 0.05") for line in said)
    assert any(line.startswith("latent 3 is rounded to single precision") for line in said)


def test_copies_and_an_index_are_said(tmp_path, capsys):
    codes, factors = noise(60, 2)
    codes, factors = np.concatenate([codes, codes[:5]]), np.concatenate([factors, factors[:5]])
    path = saved(tmp_path, codes=codes, factors=factors)
    run(path, path, ["mig"])
    said = notes(capsys.readouterr().out)
    assert said == ["5 of 65 rows are copies of others (codes and factors)"]
    codes = np.column_stack([codes, np.arange(65)])
    factors = np.column_stack([factors, np.arange(65)])
    path = saved(tmp_path, codes=codes, factors=factors)
    run(path, path, ["mig"])
    assert notes(capsys.readouterr().out) == [
        "factor 1 is different in every row: leave an index out",
        "latent 2 is the number of the row: leave an index out",
    ]


def test_log_variances_are_no_standard_deviations(tmp_path):
    codes, factors = noise(60, 2)
    path = saved(tmp_path, codes=codes, factors=factors, std=np.full((60, 2), -3.0))
    with pytest.raises(UserError, match=r"mine.npz: std has negative numbers, down to -3.* exp"):
        run(path, path, ["mig"])
    path = saved(tmp_path, codes=codes, factors=factors, std=np.zeros((60, 2)))
    with pytest.raises(UserError, match="std is 0 everywhere"):
        run(path, path, ["mig"])
    assert not path.with_suffix(".scores.json").exists()


def test_every_kind_of_file_gives_the_same(tmp_path):
    codes, factors = noise(90, 3, 2)
    saved(tmp_path, "mine.NPZ", codes=codes, factors=factors, extra=np.array([{}], dtype=object))
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        file["codes"], file["factors"] = codes, factors
    np.save(tmp_path / "codes.npy", codes)
    np.savetxt(tmp_path / "factors.TSV", factors, "%d", "\t", header="a\tb", comments="")
    found = []
    for one, other in (("mine.NPZ", "mine.NPZ"), ("mine.h5",) * 2, ("codes.npy", "factors.TSV")):
        run(tmp_path / one, tmp_path / other, ["sap", "mig"])
        found.append(kept(tmp_path / one)["scores"])
    assert found[0] == found[1] == found[2]
    assert found[0]["mig"]["value"] is not None


def test_a_needed_array_of_objects_and_a_missing_one_are_named(tmp_path):
    codes, factors = noise(60, 2)
    path = saved(tmp_path, codes=codes, factors=factors.astype(object))
    with pytest.raises(UserError, match="Python objects in `factors`"):
        run(path, path, ["mig"])
    path = saved(tmp_path, codes=codes, labels=factors)
    with pytest.raises(UserError, match="must hold `factors` and holds codes, labels"):
        run(path, path, ["mig"])


def test_a_csv_that_lost_its_first_row_to_the_header_gets_a_hint(tmp_path):
    codes, _ = noise(5, 2)
    path = saved(tmp_path, codes=codes)
    (tmp_path / "labels.csv").write_text("0\n1\n0\n1\n1\n")
    with pytest.raises(UserError, match=r"\(5, 2\).*\(4, 1\).*first row of a CSV is its header"):
        run(path, tmp_path / "labels.csv", ["mig"])
