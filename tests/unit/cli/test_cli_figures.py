"""`figures`: three files that say in their metadata what they were drawn from."""

import json
import re
import sys
import zlib
from xml.etree import ElementTree

import artefacts
import numpy as np
import pytest
from PIL import Image

from latent_assays import provenance, store
from latent_assays.cli.figures import run
from latent_assays.errors import UserError
from latent_assays.variants import perturbed


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


def draw(shapes3d, mnist, sources):
    """A small figure of this module's own, so that no paper's figure is needed here."""
    import matplotlib.pyplot as plt

    from latent_assays.figures.style import footnote

    figure = plt.figure(figsize=(7, 2), layout="constrained")
    for axes, given in zip(figure.subplots(1, 2), (shapes3d, mnist), strict=True):
        axes.imshow(given["matrix"])
    footnote(figure, sources)
    return figure


@pytest.fixture(scope="module", autouse=True)
def _registered():
    with pytest.MonkeyPatch.context() as patch:
        module = "latent_assays.papers.responses.figures.small"
        patch.setitem(sys.modules, module, sys.modules[__name__])
        yield


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    mnist = artefacts.run_record(title="MNIST", source="MNIST")
    artefacts.write_npz(folder / "a.npz", artefacts.run_record(), matrix=np.eye(3))
    artefacts.write_npz(folder / "b.npz", mnist, matrix=np.eye(2))
    inputs = [f"shapes3d={folder / 'a.npz'}", f"mnist={folder / 'b.npz'}"]
    run("responses/small", inputs, folder / "small.pdf")
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


def test_all_three_files_say_the_stand_in_the_commit_and_the_inputs(small):
    kinds = []
    for kind, subject, source in made_in(small[0], "small"):
        kinds.append(kind)
        assert artefacts.SENTENCE in subject, kind
        assert "Drawn by commit" in subject, kind
        made = json.loads(source)
        assert made["figure"] == "responses/small"
        assert made["commit"] == provenance.describe()["commit"]
        assert made["versions"]["matplotlib"]
        assert made["inputs"]["shapes3d"]["run"] == artefacts.run_record(), kind
        assert set(made["inputs"]) == {"shapes3d", "mnist"}
    assert kinds == ["pdf", "png", "svg"]


def test_the_page_itself_says_stand_in(small):
    text = (small[0] / "small.svg").read_text(encoding="utf-8")
    comments = " ".join(re.findall(r"<!-- (.*?) -->", text, re.S))
    assert "stand-in for 3D-Shapes (not the original images)" in comments


def test_no_partial_file_is_left(small):
    names = {path.name for path in small[0].iterdir()}
    made = {"small.pdf", "small.svg", "small.png"}
    assert names == made | {"a.npz", "b.npz"}


def write_perturbed(path, original):
    """A perturbed image set as `variants` leaves it."""
    settings = {"epsilon": 0.1, "gain": 2, "values": "unclipped", "seed": 0}
    images = store.read_image_set(original)
    change = perturbed.change(images, settings, np.linspace(-1, 1, len(images)))
    foster = {"model": "vae", "seed": 0, "latent": 1, "value": 0.04}
    told = {f"foster_{key}": value for key, value in foster.items()}
    store.write_image_set(
        path,
        [change.images(slice(None))],
        images.images.shape,
        change.factors,
        change.split,
        change.factor_names,
        change.factor_sizes,
        {**images.attributes, **change.attributes, **told},
        scale=change.scale,
        offset=change.offset,
        extra=change.extra,
    )


def test_a_figure_of_image_sets(tmp_path):
    for name, channels, title in (("dsprites", 1, "dSprites"), ("shapes3d", 3, "3D-Shapes")):
        shared = {"channels": channels, "title": title}
        artefacts.write_image_set(tmp_path / f"{name}.h5", **shared)
        write_perturbed(tmp_path / f"{name}_perturbed.h5", tmp_path / f"{name}.h5")
    inputs = [
        f"{name}{change}={tmp_path / name}{change}.h5"
        for name in ("dsprites", "shapes3d")
        for change in ("", "_perturbed")
    ]
    run("perturbations/fig3", inputs, tmp_path / "fig3.pdf")
    for kind, subject, source in made_in(tmp_path, "fig3"):
        assert artefacts.SENTENCE in subject, kind
        assert json.loads(source)["inputs"]["dsprites"]["commit"] == artefacts.COMMIT


@pytest.mark.parametrize("name", ["fig6", "responses/fig99", "responses/tab1", "nobody/fig6"])
def test_an_unknown_figure_is_one_sentence(tmp_path, name):
    with pytest.raises(UserError, match=f"^'{name}' is not a figure: give PAPER/FIGURE$"):
        run(name, [], tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "change",
    [lambda inputs: inputs[:-1], lambda inputs: [*inputs, inputs[0].replace("shapes3d", "extra")]],
    ids=["one-missing", "one-too-many"],
)
def test_inputs_that_are_not_the_figures_are_one_sentence(small, tmp_path, change):
    with pytest.raises(UserError) as caught:
        run("responses/small", change(small[1]), tmp_path / "a.pdf")
    for name in ("shapes3d", "mnist"):
        assert name in str(caught.value)
    assert list(tmp_path.iterdir()) == []
