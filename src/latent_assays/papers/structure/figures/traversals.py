"""Figs 11, 13, 14 and 15 of paper `structure`: traversals of twelve models of one dataset."""

from collections.abc import Mapping
from string import ascii_lowercase

import numpy as np
from matplotlib.figure import Figure

from latent_assays import provenance
from latent_assays.figures.grids import Grid, lay_out
from latent_assays.papers.structure.figures.strips import draw_panels

__all__ = ["draw", "draw_models"]

Arrays = Mapping[str, np.ndarray]

GREY_LEVEL = 1 / 255
HOW = (
    "Each row moves one latent from the least (left) to the largest value (right) that it has in"
    " training images; the others are those of one test image, the same for all models. Rows of"
    " latents that enter the decoder together stand close together."
)


def draw(
    sae_12: Arrays,
    sae_6: Arrays,
    sae_4: Arrays,
    sae_3: Arrays,
    sae_2: Arrays,
    adaae_12: Arrays,
    vlae_12: Arrays,
    vlae_6: Arrays,
    vlae_4: Arrays,
    vae: Arrays,
    beta_vae: Arrays,
    ae: Arrays,
    sources: list[str],
) -> Figure:
    """Draw the twelve models, three side by side; each is given as `draw_models` takes it."""
    models = {
        "SAE-12": sae_12,
        "SAE-6": sae_6,
        "SAE-4": sae_4,
        "SAE-3": sae_3,
        "SAE-2": sae_2,
        "AdaAE-12": adaae_12,
        "VLAE-12": vlae_12,
        "VLAE-6": vlae_6,
        "VLAE-4": vlae_4,
        "VAE": vae,
        "β-VAE": beta_vae,
        "AE": ae,
    }
    return draw_models(models, 3, sources)


def draw_models(models: Mapping[str, Arrays], across: int, sources: list[str]) -> Figure:
    """Draw the traversals of each model, through the first of its test images.

    Args:
        models: by name; of each `images` (R,D,S,H,W,C) uint8, `segment` and `effect` (D,),
            `provenance`.
        across: panels side by side.
        sources: sentences for the footnote.
    """
    panels = {
        f"({letter}) {name}": _grid_of(given)
        for letter, (name, given) in zip(ascii_lowercase, models.items(), strict=False)
    }
    run = provenance.from_arrays(next(iter(models.values())))["run"]
    title = f"Latent traversals, {run['dataset']['title']}"
    said = [HOW, *_still(models), " ".join(sources)]
    return draw_panels(panels, across, said, title, row_axis="latent")


def _still(models: Mapping[str, Arrays]) -> list[str]:
    """A sentence on models none of whose latents moves the image by a grey level, if any."""
    names = [name for name, given in models.items() if given["effect"].max() < GREY_LEVEL**2]
    if not names:
        return []
    who = "these models" if len(names) == len(models) else ", ".join(names)
    return [
        f"No latent of {who} moves the image by one grey level: trained too briefly to compare."
    ]


def _grid_of(given: Arrays) -> Grid:
    latents = [str(latent) for latent in range(len(given["segment"]))]
    return lay_out(given["images"][0], latents, row_groups=given["segment"])
