"""Fig. 3b,c of paper `perturbations`: the same images before and after, side by side."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from latent_assays.figures.style import PAGE_WIDTH, footnote
from latent_assays.store import ImageSet

__all__ = ["draw"]

SHOWN = 5
ROWS = ("original", "perturbed", "change × 2")


def draw(
    dsprites: ImageSet,
    dsprites_perturbed: ImageSet,
    shapes3d: ImageSet,
    shapes3d_perturbed: ImageSet,
    sources: list[str],
) -> Figure:
    """Draw a few images of each dataset: original above perturbed above their difference.

    Args:
        dsprites: the original images.
        dsprites_perturbed: the same rows, perturbed.
        shapes3d: the original images.
        shapes3d_perturbed: the same rows, perturbed.
        sources: sentences for the footnote.
    """
    figure = plt.figure(figsize=(PAGE_WIDTH, 3.0), layout="constrained")
    blocks = figure.subfigures(1, 2, wspace=0.04)
    pairs = [("(b)", dsprites, dsprites_perturbed), ("(c)", shapes3d, shapes3d_perturbed)]
    for block, (panel, original, perturbed) in zip(blocks, pairs, strict=True):
        _draw_pairs(block, panel, original, perturbed)
    footnote(figure, sources)
    return figure


def _draw_pairs(block, panel: str, original: ImageSet, perturbed: ImageSet) -> None:
    epsilon = perturbed.attributes["epsilon"]
    block.suptitle(f"{panel} {original.attributes['title']}, ε = {epsilon:g}", fontsize=9)
    rows = np.sort(np.random.default_rng(0).choice(len(original), SHOWN, replace=False))
    before = original.images[rows] * original.scale + original.offset
    after = perturbed.images[rows] * perturbed.scale + perturbed.offset
    strips = (before, after, 0.5 + 2 * (after - before))
    axes = block.subplots(len(strips), SHOWN)
    for name, strip, line in zip(ROWS, strips, axes, strict=True):
        for image, axis in zip(strip, line, strict=True):
            picture = image[..., 0] if image.shape[-1] == 1 else image
            axis.imshow(np.clip(picture, 0, 1), cmap="gray", vmin=0, vmax=1)
            axis.set(xticks=[], yticks=[])
        line[0].set_ylabel(name)
