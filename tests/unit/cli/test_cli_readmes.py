"""`readmes`: tables between marks are replaced, and nothing else; the committed ones are true."""

import shutil
from pathlib import Path

import pytest

from latent_assays.cli.readmes import run
from latent_assays.config.load import load_config, load_schema
from latent_assays.errors import UserError
from latent_assays.papers.overview import overview
from latent_assays.places import rooms
from latent_assays.schema_table import schema_table

ROOT = Path(__file__).parents[3]
TABLE = Path("rules/schemas/README.md")
BEGIN, END = "<!-- table -->\n", "<!-- /table -->"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of all that `readmes` reads and writes: configuration, schema and rooms."""
    found = rooms()
    copies = {slug: tmp_path / f"papers/{slug}" for slug in found}
    for slug, folder in copies.items():
        shutil.copytree(found[slug], folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "rules/schemas", tmp_path / "rules/schemas")
    shutil.copy(ROOT / "config.yaml", tmp_path)
    for module in ("papers.catalogue", "papers.overview", "config.load"):
        monkeypatch.setattr(f"latent_assays.{module}.rooms", lambda: copies)
    return tmp_path


def contents(folder):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


def test_the_committed_readmes_are_those_of_this_configuration(project):
    before = contents(project)
    run(project)
    changed = [path for path, text in contents(project).items() if before[path] != text]
    assert changed == [], "run: make readmes"


@pytest.mark.parametrize("path", [TABLE, *(Path(f"papers/{slug}/README.md") for slug in rooms())])
def test_a_table_between_the_marks_is_replaced_and_the_text_around_it_stays(project, path):
    readme = project / path
    expected = readme.read_text(encoding="utf-8")
    before, _, rest = expected.partition(BEGIN)
    readme.write_text(f"{before}{BEGIN}old\n{END}{rest.partition(END)[2]}ε\n", encoding="utf-8")
    for _ in range(2):
        run(project)
        assert readme.read_text(encoding="utf-8") == f"{expected}ε\n"


def test_the_tables_are_the_schemas_and_the_catalogues(project):
    config = load_config(project)
    text = (project / TABLE).read_text(encoding="utf-8")
    assert f"{BEGIN}{schema_table(load_schema(project))}{END}" in text
    for slug in rooms():
        text = (project / f"papers/{slug}/README.md").read_text(encoding="utf-8")
        assert f"{BEGIN}{overview(config, slug)}{END}" in text


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n",
        f"# Title\n\n{BEGIN}old\nMore text.\n",
        f"# Title\n{END}\n",
        f"{BEGIN}old\n{END}\n{BEGIN}old\n{END}\n",
    ],
    ids=["none", "begin", "end", "twice"],
)
def test_a_readme_without_both_marks_once_is_left_alone(project, text):
    readme = project / TABLE
    readme.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        run(project)
    assert str(caught.value) == (
        f"{readme}: the table goes between <!-- table --> and <!-- /table -->, once each"
    )
    assert readme.read_text(encoding="utf-8") == text
