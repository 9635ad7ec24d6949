"""What the paper shows: nothing of it is rebuilt yet."""

from latent_assays.papers.catalogue import Paper

PAPER = Paper(
    title="Structure by Architecture: Structured Representations without Regularization",
    authors="Leeb, Lanzillotta, Annadani, Besserve, Bauer, Schölkopf; ICLR 2023",
    arxiv="2006.07796",
)
