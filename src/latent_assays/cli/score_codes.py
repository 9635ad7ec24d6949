"""`score-codes`: score codes of your own, or test the scores themselves."""

from pathlib import Path
from typing import Annotated, Any

import typer


def run(
    codes: Annotated[
        Path | None, typer.Option(help="npz with `codes` (N,D) and perhaps `std`, or a CSV.")
    ] = None,
    factors: Annotated[
        Path | None, typer.Option(help="npz with `factors` (N,K), or a CSV; whole numbers.")
    ] = None,
    scores: Annotated[
        list[str] | None, typer.Option("--score", help="A score to compute; all if not given.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="JSON to write.")] = None,
    train_samples: Annotated[int, typer.Option(help="Rows drawn to fit a score.")] = 10_000,
    test_samples: Annotated[int, typer.Option(help="Rows drawn to test it.")] = 5_000,
    seed: Annotated[int, typer.Option(help="Seed of the rows drawn.")] = 0,
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Score codes whose scores are known.")
    ] = False,
    golden: Annotated[
        Path | None,
        typer.Option(help="For --self-test: a folder of reference codes, such as tests/golden."),
    ] = None,
) -> None:
    """Score codes of your own: prints a table and, with --output, writes JSON."""
    from latent_assays.errors import UserError
    from latent_assays.scores import SCORES, evaluate
    from latent_assays.store import write_json

    if self_test:
        _self_test(golden)
        return
    if codes is None or factors is None:
        raise UserError("give --codes and --factors, or --self-test")
    members = _read(codes, "codes")
    if "codes" not in members:
        raise UserError(f"{codes} has no `codes`; it has {', '.join(members)}")
    labels = _read(factors, "factors")
    if "factors" not in labels:
        raise UserError(f"{factors} has no `factors`; it has {', '.join(labels)}")
    unknown = [name for name in scores or [] if name not in SCORES]
    if unknown:
        raise UserError(f"--score {unknown[0]}: the scores are {', '.join(SCORES)}")
    try:
        results = evaluate(
            members["codes"],
            labels["factors"],
            std=members.get("std"),
            scores=scores,
            n_train=train_samples,
            n_test=test_samples,
            seed=seed,
        )
    except ValueError as error:
        raise UserError(f"{codes} and {factors}: {error}") from None
    for name, result in results.items():
        value = "null" if result["value"] is None else f"{result['value']:.4f}"
        print(f"{name:14} {value:>10}  {result['reason'] or ''}".rstrip())
    if output is not None:
        write_json(output, results)


def _read(path: Path, name: str) -> dict[str, Any]:
    """Arrays of an npz, or the numbers of a CSV under `name`."""
    from latent_assays.errors import UserError
    from latent_assays.store import read_arrays

    if path.suffix != ".csv":
        return read_arrays(path)
    import pandas as pd

    try:
        return {name: pd.read_csv(path).to_numpy()}
    except (OSError, ValueError) as error:
        raise UserError(f"{path} cannot be read as CSV ({error})") from None


def _self_test(golden: Path | None) -> None:
    """Compare every score with the values worked out by hand, and with reference values."""
    from latent_assays.errors import UserError
    from latent_assays.scores import score
    from latent_assays.scores.self_test import cases, check

    known = sorted({name for case in cases() for name in case.expected})
    faults = [
        fault
        for name in known
        for fault in check(name, lambda c, f, name=name: score(name, c, f)["value"])
    ]
    print(f"{len(known)} scores on {len(cases())} sets of codes with values derived by hand")
    if golden is not None:
        faults += _golden_faults(golden)
    if faults:
        raise UserError("self-test: " + "; ".join(faults))
    print("all agree")


def _golden_faults(folder: Path) -> list[str]:
    """Sentences on the scores that leave the tolerance of the reference values."""
    from latent_assays.scores import score
    from latent_assays.store import read_arrays, read_json

    names = {
        "mig": "mig",
        "modularity": "modularity",
        "irs": "irs",
        "sap": "sap_discrete",
        "explicitness": "explicitness_test",
        "dci": "dci_disentanglement",
    }
    faults = []
    expected = read_json(folder / "expected.json")["cases"]
    for case, facts in expected.items():
        arrays = read_arrays(folder / f"{case}.npz")
        parts = [
            arrays[f"{kind}_{half}"] for half in ("train", "test") for kind in ("codes", "factors")
        ]
        for name, reference in names.items():
            wanted, value = facts["scores"][reference], score(name, *parts)["value"]
            if abs(value - wanted["value"]) > wanted["tol"]:
                faults.append(f"{case}: {name} must be {wanted['value']} and is {value}")
    print(f"{len(names)} scores on {len(expected)} sets of codes with reference values")
    return faults
