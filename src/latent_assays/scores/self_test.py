"""Codes whose scores can be worked out by hand, to test any implementation of the scores.

    from latent_assays.scores.self_test import check
    check("mig", my_mig)  # my_mig(codes, factors) -> float; [] if it is right

All cases enumerate full grids, so that no value depends on a sample. Conventions are those of
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
    right half the time about b: SAP = 1 - 1/2.
`mixed`, grid 2 x 2, z = (a + 2b, a). z_0 knows all of both factors. MIG: no gap for a, all for
    b, so 1/2. Modularity: 1 - 1 = 0 for z_0, 1 for z_1, so 1/2. IRS: z_0 has mean 3/2 and is at
    most 3/2 away; with a fixed it is 1 away from its mean, with b fixed 1/2, so it scores
    1 - 1/3 = 2/3 (weight 3/2) and z_1 scores 1 (weight 1/2): (3/2 x 2/3 + 1/2) / 2 = 3/4.
`coarse`, grid 4 x 3, z = ([a > 0], b). z_0 has h(1/4) of the log 4 of a:
    MIG = (h(1/4) / log 4 + 1) / 2.
`fine`, grid 40 x 2, z = (a, b). 20 bins hold two values of a each, so log 20 of log 40 is known:
    MIG = (log 20 / log 40 + 1) / 2. A perfect code does not reach 1.
`all_dead`, z = 0.1 in 3 latents: no information, equal guesses and importances: MIG, SAP,
    modularity, DCI and FactorVAE are 0 and nothing is active. IRS is 0 / 0 and has no value.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from latent_assays.errors import UserError

__all__ = ["Case", "cases", "check"]

_TOLERANCES = {"dci": 1e-6}
_EXACT = 1e-9


class Case(NamedTuple):
    """Codes with known scores.

    Attributes:
        name: as in the derivations above.
        codes: (N,D) float32.
        factors: (N,K) int64.
        expected: the value of each score that is known; None where it has none. `dci` is the
            disentanglement.
    """

    name: str
    codes: np.ndarray
    factors: np.ndarray
    expected: dict[str, float | None]


def cases() -> list[Case]:
    """All cases, in the order of the derivations."""
    grid, square = _grid(4, 5, 6), _grid(2, 2)
    a, b, c = grid.T
    flat = np.full(len(grid), 0.1)
    perfect = dict.fromkeys(("mig", "modularity", "irs", "dci", "factor_vae", "beta_vae"), 1.0)
    nothing = dict.fromkeys(("mig", "modularity", "sap", "dci", "factor_vae"), 0.0)
    coarse, fine = _grid(4, 3), _grid(40, 2)
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
        _case("binary", np.repeat(square, 5, axis=0).T, np.repeat(square, 5, axis=0), {"sap": 0.5}),
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
        _case("all_dead", [flat] * 3, grid, nothing | {"irs": None, "active_units": 0}),
    ]


def check(name: str, function: Callable[[np.ndarray, np.ndarray], float | None]) -> list[str]:
    """Compare an implementation of a score with the known values.

    Args:
        name: a score that some case knows.
        function: from codes (N,D) and factors (N,K) to the value, or None where it has none. NaN
            never agrees: an undefined score must say so.

    Returns:
        A sentence for each case that differs; nothing if all agree.

    Raises:
        UserError: no case knows such a score.
    """
    known = [case for case in cases() if name in case.expected]
    if not known:
        names = sorted({score for case in cases() for score in case.expected})
        raise UserError(f"no case knows {name!r}; known are {', '.join(names)}")
    wrong = []
    for case in known:
        expected, found = case.expected[name], function(case.codes, case.factors)
        if expected is None or found is None:
            agrees = expected is found
        else:
            agrees = abs(found - expected) <= _TOLERANCES.get(name, _EXACT)
        if not agrees:
            wrong.append(f"{case.name}: {name} must be {expected} and is {found}")
    return wrong


def _grid(*sizes: int) -> np.ndarray:
    return np.indices(sizes).reshape(len(sizes), -1).T


def _case(
    name: str, latents: list[np.ndarray] | np.ndarray, factors: np.ndarray, expected: dict
) -> Case:
    codes = np.stack([np.asarray(latent, np.float32) for latent in latents], axis=1)
    return Case(name, codes, factors, expected)
