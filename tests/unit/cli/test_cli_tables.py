"""`tables`: a tidy CSV for machines, and Markdown, LaTeX and HTML that are well formed."""

import re
from html.parser import HTMLParser

import artefacts
import pandas as pd
import pytest

from latent_assays.cli.tables import run
from latent_assays.errors import UserError
from latent_assays.places import rooms

SOURCE = artefacts.SENTENCE.replace("24 of", "24_% of <all> & 50 #1")
VOID = {"meta", "br", "hr", "link"}


class Checker(HTMLParser):
    """Collects text and cells, and insists that every tag is closed in order."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.rows = [], "", []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> is out of order"

    def handle_data(self, data):
        self.text += data
        if {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data


def collected(models, numbers, dataset, variants=("original",), seeds=(0, 1)):
    """Rows of study `table1`; `models` has the swept settings of each."""
    return pd.DataFrame(
        [
            {
                "study": "table1",
                "dataset": dataset,
                "variant": variant,
                "on": variant,
                "model": model,
                **swept,
                "seed": seed,
                "steps": 10,
                "number": number,
                "case": 0,
                "value": 0.25 + 0.5 * seed,
                "reason": None,
                "source": SOURCE,
                "commit": "abc",
            }
            for model, swept in models.items()
            for variant in variants
            for number in numbers
            for seed in seeds
        ]
    )


def write(folder, name, table):
    table.to_csv(folder / "collected.csv", index=False)
    published = rooms()[name.partition("/")[0]] / "published/tab1.csv"
    output = folder / "out" / "tab1.csv"
    run(name, [f"collected={folder / 'collected.csv'}", f"published={published}"], output)
    return output


@pytest.fixture(scope="module")
def responses(tmp_path_factory):
    models = {
        "vae-b4-d12": {"beta": 4, "latents": 12},
        "vae-b8-d24": {"beta": 8, "latents": 24},
    }
    table = collected(models, ["cds", "cds_rescaled", "mig"], "shapes3d")
    return write(tmp_path_factory.mktemp("responses"), "responses/tab1", table)


@pytest.fixture(scope="module")
def perturbations(tmp_path_factory):
    parts = [
        collected({"ae": {}, "beta-vae": {}}, ["mig"], dataset, ("original", "perturbed"))
        for dataset in ("dsprites", "shapes3d")
    ]
    table = pd.concat(parts)
    return write(tmp_path_factory.mktemp("perturbations"), "perturbations/tab1", table)


@pytest.fixture(params=["responses", "perturbations"])
def output(request):
    return request.getfixturevalue(request.param)


def test_four_files_and_no_partial_one(output):
    names = {path.name for path in output.parent.iterdir()}
    assert names == {"tab1.csv", "tab1.md", "tab1.tex", "tab1.html"}


def test_the_csv_is_tidy(output):
    tidy = pd.read_csv(output)
    assert {"mean", "sd", "n", "seeds", "missing", "published", "source"} <= set(tidy.columns)
    assert not tidy.duplicated(["dataset", "variant", "model", "number"]).any()
    assert (tidy["mean"] == 0.5).all()
    assert (tidy["n"] == 2).all()
    assert (tidy["source"] == SOURCE).all()


def test_html_is_well_formed_and_says_its_source(output):
    text = output.with_suffix(".html").read_text(encoding="utf-8")
    checker = Checker()
    checker.feed(text)
    checker.close()
    assert checker.open == []
    assert text.startswith("<!doctype html>")
    assert 'charset="utf-8"' in text
    assert SOURCE in checker.text, "`<`, `>` and `&` of a source must reach the reader"
    assert any("0.50 ± 0.35 (2)" in row for row in checker.rows)
    assert "number of seeds" in checker.text.replace("\n", " ")


def test_html_has_the_cells_of_the_table(responses):
    checker = Checker()
    checker.feed(responses.with_suffix(".html").read_text(encoding="utf-8"))
    row = next(row for row in checker.rows if "8-VAE" in row)
    assert row == ["24", "8-VAE", *["0.50 ± 0.35 (2)", "0.78", "0.50 ± 0.35 (2)"], *row[5:]]
    assert row[5:] == ["0.50 ± 0.35 (2)", "0.20"]


def test_markdown_is_a_table_with_one_width(output):
    text = output.with_suffix(".md").read_text(encoding="utf-8")
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1
    assert set(table[1]) == {"|", "-", " "}
    assert any("0.50 ± 0.35 (2)" in line for line in table)
    assert SOURCE in text
    before, after = text.split(table[0])[0], text.split(table[-1])[1]
    assert before.endswith("\n\n")
    assert after.startswith("\n\n")
    assert "nan" not in text


def latex_body(text):
    """LaTeX with what is escaped or mathematics taken out."""
    text = re.sub(r"\\[%&_#$]|\$[^$]*\$", "", text)
    return re.sub(r"\\label\{[^}]*\}", "", text)


def test_latex_names_its_packages_and_ends_with_one_rule(output):
    text = output.with_suffix(".tex").read_text(encoding="utf-8")
    comment, table = text.split("\n", 1)
    assert comment.startswith("% Needs")
    assert "multirow" in comment
    assert table.startswith("\\begin{table}")
    assert re.search(r"\\\\\n\\bottomrule", table), "no rule right before the last one"


def test_latex_escapes_what_is_special(output):
    text = output.with_suffix(".tex").read_text(encoding="utf-8").split("\n", 1)[1]
    body = latex_body(text)
    for special in "%_#":
        assert special not in body, special
    assert not {"β", "±", "ε"} & set(body), "pdflatex knows no such letters"
    rows = [line for line in body.splitlines() if line.rstrip().endswith(r"\\")]
    widths = {
        line.count("&") + sum(int(n) - 1 for n in re.findall(r"multicolumn\{(\d+)\}", line))
        for line in rows
    }
    assert len(widths) == 1, "an unescaped & would add a column"
    assert r"50 \#1" in text
    assert r"24\_\% of" in text
    assert r"$\pm$" in text


def test_latex_environments_and_braces_are_closed(output):
    text = output.with_suffix(".tex").read_text(encoding="utf-8")
    opened = re.findall(r"\\begin\{(\w+)\}", text)
    assert opened[0] == "table"
    assert sorted(opened) == sorted(re.findall(r"\\end\{(\w+)\}", text))
    plain = text.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")
    for word in (r"\caption{", r"\label{tab:", r"\toprule", r"\bottomrule"):
        assert word in text


def test_latex_has_greek_row_names(perturbations):
    text = perturbations.with_suffix(".tex").read_text(encoding="utf-8")
    assert r"$\beta$-VAE" in text


def test_a_model_that_was_not_run_leaves_no_hole(tmp_path):
    table = collected({"beta-vae": {}}, ["mig"], "dsprites", ("original", "perturbed"))
    output = write(tmp_path, "perturbations/tab1", table)
    for suffix in (".md", ".tex", ".html"):
        assert "nan" not in output.with_suffix(suffix).read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("name", ["tab1", "responses/tab9", "responses/fig6", "nobody/tab1"])
def test_an_unknown_table_is_one_sentence(tmp_path, name):
    with pytest.raises(UserError, match=f"^'{name}' is not a table: give PAPER/TABLE$"):
        run(name, [], tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


def test_missing_inputs_are_one_sentence(tmp_path):
    published = rooms()["responses"] / "published/tab1.csv"
    with pytest.raises(UserError, match="collected"):
        run("responses/tab1", [f"published={published}"], tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []
