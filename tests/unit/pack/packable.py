"""Results of two small runs, whose scores were really computed, and their pack."""

import json
from pathlib import Path

import numpy as np

from latent_assays import provenance
from latent_assays.cli import pack, scores
from latent_assays.pack.contents import OF_RUN, OF_TABLE
from latent_assays.store import write_arrays, write_json, write_text

SETTINGS = {"names": ["mig", "dci"], "train_samples": 100, "test_samples": 50}
DATA = {
    "dataset": "shapes3d",
    "variant": "original",
    "title": "3D-Shapes",
    "source": "re-rendered stand-in for 3D-Shapes (not the original images)",
    "stand_in": True,
    "licence": "Apache-2.0",
    "selection": "120 of 480,000 images at 8 px",
    "split_rule": "70/10/20 drawn with seed 0",
    "images": 120,
}
STUDY = {
    "datasets": {"shapes3d": "shapes3d"},
    "variants": {"original": {}},
    "models": {"ae": {}},
    "seeds": 2,
    "on": [None, "ball"],
    "measures": ["scores"],
    "image_measures": ["image_measures/one/variance"],
}
PAPERS = {
    "one": {
        "title": "On codes",
        "authors": "A. Author, 2020",
        "arxiv": "2001.00001",
        "plan": {"table1": STUDY},
        "tables": ["tab1"],
        "claims": True,
    }
}


class Packable:
    """Results of two runs below a folder of their own.

    Attributes:
        folder: the working directory that they lie below.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for seed in range(2):
            self._make_run(f"shapes3d/original/ae/seed{seed}", seed)
        below = Path("results/mini")
        for suffix in OF_TABLE:
            write_text(below / f"tables/one/tab1{suffix}", f"table {suffix}\n")
        for name in ("collected/one.csv", "claims/one.csv", "claims.csv"):
            write_text(below / name, f"{name}\n1\n")
        write_json(below / "image_measures/one/variance/shapes3d/original.json", {"numbers": {}})
        write_text("Snakefile", "rule all:\n")

    def _make_run(self, run: str, seed: int) -> None:
        import torch
        from safetensors.torch import save_file

        made = {"commit": "0123456789ab", "versions": {"latent-assays": "0.1.0", "numpy": "2"}}
        made |= {"model": "ae", "seed": seed, "settings": {"steps": 5}, "dataset": DATA}
        folder = Path(f"results/mini/runs/{run}")
        write_json(folder / "run.json", made)
        write_json(folder / "config.json", {"latents": 3})
        save_file({"layer.weight": torch.full((2, 3), float(seed))}, folder / OF_RUN[0])
        factors = np.stack(np.unravel_index(np.arange(120), (4, 5, 6)), axis=1)
        for draw, on in enumerate(("", "/on-ball")):
            noise = np.random.default_rng([seed, draw]).normal(size=factors.shape)
            codes = Path(f"results/mini/codes/{run}{on}.npz")
            arrays = {"mean": factors + noise, "factors": factors}
            write_arrays(codes, arrays | {"provenance": provenance.to_array({"run": made})})
            scored = Path(f"results/mini/scores/{run}{on}.json")
            scores.run(codes, json.dumps(SETTINGS), scored)

    def pack(self, name: str = "results/mini/pack.zip", date: str | None = "2026-01-02") -> Path:
        """Write the pack."""
        output = Path(name)
        pack.run(json.dumps(PAPERS), "mini", Path("Snakefile"), output, date)
        return output.absolute()
