"""A painted face: soft-edged shapes laid over each other, back to front.

Places are in halves of the image's side from its middle, x to the right and y down, so the image
spans -1 to 1. Eyes, nose, mouth and chin lie about where they do in CelebA's aligned and cropped
photographs.
"""

import colorsys
from collections.abc import Mapping
from types import SimpleNamespace

import numpy as np

from latent_assays.datasets.rendered.canvas import Canvas, blend, smooth

__all__ = ["paint"]

SKINS = np.array([(0.97, 0.81, 0.70), (0.80, 0.58, 0.43), (0.36, 0.22, 0.15)], np.float32)
HAIRS = np.array([(0.80, 0.66, 0.40), (0.62, 0.40, 0.18), (0.62, 0.22, 0.09)], np.float32)
EYES = np.array([(0.30, 0.18, 0.09), (0.30, 0.45, 0.22), (0.25, 0.45, 0.68)], np.float32)
LIPS = np.array([(0.72, 0.45, 0.40), (0.74, 0.12, 0.18)], np.float32)


def paint(attributes: Mapping[str, float], resolution: int) -> np.ndarray:
    """A face (H,W,3) uint8 with `specs.FACE_ATTRIBUTES`, each in [0,1]."""
    a = SimpleNamespace(**attributes)
    a.width, a.height = 0.50 + 0.14 * a.face_width, 0.74 + 0.14 * a.face_height
    a.turn, a.nod = 0.34 * (a.yaw - 0.5), 0.2 * (a.pitch - 0.5)
    a.side = 1.6 * (a.light - 0.5)
    a.skin_colour = blend(SKINS, a.skin)
    a.hair_colour = blend(HAIRS, a.hair_hue) * (0.10 + 0.95 * (1 - a.hair_darkness) ** 1.4)
    canvas = Canvas(resolution)
    _background(canvas, a)
    strands = _strands(canvas, a)
    _back_hair(canvas, a, strands)
    _neck(canvas, a)
    face = _face(canvas, a)
    _beard(canvas, a, face)
    _eyes(canvas, a)
    _nose(canvas, a)
    _mouth(canvas, a)
    _front_hair(canvas, a, strands)
    _glasses(canvas, a)
    return np.rint(255 * np.clip(canvas.image, 0, 1)).astype(np.uint8)


def _background(canvas, a) -> None:
    """A plain backdrop, brighter in the middle."""
    value = 0.2 + 0.7 * a.background_value
    colour = np.array(colorsys.hsv_to_rgb(a.background_hue, 0.38, value), np.float32)
    fall = 1.08 - 0.32 * np.hypot(canvas.x + 0.4 * a.side, canvas.y * 0.8)
    canvas.image[:] = fall[..., None] * colour


def _strands(canvas, a) -> np.ndarray:
    """The hair's colours (H,W,3): strands that fan out from the parting, with a sheen."""
    angle = np.arctan2(canvas.x - 0.12, np.maximum(canvas.y + 1.3, 0.05))
    waves = np.sin(41 * angle) + 0.6 * np.sin(97 * angle + 5 * canvas.y) + 0.5 * np.sin(23 * angle)
    sheen = np.exp(-(((np.hypot(canvas.x, canvas.y + 0.1) - 0.72) / 0.13) ** 2))
    light = 0.92 + 0.07 * waves + 0.28 * sheen * (1 + a.side * canvas.x) + 0.25 * a.side * canvas.x
    return light[..., None] * a.hair_colour + 0.035 * sheen[..., None]


def _back_hair(canvas, a, strands) -> None:
    """The hair behind the head, down to the hair's length."""
    reach = a.width + 0.07 + 0.20 * a.hair_volume
    top = -0.94 - 0.10 * a.hair_volume
    bottom = 0.0 + 1.25 * a.hair_length
    down = np.clip((canvas.y + 0.1) / (bottom + 0.1), 0, 1.2)
    wide = reach * (1 + 0.10 * np.sin(2.4 * down) * a.hair_length)
    above = np.sqrt(np.maximum(1 - (np.minimum(canvas.y + 0.1, 0) / (-top - 0.1)) ** 2, 1e-4))
    gap = np.abs(canvas.x - 0.3 * a.turn) - wide * above
    cover = canvas.within(gap, 1, 0.04) * canvas.within(canvas.y - bottom, 1, 0.2)
    canvas.lay(cover, 0.72 * strands)


def _neck(canvas, a) -> None:
    """Neck and shoulders, with the chin's shadow."""
    neck = canvas.within(np.abs(canvas.x) - 0.30 - 0.25 * np.maximum(canvas.y - 0.85, 0), 1, 0.03)
    canvas.lay(neck * canvas.within(0.3 - canvas.y, 1), 0.80 * a.skin_colour)
    canvas.darken(neck * canvas.ellipse(0, 0.66, 0.5, 0.34, 0.25), 0.35)
    hue = (a.background_hue + 0.45) % 1
    cloth = np.array(colorsys.hsv_to_rgb(hue, 0.5, 0.42), np.float32)
    fold = 1 + 0.3 * a.side * canvas.x - 0.35 * np.abs(canvas.x)
    collar = canvas.within(1.0 - 0.22 * np.abs(canvas.x) ** 0.7 - canvas.y * 0.97 + 0.05, 1, 0.03)
    canvas.lay(collar, fold[..., None] * cloth)


def _face(canvas, a) -> np.ndarray:
    """Ears and the face with its light, cheeks and eye sockets; returns the face's cover (H,W)."""
    for side in (-1, 1):
        x = side * (a.width + 0.01) - 0.5 * a.turn
        canvas.lay(canvas.ellipse(x, 0.06, 0.07, 0.16, 0.02), 0.86 * a.skin_colour)
        canvas.darken(canvas.ellipse(x, 0.07, 0.035, 0.09, 0.04), 0.25)
    drop = np.maximum(canvas.y, 0) / a.height
    u = canvas.x / (a.width * (1 - 0.26 * drop**2))
    v = (canvas.y - 0.02) / a.height
    radius = (np.abs(u) ** 2.2 + np.abs(v) ** 2.2) ** (1 / 2.2)
    cover = canvas.within(radius - 1, a.width, 0.015)
    facing = np.sqrt(np.clip(1 - radius * radius, 0, 1))
    shade = 0.70 + 0.34 * facing + 0.26 * a.side * u * (1.3 - 0.6 * facing) - 0.07 * v
    canvas.lay(cover, shade[..., None] * a.skin_colour)
    for side in (-1, 1):
        x = a.turn + side * 0.34 * a.width / 0.57
        blush = a.skin_colour * np.array((1.06, 0.80, 0.78), np.float32)
        canvas.lay(0.38 * canvas.ellipse(x, 0.29 + a.nod, 0.15, 0.12, 0.22), blush)
        canvas.darken(canvas.ellipse(x * 0.92, -0.03 + a.nod, 0.17, 0.11, 0.16), 0.14)
    shine = canvas.ellipse(a.turn + 0.16 * a.side, -0.42 + a.nod, 0.22, 0.12, 0.3)
    canvas.lay(0.13 * shine, np.ones(3, np.float32))
    return cover


def _beard(canvas, a, face) -> None:
    """A beard round mouth and chin, from none below 0.55 to full above 0.9."""
    strength = smooth((a.beard - 0.55) / 0.35)
    mouth = 0.50 + a.nod
    low = canvas.within(0.16 + a.nod + 0.35 * (1 - np.abs(canvas.x) / a.width) - canvas.y, 1, 0.16)
    lip = canvas.ellipse(a.turn, mouth - 0.125, 0.24, 0.05, 0.06)
    bare = canvas.ellipse(a.turn, mouth, 0.21, 0.075, 0.06)
    cover = face * np.maximum(low, lip) * (1 - bare)
    canvas.lay(0.85 * strength * cover, 0.55 * a.hair_colour + 0.12 * a.skin_colour)


def _eyes(canvas, a) -> None:
    """Eyes with lids, whites, irises and glints, and the brows above."""
    size = 0.085 + 0.045 * a.eye_size
    iris = blend(EYES, a.eye_hue)
    level = -0.02 + a.nod
    for side in (-1, 1):
        x = a.turn + side * (0.245 + 0.09 * a.eye_spacing)
        near = 1 - 0.5 * side * a.turn
        eye = canvas.ellipse(x, level, 1.35 * size * near, 0.54 * size, 0.005)
        canvas.darken(canvas.ellipse(x, level - 0.025, 1.5 * size * near, 0.8 * size, 0.03), 0.55)
        canvas.lay(eye, np.array((0.93, 0.92, 0.90), np.float32))
        canvas.darken(eye * canvas.within(canvas.y - level + 0.3 * size, 1, 0.05), 0.3)
        ball = x + 0.25 * a.turn
        canvas.lay(eye * canvas.ellipse(ball, level - 0.005, 0.64 * size, 0.64 * size), iris)
        dark = np.full(3, 0.03, np.float32)
        canvas.lay(eye * canvas.ellipse(ball, level - 0.005, 0.3 * size, 0.3 * size), dark)
        glint = canvas.ellipse(ball + 0.22 * size, level - 0.2 * size, 0.16 * size, 0.16 * size)
        canvas.lay(0.9 * eye * glint, np.ones(3, np.float32))
        _brow(canvas, a, 1.02 * x, level - 0.175 - 0.03 * a.eye_size, side)


def _brow(canvas, a, x: float, level: float, side: int) -> None:
    """An arched brow about (x, level) that thins outwards."""
    out = side * (canvas.x - x) / 0.17
    tilt = 0.075 * (0.45 - a.brow_angle)
    height = level + tilt * out + 0.022 * (out - 0.25) ** 2
    thick = (0.014 + 0.026 * a.brow) * np.sqrt(np.clip(1 - out * out, 0, 1)) * (1 - 0.35 * out)
    cover = canvas.within(np.abs(canvas.y - height) - thick, 1, 0.02)
    cover = cover * canvas.within(np.abs(out) - 1, 0.17, 0.03)
    canvas.lay((0.55 + 0.4 * a.brow) * cover, 0.5 * a.hair_colour + 0.06 * a.skin_colour)


def _nose(canvas, a) -> None:
    """The nose: its bridge's light and shadow, wings, nostrils and the shadow below."""
    wide = 0.07 + 0.07 * a.nose
    tip = 0.27 + a.nod
    x = 1.22 * a.turn
    away = -1 if a.side > 0 else 1
    flank = canvas.ellipse(x + 0.6 * away * wide, 0.12 + a.nod, 0.05, 0.20, 0.10)
    canvas.darken(flank, 0.10 + 0.16 * abs(a.side))
    for side in (-1, 1):
        canvas.darken(canvas.ellipse(x + side * 1.02 * wide, tip, 0.035, 0.05, 0.05), 0.20)
    canvas.darken(canvas.ellipse(x, tip + 0.075, 1.1 * wide, 0.03, 0.06), 0.28)
    light = np.minimum(1.15 * a.skin_colour + 0.07, 1)
    canvas.lay(0.5 * canvas.ellipse(x, 0.08 + a.nod, 0.035, 0.18, 0.08), light)
    canvas.lay(0.5 * canvas.ellipse(x, tip - 0.01, 0.6 * wide, 0.045, 0.07), light)
    for side in (-1, 1):
        nostril = canvas.ellipse(x + side * 0.55 * wide, tip + 0.052, 0.3 * wide, 0.018, 0.015)
        canvas.darken(nostril, 0.6)


def _mouth(canvas, a) -> None:
    """Lips bent by the smile, with teeth and dark between them as far as the mouth is open."""
    wide = 0.17 + 0.09 * a.mouth_width + 0.04 * a.smile
    gape = 0.004 + 0.095 * max(a.mouth_open - 0.25, 0)
    full = 0.035 + 0.025 * a.lip
    u = (canvas.x - 1.08 * a.turn) / wide
    bend = 0.50 + a.nod + 0.15 * (a.smile - 0.25) * (0.45 - u * u)
    arch = np.sqrt(np.clip(1 - u * u, 0, 1))
    notch = 0.012 * np.exp(-((u / 0.22) ** 2))
    offset = canvas.y - bend
    colour = 0.35 * a.skin_colour + 0.65 * blend(LIPS, a.lip) * (1.05 - 0.4 * a.skin)
    ends = canvas.within(np.abs(u) - 1, wide, 0.01)
    upper = canvas.within(np.abs(offset + gape * arch) - (full - notch) * arch, 1) * ends
    lower = canvas.within(np.abs(offset - gape * arch) - 1.2 * full * arch, 1) * ends
    canvas.lay(upper, 0.82 * colour)
    canvas.lay(lower, colour)
    gleam = canvas.ellipse(1.08 * a.turn, 0.535 + a.nod + gape, 0.3 * wide, 0.012, 0.03)
    canvas.lay(0.25 * gleam * lower, np.ones(3, np.float32))
    between = canvas.within(np.abs(offset) - gape * arch, 1) * ends
    canvas.lay(between, np.array((0.20, 0.05, 0.05), np.float32))
    teeth = canvas.within(np.abs(offset + 0.35 * gape) - 0.55 * gape * arch, 1)
    canvas.lay(min(gape / 0.03, 0.95) * between * teeth, np.array((0.95, 0.93, 0.90), np.float32))
    for side in (-1, 1):
        corner = 0.50 + a.nod - 0.0825 * (a.smile - 0.25)
        canvas.darken(canvas.ellipse(1.08 * a.turn + side * wide, corner, 0.02, 0.02, 0.04), 0.3)


def _front_hair(canvas, a, strands) -> None:
    """The hair on top of the head down to the hairline, and the locks beside the face."""
    reach = a.width + 0.05 + 0.10 * a.hair_volume
    top = -0.96 - 0.10 * a.hair_volume
    u = (canvas.x - 0.3 * a.turn) / reach
    cap = canvas.within(
        np.hypot(u, np.minimum(canvas.y + 0.05, 0) / (-top - 0.05)) - 1, reach, 0.03
    )
    line = -0.60 + 0.55 * np.abs(u - 0.18) ** 2.6 + 0.5 * a.nod
    canvas.lay(cap * canvas.within(canvas.y - line, 1, 0.07), strands)
    beside = canvas.within(0.90 - 0.04 * a.hair_length - np.abs(u), reach, 0.05)
    end = canvas.within(canvas.y + 0.15 - 1.0 * a.hair_length, 1, 0.18)
    canvas.lay(cap * beside * end, strands)


def _glasses(canvas, a) -> None:
    """Round dark frames, from none below 0.6 to solid above 0.75."""
    strength = smooth((a.glasses - 0.6) / 0.15)
    level = a.nod
    rim = np.full(3, 0.07, np.float32)
    centres = [a.turn + side * (0.255 + 0.09 * a.eye_spacing) for side in (-1, 1)]
    for x in centres:
        radius = np.hypot((canvas.x - x) / 0.215, (canvas.y - level) / 0.185)
        canvas.lay(0.10 * strength * canvas.within(radius - 1, 0.2), np.ones(3, np.float32))
        canvas.lay(strength * canvas.within(np.abs(radius - 1) - 0.075, 0.2), rim)
    inner = np.abs(canvas.x - a.turn) - (centres[1] - a.turn - 0.215)
    bridge = canvas.within(inner, 1) * canvas.within(np.abs(canvas.y - level + 0.04) - 0.014, 1)
    outer = (centres[1] - a.turn + 0.215) - np.abs(canvas.x - a.turn)
    arms = canvas.within(outer, 1) * canvas.within(np.abs(canvas.y - level + 0.05) - 0.016, 1)
    arms = arms * canvas.within(np.abs(canvas.x + 0.5 * a.turn) - a.width - 0.02, 1)
    canvas.lay(strength * np.maximum(bridge, arms), rim)
