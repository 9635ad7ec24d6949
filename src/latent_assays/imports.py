"""Which files of this package a stage is made of, read off the code's own import statements.

With a module go the `scripts` and `templates` that lie in its folder.

The rules give these files with their digests to every job as a parameter, so that an edit reruns
exactly the stages that use the edited file, and a touch none. Modules that a registry imports by
name are named by the rule.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

__all__ = ["changed_code", "digests_of", "module_of"]

ROOT = Path(__file__).parent
PACKAGE = ROOT.name
# These touch every stage and none: the version, the list of subcommands, this module, how processes
# start, and facts of datasets that rules pass on. So do all modules called `registry`, which are
# lists of names.
SKIPPED = {
    PACKAGE,
    *(f"{PACKAGE}.{name}" for name in ("cli", "imports", "forks", "datasets.specs")),
}
REGISTRY = "registry"
BESIDE = ("scripts", "templates")
SUFFIXES = (".py", ".js", ".css", ".html")


def digests_of(modules: Iterable[str]) -> Mapping[str, str]:
    """Files of `modules` and of all modules of this package that they import, with digests.

    Of a module's folder its `scripts` and `templates` are among them.

    Args:
        modules: dotted names inside the package, without the package's name.

    Returns:
        path inside the package -> the first 12 digits of its content's SHA-256; sorted by path,
        and the same object for the same modules.

    Raises:
        ValueError: there is no such module.
    """
    return _digests_of(tuple(modules))


def module_of(entry: str) -> str:
    """The module of a registry's entry `module` or `module:attribute`, as `digests_of` wants it."""
    return entry.removeprefix(f"{PACKAGE}.").partition(":")[0]


def changed_code(
    before: Iterable[str], now: Iterable[str]
) -> tuple[list[str], frozenset[str], frozenset[str]]:
    """Which files differ between parameters of a job before and now.

    Args:
        before: parameters as text, those from `digests_of` among them.
        now: the same of today.

    Returns:
        files that were edited, added or removed, and the parameters of both that are no digests.
    """
    parsed = [{text: _digests_in(text) for text in texts} for texts in (before, now)]
    digests = [{pair for found in of.values() if found for pair in found.items()} for of in parsed]
    others = [frozenset(text for text, found in of.items() if not found) for of in parsed]
    return sorted({file for file, _ in digests[0] ^ digests[1]}), *others


def _digests_in(text: str) -> dict[str, str]:
    """The mapping that a text writes out; empty if it is not one of files to digests."""
    if not text.startswith("{"):
        return {}
    try:
        found = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return {}
    is_code = isinstance(found, dict) and all(str(key).endswith(SUFFIXES) for key in found)
    return found if is_code else {}


@cache
def _digests_of(modules: tuple[str, ...]) -> Mapping[str, str]:
    found: dict[str, Path] = {}
    waiting = [f"{PACKAGE}.{module}" for module in modules]
    while waiting:
        name = waiting.pop()
        if name in found or name in SKIPPED or name.rpartition(".")[2] == REGISTRY:
            continue
        path = _path_of(name)
        if path is None:
            raise ValueError(f"{name} is not a module of {ROOT}")
        found[name] = path
        waiting += [imported for imported in _imports_of(path) if _path_of(imported)]
        waiting += [name.rpartition(".")[0]]
    beside = {path.parent / name for path in found.values() for name in BESIDE}
    paths = sorted([*found.values(), *(path for folder in beside for path in folder.glob("*.*"))])
    return {path.relative_to(ROOT).as_posix(): _digest_of(path) for path in paths}


@cache
def _digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@cache
def _path_of(name: str) -> Path | None:
    base = ROOT.joinpath(*name.split(".")[1:])
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


@cache
def _imports_of(path: Path) -> frozenset[str]:
    names = set()
    for node in _statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(name for name in names if name.split(".")[0] == PACKAGE)


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Every statement below a node; unlike `ast.walk` it looks into no expression."""
    for blocks in ("body", "orelse", "finalbody", "handlers", "cases"):
        for inner in getattr(node, blocks, ()):
            yield inner
            yield from _statements(inner)
