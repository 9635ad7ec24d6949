"""Small artefacts of every kind for the other tests of the command line."""

import json

import numpy as np

from latent_assays import provenance, store
from latent_assays.split import draw_split

STAND_IN = "re-rendered stand-in for 3D-Shapes (not the original images)"
SENTENCE = (
    "Re-rendered stand-in for 3D-Shapes (not the original images): 24 of 480,000 images at 8 px."
)
COMMIT = "0123456789ab"

DATASET = {
    "dataset": "shapes3d",
    "variant": "original",
    "title": "3D-Shapes",
    "source": STAND_IN,
    "stand_in": True,
    "grid": True,
    "licence": "Apache-2.0",
    "selection": "24 of 480,000 images at 8 px",
    "keep": "{}",
    "split_rule": "70/10/20 drawn with seed 0",
}


def run_record(model="vae-b4-d24", seed=0, **dataset):
    """The run.json of a training."""
    return {
        "commit": COMMIT,
        "versions": {"numpy": "2"},
        "model": model,
        "seed": seed,
        "settings": {"steps": 1500, "objective": "beta-vae"},
        "dataset": {**DATASET, **dataset},
    }


def write_image_set(path, count=24, channels=3, seed=0, **attributes):
    """Random images of 8 pixels on a grid of 2 x 12 classes."""
    images = np.random.default_rng(seed).integers(0, 256, (count, 8, 8, channels), dtype=np.uint8)
    factors = np.stack(np.unravel_index(np.arange(count), (2, count // 2)), 1).astype(np.int16)
    made = json.dumps({"commit": COMMIT, "settings": {"resolution": 8}})
    facts = {**DATASET, "provenance": made, **attributes}
    sizes = (2, count // 2)
    names, split = ["shape", "hue"], draw_split(count)
    store.write_image_set(path, [images], images.shape, factors, split, names, sizes, facts)
    return images


def write_npz(path, run=None, **arrays):
    """An npz of a stage after training; without a run it says nothing of where it comes from."""
    if run:
        made = {"commit": COMMIT, "versions": {}, "run": run}
        arrays["provenance"] = provenance.to_array(made)
    store.write_arrays(path, arrays)
