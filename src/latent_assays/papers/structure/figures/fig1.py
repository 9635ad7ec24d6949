"""Fig. 1 of paper `structure`: the structural decoder, as the network of a run has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt, log2

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from latent_assays import provenance
from latent_assays.errors import UserError
from latent_assays.figures.style import PAGE_WIDTH, footnote

__all__ = ["Block", "blocks_of", "draw"]

COLOURS = {
    "latents": "#f3d3e4",
    "static features": "0.8",
    "Str-Tfm": "#7fcfb8",
    "bilinear upsampling": "#f0b84d",
    "convolution": "#a6d2f0",
}
SIZE = 6  # of labels, in points
ROWS = {  # of the table under the blocks
    "block": -1.15,
    "features C×H×W": -1.6,
    "weights, block": -2.05,
    "weights, Str-Tfm": -2.5,
}


@dataclass(frozen=True)
class Block:
    """One block of the decoder, with the Str-Tfm in front of it.

    Attributes:
        mlp: units from the segment to scale and bias; empty where there is no Str-Tfm.
        transform: weights of the Str-Tfm.
        upsamples: whether the block doubles height and width.
        kernel: side of the convolution's kernel.
        shape: of its output, (C,H,W).
        weights: of convolution and norm.
    """

    mlp: tuple[int, ...]
    transform: int
    upsamples: bool
    kernel: int
    shape: tuple[int, int, int]
    weights: int


def draw(anatomy: Mapping[str, np.ndarray], sources: list[str]) -> Figure:
    """Draw the whole decoder, one Str-Tfm, and one block.

    Args:
        anatomy: of a run with a structural decoder, see the measure.
        sources: sentences for the footnote.
    """
    run = provenance.from_arrays(anatomy)["run"]
    root, blocks = blocks_of(anatomy, run["model"])
    figure = plt.figure(figsize=(PAGE_WIDTH, 4.6), layout="constrained")
    axes = figure.subplot_mosaic([["a", "a"], ["b", "c"]], height_ratios=[1.75, 1])
    for panel in axes.values():
        panel.axis("off")
    total, transforms = int(anatomy["parameters"].sum()), sum(b.transform for b in blocks)
    axes["a"].set_title(
        f"(a) decoder of {run['model']}, {run['dataset']['title']}: {total:,} weights,"
        f" {transforms:,} of them in {sum(bool(b.mlp) for b in blocks)} Str-Tfm layers"
    )
    _draw_chain(axes["a"], root, blocks, int(anatomy["latents"]))
    _draw_transform(axes["b"], next(block for block in blocks if block.mlp))
    _draw_block(axes["c"], next(block for block in blocks if block.upsamples))
    footnote(figure, sources)
    return figure


def blocks_of(anatomy: Mapping[str, np.ndarray], model: str) -> tuple[tuple[int, ...], list[Block]]:
    """Shape (C,H,W) of the static features, and the blocks in order.

    Raises:
        UserError: the decoder is not a structural one.
    """
    names = [str(name) for name in anatomy["name"]]
    rows = {name: at for at, name in enumerate(names)}
    shapes, parameters = anatomy["shape"].tolist(), anatomy["parameters"].tolist()
    blocks = []
    while (name := f"blocks.{len(blocks)}.convolution") in rows:
        own, number = name.removesuffix("convolution"), len(blocks) + 1
        mlp = [at for at in rows.values() if names[at].startswith(f"transforms.{number}.")]
        dense = [at for at in mlp if anatomy["kind"][at] == "Linear"]
        inputs, (channels, _, _) = int(anatomy["inputs"][rows[name]]), shapes[rows[name]]
        blocks.append(
            Block(
                mlp=(
                    *(int(anatomy["inputs"][at]) for at in dense),
                    *(shapes[at][0] for at in dense[-1:]),
                ),
                transform=sum(parameters[at] for at in mlp),
                upsamples=f"{own}upsample" in rows,
                kernel=isqrt(parameters[rows[name]] // (inputs * channels)),
                shape=tuple(shapes[rows[name]]),
                weights=sum(parameters[at] for at in rows.values() if names[at].startswith(own)),
            )
        )
    if sum(block.mlp[0] for block in blocks if block.mlp) != anatomy["latents"]:
        raise UserError(
            f"Fig. 1 shows a decoder of network structural, and {model} has another: choose one"
            " that splits the latents among Str-Tfm layers"
        )
    return tuple(shapes[rows["root"]]), blocks


def _draw_chain(axes: Axes, root: tuple[int, ...], blocks: list[Block], latents: int) -> None:
    axes.set_xlim(-1.2, len(blocks) + 0.62)
    axes.set_ylim(-2.75, 2.7)
    top, entered = 2.1, 0
    whole = (0.2, top - 0.27), len(blocks) - 0.24, 0.54
    axes.add_patch(Rectangle(*whole, fc="white", ec="0.4", lw=0.8))
    _say(axes, -1.15, top, f"{latents} latents $U$,\nvector split", ha="left")
    keys = [Patch(fc=colour, ec="0.3", lw=0.5, label=name) for name, colour in COLOURS.items()]
    style = {"loc": "upper center", "ncols": len(keys), "fontsize": SIZE, "frameon": False}
    axes.legend(handles=keys, borderaxespad=0, handlelength=1.2, **style)
    _box(axes, -0.05, root[1], COLOURS["static features"], width=0.5)
    _say(axes, -0.05, _height(root[1]) / 2 + 0.2, _times(root))
    axes.plot([0, len(blocks)], [0, 0], color="0.2", lw=0.6, zorder=0)
    _arrow(axes, (len(blocks) + 0.2, 0), (len(blocks) + 0.58, 0))
    for row, y in ROWS.items():
        _say(axes, -1.15, y, row, ha="left", color="0.35")
    for number, block in enumerate(blocks, 1):
        side = block.shape[1] // (2 if block.upsamples else 1)
        if block.mlp:
            first, entered = entered, entered + block.mlp[0]
            label = str(first) if block.mlp[0] == 1 else f"{first}–{entered - 1}"
            _box(axes, number - 0.42, side, COLOURS["Str-Tfm"], width=0.22)
            _box(axes, number - 0.42, 1.6, COLOURS["latents"], width=0.5, y=top)
            _say(axes, number - 0.42, top, label)
            _arrow(axes, (number - 0.42, top - 0.27), (number - 0.42, _height(side) / 2 + 0.03))
        if block.upsamples:
            _box(axes, number - 0.18, block.shape[1], COLOURS["bilinear upsampling"], width=0.16)
        _box(axes, number + 0.06, block.shape[1], COLOURS["convolution"], width=0.26)
        transform = f"{block.transform:,}" if block.mlp else "–"
        cells = str(number), _times(block.shape), f"{block.weights:,}", transform
        for y, cell in zip(ROWS.values(), cells, strict=True):
            _say(axes, number - 0.12, y, cell, size=5.5)


def _draw_transform(axes: Axes, block: Block) -> None:
    segment, *hidden, outputs = block.mlp
    channels = outputs // 2
    axes.set_title("(b) one Str-Tfm layer")
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 4.4)
    axes.add_patch(Rectangle((1.3, 0.15), 7.4, 3.2, fc=COLOURS["Str-Tfm"], ec="none", alpha=0.45))
    units = " → ".join(map(str, (segment, *hidden, f"2·{channels}")))
    _say(axes, 5, 4.1, f"segment $U_i$ of {segment} latent{'s' * (segment > 1)}", size=7)
    _arrow(axes, (5, 3.85), (5, 3.15))
    _label(axes, 5, 2.75, f"MLP$_i$: {units}")
    for x, letter, what in ((3.4, r"\alpha", "scales"), (6.6, r"\beta", "biases")):
        _arrow(axes, (5 + (x - 5) / 4, 2.4), (x, 1.95))
        _say(axes, x, 1.65, f"${letter}_i$: {channels} {what}", size=7)
        _arrow(axes, (x, 1.35), (5 + (x - 5) / 3, 1.05))
    _label(axes, 5, 0.65, r"$v_l^{hw}\;\leftarrow\;\alpha_i\,v_l^{hw}+\beta_i$   at every pixel")
    _say(axes, 0.6, 0.95, "$v_l$", size=7)
    _arrow(axes, (0.2, 0.65), (1.9, 0.65))
    _arrow(axes, (8.1, 0.65), (9.8, 0.65))


def _draw_block(axes: Axes, block: Block) -> None:
    channels, height, width = block.shape
    axes.set_title("(c) one block, after its Str-Tfm layer")
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 4.4)
    steps = {
        "bilinear\nupsampling": (
            "bilinear upsampling",
            f"{height // 2}×{width // 2}\nto {height}×{width}",
        ),
        f"{block.kernel}×{block.kernel}\nconvolution": ("convolution", f"{channels}\nchannels"),
        "group norm,\nactivation": ("convolution", ""),
    }
    for at, (name, (colour, told)) in enumerate(steps.items()):
        x = 1.9 + 3.1 * at
        axes.add_patch(Rectangle((x - 1.1, 1.7), 2.2, 1.6, fc=COLOURS[colour], ec="none"))
        _say(axes, x, 2.5, name, size=7)
        _say(axes, x, 1.1, told)
        _arrow(axes, (x - 1.95, 2.5), (x - 1.15, 2.5))
    _arrow(axes, (9.25, 2.5), (9.95, 2.5))


def _height(side: float) -> float:
    """Of a feature map's box: the number of halvings down to one pixel."""
    return 0.28 * log2(side) + 0.12


def _box(axes: Axes, x: float, side: float, colour: str, width: float, y: float = 0.0) -> None:
    height = _height(side)
    axes.add_patch(
        Rectangle((x - width / 2, y - height / 2), width, height, fc=colour, ec="0.3", lw=0.5)
    )


def _label(axes: Axes, x: float, y: float, text: str) -> None:
    frame = {"boxstyle": "round,pad=0.35", "fc": "white", "ec": "0.4", "lw": 0.6}
    axes.text(x, y, text, ha="center", va="center", fontsize=7, bbox=frame)


def _say(
    axes: Axes, x: float, y: float, text: str, size: float = SIZE, ha: str = "center", **style: str
) -> None:
    axes.text(x, y, text, ha=ha, va="center", fontsize=size, linespacing=1.1, **style)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    style = {"arrowstyle": "-|>,head_width=0.12,head_length=0.25", "lw": 0.6, "color": "0.2"}
    axes.annotate("", end, start, arrowprops={**style, "shrinkA": 0, "shrinkB": 0})


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))
