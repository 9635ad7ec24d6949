"""The paper's models and distances as it names them, in its order."""

import re

import pandas as pd

__all__ = ["ARCHITECTURES", "DISTANCES", "architecture_of", "first_distance", "label_of"]

ARCHITECTURES = {
    "Structural": "#0072b2",
    "Baseline": "#e69f00",
    "Adaptive": "#44aa77",
    "Ladder": "#b2182b",
}
"""Colours of Fig. 2."""

FAMILIES = {  # of names of models; those that are counted by their segments keep the number
    "sae": ("SAE", "Structural"),
    "vlae": ("VLAE", "Ladder"),
    "adaae": ("AdaAE", "Adaptive"),
    "ae": ("AE", "Baseline"),
    "vae": ("VAE", "Baseline"),
    "beta-vae": ("β-VAE", "Baseline"),
    "wae": ("WAE", "Baseline"),
}
DISTANCES = {
    "fid": "FID",
    "fd_efflite0": "Fréchet distance\n(EfficientNet-Lite0 features)",
    "fd_pixels": "Fréchet distance\n(principal components of pixels)",
}
"""Of real images; only the first is the paper's."""


def _split(model: str) -> tuple[str, str]:
    """Family and what follows it in the name of a model."""
    found = re.fullmatch(rf"({'|'.join(FAMILIES)})(?:-(.+))?", model)
    return (found[1], found[2] or "") if found else ("", model)


def label_of(model: str) -> str:
    """A model as the paper names it, such as `SAE-12`; one that it does not have by its own name.

    Baselines are named without their number of blocks, `VAE` for `vae-16`.
    """
    family, rest = _split(model)
    if not family:
        return model
    name, architecture = FAMILIES[family]
    shown = rest and not (architecture == "Baseline" and rest.isdigit())
    return f"{name}-{rest}" if shown else name


def architecture_of(model: str) -> str:
    """The architecture of a model, `Baseline` for one that the paper does not have."""
    family, _ = _split(model)
    return FAMILIES[family][1] if family else "Baseline"


def first_distance(numbers: pd.DataFrame, kind: str) -> str:
    """The first of `DISTANCES` that has a value for a kind of images, the last one if none has.

    Args:
        numbers: collected numbers.
        kind: `reconstruction`, `hybrid` or `prior`.
    """
    valued = set(numbers.loc[numbers["value"].notna(), "number"])
    found = [name for name in DISTANCES if f"{kind}_{name}" in valued]
    return found[0] if found else list(DISTANCES)[-1]
