"""The page has all that the catalogues show, asks for nothing, and is well formed."""

import re
from collections import Counter
from html.parser import HTMLParser
from types import SimpleNamespace

import made_results
import pytest

from latent_assays.errors import UserError
from latent_assays.papers.catalogue import figures_of, paper_of, rooms
from latent_assays.report import page as page_module
from latent_assays.report.noise import floors
from latent_assays.report.page import report

VOID = {"meta", "br", "hr", "img", "input", "link"}


class Reader(HTMLParser):
    """Ids, links, images, headings and text of a page whose tags are closed in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.ids, self.links, self.images, self.levels = [], [], [], [], []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        if tag == "img":
            self.images.append(given)
        if re.fullmatch(r"h\d", tag) and "template" not in self.open:
            self.levels.append(int(tag[1]))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> is out of order, line {self.getpos()[0]}"

    def handle_data(self, data):
        if not {"script", "style"} & set(self.open):
            self.text += data


@pytest.fixture(scope="module")
def html(made):
    return made.page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html):
    reader = Reader()
    reader.feed(html)
    assert not reader.open
    return reader


def test_every_figure_and_table_of_the_catalogues_is_on_the_page(page, made):
    """A table that compares no model at the scale is left out, and no other."""
    for slug in rooms():
        names = [*figures_of(made_results.CONFIG, slug), *(t.name for t in paper_of(slug).tables)]
        compared = made_results.CONFIG["papers"][slug]["studies"]
        waiting = {
            table.name
            for table in paper_of(slug).tables
            if not any(compared[study]["models"] for study in table.studies)
        }
        assert len(set(names)) == len(names), "a figure and a table would share their place"
        for name in {*names} - waiting:
            anchor = f"{slug}-{name}"
            assert anchor in page.ids
            assert page.links.count(f"#{anchor}") == 2, "in the contents and in the index"
        for name in waiting:
            assert f"{slug}-{name}" not in page.ids


def test_every_claim_and_every_image_set_is_on_the_page(page, made):
    for slug in rooms():
        entries = made_results.read_yaml(rooms()[slug] / "claims.yaml")
        assert {f"claim-{slug}-{entry['claim']}" for entry in entries} <= set(page.ids)
        for entry in entries:
            assert entry["sentence"] in page.text
    assert {f"datasets-{name}" for name in made.contents["sheets"]} <= set(page.ids)


def test_ids_are_unique_and_links_lead_somewhere(page, made):
    assert not [name for name, times in Counter(page.ids).items() if times > 1]
    inside = {link[1:] for link in page.links if link.startswith("#")}
    assert inside <= set(page.ids)
    beside = {link for link in page.links if link.startswith("../")}
    assert beside
    for link in page.links:
        assert link.startswith(("#", "../", "https://arxiv.org/abs/")), link
    for link in beside:
        if link.endswith((".png", ".html")) or link.startswith(("../collected", "../claims")):
            assert (made.page.parent / link).is_file(), link


def test_every_picture_has_words_a_size_and_waits(page, made):
    shown = [image for image in page.images if image["src"].startswith("data:image/")]
    figures = sum(len(paper["figures"]) for paper in made.contents["papers"].values())
    assert len(shown) == figures + len(made.contents["sheets"])
    for image in shown:
        assert len(image["alt"]) > 20
        assert (image["width"], image["height"]) == ("67", "43")
        assert image["loading"] == "lazy"


def test_headings_skip_no_level(page):
    assert page.levels[0] == 1
    assert page.levels.count(1) == 1
    assert all(
        after <= before + 1 for before, after in zip(page.levels, page.levels[1:], strict=False)
    )


def test_the_page_asks_for_nothing(html):
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)[1]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")
    assert "http:" not in re.sub(r"data:[^\"]+", "", html)
    assert not re.findall(r"(?:src|href)=\"(?!data:|#|\.\./|https://arxiv)[^\"]+\"", html)
    assert not re.findall(r"@import|url\((?!#)", html)


def test_text_from_files_is_no_markup(html, page):
    assert "<3D-Shapes>" not in html
    assert "Re-rendered stand-in for <3D-Shapes>" in page.text


def test_stand_ins_costs_and_commit_are_told(page):
    text = " ".join(page.text.split())
    assert "1 of 1 is a stand-in, made by this project in place of the originals" in text
    assert "There are no records of jobs" in text
    assert made_results.COMMIT in text
    assert "snakemake --cores 8 results/mini/figures/responses/fig4.pdf" in text


def test_verdicts_and_reasons_are_told(page):
    text = " ".join(page.text.split())
    assert "1 sentence of this paper holds, 1 fails and" in text
    assert "Undecided: one seed gives no interval." in text


def test_noise_and_published_numbers_stand_by_each_table(page, made):
    text = " ".join(page.text.split())
    tables = sum(len(paper["tables"]) for paper in made.contents["papers"].values())
    assert text.count("Noise floor.") == tables
    assert (
        text.count("Beside 2 published numbers: 1 of 1 with a published spread lie inside it")
        == tables
    )


def test_where_chance_is_not_known_one_sentence_says_so():
    environment = page_module._environment()
    table = SimpleNamespace(label="Table 1", floors=floors_of_one_seed())
    text = environment.get_template("noise.html").render(table=table)
    assert "Not known: every run has one seed" in text
    assert "<table" not in text


def floors_of_one_seed():
    rows = made_results.collected(["a"], [(0.2,), (0.3,)])
    return floors(rows, ["mig"], ["a"], ["shapes3d"])


def test_explorers_are_there_and_stand_below_their_heading(html, made):
    explorers = sum(len(paper["explorers"]) for paper in made.contents["papers"].values())
    assert explorers >= 4
    assert html.count('<section class="latent-explorer">') == explorers
    assert html.count('<template id="latent-explorer">') == 1
    template = html.partition('<template id="latent-explorer">')[2].partition("</template>")[0]
    assert set(re.findall(r"<h(\d)", template)) == {"4", "5"}
    assert not re.findall(r"latent-explorer h[23]\b", html)


def test_a_page_without_papers_sheets_and_explorers_is_still_a_page(made):
    bare = {"scale": "mini", "papers": {}, "sheets": {}, "about_sheets": "Nothing."}
    text = report(bare, made.results, made_results.ROOT)
    reader = Reader()
    reader.feed(text)
    assert reader.levels == [1, 2, 3, 3, 2]
    assert "latent-explorer" not in text.partition("</style>")[2]


def test_a_missing_file_is_named(made, tmp_path):
    (tmp_path / "mini").mkdir()
    with pytest.raises(UserError, match=r"mini/claims/perturbations\.csv does not exist"):
        report(made.contents, tmp_path / "mini", made_results.ROOT)
