"""`collected`: the numbers of a paper's runs as one tidy table."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    plan: Annotated[
        str,
        typer.Option(
            help="JSON: for each study datasets, variants, models, seeds, on, measures and"
            " image_measures; variants and models by name with the settings that are swept."
        ),
    ],
    scale: Annotated[str, typer.Option(help="Scale whose results are read.")],
    output: Annotated[Path, typer.Option(help="CSV to write.")],
) -> None:
    """Collect the numbers of many runs and image sets: one row, one value.

    `study` to `seed` say of which run and on which images, with a column for each setting that a
    study sweeps; a number of an image set has no model and no seed. `case` counts the values of a
    number that has many. Distances have `floor`, what real images reach, `n`, how many images were
    judged, and `few_samples`, whether n is not above the dimension of the features.
    """
    import pandas as pd

    from latent_assays.cli.inputs import read_settings
    from latent_assays.places import measured_files
    from latent_assays.provenance import dataset_sentence, run_sentences
    from latent_assays.results import COLUMNS
    from latent_assays.store import atomic_path, read_json

    rows = []
    for columns, path in measured_files(read_settings(plan), scale):
        content = read_json(path)
        made = content["provenance"].get("run", {})
        images = content["provenance"].get("images")
        told = dataset_sentence(images) if images else run_sentences(made)[0]
        for name, entry in content["numbers"].items():
            values = entry["value"] if isinstance(entry["value"], list) else [entry["value"]]
            rows += [
                {
                    **columns,
                    "steps": None if images else made["settings"]["steps"],
                    "number": name,
                    "case": case,
                    "value": value,
                    "reason": entry["reason"] if value is None else None,
                    "floor": entry.get("floor"),
                    "n": entry.get("n"),
                    "few_samples": entry.get("few_samples"),
                    "source": told,
                    "commit": (content["provenance"] if images else made)["commit"],
                }
                for case, value in enumerate(values)
            ]
    swept = sorted({key for row in rows for key in row} - set(COLUMNS))
    at = COLUMNS.index("seed")
    table = pd.DataFrame(rows, columns=[*COLUMNS[:at], *swept, *COLUMNS[at:]])
    table = table.sort_values(["study", "dataset", "variant", "on", "model", "seed", "number"])
    with atomic_path(output) as partial:
        whole = {"seed": "Int64", "steps": "Int64", "n": "Int64"}
        table.astype(whole).to_csv(partial, index=False)
