"""`scores`: score the codes of a run against the factors."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from latent_assays.results import Number, Result


def run(
    codes: Annotated[Path, typer.Option(help="Codes of the run.")],
    settings: Annotated[str, typer.Option(help="JSON: names, train_samples and test_samples.")],
    output: Annotated[Path, typer.Option(help="JSON to write.")],
) -> None:
    """Score codes against factors; a score that is not defined is null with the reason.

    Beside a score that depends on the rows drawn, and fits nothing, stands its standard error.
    """
    from latent_assays import provenance
    from latent_assays.cli.inputs import read_settings
    from latent_assays.results import write_numbers
    from latent_assays.scores import evaluate
    from latent_assays.scores.spread import standard_errors
    from latent_assays.store import read_arrays

    chosen, given = read_settings(settings), read_arrays(codes)
    mean, factors = given["mean"], given["factors"]
    how = {
        "std": given.get("std"),
        "scores": chosen["names"],
        "n_train": chosen["train_samples"],
        "n_test": chosen["test_samples"],
    }
    results = evaluate(mean, factors, **how)
    shape = {"rows": len(mean), "latents": mean.shape[1], "factors": factors.shape[1]}
    made = provenance.describe(**provenance.origin_of(given), settings=chosen)
    numbers: dict[str, Any] = {**results, **standard_errors(mean, factors, **how)}
    if "dci" in results:
        numbers["dci_completeness"] = _completeness(results["dci"])
    write_numbers(output, numbers, made, set=shape)


def _completeness(dci: "Result") -> "Number":
    """DCI's second number, as a number of its own, so that it is collected too."""
    from latent_assays.results import number

    value = dci["details"].get("completeness")
    undefined = dci["reason"] or "completeness needs at least 2 latents"
    return number(float("nan") if value is None else value, undefined)
