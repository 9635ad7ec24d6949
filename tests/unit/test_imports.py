"""Which files a stage is made of: all that it imports, and no others; and which of them changed."""

import ast
import hashlib
from pathlib import Path

import pytest

from latent_assays import imports
from latent_assays.cli import COMMANDS
from latent_assays.datasets.registry import SOURCES
from latent_assays.distances.registry import EXTRACTORS
from latent_assays.imports import changed_code, digests_of, module_of
from latent_assays.models.registry import NETWORKS, OBJECTIVES
from latent_assays.papers.catalogue import paper_of, rooms
from latent_assays.scores.registry import SCORES
from latent_assays.variants.registry import VARIANTS

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
    "b/registry": "ALL = {'one': 'latent_assays.b.one'}\nimport latent_assays.b.other",
    "b/other": "",
    "b/chosen": "from latent_assays.b.registry import ALL",
}


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A package of `FILES`, read afresh."""
    root = tmp_path / "latent_assays"
    for name, text in FILES.items():
        path = root / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(imports, "ROOT", root)
    forget()
    yield root
    forget()


def forget():
    """As in a new process: what was read of files is not kept."""
    for name in vars(imports):
        getattr(getattr(imports, name), "cache_clear", lambda: None)()


@pytest.fixture
def package(root):
    return lambda *modules: {path.removesuffix(".py") for path in digests_of(modules)}


def test_a_module_alone(package):
    assert package("errors") == {"errors"}


def test_imports_are_followed(package):
    assert package("store") == {"store", "errors"}


def test_templates_and_scripts_go_with_the_modules_of_their_folder(root, package):
    for name in ("b/templates/page.html", "b/scripts/draw.js", "b/other/notes.html"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("")
    assert package("b.one") >= {"b/one", "b/templates/page.html", "b/scripts/draw.js"}
    assert not {path for path in package("b.one", "store") if "notes" in path}
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


def test_a_registry_is_part_of_nothing_and_what_it_imports_neither(package):
    assert package("b.chosen") == {"b/__init__", "b/chosen"}
    assert package("b.registry") == set()


def test_each_file_has_its_digest_and_files_are_sorted(root):
    digests = digests_of(["store", "a.listed"])
    assert list(digests) == ["a/__init__.py", "a/listed.py", "errors.py", "store.py"]
    for path, digest in digests.items():
        assert hashlib.sha256((root / path).read_bytes()).hexdigest().startswith(digest)
        assert len(digest) == 12


def test_an_edit_changes_one_digest_and_a_touch_none(root):
    before = dict(digests_of(["store"]))
    (root / "errors.py").touch()
    forget()
    assert digests_of(["store"]) == before
    (root / "errors.py").write_text("x = 2")
    forget()
    after = digests_of(["store"])
    assert [path for path in before if before[path] != after[path]] == ["errors.py"]


def test_asked_again_it_is_the_same_object():
    """Snakemake asks for every job; thousands of equal mappings would be slow to compare."""
    assert digests_of(["cli.scores", "scores.mig"]) is digests_of(["cli.scores", "scores.mig"])


@pytest.mark.parametrize(
    ("entry", "module"),
    [
        ("latent_assays.models.networks.conv:conv", "models.networks.conv"),
        ("latent_assays.scores.mig", "scores.mig"),
        ("scores.mig", "scores.mig"),
    ],
)
def test_the_module_of_a_registrys_entry(entry, module):
    assert module_of(entry) == module


# --- what changed ---


def test_changed_code_names_edited_added_and_removed_files():
    before = [str({"a.py": "1", "b.py": "2", "gone.py": "3"})]
    now = [str({"a.py": "1", "b.py": "9", "new.py": "4"})]
    assert changed_code(before, now) == (["b.py", "gone.py", "new.py"], frozenset(), frozenset())


def test_changed_code_leaves_other_parameters():
    """Settings are JSON, and so look like a mapping of digests too."""
    settings = ['{"steps": 5}', '{"steps": 6}']
    code = str({"cli/runs.py": "1"})
    files, before, now = changed_code([code, settings[0], "{not closed"], [code, settings[1], "''"])
    assert files == []
    assert before == {settings[0], "{not closed"}
    assert now == {settings[1], "''"}


def test_changed_code_reads_what_digests_of_gives():
    digests = digests_of(["cli.scores"])
    edited = {**digests, "cli/scores.py": "0" * 12}
    assert changed_code([str(digests)], [str(edited)])[0] == ["cli/scores.py"]
    assert changed_code([str(digests)], [str(digests)])[0] == []


# --- the package itself ---


def real(*modules):
    return set(digests_of(modules))


def of_room(slug):
    """Modules of a paper's figures, tables and measures."""
    paper = paper_of(slug)
    yield from (f"papers.{slug}.figures.{figure.module or figure.name}" for figure in paper.figures)
    yield from (f"papers.{slug}.tables.{table.name}" for table in paper.tables)
    yield from (f"papers.{slug}.image_measures.{name}" for name in paper.image_measures)
    yield from (f"papers.{slug}.measures.{measure.name}" for measure in paper.measures)


# For people, about the configuration itself.
OF_CATALOGUES = ("costs", "plan", "readmes", "targets")
STAGES = {f"cli.{module}" for name, module in COMMANDS.items() if name not in OF_CATALOGUES}
CHOSEN = {
    *(module_of(entry) for of in (NETWORKS, OBJECTIVES, SCORES, VARIANTS) for entry in of.values()),
    *(module_of(entry) for entry in SOURCES.values()),
    *(f"distances.{module}" for module in EXTRACTORS.values()),
    *(module for slug in rooms() for module in of_room(slug)),
    "figures.contact_sheet",
}
"""What rules name beside a subcommand: one of several of a kind."""

BUILT_ON = {
    "models.networks.structural": {"models.networks.hourglass"},
    "models.networks.ladder": {"models.networks.hourglass", "models.networks.structural"},
    "models.objectives.beta_tc_vae": {"models.objectives.beta_vae"},
    "models.objectives.dip_vae": {"models.objectives.beta_vae"},
    "models.objectives.factor_vae": {"models.objectives.beta_vae"},
    "models.objectives.slow_vae": {"models.objectives.beta_vae"},
    "papers.responses.figures.fig6": {"papers.responses.measures.credit"},
    "papers.responses.tables.reconstructions": {"papers.responses.tables.tab1"},
    "papers.responses.measures.strands": {"datasets.rendered.double_helix"},
    "papers.perturbations.figures.fig4": {"papers.perturbations.measures.encoded"},
    "papers.structure.figures.fig4": {"papers.structure.figures.traversals"},
    "papers.structure.figures.fig18": {"papers.structure.figures.traversals"},
    "papers.structure.figures.ordering": {"papers.structure.measures.ordering"},
}
"""Those that use another on purpose."""


@pytest.mark.parametrize("module", sorted(STAGES | CHOSEN))
def test_a_new_score_figure_or_measure_is_in_no_other_closure(module):
    """Else an edit of one of them would make the others' results again."""
    files = real(module)
    others = {other for other in CHOSEN - {module} if f"{other.replace('.', '/')}.py" in files}
    assert others == BUILT_ON.get(module, set())


def test_a_new_statistic_judges_claims_again_and_draws_the_figure_that_has_one():
    users = {m for m in STAGES | CHOSEN if "claims/statistics.py" in real(m)}
    assert users == {"cli.claims", "papers.structure.figures.ordering"}


def test_catalogues_configuration_and_lists_of_names_are_part_of_no_job():
    """Rules read them and pass on what a job needs."""
    for module in STAGES | CHOSEN:
        files = real(module)
        assert not [path for path in files if path.endswith("registry.py")], module
        assert not [path for path in files if path.startswith("config/")], module
        assert not [path for path in files if path.endswith("/paper.py")], module
        assert "papers/catalogue.py" not in files, module


def test_initialisers_of_rooms_are_docstrings():
    """They are in the closure of all that lies in the room."""
    for path in (PACKAGE / "papers").rglob("__init__.py"):
        (statement,) = ast.parse(path.read_text(encoding="utf-8")).body
        assert isinstance(statement, ast.Expr), path
        assert isinstance(statement.value.value, str), path


def test_scores_are_made_of_no_network_and_no_training():
    files = real("cli.scores", "scores.mig")
    assert {"cli/scores.py", "scores/__init__.py", "scores/mig.py", "store.py"} <= files
    assert not [path for path in files if path.startswith(("models/", "training/", "figures/"))]


@pytest.mark.parametrize(
    ("stage", "parts"),
    [
        ("cli.variants", ["store.py", "provenance.py"]),
        ("cli.runs", ["training/fit.py", "models/__init__.py", "models/weights.py"]),
        ("cli.codes", ["training/encode.py", "models/weights.py"]),
        ("cli.responses", ["responses/assays.py", "responses/conditioned.py", "responses/cds.py"]),
        ("cli.choices", ["choices.py", "places.py"]),
        ("cli.collected", ["places.py", "results.py"]),
        ("cli.figures", ["cli/inputs.py", "figures/style.py", "provenance.py"]),
        ("cli.tables", ["cli/inputs.py", "tables/__init__.py"]),
        ("papers.responses.figures.fig6", ["figures/style.py", "papers/responses/__init__.py"]),
        ("papers.responses.tables.tab1", ["tables/comparison.py"]),
    ],
)
def test_stages_name_what_they_are_made_of(stage, parts):
    assert set(parts) <= real(stage)


def test_the_version_and_the_list_of_subcommands_make_no_stage_rerun():
    every = [path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py")]
    dotted = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in every}
    skipped = {name.removeprefix("latent_assays").removeprefix(".") for name in imports.SKIPPED}
    modules = dotted - skipped - {"__init__"}
    files = real(*sorted(modules))
    named = {"__init__.py", "cli/__init__.py", "imports.py", "forks.py", "datasets/specs.py"}
    assert not named & files
    registries = {path.as_posix() for path in every if path.name == "registry.py"}
    assert {path.as_posix() for path in every} - files == named | registries
