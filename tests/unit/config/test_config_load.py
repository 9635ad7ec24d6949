"""The configuration's files: rooms are laid over `config.yaml`, and a fault names file and line."""

from pathlib import Path

import pytest

from latent_assays.config import load
from latent_assays.config.load import load_config, load_schema, read_yaml
from latent_assays.errors import UserError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with two rooms; returns a function that writes one of its files."""
    folders = {slug: tmp_path / f"papers/{slug}" for slug in ("one", "two")}
    monkeypatch.setattr(load, "rooms", lambda: folders)
    for folder in folders.values():
        folder.mkdir(parents=True)
    paths = {slug: folder / "config.yaml" for slug, folder in folders.items()}
    paths["shared"] = tmp_path / "config.yaml"
    for path in paths.values():
        path.write_text("")
    return tmp_path, lambda name, text: paths[name].write_text(text, encoding="utf-8")


def test_rooms_are_laid_over_the_shared_file_in_order(project):
    """Mappings are merged at every depth; anything else is replaced, lists too."""
    root, write = project
    write("shared", "a: {b: {c: 1, d: [1, 2]}, e: 5}\nf: {}\n")
    write("one", "a: {b: {d: [3]}}\nf: {g: 1, h: 1}\n")
    write("two", "a: {e: {i: 6}}\nf: {h: 2}\nj: β\n")
    assert load_config(root) == {
        "a": {"b": {"c": 1, "d": [3]}, "e": {"i": 6}},
        "f": {"g": 1, "h": 2},
        "j": "β",
    }


def test_a_room_may_have_an_empty_configuration(project):
    root, write = project
    write("shared", "a: 1\n")
    write("one", "# nothing yet\n")
    assert load_config(root) == {"a": 1}


def test_each_room_brings_its_paper_and_its_seeds_at_every_scale():
    config = load_config(ROOT)
    for slug in ("perturbations", "responses", "structure"):
        assert slug in config["papers"]
        for scale in ("mini", "desk", "paper"):
            assert slug in config["scales"][scale]["seeds"]
    assert read_yaml(ROOT / "config.yaml")["papers"] == {}
    assert load_schema(ROOT)["title"] == "Latent Assays configuration"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", r"line 3: 'a' stands in line 1 already"),
        ("a:\n  b: 1\n  c: 2\n  b: 3\n", r"line 4: 'b' stands in line 2 already"),
        ("a: [1, 2\nb: 3\n", r"line 2: not YAML"),
        ("a: b: c\n", r"line 1: not YAML"),
    ],
)
def test_a_fault_of_yaml_names_file_and_line(tmp_path, text, words):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=f"^{path}, {words}") as caught:
        read_yaml(path)
    assert "\n" not in str(caught.value)


def test_anchors_and_merge_keys_are_yaml(tmp_path):
    """A key that replaces one of a merged mapping does not stand twice."""
    path = tmp_path / "mine.yaml"
    path.write_text("a: &a {b: 1, c: 2}\nd: {<<: *a, c: 3}\ne: *a\n", encoding="utf-8")
    merged = {"a": {"b": 1, "c": 2}, "d": {"b": 1, "c": 3}, "e": {"b": 1, "c": 2}}
    assert read_yaml(path) == merged
