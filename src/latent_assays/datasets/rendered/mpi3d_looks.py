"""The three looks of MPI3D: light, colours and camera of its toy, realistic and real images."""

from dataclasses import dataclass

import numpy as np

__all__ = ["LOOKS", "Look"]

OBJECTS = (
    (230, 230, 230),
    (60, 190, 70),
    (215, 20, 20),
    (40, 100, 215),
    (110, 60, 35),
    (120, 120, 40),
)
RINGS = ((95, 75, 150), (70, 110, 95), (130, 80, 90))


@dataclass(frozen=True)
class Look:
    """How one of the three sets is lit, coloured and photographed.

    Attributes:
        objects: the six object colours (white, green, red, blue, brown, olive), 0 to 255.
        rings: the three background colours (purple, sea green, salmon), 0 to 255.
        ground, far: colours of the platform and of what lies behind it, 0 to 255.
        ambient, diffuse, facing: shares of light from everywhere, the lamp and the camera.
        gloss: strength of the lamp's white reflection on the object and the arm, 0 to 1.
        pool: how much darker the ground gets towards the platform's edge, 0 to 1.
        grain: depth of the ground's texture, 0 to 1.
        blur: whether the camera mixes each pixel with its neighbours.
        noise: standard deviation of the camera's noise in grey levels.
    """

    objects: tuple
    rings: tuple
    ground: tuple
    far: tuple
    ambient: float
    diffuse: float
    facing: float
    gloss: float
    pool: float
    grain: float
    blur: bool
    noise: float


def _towards(colours, other, share: float) -> tuple:
    """Colours mixed with another: `share` of it."""
    mixed = (1 - share) * np.asarray(colours, float) + share * np.asarray(other, float)
    return tuple(map(tuple, mixed))


LOOKS = {
    "toy": Look(
        objects=OBJECTS,
        rings=RINGS,
        ground=(48, 48, 48),
        far=(32, 32, 32),
        ambient=0.45,
        diffuse=0.4,
        facing=0.2,
        gloss=0,
        pool=0.1,
        grain=0,
        blur=False,
        noise=0,
    ),
    "realistic": Look(
        objects=OBJECTS,
        rings=_towards(RINGS, (255, 255, 255), 0.2),
        ground=(80, 77, 76),
        far=(22, 22, 26),
        ambient=0.22,
        diffuse=0.7,
        facing=0.15,
        gloss=0.4,
        pool=0.5,
        grain=0.06,
        blur=False,
        noise=0,
    ),
    "real": Look(
        objects=_towards(OBJECTS, (105, 85, 65), 0.22),
        rings=_towards(RINGS, (230, 180, 130), 0.25),
        ground=(74, 64, 54),
        far=(38, 31, 26),
        ambient=0.35,
        diffuse=0.5,
        facing=0.15,
        gloss=0.25,
        pool=0.4,
        grain=0.25,
        blur=True,
        noise=4,
    ),
}
