"""Which files of this package a stage is made of, read off the code's own import statements.

The rules list these files as inputs, so that an edit reruns exactly the stages that use the
edited file. Modules that a registry imports by name are named by the rule.
"""

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

__all__ = ["files_of"]

ROOT = Path(__file__).parent
PACKAGE = ROOT.name
# These touch every stage and none: the version, and the list of subcommands.
SKIPPED = {f"{PACKAGE}", f"{PACKAGE}.cli"}


def files_of(modules: Iterable[str]) -> list[str]:
    """Files of `modules` and of all modules of this package that they import, sorted.

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
    return sorted(str(path) for path in found.values())


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
