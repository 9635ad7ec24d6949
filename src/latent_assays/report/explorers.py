"""Explorers within the page: networks that a reader moves, started once they are opened."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from latent_assays import provenance
from latent_assays.errors import UserError
from latent_assays.explorer.contents import explorer_of
from latent_assays.explorer.page import embedded
from latent_assays.models.weights import load_model
from latent_assays.store import read_arrays, read_image_set, read_json

__all__ = ["Explorer", "explorer_section", "open_explorer", "parts_for"]

LEVELS = {"h3": "h5", "h2": "h4"}  # an explorer stands below a heading of the third level


@dataclass(frozen=True)
class Explorer:
    """An explorer of the page.

    Attributes:
        title: model and dataset.
        section: as HTML; empty if there is none.
        reason: why there is none; else empty.
        bytes: of the section.
    """

    title: str
    section: Markup
    reason: str

    @property
    def bytes(self) -> int:
        return len(self.section)


def open_explorer(files: Mapping[str, str]) -> Explorer:
    """The explorer of one run.

    Args:
        files: `model`, `config`, `run`, `codes`, `images`, and `matrix` and `map` if there.

    Raises:
        UserError: a file is missing or damaged. That the network has a layer which pages do not
            compute is no error: the page says so.
    """
    network, _ = load_model(Path(files["model"]).parent)
    trained = read_json(files["run"])
    title = f"{trained['model']} on {trained['dataset']['title']}"
    assays = {name: read_arrays(files[name]) for name in ("matrix", "map") if name in files}
    data, coded = read_image_set(files["images"]), read_arrays(files["codes"])
    try:
        content = explorer_of(
            network,
            data,
            coded,
            title=title,
            sources=provenance.run_sentences(trained),
            matrix=assays.get("matrix"),
            response_map=assays.get("map"),
        )
    except UserError as error:
        return Explorer(title, Markup(""), str(error))
    return Explorer(title, explorer_section(content), "")


def explorer_section(content: Mapping[str, Any]) -> Markup:
    """What `parts_for` brings to life: JSON that no `</script>` within can end."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")
    return Markup(
        '<section class="latent-explorer"><script type="application/json">{}</script></section>'
    ).format(Markup(text))


def parts_for() -> tuple[Markup, Markup]:
    """Style, and template with scripts, of all explorers of a page; headings a chapter deeper."""
    parts = str(embedded([]))
    for given, deeper in LEVELS.items():
        parts = re.sub(rf"(</?|\.latent-explorer ){given}\b", rf"\g<1>{deeper}", parts)
    style, end, rest = parts.partition("</style>")
    return Markup(style + end), Markup(rest)
