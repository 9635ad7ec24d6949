"""Training, validation and test images: a publisher's own partition, or a seeded draw."""

import numpy as np

__all__ = ["PARTS", "TEST", "TRAIN", "VALIDATION", "draw_split", "split_rows"]

TRAIN, VALIDATION, TEST = 0, 1, 2
PARTS = {"train": TRAIN, "validation": VALIDATION, "test": TEST}
SEED = 0
DRAWN = f"70/10/20 drawn with seed {SEED}"
PUBLISHED = "the publisher's own partition"


def draw_split(images: int, seed: int = 0) -> np.ndarray:
    """Draw the part of each image: 20 % test, 10 % validation, each rounded, the rest train.

    Args:
        images: N, at least 1.
        seed: of the permutation.

    Returns:
        (N,) uint8 of `PARTS`; train is never empty.
    """
    order = np.random.default_rng(seed).permutation(images)
    test, validation = round(images / 5), round(images / 10)
    split = np.full(images, TRAIN, np.uint8)
    split[order[:test]] = TEST
    split[order[test : test + validation]] = VALIDATION
    return split


def split_rows(rows: np.ndarray, partition: np.ndarray | None = None) -> tuple[np.ndarray, str]:
    """The part of each row that is used, and in words what decided it.

    Args:
        rows: (N,) rows of a source.
        partition: part of every row of that source as its publisher gives it, or None.

    Returns:
        split (N,) uint8 of `PARTS`: the publisher's where it leaves no part empty, else drawn.
    """
    if partition is None:
        return draw_split(len(rows), SEED), DRAWN
    split = partition[rows].astype(np.uint8)
    if set(PARTS.values()) <= set(split.tolist()):
        return split, PUBLISHED
    why = f"these {len(rows):,} images leave a part of {PUBLISHED} empty"
    return draw_split(len(rows), SEED), f"{DRAWN}, since {why}"
