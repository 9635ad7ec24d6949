"""Claims: sentences of the papers that a number can support or contradict, as data.

A room's `claims.yaml` lists them, `parse_claims` checks them, `judge` compares each with the
collected numbers of the paper. Functions of tables: `cli/claims.py` reads the files.
"""

from latent_assays.claims.claim import Claim, parse_claims
from latent_assays.claims.judge import judge
from latent_assays.claims.selection import select
from latent_assays.claims.statistics import STATISTICS, Estimate

__all__ = ["STATISTICS", "Claim", "Estimate", "judge", "parse_claims", "select"]
