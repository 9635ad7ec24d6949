"""The table of the configuration's keys is the schema, and the schema describes every key."""

from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from latent_assays.config.load import load_schema
from latent_assays.schema_table import schema_table

ROOT = Path(__file__).parents[2]
SCHEMA = load_schema(ROOT)

SMALL = {
    "type": "object",
    "properties": {
        "scale": {"description": "Which\n  one.", "type": "string", "enum": ["mini", "paper"]},
        "paths": {
            "description": "Folders.",
            "type": "object",
            "properties": {"a": {"$ref": "#/$defs/folder"}, "b": {"$ref": "#/$defs/folder"}},
        },
        "models": {
            "description": "By name.",
            "type": "object",
            "additionalProperties": {"$ref": "#/$defs/model"},
        },
        "defaults": {"$ref": "#/$defs/model", "description": "For all."},
        "share": {
            "description": "A part.",
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": 0.5,
        },
        "betas": {
            "description": "Many.",
            "type": "array",
            "items": {"type": "number", "minimum": 0},
        },
    },
    "$defs": {
        "folder": {"description": "A folder.", "type": "string"},
        "model": {
            "description": "A model.",
            "type": "object",
            "properties": {
                name: {"description": f"The {name}.", "type": "integer", "minimum": 1}
                for name in ("steps", "batch", "latents", "width")
            },
        },
    },
}


def cells(table):
    header, rule, *rows = table.strip().splitlines()
    assert header == "| key | values | meaning |"
    assert rule == "|---|---|---|"
    return [tuple(cell.strip() for cell in row.strip("|").split(" | ")) for row in rows]


def test_known_table():
    assert cells(schema_table(SMALL)) == [
        ("`scale`", "`mini`, `paper`", "Which one."),
        ("`paths`", "mapping", "Folders."),
        ("`paths.{a,b}`", "string", "A folder."),
        ("`models`", "mapping", "By name."),
        ("`models.NAME`", "mapping", "A model."),
        ("`models.NAME.steps`", "integer ≥ 1", "The steps."),
        ("`models.NAME.batch`", "integer ≥ 1", "The batch."),
        ("`models.NAME.latents`", "integer ≥ 1", "The latents."),
        ("`models.NAME.width`", "integer ≥ 1", "The width."),
        ("`defaults`", "mapping", "For all. Keys as under `models.NAME`."),
        ("`share`", "number > 0 ≤ 0.5", "A part."),
        ("`betas`", "list of number ≥ 0", "Many."),
    ]


def test_every_row_has_a_key_its_values_and_a_meaning():
    rows = cells(schema_table(SCHEMA))
    for row in rows:
        assert len(row) == 3, row
        assert all(row), row
    keys = [key for key, _, _ in rows]
    assert len(keys) == len(set(keys))


def test_every_key_of_the_schema_is_in_the_table():
    table = schema_table(SCHEMA)
    for path, node in objects(SCHEMA):
        for name in node.get("properties", {}):
            assert name in table, f"{path}.{name}"


def objects(node, path="") -> Iterator[tuple[str, dict]]:
    """All nodes of a schema that describe a mapping, with where they are."""
    if isinstance(node, dict):
        if node.get("type") == "object" or "properties" in node:
            yield path or "(top level)", node
        for key, value in node.items():
            if key not in ("if", "then", "else"):  # conditions on a mapping described elsewhere
                yield from objects(value, f"{path}.{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from objects(value, f"{path}[{index}]")


def resolved(node):
    while "$ref" in node:
        target = SCHEMA
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


OBJECTS = list(objects(SCHEMA))


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert len(OBJECTS) > 20


@pytest.mark.parametrize(("path", "node"), OBJECTS, ids=[path for path, _ in OBJECTS])
def test_every_mapping_is_closed_and_every_key_is_described(path, node):
    more = node.get("additionalProperties")
    assert more is False or isinstance(more, dict), "any key would pass"
    for name, child in node.get("properties", {}).items():
        assert resolved(child).get("description"), f"{path}.{name} is not described"
        assert {"type", "enum"} & set(resolved(child)), f"{path}.{name} takes anything"
    if more is False:
        assert set(node.get("required", [])) <= set(node.get("properties", {}))
