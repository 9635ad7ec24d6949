"""The keys of the configuration's schema as a table for the README."""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["schema_table"]


def schema_table(schema: Mapping[str, Any]) -> str:
    """The keys of the schema as a Markdown table: key, values, what it means.

    Siblings of one kind share a row, `{a,b}`; a block of settings that was shown before is named,
    not repeated.
    """
    lines = ["| key | values | meaning |", "|---|---|---|"]
    lines += [
        f"| `{key}` | {values} | {meaning} |" for key, values, meaning in _rows(schema, schema, "")
    ]
    return "\n".join(lines) + "\n"


def _rows(
    schema: Mapping[str, Any],
    node: Mapping[str, Any],
    prefix: str,
    shown: dict[tuple[str, ...], str] | None = None,
) -> Iterator[tuple[str, str, str]]:
    shown = {} if shown is None else shown
    properties = node.get("properties", {})
    children = {name: _resolve(schema, child) for name, child in properties.items()}
    if isinstance(node.get("additionalProperties"), Mapping):
        children["NAME"] = _resolve(schema, node["additionalProperties"])
    if len(children) > 1 and all(
        child == next(iter(children.values())) for child in children.values()
    ):
        children = {"{" + ",".join(children) + "}": next(iter(children.values()))}
    for name, child in children.items():
        key, block = f"{prefix}{name}", tuple(child.get("properties", {}))
        meaning = " ".join(child.get("description", "").split())
        known = next(
            (at for names, at in shown.items() if block and set(block) <= set(names)), None
        )
        if known:
            meaning += f" Keys as under `{known}`."
        yield key, _values(schema, child), meaning
        if not known:
            if len(block) > 3:
                shown[block] = key
            yield from _rows(schema, child, f"{key}.", shown)


def _resolve(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        target: Any = schema
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def _values(schema: Mapping[str, Any], node: Mapping[str, Any]) -> str:
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    if node.get("type") == "array":
        items = _values(schema, _resolve(schema, node.get("items", {})))
        return f"list of {items or 'values'}"
    kind = "mapping" if node.get("type") == "object" else node.get("type", "")
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤"}
    return " ".join(
        [kind, *(f"{sign} {node[word]}" for word, sign in signs.items() if word in node)]
    )
