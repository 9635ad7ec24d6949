"""What lies in a pack, and that it says so: each file once, with its size and SHA-256."""

import hashlib
import json
import os
import zipfile

import pytest
from packable import DATA, PAPERS, STUDY

from latent_assays.errors import UserError
from latent_assays.pack.contents import packed_files, packed_runs
from latent_assays.places import Run
from latent_assays.provenance import describe
from latent_assays.store import read_json

RUN = "shapes3d/original/ae/seed0"
EACH = [
    f"runs/{RUN}/model.safetensors",
    f"runs/{RUN}/config.json",
    f"runs/{RUN}/run.json",
    f"codes/{RUN}.npz",
    f"codes/{RUN}/on-ball.npz",
    f"scores/{RUN}.json",
    f"scores/{RUN}/on-ball.json",
]
WHOLE = [
    "image_measures/one/variance/shapes3d/original.json",
    *(f"tables/one/tab1.{suffix}" for suffix in ("csv", "md", "tex")),
    *("collected/one.csv", "claims/one.csv", "claims.csv"),
]
ADDED = ["README.md", "Snakefile", "load.py", "manifest.json", "ro-crate-metadata.json"]


def test_the_pack_has_runs_numbers_tables_and_claims_and_nothing_else(packable):
    with zipfile.ZipFile(packable.pack()) as zipped:
        names = zipped.namelist()
    seeds = [place.replace("seed0", f"seed{seed}") for place in EACH for seed in (0, 1)]
    assert sorted(names) == sorted([*seeds, *WHOLE, *ADDED])


def test_the_manifest_has_size_and_sha256_of_every_file_but_those_that_follow_it(unpacked):
    files = read_json(unpacked / "manifest.json")["files"]
    found = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*.*")}
    assert set(files) == (found | {"Snakefile"}) - {"manifest.json", "ro-crate-metadata.json"}
    for place, entry in files.items():
        content = (unpacked / place).read_bytes()
        assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def test_the_manifest_says_commit_versions_runs_and_data_with_stand_ins(unpacked):
    manifest = read_json(unpacked / "manifest.json")
    assert manifest["scale"] == "mini"
    assert {key: manifest[key] for key in ("commit", "versions")} == describe()
    assert manifest["papers"]["one"]["title"] == "On codes"
    (data,) = manifest["data"].values()
    kept = {key: DATA[key] for key in DATA if key not in ("dataset", "variant", "licence")}
    assert data.items() >= kept.items()
    assert data["licence"] == "MIT; of the originals, which these stand in for: Apache-2.0"
    assert data["told"].startswith("Re-rendered stand-in for 3D-Shapes")
    run = manifest["runs"][RUN]
    assert run["data"] == "shapes3d/original"
    assert run["studies"] == ["one/table1"]
    assert run["told"] == "ae on 3D-Shapes, seed 0, 5 steps."
    assert manifest["trained"][run["trained"]]["commit"] == "0123456789ab"
    assert data["told"] in (unpacked / "README.md").read_text(encoding="utf-8")


def test_the_same_results_give_the_same_bytes_whenever_they_were_written(packable):
    first = packable.pack("first.zip").read_bytes()
    for path in packable.folder.rglob("*.*"):
        os.utime(path, (1e9, 1e9))
    assert packable.pack("second.zip").read_bytes() == first
    with zipfile.ZipFile("first.zip") as zipped:
        assert {info.date_time[0] for info in zipped.infolist()} == {1980}
        results = [name for name in zipped.namelist() if name not in ADDED]
    assert results == sorted(results)


def test_a_run_of_two_papers_is_packed_once_and_names_both():
    papers = {**PAPERS, "two": {**PAPERS["one"], "plan": {"other": {**STUDY, "seeds": 1}}}}
    runs = packed_runs(papers, "mini")
    assert list(runs) == [Run("shapes3d", "original", "ae", seed) for seed in (0, 1)]
    assert [packed.studies for packed in runs.values()] == [
        ["one/table1", "two/other"],
        ["one/table1"],
    ]
    files = list(packed_files(papers, "mini").values())
    assert len(files) == len(set(files))
    assert f"results/mini/codes/{RUN}.npz" in files


def test_a_run_that_nothing_measures_is_packed_too():
    plan = {"shown": {**STUDY, "measures": [], "image_measures": []}}
    papers = {"one": {**PAPERS["one"], "plan": plan, "tables": [], "claims": False}}
    files = packed_files(papers, "mini")
    assert f"runs/{RUN}/model.safetensors" in files
    assert f"codes/{RUN}.npz" in files
    assert not [place for place in files if place.startswith(("scores", "claims", "tables"))]


def test_a_run_stands_for_what_the_scale_puts_in_a_datasets_place():
    plan = {"table1": {**STUDY, "datasets": {"shapes3d": "shapes3d-few"}}}
    (first, _) = packed_runs({"one": {**PAPERS["one"], "plan": plan}}, "mini")
    assert first.dataset == "shapes3d-few"


def test_a_result_that_is_missing_is_named_and_no_pack_is_left(packable):
    table = packable.folder / "results/mini/tables/one/tab1.md"
    text = table.read_text(encoding="utf-8")
    table.unlink()
    try:
        with pytest.raises(UserError, match=r"tables/one/tab1\.md does not exist"):
            packable.pack("broken.zip")
    finally:
        table.write_text(text, encoding="utf-8")
    assert not list(packable.folder.glob("*broken*"))


def test_the_metadata_is_json_with_every_file(unpacked):
    graph = json.loads((unpacked / "ro-crate-metadata.json").read_text("utf-8"))["@graph"]
    (root,) = (entity for entity in graph if entity["@id"] == "./")
    parts = {part["@id"] for part in root["hasPart"]}
    found = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*.*")}
    assert parts == (found | {"Snakefile"}) - {"ro-crate-metadata.json"}
