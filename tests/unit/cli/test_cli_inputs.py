"""Inputs of figures, tables and measures: NAME=FILE pairs, sources, and modules by name."""

import artefacts
import numpy as np
import pandas as pd
import pytest

from latent_assays import provenance, store
from latent_assays.cli.inputs import check_names, read_inputs, room_module, sources_of
from latent_assays.errors import UserError

TABLE = "dataset,value,reason,source,commit\nshapes3d,0.5,,{0},abc\nNA,,no value,{0},abc\n"


@pytest.fixture
def files(tmp_path):
    artefacts.write_npz(tmp_path / "a.npz", artefacts.run_record(), matrix=np.eye(3))
    artefacts.write_image_set(tmp_path / "b.h5")
    (tmp_path / "c.csv").write_text(TABLE.format("Somewhere: 1 image."))
    made = {"commit": artefacts.COMMIT, "run": artefacts.run_record(model="ae")}
    store.write_json(tmp_path / "d.json", {"numbers": {"mig": 1}, "provenance": made})
    return tmp_path


def read_all(files):
    names = ("x=a.npz", "y=b.h5", "z=c.csv", "w=d.json")
    return read_inputs([name.replace("=", f"={files}/") for name in names])


def test_made_up_artefacts_can_be_read(tmp_path):
    images = artefacts.write_image_set(tmp_path / "a.h5")
    read = store.read_image_set(tmp_path / "a.h5")
    np.testing.assert_array_equal(read.images, images)
    assert read.attributes["selection"] in artefacts.SENTENCE
    artefacts.write_npz(tmp_path / "a.npz", artefacts.run_record(seed=3), mean=np.eye(2))
    assert provenance.from_arrays(store.read_arrays(tmp_path / "a.npz"))["run"]["seed"] == 3


def test_each_file_is_read_as_its_suffix_says(files):
    read = read_all(files)
    assert list(read) == ["x", "y", "z", "w"]
    np.testing.assert_array_equal(read["x"]["matrix"], np.eye(3))
    assert isinstance(read["y"], store.ImageSet)
    assert isinstance(read["z"], pd.DataFrame)
    assert read["z"]["dataset"].tolist() == ["shapes3d", "NA"], "only an empty cell is no value"
    assert read["z"]["value"].isna().tolist() == [False, True]
    assert read["z"]["reason"].isna().tolist() == [True, False]
    assert read["w"]["numbers"] == {"mig": 1}


def test_a_path_may_hold_an_equals_sign(files):
    folder = files / "beta=4"
    artefacts.write_npz(folder / "a.npz", artefacts.run_record(), matrix=np.eye(2))
    assert "matrix" in read_inputs([f"x={folder / 'a.npz'}"])["x"]


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("x", "give NAME=FILE"),
        ("a.npz", "give NAME=FILE"),
        ("x=", "give a file in .npz, .h5, .csv, .json"),
        ("x=a.txt", "give a file in .npz, .h5, .csv, .json"),
        ("x=folder", "give a file in .npz, .h5, .csv, .json"),
    ],
)
def test_a_pair_that_cannot_be_read_is_one_sentence(pair, said):
    with pytest.raises(UserError) as caught:
        read_inputs([pair])
    assert str(caught.value).startswith(f"--input {pair}")
    assert str(caught.value).endswith(f": {said}")


@pytest.mark.parametrize("suffix", ["npz", "h5", "csv", "json"])
def test_a_missing_file_is_one_sentence(tmp_path, suffix):
    with pytest.raises(UserError, match="does not exist"):
        read_inputs([f"x={tmp_path / 'no'}.{suffix}"])


@pytest.mark.parametrize("suffix", ["npz", "h5", "csv", "json"])
def test_an_empty_file_is_one_sentence(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    path.touch()
    with pytest.raises(UserError, match="cannot be read"):
        read_inputs([f"x={path}"])


def test_a_name_given_twice_is_refused(files):
    with pytest.raises(UserError, match="x"):
        read_inputs([f"x={files / 'a.npz'}", f"x={files / 'b.h5'}"])


def test_sentences_of_every_kind_of_input(files):
    sentences, facts = sources_of(read_all(files))
    assert sentences[:-1] == [
        artefacts.SENTENCE,
        "vae-b4-d24 on 3D-Shapes, seed 0, 1,500 steps.",
        "Somewhere: 1 image.",
        "ae on 3D-Shapes, seed 0, 1,500 steps.",
    ]
    assert sentences[-1].startswith("Drawn by commit ")
    assert facts["x"]["run"] == artefacts.run_record()
    assert facts["y"]["commit"] == artefacts.COMMIT
    assert facts["w"]["run"] == artefacts.run_record(model="ae")
    assert set(facts) == {"x", "y", "w"}, "a table says of each row what made it"


def test_a_sentence_is_said_once(files):
    read = read_inputs([f"x={files / 'a.npz'}", f"again={files / 'a.npz'}"])
    sentences, facts = sources_of(read)
    assert len(sentences) == len(set(sentences)) == 3
    assert set(facts) == {"x", "again"}


def test_an_input_that_does_not_say_what_made_it_is_refused(tmp_path):
    """A figure without a source would be a number without a run."""
    artefacts.write_npz(tmp_path / "a.npz", matrix=np.eye(2))
    with pytest.raises(UserError, match="provenance"):
        sources_of(read_inputs([f"x={tmp_path / 'a.npz'}"]))


def test_names_are_those_of_the_function_but_for_the_sources():
    def draw(matrix, credit, sources):
        pass

    check_names(draw, {"credit": 1, "matrix": 2})
    for given, said in (({"matrix": 1}, "matrix"), ({}, "nothing"), ({"sources": 1}, "sources")):
        with pytest.raises(UserError, match=f"{said} was given; give matrix, credit"):
            check_names(draw, given)


@pytest.mark.parametrize(
    ("kind", "name", "path"),
    [
        ("figure", "responses/fig6", "papers.responses.figures.fig6"),
        ("table", "perturbations/tab1", "papers.perturbations.tables.tab1"),
        ("measure", "responses/credit", "papers.responses.measures.credit"),
        ("figure", "datasets/contact_sheet", "figures.contact_sheet"),
    ],
)
def test_a_module_of_a_room_goes_by_paper_and_name(kind, name, path):
    assert room_module(kind, name).__name__ == f"latent_assays.{path}"


@pytest.mark.parametrize("kind", ["figure", "table", "measure"])
@pytest.mark.parametrize(
    "name",
    ["", "/", "responses", "responses/", "responses/no", "no/fig6", "structure/fig99", "a.b/c"],
)
def test_a_name_of_no_module_is_one_sentence(kind, name):
    with pytest.raises(UserError, match=f"^'{name}' is not a {kind}: give PAPER/{kind.upper()}$"):
        room_module(kind, name)


def test_a_room_whose_module_lacks_a_library_says_which(tmp_path, monkeypatch):
    """Else a figure whose library is not installed would seem not to exist."""
    from latent_assays.papers.responses import figures

    (tmp_path / "lacking.py").write_text("import no_such_library\n")
    monkeypatch.setattr(figures, "__path__", [str(tmp_path)])
    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        room_module("figure", "responses/lacking")
