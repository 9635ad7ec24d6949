"""Fig. 2 of paper `perturbations`: how perturbed images come about, drawn from real ones."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.papers.perturbations.figures.images import (
    SECOND,
    show,
    show_signs,
    values,
)
from latent_assays.store import ImageSet
from latent_assays.variants.pattern import pattern_of

__all__ = ["draw"]

TITLES = ("factors $w$", "image $x$", "component $s(x)$", "pattern $f(s)$", "$x' = x + εf(s)$")
STEPS = ("$g$", "encoder", "$f$", "$x + ε$ ·")
GAP = 0.45  # width of an arrow, as part of a panel's
BINS = 30


def draw(
    dsprites: ImageSet,
    dsprites_perturbed: ImageSet,
    shapes3d: ImageSet,
    shapes3d_perturbed: ImageSet,
    sources: list[str],
) -> Figure:
    """Draw for one image of each dataset its way from factors to the perturbed image.

    Args:
        dsprites: the original images.
        dsprites_perturbed: the same rows, perturbed, with `s` (N,) among its `extra` arrays and
            `foster_model`, `foster_seed`, `foster_latent` and `foster_value` among its attributes.
        shapes3d: the original images.
        shapes3d_perturbed: the same rows, perturbed, as above.
        sources: sentences for the footnote.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 4.5), layout="constrained")
    pairs = ((dsprites, dsprites_perturbed), (shapes3d, shapes3d_perturbed))
    for block, pair in zip(figure.subfigures(2, 1, hspace=0.04), pairs, strict=True):
        _draw_scheme(block, *pair)
    told = [_component_sentence(perturbed) for _, perturbed in pairs]
    footnote(figure, [*told, *sources])
    return figure


def _draw_scheme(block: SubFigure, original: ImageSet, perturbed: ImageSet) -> None:
    row = int(np.random.default_rng(0).integers(len(original)))
    s, height = perturbed.extra["s"], perturbed.images.shape[1]
    block.suptitle(f"{original.attributes['title']}, image {row:,}", fontsize=9)
    widths = [1, *[GAP, 1] * len(STEPS)]
    axes = block.subplots(1, len(widths), width_ratios=widths)
    factors, image, component, pattern, changed = axes[::2]
    _write_factors(factors, original, row)
    show(image, values(original, row))
    _draw_component(component, s, row)
    show_signs(pattern, pattern_of(perturbed).at(s[[row]], height)[0])
    show(changed, values(perturbed, row))
    changed.set_xlabel(f"ε = {perturbed.attributes['epsilon']:g}\nof the same $w$")
    for panel, title in zip(axes[::2], TITLES, strict=True):
        panel.set_title(title)
    for gap, step in zip(axes[1::2], STEPS, strict=True):
        _draw_arrow(gap, step)


def _write_factors(axes: Axes, images: ImageSet, row: int) -> None:
    """The class of each factor that varies, counted from 1."""
    lines = [
        f"{name.replace('_', ' ')}: {int(value) + 1} of {size}"
        for name, value, size in zip(
            images.factor_names, images.factors[row], images.factor_sizes, strict=True
        )
        if size > 1
    ]
    text = "\n".join(lines)
    axes.text(0.5, 0.5, text, ha="center", va="center", fontsize=6, linespacing=1.6)
    axes.set(xticks=[], yticks=[], box_aspect=1)


def _draw_component(axes: Axes, s: np.ndarray, row: int) -> None:
    """The component over the dataset, and where it is for this image."""
    axes.hist(s, BINS, color="0.8")
    axes.axvline(s[row], color=SECOND, lw=1.5)
    axes.set(yticks=[], box_aspect=1)
    axes.set_xlabel(f"$s$ = {s[row]:+.2f}".replace("-", "−"), color=SECOND)


def _draw_arrow(axes: Axes, step: str) -> None:
    """An arrow to the right with a word above it."""
    axes.annotate("", (1, 0.5), (0, 0.5), arrowprops={"arrowstyle": "-|>", "lw": 1})
    axes.text(0.5, 0.54, step, ha="center", va="bottom", fontsize=7)
    axes.set_axis_off()


def _component_sentence(perturbed: ImageSet) -> str:
    of = perturbed.attributes
    return (
        f"s on {of['title']}: latent {of['foster_latent']} of {of['foster_model']}, seed"
        f" {of['foster_seed']}, the most entangled restart (MIG {of['foster_value']:.2f}), as mean"
        " 0 and standard deviation 1."
    )
