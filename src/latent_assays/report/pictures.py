"""Figures for the page: as data, with their size, and with what they say of their own making."""

import base64
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from latent_assays.errors import UserError

__all__ = ["Picture", "read_picture"]

INCH = 96  # CSS pixels
DPI = 200  # of a PNG that does not say its own
THOROUGH = {"quality": 25, "method": 1}
QUICK = {"quality": 50, "method": 0}
LARGE = 600_000  # bytes of a PNG; of such the quick one takes an eighth of the time, and often less


@dataclass(frozen=True)
class Picture:
    """A figure as the page holds it.

    Attributes:
        uri: data URI, lossless.
        width: in CSS pixels, as large as it was drawn.
        height: in CSS pixels.
        sentences: what the figure says below itself: data, runs, and commit.
        made: its provenance: `commit` and, by input, what is known of it.
    """

    uri: str
    width: int
    height: int
    sentences: tuple[str, ...]
    made: dict[str, Any]


def read_picture(path: Path) -> Picture:
    """A figure's PNG as lossless WebP, or as it is where that is no larger.

    Of what `figures` writes this is the smallest: at scale `mini` all PNG are 17 MB, all SVG 19 MB,
    and all WebP 10 MB. The other formats are linked to.

    Raises:
        UserError: the file is missing or is no picture.
    """
    from PIL import Image, UnidentifiedImageError

    if not path.is_file():
        raise UserError(f"{path} does not exist")
    given = path.read_bytes()
    try:
        with Image.open(io.BytesIO(given)) as image:
            text = dict(getattr(image, "text", {}))
            dpi = image.info.get("dpi", (DPI, DPI))
            width, height = (
                round(INCH * side / per) for side, per in zip(image.size, dpi, strict=True)
            )
            effort = QUICK if len(given) > LARGE else THOROUGH
            packed = io.BytesIO()
            _on_white(image).save(packed, "webp", lossless=True, **effort)
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise UserError(f"{path} cannot be read as PNG ({error}): delete it and rerun") from None
    kind, data = min(("webp", packed.getvalue()), ("png", given), key=lambda pair: len(pair[1]))
    return Picture(
        uri=f"data:image/{kind};base64,{base64.b64encode(data).decode()}",
        width=width,
        height=height,
        sentences=tuple(text.get("Description", "").splitlines()),
        made=json.loads(text.get("Source", "{}")),
    )


def _on_white(image: Any) -> Any:
    from PIL import Image

    if "A" not in image.getbands() or image.getextrema()[-1] == (255, 255):
        return image.convert("RGB")
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
