"""A table of `tables`, read back: every row by itself, with its headings."""

import pandas as pd
import pytest
from made_results import shown_table, write_table

from latent_assays.errors import UserError
from latent_assays.report.grids import Group, read_grid, sort_key


@pytest.fixture
def grid(tmp_path):
    write_table(tmp_path / "tab1")
    return read_grid(tmp_path / "tab1.html")


def test_headings_of_rows_and_of_groups_of_columns(grid):
    assert grid.columns == ("d", "model", "here", "published", "here")
    assert grid.groups == ((Group("", 2), Group("MIG", 2), Group("DCI", 1)),)


def test_every_row_says_what_spans_it(grid):
    assert [[cell.text for cell in row] for row in grid.rows] == [
        ["12", "4-VAE", "0.30 ± 0.14 (2)", "0.35", "–"],
        ["12", "5-VAE", "0.55 (1)", "–", "0.10 (1)"],
        ["24", "4-VAE", "−0.10 (1)", "1.00", "0.2"],
    ]
    assert [[cell.heads for cell in row] for row in grid.rows] == [[True] * 2 + [False] * 3] * 3
    assert [row[0].again for row in grid.rows] == [False, True, False]


def test_caption_and_sources_are_plain_text(grid):
    assert grid.caption == "MIG & more."
    (source,) = grid.sources
    assert source.startswith("Re-rendered stand-in for <3D-Shapes>")


def test_one_level_of_headings(tmp_path):
    flat = pd.DataFrame({"a": ["1"], "b": ["2"]}, index=pd.Index(["x"], name="model"))
    (tmp_path / "flat.html").write_text(f"<p>Flat.</p>{flat.to_html()}", encoding="utf-8")
    grid = read_grid(tmp_path / "flat.html")
    assert grid.columns == ("model", "a", "b")
    assert grid.groups == ()
    assert [[cell.text for cell in row] for row in grid.rows] == [["x", "1", "2"]]


def test_a_group_of_rows_within_a_group_of_rows(tmp_path):
    index = pd.MultiIndex.from_product([["p", "q"], ["r", "s"], ["t", "u"]], names=["i", "j", "k"])
    table = pd.DataFrame({"v": list("abcdefgh")}, index=index)
    (tmp_path / "deep.html").write_text(table.to_html(), encoding="utf-8")
    rows = read_grid(tmp_path / "deep.html").rows
    assert ["".join(cell.text for cell in row) for row in rows] == [
        *("prta", "prub", "pstc", "psud", "qrte", "qruf", "qstg", "qsuh")
    ]
    assert [row[1].again for row in rows] == [False, True] * 4


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("0.30 ± 0.14 (2)", "0.30"),
        ("−0.10 (1)", "-0.10"),
        ("+0.00", "+0.00"),
        ("982.4*", "982.4"),
        ("–", ""),
        ("", ""),
        ("dSprites", ""),
        ("12", "12"),
    ],
)
def test_a_cell_is_sorted_by_the_number_that_it_begins_with(text, key):
    assert sort_key(text) == key


def test_files_without_a_table_are_refused(tmp_path):
    with pytest.raises(UserError, match="does not exist"):
        read_grid(tmp_path / "none.html")
    (tmp_path / "empty.html").write_text("<p>nothing</p>", encoding="utf-8")
    with pytest.raises(UserError, match="holds no table"):
        read_grid(tmp_path / "empty.html")


def test_the_made_up_table_has_what_pandas_writes():
    """Else the tests above would read another kind of table than the workflow writes."""
    assert 'rowspan="2"' in shown_table().to_html(border=0)
