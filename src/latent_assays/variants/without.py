"""Datasets without some classes, which *Structure by Architecture* extrapolates to, Sec. 4.4."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from latent_assays.datasets.grid import renumber
from latent_assays.errors import UserError
from latent_assays.store import ImageSet
from latent_assays.variants.change import Change

__all__ = ["change"]


def change(original: ImageSet, settings: Mapping[str, Any]) -> Change:
    """Leave out every image that has one of the dropped classes; the others keep their part.

    Args:
        original: the images.
        settings: `drop`, classes by factor, numbered as in the full grid.

    Raises:
        UserError: a factor is not in the dataset, or nothing is left.
    """
    kept = np.ones(len(original), bool)
    keep = json.loads(original.attributes["keep"])
    for name, dropped in settings["drop"].items():
        if name not in original.factor_names:
            known = ", ".join(original.factor_names)
            raise UserError(f"drop: {name!r} is not a factor of the dataset; it has {known}")
        column = original.factor_names.index(name)
        classes = keep.get(name, range(original.factor_sizes[column]))
        numbers = [number for number, value in enumerate(classes) if value in dropped]
        kept &= ~np.isin(original.factors[:, column], numbers)
    if not kept.any():
        raise UserError(f"drop: {settings['drop']} leaves no image")
    rows = np.flatnonzero(kept)
    factors, sizes = renumber(original.factors[rows])
    words = "; ".join(f"{name} {dropped}" for name, dropped in settings["drop"].items())
    return Change(
        images=lambda part: original.images[rows[part]],
        factors=factors,
        split=original.split[rows],
        factor_names=original.factor_names,
        factor_sizes=sizes,
        attributes={
            "drop": json.dumps(settings["drop"]),
            "selection": f"{original.attributes['selection']}, {len(rows):,} without {words}",
        },
        extra={"rows": rows},
    )
