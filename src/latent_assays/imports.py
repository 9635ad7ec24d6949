"""Which files of this package a stage is made of, read off the code's own import statements.

The rules list these files as inputs, so that an edit reruns exactly the stages that use the
edited file. Modules that a registry imports by name are named by the rule.
"""

import ast
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

__all__ = ["files_of"]

ROOT = Path(__file__).parent
PACKAGE = ROOT.name
# These touch every stage and none: the version, lists of names, and facts that rules pass on.
SKIPPED = {
    PACKAGE,
    f"{PACKAGE}.cli",
    f"{PACKAGE}.datasets.registry",
    f"{PACKAGE}.datasets.specs",
    f"{PACKAGE}.models.registry",
    f"{PACKAGE}.variants",
}


def files_of(modules: Iterable[str]) -> list[str]:
    """Files of `modules` and of all modules of this package that they import, sorted.

    Paths are relative to the working directory, so that a project can be moved without rerunning.

    Args:
        modules: dotted names inside the package, without the package's name.

    Raises:
        ValueError: there is no such module.
    """
    found: dict[str, Path] = {}
    waiting = [f"{PACKAGE}.{module}" for module in modules]
    while waiting:
        name = waiting.pop()
        if name in found or name in SKIPPED:
            continue
        path = _path_of(name)
        if path is None:
            raise ValueError(f"{name} is not a module of {ROOT}")
        found[name] = path
        waiting += [imported for imported in _imports_of(path) if _path_of(imported)]
        waiting += [name.rpartition(".")[0]]
    return sorted(os.path.relpath(path) for path in found.values())


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
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(name for name in names if name.split(".")[0] == PACKAGE)
