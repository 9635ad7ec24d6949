"""The page: parts of all modules of this package laid out by templates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from latent_assays.places import rooms
from latent_assays.report.captions import html_of
from latent_assays.report.claims import Shown, counts_of, shown_claims
from latent_assays.report.costs import read_costs
from latent_assays.report.drawings import VERDICTS, tally
from latent_assays.report.explorers import Explorer, open_explorer, parts_for
from latent_assays.report.figures import ShownFigure, shown_figure, shown_sheet
from latent_assays.report.grids import sort_key
from latent_assays.report.overview import overview_of
from latent_assays.report.runs import read_collected
from latent_assays.report.tables import ShownTable, shown_table
from latent_assays.report.words import SIGNS, count, decimals, signed
from latent_assays.store import read_yaml

__all__ = ["Chapter", "report"]

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Chapter:
    """A paper on the page.

    Attributes:
        slug: of the paper.
        title: its title.
        authors: who wrote it, and where it appeared.
        arxiv: its number.
        figures: in its order.
        tables: in its order.
        claims: in its order; none where it has none.
        counts: how many claims have each verdict.
        tally: the same, drawn.
        explorers: of its runs.
    """

    slug: str
    title: str
    authors: str
    arxiv: str
    figures: list[ShownFigure]
    tables: list[ShownTable]
    claims: list[Shown]
    counts: dict[str, int]
    tally: Markup
    explorers: list[Explorer]


def report(contents: Mapping[str, Any], results: Path, project: Path) -> str:
    """The page as HTML that asks for nothing.

    Args:
        contents: what it shows, see `asked.contents_of`.
        results: folder of the scale, two below the working directory of the workflow.
        project: folder of the Snakefile.

    Raises:
        UserError: a file that it shows is missing or damaged.
    """
    scale = contents["scale"]
    chapters = [_chapter(slug, paper, results, scale) for slug, paper in contents["papers"].items()]
    about = contents["about_sheets"]
    sheets = [
        shown_sheet(results, scale, name, *pair, about) for name, pair in contents["sheets"].items()
    ]
    shown = [*(figure for chapter in chapters for figure in chapter.figures), *sheets]
    frames = [read_collected(path) for path in _collected(contents, results)]
    style, scripts = parts_for()
    has_explorers = any(chapter.explorers for chapter in chapters)
    return (
        _environment()
        .get_template("page.html")
        .render(
            scale=scale,
            chapters=chapters,
            sheets=sheets,
            about_sheets=html_of(about),
            overview=overview_of(frames, (line for one in shown for line in one.picture.sentences)),
            trainings=_trainings(frames),
            costs=read_costs(results, project),
            explorer_style=style if has_explorers else "",
            explorer_scripts=scripts if has_explorers else "",
            verdicts=VERDICTS,
        )
    )


def _chapter(slug: str, paper: Mapping[str, Any], results: Path, scale: str) -> Chapter:
    claims = []
    if paper["claims"]:
        judged = read_collected(results / f"claims/{slug}.csv")
        claims = shown_claims(judged, read_yaml(rooms()[slug] / "claims.yaml"))
    counts = counts_of(claims)
    return Chapter(
        slug=slug,
        title=paper["title"],
        authors=paper["authors"],
        arxiv=paper["arxiv"],
        figures=[shown_figure(results, scale, slug, entry) for entry in paper["figures"]],
        tables=[shown_table(results, scale, slug, entry) for entry in paper["tables"]],
        claims=claims,
        counts=counts,
        tally=tally(counts),
        explorers=[open_explorer(entry["files"]) for entry in paper["explorers"]],
    )


def _collected(contents: Mapping[str, Any], results: Path) -> Iterator[Path]:
    """Files of collected numbers that the page is made of; of a paper all, where it has claims."""
    for slug, paper in contents["papers"].items():
        if paper["claims"]:
            yield results / f"collected/{slug}.csv"
            continue
        places = {table["collected"] for table in paper["tables"]}
        places |= {f"{slug}/{study}" for figure in paper["figures"] for study in figure["studies"]}
        yield from (results / f"collected/{place}.csv" for place in sorted(places))


def _trainings(frames: list) -> int:
    """How many runs the collected numbers are of."""
    keys = ["set", "variant", "model", "seed"]
    runs = {
        tuple(run)
        for frame in frames
        for run in frame[frame["model"].notna()][keys].drop_duplicates().itertuples(index=False)
    }
    return len(runs)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["text_of"] = lambda name: Markup(
        (TEMPLATES / name).read_text(encoding="utf-8")
    )
    environment.globals["signs"] = SIGNS
    environment.filters |= {
        "key": sort_key,
        "decimals": decimals,
        "signed": signed,
        "count": count,
    }
    return environment
