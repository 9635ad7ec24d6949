"""`score-codes`: score codes of your own, or test the scores themselves."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer


def run(
    codes: Annotated[
        Path | None,
        typer.Option(
            help="npz with `codes` (N,D) or, as this project writes them, `mean`, and perhaps"
            " `std`; or with `codes_train`, `codes_test` (and `std_train`), not drawn from; or CSV."
        ),
    ] = None,
    factors: Annotated[
        Path | None,
        typer.Option(
            help="npz with `factors` (N,K), or `factors_train` and `factors_test`; or CSV."
            " Whole numbers."
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
        typer.Option(min=2, help="Rows drawn to fit a score; points of FactorVAE and BetaVAE."),
    ] = 10_000,
    test_samples: Annotated[
        int, typer.Option(min=2, help="Rows drawn to test it; points of FactorVAE and BetaVAE.")
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
    from latent_assays import provenance
    from latent_assays.errors import UserError
    from latent_assays.scores import evaluate
    from latent_assays.store import write_json

    if self_test:
        _self_test(golden)
        return
    if codes is None or factors is None:
        raise UserError("give --codes and --factors, or --self-test")
    output = output or codes.with_suffix(".scores.json")
    _check_output(output)
    members = _read(codes, "codes")
    latents, latents_test = _halves(codes, members, "codes", "mean")
    labels, labels_test = _halves(factors, _read(factors, "factors"), "factors")
    try:
        results = evaluate(
            latents,
            labels,
            std=members.get("std", members.get("std_train")),
            scores=scores,
            n_train=train_samples,
            n_test=test_samples,
            seed=seed,
            codes_test=latents_test,
            factors_test=labels_test,
        )
    except ValueError as error:
        raise UserError(f"{codes} and {factors}: {error}") from None
    print(f"{'score':20} {'value':>8}  note")
    for label, value, note in _lines(results):
        print(f"{label:20} {value:>8}  {note}".rstrip())
    shape = {"rows": len(latents), "latents": latents.shape[1], "factors": labels.shape[1]}
    made = provenance.describe(codes=str(codes), factors=str(factors))
    write_json(output, {"scores": results, "set": shape, "provenance": made})
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


def _read(path: Path, name: str) -> dict[str, Any]:
    """Arrays of an npz, or the numbers of a CSV under `name`."""
    from latent_assays.store import read_arrays

    return {name: _read_csv(path)} if path.suffix.lower() == ".csv" else read_arrays(path)


def _read_csv(path: Path) -> Any:
    """The columns of a CSV (N,columns), which needs a header and no index."""
    import warnings

    import pandas as pd

    from latent_assays.errors import UserError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # rows longer than the header
            table = pd.read_csv(path, index_col=False)
    except (OSError, ValueError, pd.errors.ParserWarning) as error:
        raise UserError(f"{path} cannot be read as CSV ({error}): give another file") from None
    names = [str(name) for name in table.columns]
    if any(not name.strip() or name.startswith("Unnamed: ") for name in names):
        raise UserError(
            f"{path} has a column without a name: name every column in the first row and leave"
            " out the index (pandas: to_csv(index=False))"
        )
    if any(map(_is_number, names)) and names != [str(d) for d in range(len(names))]:
        raise UserError(
            f"{path} begins with the numbers {', '.join(names[:3])}, which would be taken for"
            " names: put a row of names, or 0 to the number of columns less 1, before them"
        )
    return table.to_numpy()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _halves(path: Path, members: Mapping[str, Any], *names: str) -> tuple[Any, Any]:
    """A table and None, or the training and the test rows of one that is split."""
    from latent_assays.errors import UserError

    for name in names:
        if name in members:
            return members[name], None
        if {f"{name}_train", f"{name}_test"} <= set(members):
            return members[f"{name}_train"], members[f"{name}_test"]
    wanted = " or ".join(f"`{name}`" for name in names)
    raise UserError(f"{path} must hold {wanted} and holds {', '.join(members) or 'no arrays'}")


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
                yield "dci informativeness", test, "accuracy on the test rows"
        elif name == "active_units" and value is not None:
            yield name, f"{value:.0f}", f"latents with {_criterion(result)}"
        else:
            yield name, _number(value), reason


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
