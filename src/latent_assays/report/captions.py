"""Captions: reStructuredText as HTML, and its first sentence as plain text."""

import re
from functools import cache

from markupsafe import Markup

from latent_assays.errors import UserError
from latent_assays.places import rooms

__all__ = ["caption_of", "first_sentence", "html_of"]

# A full stop ends a sentence if a capital follows: "Fig. 4 of" goes on.
END = re.compile(r"(?<=[.?!])\s+(?=[\"'(]*[A-ZΑ-Ω])|(?<=[.?!])\s*$")
SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 2,
    "halt_level": 2,
    "warning_stream": False,
    "doctitle_xform": False,
    "smart_quotes": False,
    "initial_header_level": 5,
    "_disable_config": True,
}


def caption_of(paper: str, name: str) -> str:
    """The caption of a paper's figure or table, reStructuredText.

    Raises:
        UserError: the room has no such caption.
    """
    path = rooms()[paper] / f"captions/{name}.rst"
    if not path.is_file():
        raise UserError(f"{path} does not exist: write what {paper}/{name} shows")
    return path.read_text(encoding="utf-8")


@cache
def html_of(text: str) -> Markup:
    """reStructuredText as paragraphs of HTML; nothing in it can reach files or scripts.

    Raises:
        UserError: it is not reStructuredText; with line and fault.
    """
    from docutils.core import publish_parts
    from docutils.utils import SystemMessage

    try:
        parts = publish_parts(text, writer="html5", settings_overrides=SETTINGS)
    except SystemMessage as fault:
        raise UserError(f"a caption is not reStructuredText ({fault}): {text[:60]!r}") from None
    return Markup(parts["fragment"].strip())


def first_sentence(text: str) -> str:
    """The first sentence of reStructuredText in plain words, for those who do not see a picture."""
    first, *_ = re.split(r"</p>", html_of(text), maxsplit=1)
    plain = " ".join(Markup(first).striptags().split())
    return END.split(plain, maxsplit=1)[0].strip()
