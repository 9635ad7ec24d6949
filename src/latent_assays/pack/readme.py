"""The pack's README: what lies where, how a run is scored again, and which data were used."""

from collections.abc import Mapping
from typing import Any

__all__ = ["readme_of"]

README = """\
# Latent Assays, scale `{scale}`

Weights, codes and numbers of {runs:,} runs, and the tables and claims that were made of them.
A run is named DATASET/VARIANT/MODEL/SEED, here RUN.

* `runs/RUN/`: weights (`model.safetensors`), settings (`config.json`), and how it was trained
  (`run.json`).
* `codes/RUN.npz`: `mean` (N,D) of every image's posterior, `std` (N,D) where the model is
  stochastic, and `factors` (N,K); `codes/RUN/on-VARIANT.npz` the same of other images.
* `scores/`, `responses/`, `distances/`, `measures/`, `image_measures/`: JSON, whose `numbers` have
  each a value, or null and the reason.
* `collected/`, `tables/`, `claims/`, `claims.csv`: a paper's numbers in one table, its tables, and
  its sentences, judged.
* `manifest.json`: runs, data, versions and commits; size and SHA-256 of every file.
* `load.py`: `from load import read, runs; read(runs()[0])` needs NumPy and safetensors; `changed()`
  compares all files with their SHA-256.
* `ro-crate-metadata.json`: the same for archives, as an RO-Crate (Workflow Run Crate 0.5).
* `Snakefile`: the workflow, which needs the rest of its project, commit {commit}.

Scoring a run again needs the project and, of the pack, its codes and the settings that its scores
name. With the versions that they name, too, the numbers are the same.

```sh
python -m latent_assays scores --codes codes/RUN.npz --output again.json \\
    --settings "$(jq .provenance.settings scores/RUN.json)"
```

## Data

No images are in the pack. What was learned from them may fall under their licences.

| dataset | images | licence |
|---|---|---|
"""


def readme_of(manifest: Mapping[str, Any]) -> str:
    """The README, Markdown.

    Args:
        manifest: see `manifest.manifest_of`.
    """
    head = README.format(
        scale=manifest["scale"],
        runs=len(manifest["runs"]),
        commit=manifest["commit"] or "unknown (no git checkout)",
    )
    rows = [
        f"| {data['title']} (`{name}`) | {data['told']} | {data['licence']} |\n"
        for name, data in manifest["data"].items()
    ]
    return head + "".join(rows)
