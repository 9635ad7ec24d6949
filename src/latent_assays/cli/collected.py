"""`collected`: the numbers of a paper's runs as one tidy table."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    files: Annotated[list[Path], typer.Argument(help="Score JSONs and conditioned-response npz.")],
    output: Annotated[Path, typer.Option(help="CSV to write.")],
) -> None:
    """Collect the numbers of many runs: one row, one value."""
    import math

    import pandas as pd

    from latent_assays import provenance
    from latent_assays.cli.inputs import run_sentences
    from latent_assays.store import atomic_path, read_arrays, read_json

    rows = []
    for file in files:
        if file.suffix == ".json":
            record = read_json(file)
            made, values = record["provenance"], record["scores"]
        else:
            arrays = read_arrays(file)
            made = provenance.from_arrays(arrays)
            values = {
                name: {"value": float(arrays[name]), "reason": None}
                for name in ("cds", "cds_rescaled")
            }
            for entry in values.values():
                if math.isnan(entry["value"]):
                    entry.update(value=None, reason="no latent responds, or only one factor varies")
        run = made["run"]
        rows += [
            {
                "dataset": run["dataset"]["dataset"],
                "variant": run["dataset"]["variant"],
                "model": run["model"],
                "seed": run["seed"],
                "steps": run["settings"]["steps"],
                "score": name,
                "value": entry["value"],
                "reason": entry["reason"],
                "source": run_sentences(run)[0],
                "commit": run["commit"],
            }
            for name, entry in values.items()
        ]
    table = pd.DataFrame(rows).sort_values(["dataset", "variant", "model", "seed", "score"])
    with atomic_path(output) as partial:
        table.to_csv(partial, index=False)
