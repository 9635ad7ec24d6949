"""What every figure, table and list of claims of every room must do, whatever it shows.

That a catalogue names what lies in its room is held by `test_registries.py`; `made_up.py` has what
is drawn here.
"""

import ast
import io
import re
import warnings

import made_up
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import yaml
from made_up import CASES, CONFIG, MadeUp
from matplotlib.text import Text

from latent_assays.claims import judge, parse_claims, select
from latent_assays.cli.inputs import read_table, room_module, sources_of
from latent_assays.cli.readmes import BEGIN, END
from latent_assays.config.names import find
from latent_assays.config.studies import (
    image_measures_of,
    measures_of,
    models_of,
    studies_of,
    variants_of,
)
from latent_assays.errors import UserError
from latent_assays.figures.style import paper_style
from latent_assays.imports import digests_of
from latent_assays.papers.catalogue import (
    Numbers,
    OfRun,
    Published,
    caption_of,
    paper_of,
    rooms,
)
from latent_assays.papers.overview import overview
from latent_assays.tables.comparison import ROW, published_text

FIGURES = {
    f"{slug}/{figure.module or figure.name}": (slug, figure)
    for slug in rooms()
    for figure in paper_of(slug).figures
}
OF_RUNS = [
    name
    for name, (_, figure) in FIGURES.items()
    if any(isinstance(given, OfRun) for given in figure.inputs.values())
]
TABLES = [f"{slug}/{table.name}" for slug in rooms() for table in paper_of(slug).tables]
CLAIMS = {
    slug: yaml.safe_load((room / "claims.yaml").read_text(encoding="utf-8"))
    for slug, room in rooms().items()
    if (room / "claims.yaml").is_file()
}
FORMATS = {"pdf": b"%PDF", "svg": b"<?xml", "png": b"\x89PNG"}


# --- figures ---


def drawn(name, given):
    """The figure as `figures` draws it, and the sentences that it was given; no warning passes."""
    sources, _ = sources_of(given)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = room_module("figure", name).draw(**given, sources=sources)
        figure.canvas.draw()
    return figure, sources


def saved(figure, kind):
    file = io.BytesIO()
    dated = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "png": {}}
    figure.savefig(file, format=kind, metadata=dated[kind])
    return file.getvalue()


def bare(text):
    """Text without spaces and line ends: a footnote may break its lines anywhere."""
    return "".join(text.split())


def is_named(axes):
    """Whether a reader learns what a panel shows: from its own words or those of its block."""
    own = (axes.get_title(), axes.get_xlabel(), axes.get_ylabel())
    block = axes.get_figure(root=False).get_suptitle()
    return any(own) or bool(block) or axes.get_label() == "<colorbar>"


@pytest.fixture
def _style():
    with paper_style():
        yield
    plt.close("all")


@pytest.mark.usefixtures("_style")
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_says_what_its_panels_are_and_what_it_was_drawn_from(name):
    figure, sources = drawn(name, made_up.inputs_of(*FIGURES[name]))
    assert figure.axes
    for place, axes in enumerate(figure.axes):
        assert is_named(axes), f"panel {place} has neither title nor label"
    footnote = bare(figure.get_supxlabel())
    assert any("stand-in" in sentence for sentence in sources)
    for sentence in sources:
        assert bare(sentence) in footnote


@pytest.mark.usefixtures("_style")
@pytest.mark.parametrize("name", FIGURES)
def test_panels_bear_the_letters_that_the_caption_speaks_of(name):
    slug, entry = FIGURES[name]
    marked = re.findall(r"\*\*\(([a-z, ]+)\)\*\*", caption_of(slug, entry.module or entry.name))
    spoken = {letter for letters in marked for letter in letters.split(", ")}
    figure, _ = drawn(name, made_up.inputs_of(slug, entry))
    texts = [text.get_text() for text in figure.findobj(Text)]
    assert spoken <= {text[1] for text in texts if re.match(r"\([a-z]\) ", text)}


@pytest.mark.usefixtures("_style")
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_saved_in_every_format_and_always_the_same(name):
    given = made_up.inputs_of(*FIGURES[name])
    first, again = drawn(name, given)[0], drawn(name, given)[0]
    assert saved(first, "svg") == saved(again, "svg")
    for kind, begins in FORMATS.items():
        content = saved(first, kind)
        assert content.startswith(begins)
        assert len(content) > 5000, kind


def allowed(slug, figure, case):
    """The inputs that a run so come out leaves, None where a measure refuses it."""
    try:
        return made_up.inputs_of(slug, figure, case)
    except UserError as refusal:
        if "needs two latents" not in str(refusal):
            raise
        return None


def are_same(given, other):
    """Whether what runs left does not differ; where it holds NaN it always does."""
    return all(
        made.keys() == other[name].keys()
        and all(np.array_equal(made[key], other[name][key]) for key in made)
        for name, made in given.items()
        if isinstance(made, dict)
    )


@pytest.mark.usefixtures("_style")
@pytest.mark.parametrize("name", OF_RUNS)
def test_a_figure_can_be_drawn_of_any_run_that_its_measures_allow(name):
    slug, entry = FIGURES[name]
    usual = made_up.inputs_of(slug, entry)
    for case, settings in CASES.items():
        given = allowed(slug, entry, settings)
        if given is None or are_same(given, usual):
            continue
        figure, _ = drawn(name, given)
        for text in figure.findobj(Text):
            assert not re.search(r"\bnan\b", text.get_text()), f"{case}: undefined is a word"


# --- tables ---


def without(collected, rows):
    """The same numbers, but those of `rows` are not defined."""
    return collected.assign(
        value=collected["value"].mask(rows), reason=collected["reason"].mask(rows, "not defined")
    )


COLLECTED = {
    "two seeds": lambda all_, _: all_,
    "one seed": lambda all_, _: all_[all_["seed"] == 0],
    "a model without values": lambda all_, first: without(all_, all_["model"] == first),
    "a seed without values": lambda all_, first: without(
        all_, (all_["model"] == first) & (all_["seed"] == 0)
    ),
    "no values": lambda all_, _: without(all_, all_["seed"] >= 0),
    "one model": lambda all_, first: all_[all_["model"] == first],
}


def first_model(name, collected):
    """The first model that a table shows; of one that waits for yours the first of all."""
    slug, _, table = name.partition("/")
    entry = next(one for one in paper_of(slug).tables if one.name == table)
    own = collected[collected["study"].isin(entry.studies)]
    return (own if len(own) else collected)["model"].iloc[0]


def built(name, collected):
    slug, _, table = name.partition("/")
    published = rooms()[slug] / f"published/{table}.csv"
    given = {"published": read_table(published)} if published.is_file() else {}
    entry = next(one for one in paper_of(slug).tables if one.name == table)
    told = {key: made_up.as_told(slug, given) for key, given in entry.inputs.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return room_module("table", name).build(collected=collected, **given, **told), given


@pytest.mark.parametrize("change", COLLECTED.values(), ids=COLLECTED)
@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_text_in_every_cell_and_one_row_a_number(name, change):
    collected = made_up.collected(name.partition("/")[0])
    table, _ = built(name, change(collected, first_model(name, collected)))
    assert table.caption.strip()
    assert len(table.tidy)
    assert not table.tidy.duplicated(ROW).any()
    assert table.tidy["source"].str.contains("stand-in").all()
    assert table.shown.size
    for cell in table.shown.to_numpy().ravel():
        assert isinstance(cell, str)
        assert cell
        assert "nan" not in cell


@pytest.mark.parametrize("name", TABLES)
def test_every_published_number_of_a_row_is_in_the_table(name):
    table, given = built(name, made_up.collected(name.partition("/")[0]))
    if not given:
        assert "published" not in table.tidy
        return
    found = table.tidy.dropna(subset="published")
    published = given["published"].rename(columns={"value": "published"})
    place = [column for column in ROW if column != "on"]
    met = found.merge(published, on=[*place, "published"])
    assert (found["on"] == found["variant"]).all(), "published of runs on their own images"
    assert len(met) == len(found) > 0
    shown = table.shown.to_numpy().ravel().tolist()
    wanted = [published_text(row) for _, row in found.iterrows()]
    for text in wanted:
        assert shown.count(text) >= wanted.count(text)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_does_not_depend_on_the_order_of_the_collected_rows(name):
    rows = made_up.collected(name.partition("/")[0])
    shuffled = rows.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(built(name, shuffled)[0].shown, built(name, rows)[0].shown)


# --- claims ---


def numbers_of(slug, study):
    """Names of the numbers that a study's measures take of its runs and image sets."""
    settings = studies_of(CONFIG, slug)[study]
    return {
        name
        for dataset in settings["datasets"]
        for variant in variants_of(CONFIG, settings)
        for stage in [*measures_of(slug, settings), *image_measures_of(slug, settings)]
        for name in made_up.made(MadeUp(slug, dataset, variant), stage).numbers
    }


def listed(value):
    return [value] if isinstance(value, str) else list(value)


def sides(claim):
    """What selects the values of a claim, and what selects those that they are compared with."""
    return [claim.values, *([{**claim.values, **claim.against}] if claim.against else [])]


@pytest.mark.parametrize("slug", CLAIMS)
def test_a_claim_is_about_numbers_of_runs_that_its_studies_compare(slug):
    for claim in parse_claims(CLAIMS[slug]):
        for side in sides(claim):
            for study in listed(side["study"]):
                settings = studies_of(CONFIG, slug)[study]
                assert set(listed(side["number"])) <= numbers_of(slug, study), claim.claim
                known = {
                    "dataset": settings["datasets"],
                    "variant": variants_of(CONFIG, settings),
                    "model": [*models_of(CONFIG, settings), *settings["models"]],
                }
                known["on"] = [*settings.get("on", []), *known["variant"]]
                for column in known.keys() & side.keys():
                    for name in listed(side[column]):
                        named = select(pd.DataFrame({column: known[column]}), {column: name})
                        assert len(named), f"{claim.claim}: {name}"


@pytest.mark.parametrize("slug", CLAIMS)
def test_a_trend_is_over_a_setting_that_every_study_of_the_claim_sweeps(slug):
    for claim in parse_claims(CLAIMS[slug]):
        if claim.statistic["kind"] == "trend":
            for study in listed(claim.values["study"]):
                settings = studies_of(CONFIG, slug)[study]
                swept = [find(CONFIG, "models", name)[1] for name in models_of(CONFIG, settings)]
                assert any(claim.statistic["over"] in values for values in swept), claim.claim


@pytest.mark.parametrize("slug", CLAIMS)
def test_claims_are_judged_alike_whatever_the_order_of_the_collected_rows(slug):
    claims, rows = parse_claims(CLAIMS[slug]), made_up.collected(slug, seeds=3)
    judged = judge(claims, rows, slug)
    assert judged["n"].sum() > len(claims)
    for seed in range(3):
        shuffled = rows.sample(frac=1, random_state=seed)
        pd.testing.assert_frame_equal(judge(claims, shuffled, slug), judged)


# --- rooms ---


@pytest.mark.parametrize("slug", rooms())
def test_a_rooms_readme_has_the_table_of_its_catalogue(slug):
    text = (rooms()[slug] / "README.md").read_text(encoding="utf-8")
    between = text.partition(BEGIN)[2].partition(END)[0]
    assert between == overview(CONFIG, slug), "make it again: python -m latent_assays readmes"


@pytest.mark.parametrize("slug", rooms())
def test_every_module_of_a_room_is_used_by_its_catalogue(slug):
    paper = paper_of(slug)
    entries = [f"figures.{figure.module or figure.name}" for figure in paper.figures]
    entries += [f"tables.{table.name}" for table in paper.tables]
    entries += [f"measures.{measure.name}" for measure in paper.measures]
    used = digests_of(f"papers.{slug}.{entry}" for entry in entries)
    package = rooms()[slug].parents[1]
    for kind in ("figures", "tables", "measures"):
        for path in rooms()[slug].glob(f"{kind}/*.py"):
            assert path.name == "__init__.py" or str(path.relative_to(package)) in used, path


def test_the_packages_of_rooms_hold_a_docstring_and_nothing_else():
    papers = next(iter(rooms().values())).parent
    for folder in [papers, *(path.parent for path in papers.rglob("*.py"))]:
        tree = ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), folder
        assert len(tree.body) == 1, folder


@pytest.mark.parametrize(
    "name",
    [
        f"{slug}/{path.stem}"
        for slug, room in rooms().items()
        for path in room.glob("published/*.csv")
    ],
)
def test_published_numbers_are_of_numbers_that_the_papers_studies_measure(name):
    slug, _, table = name.partition("/")
    studies = {study for one in paper_of(slug).tables if one.name == table for study in one.studies}
    for figure in paper_of(slug).figures:
        given = figure.inputs.values()
        if Published(table) in given:
            studies |= {one.study for one in given if isinstance(one, Numbers)}
    measured = {number for study in studies for number in numbers_of(slug, study)}
    assert set(read_table(rooms()[slug] / f"published/{table}.csv")["number"]) <= measured
