"""Scores against plain formulas and scikit-learn, 10,000/5,000 codes like a 3D-Shapes VAE's."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from latent_assays.scores import score

sys.path.append(str(Path(__file__).parents[1] / "unit/scores"))

import scores_reference as reference
from table import Row, cpu_seconds

NAMES = ("mig", "modularity", "irs", "sap", "explicitness", "dci")


def rows(folder: Path) -> Iterator[Row]:
    """One row a score, and one for all; DCI is fitted once, as the reference fits it."""
    train = reference.codes_like_a_vae(10_000, seed=0)
    test = reference.codes_like_a_vae(5_000, seed=1)
    few = [half[:500] for half in train]
    score("dci", *few, *few, repeats=1)  # compiles
    total_ours = total_peer = 0.0
    for name in NAMES:
        plain = getattr(reference, name)
        data = (*train, *test)[: 4 if "codes_test" in inspect.signature(plain).parameters else 2]
        settings = {"repeats": 1} if name == "dci" else {}
        peer = cpu_seconds(lambda plain=plain, data=data: plain(*data))
        ours = cpu_seconds(
            lambda name=name, settings=settings: score(name, *train, *test, **settings)
        )
        total_ours, total_peer = total_ours + ours, total_peer + peer
        yield Row(name, ours, peer, "plain formula, scikit-learn", "CPU s", peer / ours)
    ratio = total_peer / total_ours
    yield Row("these scores together", total_ours, total_peer, "the same", "CPU s", ratio)
