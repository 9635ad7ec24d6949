"""`collected`: the numbers of a paper's runs as one tidy table."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

CDS = ("cds", "cds_rescaled", "cds_masked")
NO_CDS = "no latent responds, or only one factor varies"


def run(
    files: Annotated[
        list[Path], typer.Argument(help="Score and distance JSONs, conditioned-response npz.")
    ],
    output: Annotated[Path, typer.Option(help="CSV to write.")],
) -> None:
    """Collect the numbers of many runs: one row, one value.

    Distances are named after their images and have `floor`, what real images reach, `n`, how many
    images were judged, and `few_samples`, whether n is not above the dimension of the features.
    """
    import pandas as pd

    from latent_assays.cli.inputs import run_sentences
    from latent_assays.store import atomic_path

    rows = []
    for file in files:
        made, values = _read(file)
        rows += [
            {
                "dataset": made["dataset"]["dataset"],
                "variant": made["dataset"]["variant"],
                "model": made["model"],
                "seed": made["seed"],
                "steps": made["settings"]["steps"],
                "score": name,
                "value": entry["value"],
                "reason": entry["reason"],
                "floor": entry.get("floor"),
                "n": entry.get("n"),
                "few_samples": entry.get("few_samples"),
                "source": run_sentences(made)[0],
                "commit": made["commit"],
            }
            for name, entry in values.items()
        ]
    table = pd.DataFrame(rows).sort_values(["dataset", "variant", "model", "seed", "score"])
    with atomic_path(output) as partial:
        table.astype({"n": "Int64"}).to_csv(partial, index=False)


def _read(file: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The run, and its numbers by name."""
    from latent_assays import provenance
    from latent_assays.store import read_arrays, read_json

    if file.suffix == ".npz":
        arrays = read_arrays(file)
        return provenance.from_arrays(arrays)["run"], dict(_causal_disentanglement(arrays))
    record = read_json(file)
    if "scores" in record:
        return record["provenance"]["run"], record["scores"]
    generated = record["provenance"]["generated"]
    return generated["run"], {
        f"{generated['kind']}_{name}": _distance(result)
        for name, result in record["distances"].items()
    }


def _causal_disentanglement(arrays: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    import math

    for name in CDS:
        value = float(arrays[name])
        defined = not math.isnan(value)
        yield name, {"value": value if defined else None, "reason": None if defined else NO_CDS}


def _distance(result: dict[str, Any]) -> dict[str, Any]:
    details = {key: result["details"].get(key) for key in ("floor", "few_samples")}
    chosen = {"value": result["value"], "reason": result["reason"]}
    return chosen | details | {"n": result["settings"]["n_generated"]}
