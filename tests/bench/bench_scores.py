"""Scores against plain formulas and scikit-learn, on codes like a 3D-Shapes VAE's.

Scores see 10,000 training and 5,000 test rows; FactorVAE and BetaVAE score draw as many points from
480,000 rows. DCI is fitted once, as the reference fits it, and so enters the sum. The shipped score
averages three such fits to even out random ties: its own row sets them beside the reference's one.
"""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from latent_assays.scores import WHOLE_SET, score

sys.path.append(str(Path(__file__).parents[1] / "unit/scores"))

import scores_reference as reference
from table import Row, cpu_seconds

NAMES = (
    "mig",
    "modularity",
    "irs",
    "sap",
    "explicitness",
    "factor_vae",
    "beta_vae",
    "dci",
)
PEER = "plain formula, scikit-learn"


def rows(folder: Path) -> Iterator[Row]:
    """One row a score, DCI as it is shipped, and one for all with one fit each."""
    train = reference.codes_like_a_vae(10_000, seed=0)
    test = reference.codes_like_a_vae(5_000, seed=1)
    whole = reference.codes_like_a_vae(480_000, seed=2)
    few = [half[:500] for half in train]
    for name in NAMES:
        score(name, *few, *few)  # imports and compiles
    total_ours = total_peer = 0.0
    for name in NAMES:
        plain = getattr(reference, name)
        tested = "codes_test" in inspect.signature(plain).parameters
        data = whole if name in WHOLE_SET else (*train, *test) if tested else train
        settings = {"repeats": 1} if name == "dci" else {}
        peer = cpu_seconds(lambda plain=plain, data=data: plain(*data))
        ours = cpu_seconds(
            lambda name=name, data=data, settings=settings: score(name, *data, **settings)
        )
        total_ours, total_peer = total_ours + ours, total_peer + peer
        work = "dci, one fit" if name == "dci" else name
        yield Row(work, ours, peer, PEER, "CPU s", peer / ours)
    shipped = cpu_seconds(lambda: score("dci", *train, *test))
    yield Row(
        "dci as shipped, 3 fits", shipped, peer, "one fit of scikit-learn", "CPU s", peer / shipped
    )
    ratio = total_peer / total_ours
    yield Row("these scores, one fit each", total_ours, total_peer, PEER, "CPU s", ratio)
