"""`image-measures`: numbers and arrays of an image set that say which set it was."""

import json
from types import SimpleNamespace

import artefacts
import numpy as np
import pytest

from latent_assays import provenance
from latent_assays.cli import image_measures, inputs
from latent_assays.errors import UserError
from latent_assays.results import number
from latent_assays.store import read_arrays, read_json

NAME = "perturbations/brightness"


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """A measure that a room would have: the mean of all pixels, and of each image."""

    def measure(images):
        return {"brightness": number(images.images.mean(), "")}, {
            "means": images.images.mean((1, 2, 3))
        }

    monkeypatch.setattr(inputs, "room_module", lambda kind, name: SimpleNamespace(measure=measure))
    pixels = artefacts.write_image_set(tmp_path / "images.h5")
    image_measures.run(NAME, tmp_path / "images.h5", tmp_path / "out.npz")
    return pixels, tmp_path


def test_numbers_lie_beside_the_arrays_and_say_of_which_images_they_are(measured):
    pixels, folder = measured
    found, arrays = read_json(folder / "out.json"), read_arrays(folder / "out.npz")
    assert found["numbers"]["brightness"]["value"] == pytest.approx(pixels.mean())
    np.testing.assert_allclose(arrays["means"], pixels.mean((1, 2, 3)))
    images = found["provenance"]["images"]
    assert provenance.dataset_sentence(images) == artefacts.SENTENCE
    assert (images["dataset"], images["variant"]) == ("shapes3d", "original")
    assert images["made"]["commit"] == artefacts.COMMIT
    assert json.loads(str(arrays["provenance"])) == found["provenance"]


def test_an_unknown_measure_is_one_sentence(tmp_path):
    artefacts.write_image_set(tmp_path / "images.h5")
    with pytest.raises(
        UserError, match="'perturbations/nothing' is not a measure of images: give PAPER/MEASURE"
    ):
        image_measures.run("perturbations/nothing", tmp_path / "images.h5", tmp_path / "out.npz")
