"""Panels that the figures of paper `responses` share: response maps, paths, tiles and strips."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import CenteredNorm, Colormap
from matplotlib.image import AxesImage
from matplotlib.patheffects import Normal, Stroke

__all__ = [
    "COLOURS",
    "draw_curvature",
    "draw_divergence",
    "draw_images",
    "draw_map",
    "draw_paths",
    "draw_profiles",
    "draw_tiles",
    "strip",
    "tile_grid",
]

COLOURS = {"straight": "#e41a1c", "curved": "#2ca25f", "ends": "#ff4fb0"}
NAMES = {"straight": "straight line", "curved": "path along high curvature"}
# Colours leave out this much (per cent) at either end: H has no bound at a fixed point of h.
CUT = 1.0


def draw_map(
    axes: Axes, axis: np.ndarray, values: np.ndarray, cmap: str | Colormap = "viridis", **style: Any
) -> AxesImage:
    """A map's values, the first latent horizontal and the second upwards.

    Args:
        axes: where to draw.
        axis: (G,) grid values of both latents.
        values: (G,G).
        cmap: colour map.
        style: for `imshow`.
    """
    half = (axis[1] - axis[0]) / 2
    low, high = axis[0] - half, axis[-1] + half
    image = axes.imshow(
        values.T, cmap, origin="lower", extent=(low, high, low, high), aspect="equal", **style
    )
    axes.set_xlim(axis[0], axis[-1])
    axes.set_ylim(axis[0], axis[-1])
    return image


def draw_curvature(axes: Axes, given: Mapping[str, np.ndarray]) -> AxesImage:
    """Mean curvature, bright where the latent manifold is; see `draw_map`."""
    low, high = np.percentile(given["curvature"], [CUT, 100 - CUT])
    return draw_map(axes, given["axis"], given["curvature"], vmin=low, vmax=high)


def draw_divergence(axes: Axes, given: Mapping[str, np.ndarray]) -> AxesImage:
    """Divergence, blue where the latent space converges and red where it diverges; white is 0."""
    limit = np.percentile(np.abs(given["divergence"]), 100 - CUT)
    norm = CenteredNorm(0, limit)
    return draw_map(axes, given["axis"], given["divergence"], "seismic", norm=norm)


def draw_paths(axes: Axes, given: Mapping[str, np.ndarray]) -> None:
    """Both paths and their ends on a map.

    Args:
        axes: where to draw.
        given: `straight` and `curved` (P,2), `ends` (2,2).
    """
    for name, label in NAMES.items():
        axes.plot(
            *given[name].T,
            color=COLOURS[name],
            label=label,
            lw=1.8,
            path_effects=[Stroke(linewidth=2.8, foreground="white"), Normal()],
        )
    axes.scatter(*given["ends"].T, s=26, c=COLOURS["ends"], edgecolors="white", lw=0.6, zorder=3)


def draw_profiles(axes: Axes, given: Mapping[str, np.ndarray]) -> None:
    """Mean curvature along both paths, from one end to the other.

    Args:
        axes: where to draw.
        given: for each path `NAME` (P,2), `NAME_curvature` (P,), `NAME_mean_curvature`.
    """
    for name in NAMES:
        steps = np.linalg.norm(np.diff(given[name], axis=0), axis=1)
        along = np.concatenate([[0], np.cumsum(steps)]) / max(steps.sum(), np.finfo(float).tiny)
        mean = float(given[f"{name}_mean_curvature"])
        axes.plot(
            along,
            given[f"{name}_curvature"],
            color=COLOURS[name],
            lw=1.0,
            label=f"{name}, mean {mean:.2g}",
        )
    axes.axhline(0, color="0.6", lw=0.6, zorder=0)
    axes.set(xlim=(0, 1), xlabel="share of the path's length", ylabel="mean curvature $H$")
    axes.legend(frameon=False, fontsize=6, loc="best")


def draw_images(axes: Axes, picture: np.ndarray, **style: Any) -> None:
    """A picture (H,W,C) of images without ticks."""
    axes.imshow(picture, interpolation="nearest", **style)
    axes.set(xticks=[], yticks=[])


def draw_tiles(axes: Axes, given: Mapping[str, np.ndarray]) -> None:
    """Reconstructions in their places on the map.

    Args:
        axes: where to draw.
        given: `tiles` (T,T,H,W,C) uint8, the first axis along the first latent; `tile_axis` (T,).
    """
    positions = given["tile_axis"]
    half = (positions[1] - positions[0]) / 2
    extent = (positions[0] - half, positions[-1] + half) * 2
    axes.imshow(tile_grid(given["tiles"]), extent=extent, interpolation="nearest")


def tile_grid(tiles: np.ndarray) -> np.ndarray:
    """Tiles (T,T,H,W,C) as one picture in colour, the second axis of tiles upwards."""
    upwards = np.flip(tiles, axis=1).transpose(1, 2, 0, 3, 4)
    rows, height, columns, width, channels = upwards.shape
    return _in_colour(upwards.reshape(rows * height, columns * width, channels))


def strip(images: np.ndarray, shown: int) -> np.ndarray:
    """`shown` of the images (P,H,W,C), evenly and with both ends, side by side in one picture."""
    chosen = images[np.linspace(0, len(images) - 1, shown).round().astype(int)]
    spaced = np.pad(chosen, ((0, 0), (0, 0), (0, 1), (0, 0)), constant_values=255)
    return _in_colour(np.concatenate(spaced, axis=1)[:, :-1])


def _in_colour(picture: np.ndarray) -> np.ndarray:
    return np.repeat(picture, 3, axis=-1) if picture.shape[-1] == 1 else picture
