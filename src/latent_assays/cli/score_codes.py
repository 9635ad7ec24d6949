"""`score-codes`: score codes of your own, or test the scores themselves."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from latent_assays.brought import Brought


def run(
    codes: Annotated[
        Path | None,
        typer.Option(
            help="npz or HDF5 with `codes` (N,D) or, as this project writes them, `mean`, and"
            " perhaps `std`; or with `codes_train`, `codes_test` (and `std_train`), not drawn from;"
            " or npy, or CSV or TSV with a header."
        ),
    ] = None,
    factors: Annotated[
        Path | None,
        typer.Option(
            help="npz or HDF5 with `factors` (N,K), or `factors_train` and `factors_test`; or npy,"
            " or CSV or TSV with a header. Whole numbers."
        ),
    ] = None,
    scores: Annotated[
        list[str] | None, typer.Option("--score", help="A score to compute; all if not given.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="JSON to write; CODES.scores.json beside the codes if not given."),
    ] = None,
    train_samples: Annotated[
        int,
        typer.Option(
            min=2, help="Rows drawn to fit a score, at most; points of FactorVAE and BetaVAE."
        ),
    ] = 10_000,
    test_samples: Annotated[
        int,
        typer.Option(
            min=2, help="Rows drawn to test it, at most; points of FactorVAE and BetaVAE."
        ),
    ] = 5_000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the rows drawn.")] = 0,
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Score codes whose scores are known.")
    ] = False,
    golden: Annotated[
        Path | None,
        typer.Option(help="For --self-test: a folder of reference codes, such as tests/golden."),
    ] = None,
) -> None:
    """Score codes of your own: prints a table and writes JSON."""
    import numpy as np

    from latent_assays import provenance
    from latent_assays.brought import open_brought
    from latent_assays.errors import UserError
    from latent_assays.scores import evaluate
    from latent_assays.scores.remarks import remarks
    from latent_assays.store import write_json

    if self_test:
        _self_test(golden)
        return
    if codes is None or factors is None:
        raise UserError("give --codes and --factors, or --self-test")
    output = output or codes.with_suffix(".scores.json")
    _check_output(output)
    of_codes, of_factors = open_brought(codes), open_brought(factors)
    latents, latents_test = _halves(of_codes, "codes", "mean")
    labels, labels_test = _halves(of_factors, "factors")
    std = next((of_codes.numbers(name) for name in ("std", "std_train") if name in of_codes), None)
    names = _names(of_factors, labels)
    try:
        results = evaluate(
            latents,
            labels,
            std=std,
            scores=scores,
            n_train=train_samples,
            n_test=test_samples,
            seed=seed,
            codes_test=latents_test,
            factors_test=labels_test,
            progress=True,
        )
    except ValueError as error:
        header = "CSV" in (of_codes.kind, of_factors.kind)
        hint = " (the first row of a CSV is its header)" if header else ""
        raise UserError(f"{codes} and {factors}: {error}{hint}") from None
    said = remarks(np.asarray(latents), np.asarray(labels), results, names)
    read = {"codes": latents, "codes_test": latents_test, "std": std}
    read |= {"factors": labels, "factors_test": labels_test}
    shapes = {name: list(array.shape) for name, array in read.items() if array is not None}
    print(f"{'score':20} {'value':>8}  note")
    for label, value, note in _lines(results):
        print(f"{label:20} {value:>8}  {note}".rstrip())
    print("read: " + ", ".join(f"{name} {tuple(shape)}" for name, shape in shapes.items()))
    for sentence in said:
        print(f"note: {sentence}")
    shape = {"rows": len(latents), "latents": latents.shape[1], "factors": labels.shape[1]}
    made = provenance.describe(codes=str(codes), factors=str(factors))
    kept = {"scores": results, "set": shape, "read": shapes, "notes": said, "provenance": made}
    write_json(output, kept)
    print(f"written to {output}")


def _check_output(path: Path) -> None:
    """Refuse to overwrite what `score-codes` has not written."""
    from latent_assays.errors import UserError
    from latent_assays.store import read_json

    if not path.exists():
        return
    try:
        ours = "codes" in read_json(path)["provenance"]
    except (UserError, TypeError, KeyError):
        ours = False
    if not ours:
        raise UserError(f"{path} exists and score-codes did not write it: give another --output")


def _halves(file: "Brought", *names: str) -> tuple[Any, Any]:
    """A table and None, or the training and the test rows of one that is split."""
    for name in names:
        halves = f"{name}_train", f"{name}_test"
        if name not in file and all(half in file for half in halves):
            return file.numbers(halves[0]), file.numbers(halves[1])
        if name in file:
            break
    return file.numbers(file.find(*names)), None


def _names(file: "Brought", labels: Any) -> tuple[str, ...]:
    """Names of the factors, where the file has one for each."""
    names = file.columns
    if not names and "factor_names" in file:
        names = tuple(file.texts("factor_names"))
    return names if names and labels.ndim == 2 and len(names) == labels.shape[1] else ()


def _lines(results: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Label, value and note of every line of the table."""
    for name, result in results.items():
        value, details, reason = result["value"], result["details"], result["reason"] or ""
        if name == "dci":
            yield "dci disentanglement", _number(value), reason
            if details:
                completeness = details["completeness"]
                why = "needs at least 2 latents" if completeness is None else ""
                yield "dci completeness", _number(completeness), why
                test = _number(details["informativeness_test"])
                yield "dci informativeness", test, _tested_on(result["settings"])
        elif name == "active_units" and value is not None:
            yield name, f"{value:.0f}", f"latents with {_criterion(result)}"
        else:
            yield name, _number(value), reason


def _tested_on(settings: Mapping[str, Any]) -> str:
    rows, seen = settings["n_test"], settings["test_rows_seen"]
    note = f", {seen:,} of which training had seen" if seen else ""
    return f"accuracy on {rows:,} test rows{note}"


def _number(value: float | None) -> str:
    return "null" if value is None else f"{value:.4f}"


def _criterion(result: Mapping[str, Any]) -> str:
    settings = result["settings"]
    if result["details"]["criterion"] == "noise":
        return f"E[sigma^2] < {settings['most_noise']}"
    return f"Var(mean) > {settings['least_variance']}"


def _self_test(golden: Path | None) -> None:
    """Compare every score with the values worked out by hand, and with reference values."""
    from latent_assays.errors import UserError
    from latent_assays.scores import score
    from latent_assays.scores.self_test import cases, check

    sets = {"values derived by hand": cases()}
    if golden is not None:
        sets["reference values"] = _golden_cases(golden)
    faults = []
    for kind, known_cases in sets.items():
        names = sorted({name for case in known_cases for name in case.expected})
        for name in names:
            faults += check(name, lambda *data, name=name: score(name, *data)["value"], known_cases)
        print(f"{len(names)} scores on {len(known_cases)} sets of codes with {kind}")
    if faults:
        raise UserError("self-test: " + "; ".join(faults))
    print("all agree")


def _golden_cases(folder: Path) -> list[Any]:
    from latent_assays.scores.self_test import golden_case
    from latent_assays.store import read_arrays, read_json

    facts = read_json(folder / "expected.json")["cases"]
    return [golden_case(name, read_arrays(folder / f"{name}.npz"), facts[name]) for name in facts]
