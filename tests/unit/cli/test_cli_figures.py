"""`figures`: three files that say in their metadata what they were drawn from."""

import json
import re
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest
import test_cli_artefacts as artefacts
from PIL import Image

from latent_assays import provenance
from latent_assays.cli.figures import run
from latent_assays.errors import UserError


def unescaped(found):
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(found[1], found[1])


def pdf_entries(data):
    """Title, Subject and Keywords of a PDF, whose strings are UTF-16 or Latin-1."""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S):
        try:
            data += zlib.decompress(stream)
        except zlib.error:
            continue
    entries = {}
    for key in (b"Title", b"Subject", b"Keywords"):
        raw = re.search(rb"/" + key + rb" \(((?:\\.|[^\\)])*)\)", data, re.S).group(1)
        raw = re.sub(rb"\\(.)", unescaped, raw, flags=re.S)
        utf16 = raw.startswith(b"\xfe\xff")
        entries[key.decode()] = raw.decode("utf-16" if utf16 else "latin-1")
    return entries


@pytest.fixture(scope="module")
def fig6(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fig6")
    record, mnist = artefacts.run_record(), artefacts.run_record(title="MNIST", source="MNIST")
    artefacts.write_npz(folder / "matrix.npz", record, matrix=np.eye(3))
    artefacts.write_npz(folder / "mnist.npz", mnist, matrix=np.eye(2))
    artefacts.write_npz(
        folder / "conditioned.npz",
        record,
        matrix=np.ones((2, 3)),
        factor_names=np.array(["hue", "shape"]),
        cds=np.array(0.5),
        cds_rescaled=np.array(0.2),
    )
    names = {"shapes3d": "matrix", "mnist": "mnist", "conditioned": "conditioned"}
    inputs = [f"{name}={folder / file}.npz" for name, file in names.items()]
    run("responses/fig6", inputs, folder / "fig6.pdf")
    return folder, inputs


def made_in(folder, stem):
    """Subject and provenance as kept by each of the three files."""
    pdf = pdf_entries((folder / f"{stem}.pdf").read_bytes())
    yield "pdf", pdf["Subject"], pdf["Keywords"]
    with Image.open(folder / f"{stem}.png") as image:
        yield "png", image.text["Description"], image.text["Source"]
    namespace = {"dc": "http://purl.org/dc/elements/1.1/"}
    tree = ElementTree.parse(folder / f"{stem}.svg")
    yield (
        "svg",
        tree.find(".//dc:description", namespace).text,
        tree.find(".//dc:source", namespace).text,
    )


def test_all_three_files_say_the_stand_in_the_commit_and_the_inputs(fig6):
    kinds = []
    for kind, subject, source in made_in(fig6[0], "fig6"):
        kinds.append(kind)
        assert artefacts.SENTENCE in subject, kind
        assert "Drawn by commit" in subject, kind
        made = json.loads(source)
        assert made["figure"] == "responses/fig6"
        assert made["commit"] == provenance.describe()["commit"]
        assert made["versions"]["matplotlib"]
        assert made["inputs"]["shapes3d"]["run"] == artefacts.run_record(), kind
        assert set(made["inputs"]) == {"shapes3d", "mnist", "conditioned"}
    assert kinds == ["pdf", "png", "svg"]


def test_the_page_itself_says_stand_in(fig6):
    text = (fig6[0] / "fig6.svg").read_text(encoding="utf-8")
    comments = " ".join(re.findall(r"<!-- (.*?) -->", text, re.S))
    assert "stand-in for 3D-Shapes (not the original images)" in comments


def test_no_partial_file_is_left(fig6):
    names = {path.name for path in fig6[0].iterdir()}
    made = {"fig6.pdf", "fig6.svg", "fig6.png"}
    assert names == made | {"matrix.npz", "mnist.npz", "conditioned.npz"}


def test_a_figure_of_image_sets(tmp_path):
    for name, channels, title in (("dsprites", 1, "dSprites"), ("shapes3d", 3, "3D-Shapes")):
        shared = {"channels": channels, "title": title}
        artefacts.write_image_set(tmp_path / f"{name}.h5", **shared)
        artefacts.write_image_set(tmp_path / f"{name}_perturbed.h5", epsilon=0.1, **shared)
    inputs = [
        f"{name}{change}={tmp_path / name}{change}.h5"
        for name in ("dsprites", "shapes3d")
        for change in ("", "_perturbed")
    ]
    run("perturbations/fig3", inputs, tmp_path / "fig3.pdf")
    for kind, subject, source in made_in(tmp_path, "fig3"):
        assert artefacts.SENTENCE in subject, kind
        assert json.loads(source)["inputs"]["dsprites"]["commit"] == artefacts.COMMIT


def test_an_unknown_figure_names_those_that_exist(tmp_path):
    with pytest.raises(UserError, match=r"'fig6' is not a figure; .*responses/fig6"):
        run("fig6", [], tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [lambda inputs: inputs[:-1], lambda inputs: [*inputs, inputs[0].replace("shapes3d", "extra")]],
    ids=["one-missing", "one-too-many"],
)
def test_inputs_that_are_not_the_figures_are_one_sentence(fig6, tmp_path, change):
    with pytest.raises(UserError) as caught:
        run("responses/fig6", change(fig6[1]), tmp_path / "a.pdf")
    for name in ("shapes3d", "mnist", "conditioned"):
        assert name in str(caught.value)
    assert list(tmp_path.iterdir()) == []
