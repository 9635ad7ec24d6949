"""Fig. 6a of paper `structure`: faces of which one quarter of the latents is exchanged."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from latent_assays import provenance
from latent_assays.figures.grids import lay_out
from latent_assays.papers.structure.figures.strips import draw_panels

__all__ = ["draw"]

SHOWN = 11


def draw(samples: Mapping[str, np.ndarray], sources: list[str]) -> Figure:
    """Draw a row for each quarter of the latents, in order.

    Args:
        samples: of any run: `reconstruction` (n,H,W,C), `quarters` (Q,M,H,W,C), `quarter` (D,),
            `provenance`.
        sources: sentences for the footnote.
    """
    exchanged = samples["quarters"][:, :SHOWN]
    held = np.broadcast_to(samples["reconstruction"][0], exchanged[:, :1].shape)
    images = np.concatenate([held, exchanged], axis=1)
    grid = lay_out(
        images,
        [_latents(samples["quarter"], number) for number in range(len(images))],
        column_groups=[0] + [1] * exchanged.shape[1],
    )
    how = (
        "Left: a test image, reconstructed. In each row its latents are kept but for one quarter,"
        " which comes from training images (hybrid sampling); the hybrids are the same in all rows."
    )
    model = provenance.from_arrays(samples)["run"]["model"]
    title = f"(a) one quarter of the latents exchanged, {model}"
    return draw_panels({title: grid}, 1, [how, " ".join(sources)])


def _latents(quarter: np.ndarray, number: int) -> str:
    first, *_, last = np.flatnonzero(quarter == number).repeat(2)
    return f"latent {first}" if first == last else f"latents {first}–{last}"
