"""`config-table`: the README's table is replaced, and nothing else."""

from pathlib import Path

import pytest

from latent_assays.cli.config_table import run
from latent_assays.config import load_schema
from latent_assays.errors import UserError
from latent_assays.schema_table import schema_table

SCHEMA = Path(__file__).parents[3] / "rules/schemas/config.schema.yaml"
BEFORE, AFTER = "# Title\n\n<!-- config-table -->\n", "<!-- /config-table -->\n\nMore text ε.\n"


def test_the_table_between_the_markers_is_replaced_and_stays(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"{BEFORE}old\n{AFTER}", encoding="utf-8")
    expected = BEFORE + schema_table(load_schema(SCHEMA)) + AFTER
    for _ in range(2):
        run(SCHEMA, readme)
        assert readme.read_text(encoding="utf-8") == expected


@pytest.mark.parametrize(
    "text",
    ["# Title\n", f"{BEFORE}old\nMore text.\n", f"# Title\n{AFTER}"],
    ids=["none", "begin", "end"],
)
def test_a_readme_without_both_markers_is_left_alone(tmp_path, text):
    readme = tmp_path / "README.md"
    readme.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="config-table"):
        run(SCHEMA, readme)
    assert readme.read_text(encoding="utf-8") == text
