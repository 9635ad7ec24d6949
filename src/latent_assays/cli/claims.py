"""`claims`: judge the papers' claims by the numbers of the runs."""

from pathlib import Path
from typing import Annotated, Any

import typer

# What a claim's `score` can name beside scores and arrays: made of several files of one run.
CREDITS = "credits_without_link"


def run(
    files: Annotated[
        list[Path],
        typer.Argument(help="Collected CSVs, named by paper; npz of assays; JSONs of scores."),
    ],
    claims: Annotated[Path, typer.Option(help="YAML with the claims.")],
    output: Annotated[Path, typer.Option(help="CSV to write.")],
) -> None:
    """Judge every claim: estimate with interval, and whether it holds, fails or is undecided."""
    import pandas as pd
    import yaml

    from latent_assays.claims import judge, parse_claims
    from latent_assays.store import atomic_path

    listed = parse_claims(yaml.safe_load(claims.read_text(encoding="utf-8")))
    wanted = {claim.values["score"] for claim in listed}
    wanted |= {claim.against.get("score") for claim in listed}
    collected = [_collected(path) for path in files if path.suffix == ".csv"]
    for table in collected:  # an assay's npz holds the scores that were collected from it too
        wanted -= set(table["score"])
    measured = _measured([path for path in files if path.suffix != ".csv"], wanted)
    values = pd.concat([*collected, pd.DataFrame(measured)], ignore_index=True)
    judged = judge(listed, values)
    with atomic_path(output) as partial:
        judged.to_csv(partial, index=False)


def _collected(path: Path):
    import pandas as pd

    table = pd.read_csv(path, keep_default_na=False, na_values=[""])
    return table.assign(paper=path.stem, case=0)


def _measured(paths: list[Path], wanted: set[str]) -> list[dict[str, Any]]:
    """Rows of the arrays that claims name, and of what several files of a run tell together."""
    from latent_assays import provenance
    from latent_assays.cli.inputs import run_sentences
    from latent_assays.store import read_arrays, read_json

    rows, by_run = [], {}
    for path in paths:
        if path.suffix == ".json":
            content = read_json(path)
            made, kind = content["provenance"], "scores"
        else:
            content = read_arrays(path)
            made = provenance.from_arrays(content)
            kind = made["assay"]
        about = {
            "paper": "",
            "dataset": made["run"]["dataset"]["dataset"],
            "variant": made["run"]["dataset"]["variant"],
            "model": made["run"]["model"],
            "seed": made["run"]["seed"],
            "source": run_sentences(made["run"])[0],
        }
        by_run.setdefault(tuple(about.items()), {})[kind] = content
        for name in sorted(wanted & set(content)):
            rows += [
                {**about, "score": name, "case": case, "value": float(value)}
                for case, value in enumerate(content[name].ravel())
            ]
    if CREDITS in wanted:
        for about, content in by_run.items():
            if {"scores", "matrix", "conditioned"} <= set(content):
                value = _credits(content)
                rows.append({**dict(about), "score": CREDITS, "case": 0, "value": value})
    return rows


def _credits(content: dict[str, Any]) -> float | None:
    """How many factors DCI credits to an active latent that does not drive them; None without."""
    import numpy as np

    from latent_assays.claims import credited_without_link

    dci = content["scores"]["scores"].get("dci")
    if dci is None or dci["value"] is None:
        return None
    return len(
        credited_without_link(
            np.array(dci["details"]["importances"]).T,
            content["conditioned"]["matrix"],
            content["matrix"]["matrix"],
            content["matrix"]["nodes"],
        )
    )
