"""Captions, published numbers, pictures, runs, words and costs."""

import base64
import io

import numpy as np
import pandas as pd
import pytest
from made_results import COMMIT, ROOT, RUN, SOURCE, collected, write_picture
from PIL import Image

from latent_assays.errors import UserError
from latent_assays.places import rooms
from latent_assays.report.captions import caption_of, first_sentence, html_of
from latent_assays.report.comparison import compared
from latent_assays.report.costs import costs_of, read_costs
from latent_assays.report.overview import commits_of, data_of
from latent_assays.report.pictures import LARGE, read_picture
from latent_assays.report.runs import read_collected, runs_compared, runs_drawn
from latent_assays.report.words import count, decimals, signed

# --- captions ---

CAPTION = """Fig. 4 of *A Paper*: does it hold? It does, e.g. for 3.

**(a)** First & <b>second</b>, ``mini``.
"""


def test_a_caption_becomes_paragraphs():
    assert html_of(CAPTION) == (
        "<p>Fig. 4 of <em>A Paper</em>: does it hold? It does, e.g. for 3.</p>\n"
        "<p><strong>(a)</strong> First &amp; &lt;b&gt;second&lt;/b&gt;,"
        ' <span class="docutils literal">mini</span>.</p>'
    )


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (CAPTION, "Fig. 4 of A Paper: does it hold?"),
        ("One sentence", "One sentence"),
        (
            "Fig. 1b of *X*. **(a)** is not a sentence yet.",
            "Fig. 1b of X. (a) is not a sentence yet.",
        ),
        ("Ends here. (Then more.)", "Ends here."),
    ],
)
def test_the_first_sentence_in_plain_words(text, first):
    assert first_sentence(text) == first


def test_every_caption_can_be_read_and_begins_with_a_sentence():
    files = [(slug, path) for slug in rooms() for path in rooms()[slug].glob("captions/*.rst")]
    assert files
    for slug, path in files:
        text = caption_of(slug, path.stem)
        assert html_of(text).startswith("<p>"), path
        assert 20 < len(first_sentence(text)) < 300, path


@pytest.mark.parametrize(
    "text", [".. include:: /etc/passwd", ".. raw:: html\n\n   <script>", "`broken", ".. no:: such"]
)
def test_a_caption_cannot_reach_files_or_scripts(text):
    with pytest.raises(UserError, match="is not reStructuredText"):
        html_of(text)


def test_a_caption_that_is_missing_is_named():
    with pytest.raises(UserError, match=r"captions/fig99\.rst does not exist"):
        caption_of("responses", "fig99")


# --- published numbers ---


def tidy(**changed):
    row = {"dataset": "a", "variant": "original", "model": "m", "number": "mig", "mean": 0.5}
    row |= {"sd": 0.1, "n": 3, "published": 0.4, "published_sd": 0.2}
    return pd.DataFrame([row | changed])


@pytest.mark.parametrize(
    ("changed", "difference", "inside"),
    [
        ({}, 0.1, True),
        ({"mean": 0.61}, 0.21, False),
        ({"mean": 0.19}, -0.21, False),
        ({"published_sd": np.nan}, 0.1, None),
        ({"mean": np.nan, "n": 0}, None, None),
    ],
)
def test_ours_beside_theirs(changed, difference, inside):
    (one,) = compared(tidy(**changed))
    assert one.difference == (None if difference is None else pytest.approx(difference))
    assert one.inside is inside


def test_what_was_not_published_is_left_out():
    assert compared(tidy(published=np.nan)) == []
    assert compared(tidy().drop(columns=["published", "published_sd"])) == []


# --- pictures ---


def image_of(picture):
    kind, _, data = picture.uri.partition(";base64,")
    assert kind.startswith("data:image/")
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_a_picture_keeps_every_pixel_its_size_and_its_provenance(tmp_path):
    path = tmp_path / "a.png"
    write_picture(path, {"commit": COMMIT, "inputs": {}})
    noise = np.random.default_rng(0).integers(0, 256, (90, 140, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png", dpi=(200, 200))
    picture, noisy = read_picture(path), read_picture(tmp_path / "noise.png")
    assert (picture.width, picture.height) == (67, 43)
    assert picture.sentences == (SOURCE, f"Drawn by commit {COMMIT}.")
    assert picture.made == {"commit": COMMIT, "inputs": {}}
    assert (np.asarray(image_of(noisy).convert("RGB")) == noise).all()
    assert noisy.made == {}


def test_a_large_picture_keeps_every_pixel_too(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (500, 500, 3), dtype=np.uint8)
    path = tmp_path / "large.png"
    Image.fromarray(noise).save(path)
    assert path.stat().st_size > LARGE
    assert (np.asarray(image_of(read_picture(path)).convert("RGB")) == noise).all()


def test_what_is_transparent_becomes_white(tmp_path):
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(tmp_path / "a.png")
    pixels = np.asarray(image_of(read_picture(tmp_path / "a.png")).convert("RGB"))
    assert (pixels == 255).all()


def test_a_file_that_is_no_picture_is_refused(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    with pytest.raises(UserError, match=r"a\.png cannot be read as PNG"):
        read_picture(tmp_path / "a.png")
    with pytest.raises(UserError, match="does not exist"):
        read_picture(tmp_path / "b.png")


# --- runs ---


def test_runs_that_a_figure_names_each_once():
    made = {"inputs": {"a": {"run": RUN}, "b": {"run": RUN}, "images": {"settings": {}}}}
    (behind,) = runs_drawn(made)
    assert behind.run == "shapes3d/original/vae-b4-d24/seed0"
    assert behind.settings == "network conv, steps 1,500, learning rate 0.001"
    assert (behind.images, behind.seconds, behind.device) == ("24 images", 16.4, "cpu")
    assert runs_drawn({}) == []


def test_runs_of_studies_with_seeds_together_and_what_is_swept():
    rows = collected(["table1", "table2"], [(0.1, 0.2, 0.3), (0.4,)])
    first, second = runs_compared(rows, ["table1"])
    assert first.kind == "shapes3d-few/original/vae-b4"
    assert first.first == "shapes3d-few/original/vae-b4/seed0"
    assert (first.seeds, first.steps, first.swept) == ("0 to 2", "1,500", "beta 4")
    assert (second.seeds, second.swept) == ("0", "beta 5")
    assert len(runs_compared(rows, ["table1", "table2"])) == 4
    assert runs_compared(rows.iloc[:0], ["table1"]) == []


def test_collected_numbers_that_are_missing_are_named(tmp_path):
    with pytest.raises(UserError, match=r"a\.csv does not exist"):
        read_collected(tmp_path / "a.csv")
    (tmp_path / "b.csv").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match=r"b\.csv cannot be read as CSV"):
        read_collected(tmp_path / "b.csv")


# --- overview ---


def test_sources_with_their_selections_stand_ins_first():
    told = ["MNIST, original: 70,000 images.", SOURCE, SOURCE.replace("24", "12")]
    told += ["vae on 3D-Shapes, seed 0.", f"Drawn by commit {COMMIT}.", SOURCE]
    stand_in, original = data_of(told)
    assert stand_in.stand_in
    assert stand_in.selections == ("24 of 480,000 images", "12 of 480,000 images")
    assert (original.source, original.stand_in) == ("MNIST, original", False)


def test_commits_each_once():
    assert commits_of([collected(["a"]), collected(["b"])]) == [COMMIT]


# --- costs ---


def jobs():
    rows = [
        ("runs/a", "runs", 0, 60, 50),
        ("runs/b", "runs", 30, 90, np.nan),
        ("figures/c", "figures", 120, 150, 5),
    ]
    frame = pd.DataFrame(rows, columns=["job", "stage", "starts", "ends", "cpu"])
    frame["wall"] = frame["ends"] - frame["starts"]
    return frame.assign(papers=["p", "p", "shared"], session=1, memory=100.0)


def test_costs_are_totals_with_a_sum_and_hours_without_a_job_do_not_count():
    costs = costs_of(jobs())
    heads, rows = costs.tables["stage"]
    assert heads == ["stage", "jobs", "CPU seconds", "wall seconds", "largest memory, MiB"]
    assert rows[0][:2] == ["runs", "2"]
    assert rows[-1][:2] == ["all", "3"]
    assert [row[0] for row in costs.tables["papers"][1]] == ["p", "shared", "all"]
    assert (costs.jobs, costs.took, costs.cpu, costs.reason) == (3, "2 min", 55.0, "")


def test_without_records_there_is_a_reason(tmp_path):
    (tmp_path / "results/mini").mkdir(parents=True)
    costs = read_costs(tmp_path / "results/mini", ROOT)
    assert costs.tables == {}
    assert "has no .snakemake/metadata of scale mini" in costs.reason
    assert "Traceback" not in costs.reason
    assert costs_of(jobs().iloc[:0]).reason


# --- words ---


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.0, "0.000"),
        (0.12345, "0.123"),
        (-0.5, "−0.500"),
        (12.345, "12.3"),
        (345.67, "346"),
        (1234.5, "1,234"),
        (1.234e-5, "1.23e−05"),
    ],
)
def test_numbers_have_three_digits(value, text):
    assert decimals(value) == text


def test_signs_and_counts():
    assert [signed(value) for value in (0.5, -0.5, None)] == ["+0.500", "−0.500", "–"]
    assert [count(n, "run") for n in (0, 1, 1200)] == ["0 runs", "1 run", "1,200 runs"]


def test_metadata_is_that_of_the_figures_subcommand():
    """`figures` writes these keys; else sentences and runs would be missing without a word."""
    text = (ROOT / "src/latent_assays/cli/figures.py").read_text(encoding="utf-8")
    assert '".png": {"Title": name, "Description"' in text
