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
    "draw_strips",
    "draw_tiles",
    "mark_ends",
    "pair_sentence",
    "path_sentence",
    "strip",
    "tile_grid",
    "unit",
]

COLOURS = {"straight": "#e41a1c", "curved": "#2ca25f", "ends": "#ff4fb0"}
NAMES = {"straight": "straight line", "curved": "path along high curvature"}
SHORT = {"straight": "straight line", "curved": "curved path"}
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
    """Mean curvature, bright where it is high, with a line where it is 0; see `draw_map`."""
    axis, curvature = given["axis"], given["curvature"]
    low, high = np.percentile(curvature, [CUT, 100 - CUT])
    image = draw_map(axes, axis, curvature, vmin=low, vmax=high)
    if curvature.min() < 0 < curvature.max():
        axes.contour(axis, axis, curvature.T, [0], colors="white", linewidths=0.4, alpha=0.8)
    return image


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
    mark_ends(axes, given["ends"])


def mark_ends(axes: Axes, ends: np.ndarray) -> None:
    """The letters A and B beside the ends (2,2) of a path, turned away from each other."""
    apart = np.sign(ends[0, 0] - ends[1, 0]) or 1.0
    for letter, end, side in zip("AB", ends, (apart, -apart), strict=True):
        axes.annotate(
            letter,
            end,
            xytext=(6 * side, 0),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            fontsize=8,
            weight="bold",
            color="black",
            path_effects=[Stroke(linewidth=2, foreground="white"), Normal()],
        )


def draw_profiles(axes: Axes, given: Mapping[str, np.ndarray]) -> None:
    """Mean curvature along both paths, from one end to the other.

    Args:
        axes: where to draw.
        given: for each path `NAME` (P,2), `NAME_curvature` (P,), `NAME_mean_curvature`; `spacing`
            of the map.
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
            label=f"{name}, mean {mean:.2f}",
        )
    axes.axhline(0, color="0.6", lw=0.6, zorder=0)
    axes.set(
        xlim=(0, 1),
        xlabel="share of the length, from A to B",
        ylabel=f"mean curvature $H$ ({unit(given)})",
    )


def unit(response: Mapping[str, np.ndarray]) -> str:
    """Of mean curvature: `1/latent unit`, or `by grid step` where derivatives are not divided."""
    return "1/latent unit" if str(response["spacing"]) == "true" else "by grid step"


def draw_images(axes: Axes, picture: np.ndarray, **style: Any) -> None:
    """A picture (H,W,C) of images without ticks."""
    axes.imshow(picture, interpolation="nearest", **style)
    axes.set(xticks=[], yticks=[])


def draw_strips(
    panels: Mapping[str, Axes], path: Mapping[str, np.ndarray], letters: str, shown: int
) -> None:
    """What both paths decode to, framed in their colours, and how near they keep to the codes.

    Args:
        panels: where to draw, by letter.
        path: for each path `NAME_images` (Q,H,W,C) uint8 and `NAME_mean_distance`.
        letters: of the straight line and of the curved path.
        shown: images side by side.
    """
    for letter, name in zip(letters, NAMES, strict=True):
        axes, distance = panels[letter], float(path[f"{name}_mean_distance"])
        draw_images(axes, strip(path[f"{name}_images"], shown))
        axes.set_title(
            f"({letter}) along the {SHORT[name]}: mean distance to the nearest code {distance:.3f}"
        )
        for place, end, side in ((-0.008, "A", "right"), (1.008, "B", "left")):
            axes.text(
                place, 0.5, end, ha=side, va="center", weight="bold", transform=axes.transAxes
            )
        for spine in axes.spines.values():
            spine.set(color=COLOURS[name], linewidth=1.5)


def pair_sentence(response: Mapping[str, np.ndarray]) -> str:
    """Which pair of latents a map shows and why, and where the others stand."""
    first, second = response["latents"]
    return (
        f"Latents {first} and {second}: {response['rule']}, here {float(response['coupling']):.2f};"
        " the other latents are those of the image whose code is nearest to the mean code."
    )


def path_sentence(path: Mapping[str, np.ndarray]) -> str:
    """Where the ends lie and why, and what the curved path does on this map.

    Args:
        path: `ends_rule`, and for each path `NAME_mean_curvature` and `NAME_mean_distance`.
    """
    curvature, distance = (
        [float(path[f"{name}_mean_{kind}"]) for name in ("curved", "straight")]
        for kind in ("curvature", "distance")
    )
    nearer = "stays nearer to" if distance[0] < distance[1] else "does not stay nearer to"
    higher = "higher" if curvature[0] > curvature[1] else "no higher"
    return (
        f"A and B: {path['ends_rule']}. Here the curved path {nearer} the codes than the straight"
        f" line ({distance[0]:.3f} against {distance[1]:.3f}, measured on the plane of the two"
        f" latents) and runs through {higher} mean curvature ({curvature[0]:.2f} against"
        f" {curvature[1]:.2f})."
    )


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
