"""Codes whose scores can be worked out by hand, to test any implementation of the scores.

    from latent_assays.scores.self_test import check
    check("mig", my_mig)  # my_mig(codes, factors) -> float; [] if it is right

and with the reference values of `tests/golden` (test rows and larger codes):

    from latent_assays.scores.self_test import golden_case
    from latent_assays.store import read_arrays, read_json

    facts = read_json("tests/golden/expected.json")["cases"]
    golden = [golden_case(n, read_arrays(f"tests/golden/{n}.npz"), facts[n]) for n in facts]
    check("dci", my_dci, golden)  # my_dci(codes, factors, codes_test, factors_test) -> float

The cases here enumerate full grids, so that no value depends on a sample. Conventions are those of
Locatello et al. 2019: 20 bins of equal width, quantile 0.99, and so on. The derivations, with
a, b, c the factors and h(p) = -p log p - (1-p) log(1-p):

`perfect`, grid 4 x 5 x 6, z = (a, b, c). Each latent has all of one factor's information and
    none of the others': MIG, modularity and DCI are 1. With its factor fixed a latent does not
    move: IRS is 1, FactorVAE's latent of least variance names the factor, and BetaVAE's shared
    factor has difference 0.
`rescaled`, z = (3 - 2c, 100a, b / 8). Order, sign, unit and origin change none of these.
`dead`, `perfect` between constant latents 0.1: these have no information, so that the gaps, IRS
    and DCI stay 1, but modularity averages over all 8 latents, of which 5 count 0: 3/8. A
    FactorVAE score that lets dead latents vote breaks here.
`doubled`, z = (a, b, c, a, b, c): the two best latents of a factor are equally good, so MIG
    and SAP are 0. Each latent still knows one factor only: modularity, IRS and disentanglement
    stay 1.
`binary`, grid 2 x 2, z = (a, b), each cell 5 times. A threshold on z_a always tells a and is
    right half the time about b: SAP = 1 - 1/2. Both classes of both factors are ranked without
    an error: explicitness is 1.
`half`, `binary` without b, z = (a, 0.1). Nothing tells b, whose area under the curve is chance,
    1/2: explicitness = (1 + 1/2) / 2. Half the gaps of MIG and SAP are left, and one of two
    latents is modular.
`mixed`, grid 2 x 2, z = (a + 2b, a). z_0 knows all of both factors. MIG: no gap for a, all for
    b, so 1/2. Modularity: 1 - 1 = 0 for z_0, 1 for z_1, so 1/2. IRS: z_0 has mean 3/2 and is at
    most 3/2 away; with a fixed it is 1 away from its mean, with b fixed 1/2, so it scores
    1 - 1/3 = 2/3 (weight 3/2) and z_1 scores 1 (weight 1/2): (3/2 x 2/3 + 1/2) / 2 = 3/4.
`coarse`, grid 4 x 3, z = ([a > 0], b). z_0 has h(1/4) of the log 4 of a:
    MIG = (h(1/4) / log 4 + 1) / 2.
`fine`, grid 40 x 2, z = (a, b). 20 bins hold two values of a each, so log 20 of log 40 is known:
    MIG = (log 20 / log 40 + 1) / 2. A perfect code does not reach 1.
`all_dead`, z = 0.1 in 3 latents: no information, equal guesses and importances: MIG, SAP,
    modularity, DCI and FactorVAE are 0 and nothing is active; explicitness is chance, 1/2. IRS is
    0 / 0 and has no value.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from latent_assays.errors import UserError

__all__ = ["TESTED", "Case", "cases", "check", "golden_case"]

TESTED = frozenset({"dci", "explicitness", "sap"})
"""Scores that are tested on other rows than they are fitted to, where a case has them."""

_TOLERANCES = {"dci": 1e-6}
_EXACT = 1e-9
_GOLDEN_NAMES = {
    "mig": "mig",
    "modularity": "modularity",
    "sap": "sap_discrete",
    "irs": "irs",
    "dci": "dci_disentanglement",
    "explicitness": "explicitness_test",
    "active_units": "active_units_var_gt_0.01",
}


class Case(NamedTuple):
    """Codes with known scores.

    Attributes:
        name: as in the derivations above, or of the golden file.
        codes: (N,D) float32.
        factors: (N,K) whole numbers.
        expected: the value of each score that is known; None where it has none. `dci` is the
            disentanglement.
        tolerances: how far from it a value may be.
        test: codes (M,D) and factors (M,K) of the test rows; empty if there are none.
    """

    name: str
    codes: np.ndarray
    factors: np.ndarray
    expected: dict[str, float | None]
    tolerances: dict[str, float]
    test: tuple[np.ndarray, ...] = ()


def cases() -> list[Case]:
    """All cases, in the order of the derivations."""
    grid, square = _grid(4, 5, 6), _grid(2, 2)
    a, b, c = grid.T
    flat = np.full(len(grid), 0.1)
    perfect = dict.fromkeys(("mig", "modularity", "irs", "dci", "factor_vae", "beta_vae"), 1.0)
    nothing = dict.fromkeys(("mig", "modularity", "sap", "dci", "factor_vae"), 0.0)
    binary, coarse, fine = np.repeat(square, 5, axis=0), _grid(4, 3), _grid(40, 2)
    of_quarter = -0.25 * np.log(0.25) - 0.75 * np.log(0.75)
    return [
        _case("perfect", [a, b, c], grid, perfect | {"active_units": 3}),
        _case("rescaled", [3 - 2 * c, 100 * a, b / 8], grid, perfect),
        _case(
            "dead",
            [flat, flat, a, b, flat, flat, c, flat],
            grid,
            perfect | {"modularity": 3 / 8, "active_units": 3},
        ),
        _case(
            "doubled",
            [a, b, c, a, b, c],
            grid,
            {"mig": 0.0, "sap": 0.0, "modularity": 1.0, "irs": 1.0, "dci": 1.0},
        ),
        _case("binary", binary.T, binary, {"sap": 0.5, "explicitness": 1.0}),
        _case(
            "half",
            [binary[:, 0], flat[: len(binary)]],
            binary,
            {"mig": 0.5, "modularity": 0.5, "sap": 0.25, "explicitness": 0.75},
        ),
        _case(
            "mixed",
            [square @ [1, 2], square[:, 0]],
            square,
            {"mig": 0.5, "modularity": 0.5, "irs": 0.75},
        ),
        _case(
            "coarse",
            [coarse[:, 0] > 0, coarse[:, 1]],
            coarse,
            {"mig": (of_quarter / np.log(4) + 1) / 2},
        ),
        _case("fine", fine.T, fine, {"mig": (np.log(20) / np.log(40) + 1) / 2}),
        _case(
            "all_dead",
            [flat] * 3,
            grid,
            nothing | {"explicitness": 0.5, "irs": None, "active_units": 0},
        ),
    ]


def golden_case(name: str, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> Case:
    """A case of `tests/golden`: larger codes with test rows, and the reference's values.

    Args:
        name: of the case.
        arrays: its npz: `codes_train`, `factors_train`, `codes_test` and `factors_test`.
        facts: its entry under `cases` in `expected.json`.
    """
    known = {ours: facts["scores"][theirs] for ours, theirs in _GOLDEN_NAMES.items()}
    return Case(
        name,
        arrays["codes_train"],
        arrays["factors_train"],
        {score: entry["value"] for score, entry in known.items()},
        {score: entry["tol"] for score, entry in known.items()},
        (arrays["codes_test"], arrays["factors_test"]),
    )


def check(
    name: str,
    function: Callable[..., float | None],
    known_cases: Iterable[Case] | None = None,
) -> list[str]:
    """Compare an implementation of a score with the known values.

    Args:
        name: a score that some case knows.
        function: from codes (N,D) and factors (N,K) to the value, or None where it has none. NaN
            never agrees: an undefined score must say so. If the case has test rows and the score
            is one of `TESTED`, their codes and factors are its third and fourth argument.
        known_cases: to compare with; None for `cases()`.

    Returns:
        A sentence for each case that differs or that the function fails on; nothing if all agree.

    Raises:
        UserError: no case knows such a score.
    """
    among = cases() if known_cases is None else list(known_cases)
    known = [case for case in among if name in case.expected]
    if not known:
        names = sorted({score for case in among for score in case.expected})
        raise UserError(f"no case knows {name!r}; known are {', '.join(names)}")
    return [fault for case in known if (fault := _fault(case, name, function))]


def _fault(case: Case, name: str, function: Callable[..., float | None]) -> str | None:
    """What is wrong with the score of a case; None if it agrees."""
    expected = case.expected[name]
    must = f"{case.name}: {name} must be {expected}"
    try:
        found = function(case.codes, case.factors, *(case.test if name in TESTED else ()))
        if expected is None or found is None:
            agrees = expected is found
        else:
            agrees = bool(abs(found - expected) <= case.tolerances.get(name, _EXACT))
    except Exception as error:
        return f"{must} and the function raises {type(error).__name__}: {error}"
    return None if agrees else f"{must} and is {found}"


def _grid(*sizes: int) -> np.ndarray:
    return np.indices(sizes).reshape(len(sizes), -1).T


def _case(
    name: str, latents: list[np.ndarray] | np.ndarray, factors: np.ndarray, expected: dict
) -> Case:
    codes = np.stack([np.asarray(latent, np.float32) for latent in latents], axis=1)
    return Case(name, codes, factors, expected, _TOLERANCES)
