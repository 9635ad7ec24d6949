"""Reads the pack that it lies in, with NumPy and safetensors: `read(runs()[0])` in this folder."""

import hashlib
import json
from pathlib import Path

import numpy as np

PACK = Path(__file__).parent


def runs():
    """Names of all runs, DATASET/VARIANT/MODEL/SEED."""
    return list(_json("manifest.json")["runs"])


def read(run):
    """Of one run: codes (N,D), factors (N,K), numbers by file and name, and weights by name."""
    from safetensors.numpy import load_file

    coded = np.load(PACK / f"codes/{run}.npz")
    files = _json("manifest.json")["runs"][run]["numbers"]
    return {
        "codes": coded["mean"],
        "factors": coded["factors"],
        "numbers": {file: _json(file)["numbers"] for file in files},
        "weights": load_file(PACK / f"runs/{run}/model.safetensors"),
    }


def changed():
    """Files that are not as they were packed; empty if all are."""
    packed = {file: entry["sha256"] for file, entry in _json("manifest.json")["files"].items()}
    found = {file: hashlib.sha256((PACK / file).read_bytes()).hexdigest() for file in packed}
    return [file for file in packed if found[file] != packed[file]]


def _json(file):
    return json.loads((PACK / file).read_text(encoding="utf-8"))
