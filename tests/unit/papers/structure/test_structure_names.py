"""Names of models and distances."""

import numpy as np
import pytest
from structure_numbers import shapes3d

from latent_assays.distances.registry import DISTANCES as COMPUTED
from latent_assays.papers.structure.names import (
    ARCHITECTURES,
    DISTANCES,
    architecture_of,
    first_distance,
    label_of,
)


@pytest.mark.parametrize(
    ("model", "label", "architecture"),
    [
        ("sae-12", "SAE-12", "Structural"),
        ("vlae-3", "VLAE-3", "Ladder"),
        ("adaae-16", "AdaAE-16", "Adaptive"),
        ("ae", "AE", "Baseline"),
        ("vae-16", "VAE", "Baseline"),
        ("beta-vae", "β-VAE", "Baseline"),
        ("wae-strong", "WAE-strong", "Baseline"),
        ("my-vae", "my-vae", "Baseline"),
        ("saeculum", "saeculum", "Baseline"),
    ],
)
def test_models_are_named_as_in_the_paper_and_others_by_their_own_name(model, label, architecture):
    assert label_of(model) == label
    assert architecture_of(model) == architecture
    assert architecture in ARCHITECTURES


def test_distances_that_are_named_are_computed_and_only_one_is_called_fid():
    assert set(DISTANCES) <= set(COMPUTED)
    assert [name for name, label in DISTANCES.items() if "FID" in label] == ["fid"]


def test_the_first_distance_that_has_a_value_is_taken():
    assert first_distance(shapes3d(seeds=1, fid=True), "reconstruction") == "fid"
    numbers = shapes3d(seeds=1)
    assert first_distance(numbers, "hybrid") == "fd_efflite0"
    lacking = numbers["number"].str.contains("efflite0")
    numbers.loc[lacking, "value"] = np.nan
    assert first_distance(numbers, "hybrid") == "fd_pixels"
    assert first_distance(numbers.assign(value=np.nan), "hybrid") == "fd_pixels"
