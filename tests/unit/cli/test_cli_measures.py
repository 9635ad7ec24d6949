"""`measures`: a paper's own measure is given what it takes, and says of which run it is."""

import json
import sys

import artefacts
import numpy as np
import pytest

from latent_assays import provenance
from latent_assays.cli.measures import run
from latent_assays.errors import UserError
from latent_assays.models import build_network
from latent_assays.models.callables import encode_decode
from latent_assays.models.weights import save_model
from latent_assays.responses.assays import Assayed
from latent_assays.results import number
from latent_assays.store import read_arrays, read_json, write_json

SETTINGS = {"network": "linear", "objective": "ae", "latents": 2}
SHAPE = (1, 2, 2)
CODES = np.eye(2, dtype=np.float32)


class Measures:
    """Stands for a module of a room."""

    def __init__(self, measure):
        self.measure = measure


def bare(coded):
    return Assayed({"sum": number(coded["mean"].sum(), "")}, {"twice": 2 * coded["mean"]})


def asking(decode, coded, settings):
    decoded = decode(coded["mean"])
    return Assayed({"largest": number(settings["times"] * decoded.max(), "")}, {"decoded": decoded})


@pytest.fixture(autouse=True)
def _room(monkeypatch):
    for measure in (bare, asking):
        name = f"latent_assays.papers.responses.measures.{measure.__name__}"
        monkeypatch.setitem(sys.modules, name, Measures(measure))


@pytest.fixture
def coded(tmp_path):
    """The option that names the codes of a run, whose network lies in `run`."""
    artefacts.write_npz(tmp_path / "codes.npz", artefacts.run_record(seed=3), mean=CODES)
    (tmp_path / "run").mkdir()
    network = build_network(SETTINGS, SHAPE, 0)
    save_model(tmp_path / "run/model.safetensors", network)
    write_json(tmp_path / "run/config.json", {**SETTINGS, "image_shape": SHAPE})
    return f"coded={tmp_path / 'codes.npz'}"


def test_numbers_lie_beside_the_arrays_and_both_say_of_which_run_they_are(coded, tmp_path):
    run("responses/bare", [coded], tmp_path / "out/a.npz")
    written, arrays = read_json(tmp_path / "out/a.json"), read_arrays(tmp_path / "out/a.npz")
    assert written["numbers"] == {"sum": {"value": 2.0, "reason": None}}
    np.testing.assert_array_equal(arrays["twice"], 2 * CODES)
    assert provenance.from_arrays(arrays) == written["provenance"]
    assert written["provenance"]["run"] == artefacts.run_record(seed=3)
    assert written["provenance"]["measure"] == "responses/bare"
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"a.npz", "a.json"}


def test_a_measure_that_asks_the_network_is_given_what_it_takes_of_it(coded, tmp_path):
    settings = json.dumps({"times": 3})
    run("responses/asking", [coded], tmp_path / "a.npz", tmp_path / "run", settings)
    _, decode = encode_decode(build_network(SETTINGS, SHAPE, 0))
    np.testing.assert_allclose(read_arrays(tmp_path / "a.npz")["decoded"], decode(CODES))
    written = read_json(tmp_path / "a.json")
    assert written["numbers"]["largest"]["value"] == pytest.approx(3 * decode(CODES).max())
    assert written["provenance"]["settings"] == {"times": 3}


def test_a_measure_that_does_not_ask_the_network_is_not_given_it(coded, tmp_path):
    run("responses/bare", [coded], tmp_path / "a.npz", tmp_path / "run")
    assert read_json(tmp_path / "a.json")["numbers"]["sum"]["value"] == 2


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("responses/asking", {}, "coded was given; give decode, coded, settings"),
        ("responses/bare", {"settings": '{"times": 3}'}, "coded, settings was given; give coded"),
        ("responses/bare", {"settings": "times"}, "not JSON"),
    ],
)
def test_what_a_measure_does_not_take_or_lacks_is_one_sentence(
    coded, tmp_path, name, options, said
):
    with pytest.raises(UserError, match=said):
        run(name, [coded], tmp_path / "a.npz", **options)
    assert not list(tmp_path.glob("a.*"))


def test_an_input_by_another_name_is_refused(coded, tmp_path):
    with pytest.raises(UserError, match="codes was given; give coded"):
        run("responses/bare", [coded.replace("coded=", "codes=")], tmp_path / "a.npz")


def test_inputs_that_no_run_made_are_refused(tmp_path):
    artefacts.write_npz(tmp_path / "codes.npz", mean=CODES)
    with pytest.raises(UserError, match="none of the files has the provenance of a run"):
        run("responses/bare", [f"coded={tmp_path / 'codes.npz'}"], tmp_path / "a.npz")


def test_an_unknown_measure_is_one_sentence(coded, tmp_path):
    for name in ("credit", "responses/mig", "nobody/credit"):
        with pytest.raises(UserError, match=f"^'{name}' is not a measure: give PAPER/MEASURE$"):
            run(name, [coded], tmp_path / "a.npz")


def test_the_papers_credit_is_measured_of_scores_and_matrices(tmp_path):
    """Latent 0 drives the factor and latent 1, which DCI credits with it."""
    record = artefacts.run_record()
    dci = {"value": 0.5, "reason": None, "details": {"importances": [[0.8], [0.2]]}}
    made = {"commit": artefacts.COMMIT, "run": record}
    write_json(tmp_path / "scores.json", {"numbers": {"dci": dci}, "provenance": made})
    artefacts.write_npz(
        tmp_path / "matrix.npz",
        record,
        matrix=np.array([[1.0, 0.5], [0.0, 1.0]]),
        conditioned=np.array([[0.9, 0.1]]),
        nodes=np.array([0, 1]),
    )
    inputs = [f"scores={tmp_path / 'scores.json'}", f"matrix={tmp_path / 'matrix.npz'}"]
    run("responses/credit", inputs, tmp_path / "credit.npz")
    assert read_json(tmp_path / "credit.json")["numbers"]["credits_without_link"]["value"] == 1
    arrays = read_arrays(tmp_path / "credit.npz")
    assert [arrays[name].tolist() for name in ("factor", "latent", "cause")] == [[0], [1], [0]]
