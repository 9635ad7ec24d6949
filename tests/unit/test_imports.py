"""Which files a stage is made of: all that it imports, and no others."""

import ast
from pathlib import Path

import pytest

from latent_assays import imports
from latent_assays.imports import files_of

PACKAGE = Path(imports.__file__).parent

FILES = {
    "__init__": "import latent_assays.never",
    "never": "",
    "errors": "",
    "store": "import numpy\nfrom latent_assays.errors import UserError",
    "cli/__init__": "import latent_assays.never",
    "cli/draw": "def f():\n    from latent_assays import store\n    import latent_assays.a.deep",
    "a/__init__": "from latent_assays.a.listed import x",
    "a/listed": "x = 1",
    "a/deep": "from latent_assays.b import one",
    "a/other": "from latent_assays import never",
    "b/__init__": "",
    "b/one": "from latent_assays.b import ring, __name__\nimport os",
    "b/ring": "import latent_assays.b.one",
    "b/typed": "if TYPE_CHECKING:\n    import latent_assays.store",
}


@pytest.fixture
def package(tmp_path, monkeypatch):
    root = tmp_path / "latent_assays"
    for name, text in FILES.items():
        path = root / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(imports, "ROOT", root)
    forget()
    yield lambda *modules: {
        Path(path).resolve().relative_to(root).with_suffix("").as_posix()
        for path in files_of(modules)
    }
    forget()


def forget():
    imports._path_of.cache_clear()
    imports._imports_of.cache_clear()


def test_a_module_alone(package):
    assert package("errors") == {"errors"}


def test_imports_are_followed(package):
    assert package("store") == {"store", "errors"}


def test_imports_inside_functions_are_followed_to_the_end(package):
    assert package("cli.draw") == {
        "cli/draw",
        "store",
        "errors",
        "a/__init__",
        "a/listed",
        "a/deep",
        "b/__init__",
        "b/one",
        "b/ring",
    }


def test_a_ring_of_imports_ends(package):
    assert package("b.ring") == package("b.one") == {"b/__init__", "b/one", "b/ring"}


def test_packages_on_the_way_count_and_their_other_modules_do_not(package):
    assert package("a.listed") == {"a/__init__", "a/listed"}


def test_several_modules_are_the_union(package):
    assert package("errors", "a.listed", "errors") == package("errors") | package("a.listed")
    assert package() == set()


def test_an_unknown_module_is_an_error(package):
    with pytest.raises(ValueError, match=r"latent_assays\.nothing is not a module"):
        package("nothing")


def test_the_list_is_sorted_and_of_files():
    files = files_of(["cli.scores", "scores.mig"])
    assert files == sorted(files)
    assert all(Path(path).is_file() for path in files)
    assert len(files) == len(set(files))


def real(*modules):
    return {Path(path).resolve().relative_to(PACKAGE).as_posix() for path in files_of(modules)}


def test_scores_are_made_of_no_network_and_no_training():
    files = real("cli.scores", "scores.mig")
    assert {"cli/scores.py", "scores/__init__.py", "scores/mig.py", "store.py"} <= files
    assert not [path for path in files if path.startswith(("models/", "training/", "figures/"))]
    assert "scores/dci.py" not in files


@pytest.mark.parametrize(
    "stage", ["datasets", "downloads", "variants", "runs", "codes", "responses"]
)
def test_an_edit_of_a_score_retrains_nothing(stage):
    assert "scores/mig.py" not in real(f"cli.{stage}")


@pytest.mark.parametrize(
    ("stage", "parts"),
    [
        ("cli.variants", ["variants/perturbed.py"]),
        ("cli.runs", ["training/fit.py", "models/__init__.py", "models/weights.py"]),
        ("cli.codes", ["training/encode.py", "models/weights.py"]),
        ("cli.responses", ["responses/matrix.py", "responses/conditioned.py", "responses/cds.py"]),
        ("cli.figures", ["cli/inputs.py", "figures/style.py", "provenance.py"]),
        ("cli.tables", ["cli/inputs.py", "tables/__init__.py"]),
        ("figures.responses_fig6", ["figures/style.py"]),
        ("tables.responses_tab1", ["tables/comparison.py"]),
    ],
)
def test_stages_name_what_they_are_made_of(stage, parts):
    assert set(parts) <= real(stage)


def test_the_version_and_the_list_of_subcommands_make_no_stage_rerun():
    every = [path.with_suffix("") for path in PACKAGE.rglob("*.py")]
    modules = [".".join(path.relative_to(PACKAGE).parts) for path in every]
    names = {name.removesuffix(".__init__") for name in modules} - {"__init__"}
    skipped = {name.removeprefix("latent_assays").removeprefix(".") for name in imports.SKIPPED}
    files = real(*(names - skipped))
    assert not {"__init__.py", "cli/__init__.py", "models/registry.py"} & files
    assert len(files) == len(every) - len(skipped)


def test_no_module_imports_relatively():
    """`files_of` reads absolute imports only."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path
