"""Inputs of figures and tables: NAME=FILE pairs, and the sentences that say their source."""

import numpy as np
import pandas as pd
import pytest
import test_cli_artefacts as artefacts

from latent_assays.cli.inputs import read_inputs, run_sentences, sources_of
from latent_assays.errors import UserError
from latent_assays.store import ImageSet

TABLE = "dataset,value,reason,source\nshapes3d,0.5,,{0}\nNA,,no value,{0}\n"


@pytest.fixture
def files(tmp_path):
    artefacts.write_npz(tmp_path / "a.npz", artefacts.run_record(), matrix=np.eye(3))
    artefacts.write_image_set(tmp_path / "b.h5")
    (tmp_path / "c.csv").write_text(TABLE.format("Somewhere: 1 image."))
    return tmp_path


def test_each_file_is_read_as_its_suffix_says(files):
    read = read_inputs([f"x={files / 'a.npz'}", f"y={files / 'b.h5'}", f"z={files / 'c.csv'}"])
    assert list(read) == ["x", "y", "z"]
    np.testing.assert_array_equal(read["x"]["matrix"], np.eye(3))
    assert isinstance(read["y"], ImageSet)
    assert isinstance(read["z"], pd.DataFrame)
    assert read["z"]["dataset"].tolist() == ["shapes3d", "NA"], "only an empty cell is no value"
    assert read["z"]["value"].isna().tolist() == [False, True]
    assert read["z"]["reason"].isna().tolist() == [True, False]


def test_a_path_may_hold_an_equals_sign(files):
    folder = files / "beta=4"
    artefacts.write_npz(folder / "a.npz", artefacts.run_record(), matrix=np.eye(2))
    assert "matrix" in read_inputs([f"x={folder / 'a.npz'}"])["x"]


@pytest.mark.parametrize("pair", ["x", "a.npz", "x=", "x=a.txt", "x=folder"])
def test_a_pair_that_cannot_be_read_is_one_sentence(pair):
    with pytest.raises(UserError) as caught:
        read_inputs([pair])
    assert str(caught.value).startswith(f"--input {pair}: give NAME=FILE")
    assert ".npz, .h5, .csv" in str(caught.value)


@pytest.mark.parametrize("suffix", ["npz", "h5", "csv"])
def test_a_missing_file_is_one_sentence(tmp_path, suffix):
    with pytest.raises(UserError, match="does not exist"):
        read_inputs([f"x={tmp_path / 'no'}.{suffix}"])


@pytest.mark.parametrize("suffix", ["npz", "h5", "csv"])
def test_an_empty_file_is_one_sentence(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    path.touch()
    with pytest.raises(UserError, match="cannot be read"):
        read_inputs([f"x={path}"])


def test_a_name_given_twice_is_refused(files):
    with pytest.raises(UserError, match="x"):
        read_inputs([f"x={files / 'a.npz'}", f"x={files / 'b.h5'}"])


def test_sentences_of_every_kind_of_input(files):
    read = read_inputs([f"x={files / 'a.npz'}", f"y={files / 'b.h5'}", f"z={files / 'c.csv'}"])
    sentences, facts = sources_of(read)
    assert sentences[:-1] == [
        artefacts.SENTENCE,
        "vae-b4-d24 on 3D-Shapes, seed 0, 1,500 steps.",
        "Somewhere: 1 image.",
    ]
    assert sentences[-1].startswith("Drawn by commit ")
    assert facts["x"]["run"] == artefacts.run_record()
    assert facts["y"]["commit"] == artefacts.COMMIT


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


def test_run_sentences_say_stand_in_model_seed_and_steps():
    dataset, training = run_sentences(artefacts.run_record(model="ae", seed=3))
    assert dataset == artefacts.SENTENCE
    assert training == "ae on 3D-Shapes, seed 3, 1,500 steps."
