"""`choices`: choose a run by a number."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    candidates: Annotated[
        list[Path], typer.Argument(help="JSON with the numbers of each run to choose from.")
    ],
    name: Annotated[str, typer.Option(help="Name of the choice, kept with it.")],
    settings: Annotated[str, typer.Option(help="JSON: number, take and perhaps at_least.")],
    output: Annotated[Path, typer.Option(help="JSON to write: the run, its number, and why.")],
) -> None:
    """Choose the run with the least or the largest of a number among those that qualify."""
    from latent_assays import provenance
    from latent_assays.choices import Candidate, choose
    from latent_assays.cli.inputs import read_settings
    from latent_assays.places import Run
    from latent_assays.store import read_json, write_json

    chosen = read_settings(settings)
    given = []
    for path in candidates:
        content = read_json(path)
        run = content["provenance"]["run"]
        place = (run["dataset"][key] for key in ("dataset", "variant"))
        numbers = {key: entry["value"] for key, entry in content["numbers"].items()}
        given.append(Candidate(Run(*place, run["model"], run["seed"]), numbers))
    number, at_least = chosen["number"], chosen.get("at_least", {})
    made = choose(given, number, chosen["take"], at_least)
    write_json(
        output,
        {
            "choice": name,
            "chosen": {**made.run._asdict(), "value": made.value},
            "number": number,
            "take": chosen["take"],
            "reason": made.reason,
            "candidates": [{**each.run._asdict(), **each.numbers} for each in given],
            "provenance": provenance.describe(settings=chosen),
        },
    )
