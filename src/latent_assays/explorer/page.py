"""The page: everything in one file, from templates, scripts and what the explorer shows."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["card", "compute_script", "embedded"]

FOLDER = Path(__file__).parent
COMPUTE = (
    *("packing", "products", "convolutions", "layers", "network", "responses", "maps", "paths"),
    "worker",
)
SHOW = ("pictures", "workers", "sliders", "matrix", "plane", "walk", "explorer")


def card(explorer: Mapping[str, Any], made: str) -> str:
    """One explorer as an HTML page that stands alone and asks for nothing.

    Args:
        explorer: see `contents.explorer_of`.
        made: sentence for the end of the page: by what it was made.
    """
    return _render("card.html", explorer=explorer, made=made, parts=embedded([explorer]))


def embedded(explorers: Sequence[Mapping[str, Any]]) -> Markup:
    """Explorers for another page: style, scripts and a section for each.

    The page around them needs `script-src 'unsafe-inline' blob:` and `worker-src blob:` if it has a
    content security policy.
    """
    return Markup(
        _render(
            "explorers.html",
            explorers=[_as_script(explorer) for explorer in explorers],
            style=Markup((FOLDER / "templates/explorer.css").read_text(encoding="utf-8")),
            compute=Markup(compute_script()),
            show=Markup(_joined(SHOW)),
        )
    )


@cache
def compute_script() -> str:
    """All that computes and touches no page: for browsers, their workers, and tests."""
    return f'"use strict";\n{_joined(COMPUTE)}'


def _joined(names: Sequence[str]) -> str:
    texts = [(FOLDER / f"scripts/{name}.js").read_text(encoding="utf-8") for name in names]
    return "\n".join(texts)


def _as_script(explorer: Mapping[str, Any]) -> Markup:
    """JSON that no `</script>` within can end."""
    return Markup(json.dumps(explorer, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c"))


def _render(template: str, **values: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(template).render(**values)
