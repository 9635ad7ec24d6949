"""What `make` ends with, and what is made to publish, from real jobs of every stage."""

import hashlib
import json
import zipfile

import pytest

from latent_assays.papers.catalogue import figures_of, paper_of, rooms

pytestmark = pytest.mark.slow

REPORT = "results/mini/report/index.html"
PACK = "results/mini/pack.zip"


@pytest.fixture(scope="module")
def published(finished, tmp_path_factory):
    """The finished project with all that `rule all` asks for, and its pack."""
    project = finished.duplicate(tmp_path_factory.mktemp("published") / "project")
    outcome = project.snakemake("all", PACK)
    assert outcome.status == 0, outcome.failed_jobs
    return project


def test_the_report_shows_all_figures_and_tables_and_is_one_small_file(published):
    page = (published / REPORT).read_text(encoding="utf-8")
    config = published.configuration()
    for slug in rooms():
        named = [*figures_of(config, slug), *(table.name for table in paper_of(slug).tables)]
        studies = config["papers"][slug]["studies"]
        empty = {
            table.name
            for table in paper_of(slug).tables
            if not any(studies[study]["models"] for study in table.studies)
        }
        for name in set(named) - empty:
            assert f'id="{slug}-{name}"' in page, (slug, name)
    assert "stand-in" in page
    assert len(page) < 20e6


def test_there_is_nothing_left_to_do_after_it(published):
    outcome = published.snakemake("all", PACK)
    assert "Nothing to be done" in outcome.text


def test_the_pack_holds_what_its_manifest_says(published):
    with zipfile.ZipFile(published / PACK) as pack:
        files = json.loads(pack.read("manifest.json"))["files"]
        for name, entry in files.items():
            assert hashlib.sha256(pack.read(name)).hexdigest() == entry["sha256"], name
        assert set(pack.namelist()) - set(files) == {"manifest.json", "ro-crate-metadata.json"}
    weights = {name for name in files if name.endswith("model.safetensors")}
    assert len(weights) > 20
