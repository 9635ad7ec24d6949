"""Schema, registries, rules and configuration agree: a name is the same name everywhere."""

import csv
import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from latent_assays.cli import COMMANDS
from latent_assays.config import (
    SAMPLES,
    dataset_names,
    load_schema,
    model_names,
    model_settings,
    runs_of,
    variant_settings,
)
from latent_assays.datasets import SOURCES, SPECS
from latent_assays.figures import FIGURES
from latent_assays.models import NETWORKS, OBJECTIVES, build_network, build_objective
from latent_assays.responses import READINGS
from latent_assays.scores import SCORES
from latent_assays.tables import TABLES
from latent_assays.variants import VARIANTS

ROOT = Path(__file__).parents[2]
SCHEMA = load_schema(ROOT / "rules/schemas/config.schema.yaml")
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
RULES = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "rules").glob("*.smk")}
SNAKEFILE = (ROOT / "Snakefile").read_text(encoding="utf-8")
SCALES = ("mini", "desk", "paper")
DEFS = SCHEMA["$defs"]


def entry(name):
    """What a registry's value names: a module, or an attribute of one."""
    module, _, attribute = name.partition(":")
    found = import_module(module)
    return getattr(found, attribute) if attribute else found


# --- registries name what exists ---


@pytest.mark.parametrize("name", [*NETWORKS.values(), *OBJECTIVES.values()])
def test_networks_and_objectives_are_there(name):
    assert callable(entry(name))


@pytest.mark.parametrize("name", SCORES)
def test_scores_are_there(name):
    assert callable(getattr(entry(SCORES[name]), name))


@pytest.mark.parametrize("key", SOURCES)
def test_sources_are_there(key):
    dataset, kind = key
    assert dataset in SPECS
    assert kind in ("rendered", "downloaded")
    parameters = inspect.signature(entry(SOURCES[key]).open_source).parameters
    assert list(parameters)[:2] == ["resolution", "files"]


@pytest.mark.parametrize("name", VARIANTS)
def test_variants_are_there(name):
    parameters = inspect.signature(entry(VARIANTS[name]).change).parameters
    assert list(parameters)[:2] == ["original", "settings"]


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_there(name):
    assert "sources" in inspect.signature(entry(FIGURES[name]).draw).parameters


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_there(name):
    parameters = list(inspect.signature(entry(TABLES[name]).build).parameters)
    assert parameters in (["collected"], ["collected", "published"])


@pytest.mark.parametrize("name", COMMANDS)
def test_subcommands_are_there(name):
    assert callable(import_module(f"latent_assays.cli.{COMMANDS[name]}").run)


@pytest.mark.parametrize("dataset", SPECS)
def test_every_dataset_has_a_source_and_sane_facts(dataset):
    spec = SPECS[dataset]
    assert dataset in {name for name, _ in SOURCES}
    assert len(spec.factor_names) == len(spec.factor_sizes) == len(set(spec.factor_names))
    assert not spec.grid or min(spec.factor_sizes) > 0
    assert spec.channels in (1, 3)
    assert spec.licence
    assert spec.title


ORIGINAL_GRIDS = {
    "shapes3d": (10, 10, 10, 8, 4, 15),
    "dsprites": (3, 6, 40, 32, 32),
    "mpi3d_toy": (6, 6, 2, 3, 3, 40, 40),
    "mpi3d_realistic": (6, 6, 2, 3, 3, 40, 40),
    "mpi3d_real": (6, 6, 2, 3, 3, 40, 40),
}


@pytest.mark.parametrize("dataset", sorted(set(ORIGINAL_GRIDS) & set(SPECS)))
def test_the_grids_are_the_originals(dataset):
    assert SPECS[dataset].factor_sizes == ORIGINAL_GRIDS[dataset]
    assert SPECS[dataset].grid


# --- the schema allows what the registries offer, and nothing else ---


@pytest.mark.parametrize(
    ("allowed", "registry"),
    [
        (DEFS["model_settings"]["network"]["enum"], NETWORKS),
        (DEFS["model_settings"]["objective"]["enum"], OBJECTIVES),
        (DEFS["scores"]["items"]["enum"], SCORES),
        (DEFS["distances"]["items"]["enum"], SAMPLES),
        (SCHEMA["properties"]["responses"]["properties"]["reading"]["enum"], READINGS),
        (DEFS["variant"]["properties"]["kind"]["enum"], VARIANTS),
        (DEFS["scale_dataset"]["properties"]["source"]["enum"], {kind for _, kind in SOURCES}),
        (SCHEMA["properties"]["scale"]["enum"], CONFIG["scales"]),
        (SCHEMA["properties"]["scales"]["properties"], CONFIG["scales"]),
        (SCHEMA["properties"]["papers"]["properties"], CONFIG["papers"]),
        (DEFS["scale"]["properties"]["seeds"]["properties"], CONFIG["papers"]),
        (DEFS["scale"]["properties"]["seeds"]["required"], CONFIG["papers"]),
    ],
    ids=[
        *("networks", "objectives", "scores", "samples", "readings", "variants", "sources"),
        *("scale", "scales"),
        *("papers", "seeds", "seeds-required"),
    ],
)
def test_the_schema_allows_exactly_what_is_registered(allowed, registry):
    assert sorted(allowed) == sorted(registry)


def test_the_configuration_knows_every_dataset_and_your_own():
    assert dataset_names(CONFIG) == [*SPECS, *CONFIG["datasets"]]
    assert dataset_names({**CONFIG, "datasets": {"mine": {}}})[-1] == "mine"


def test_settings_that_a_network_or_an_objective_reads_are_in_the_schema():
    """Names read off the code: a setting that no config can hold would be dead."""
    known = set(DEFS["model_settings"])
    folder = ROOT / "src/latent_assays"
    for path in [*(folder / "models").rglob("*.py"), *(folder / "training").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        read = set(re.findall(r'settings(?:\[|\.get\(|, )"(\w+)"', text))
        assert read <= known, f"{path.name}: {sorted(read - known)}"


# --- rules ---


def called_by(text):
    return set(re.findall(r"python -m latent_assays ([\w-]+)", text))


FOR_PEOPLE = {"config-table", "score-codes"}


def test_every_subcommand_of_the_workflow_has_a_rule_that_calls_it():
    assert set.union(*map(called_by, RULES.values())) == set(COMMANDS) - FOR_PEOPLE


def test_a_rule_bears_the_name_of_its_subcommand():
    for stem, text in RULES.items():
        shared = called_by(text.partition("\nrule ")[0])
        for body in re.split(r"^rule ", text, flags=re.M)[1:]:
            name = body.partition(":")[0]
            called = {word.replace("-", "_") for word in called_by(body) or shared}
            assert len(called) == 1, f"{stem}: {name}"
            assert name.startswith(called.pop()), f"{stem}: {name}"


def test_every_rules_file_is_included():
    assert {f"rules/{stem}.smk" for stem in RULES} == set(
        re.findall(r'"(rules/\w+\.smk)"', SNAKEFILE)
    )


@pytest.mark.parametrize(
    ("kind", "suffix", "registry"), [("figures", "pdf", FIGURES), ("tables", "csv", TABLES)]
)
def test_every_figure_and_table_has_a_rule_a_caption_and_a_place_in_all(kind, suffix, registry):
    text = RULES[kind]
    made = re.findall(rf'"results/{{scale}}/{kind}/(\S+)\.{suffix}"', text)
    assert len(made) == len(registry)
    assert set(re.findall(r'name="(\S+)"', text)) == set(registry)
    for caption in re.findall(r'caption="(\S+)"', text):
        assert (ROOT / "rules" / caption).read_text(encoding="utf-8").strip()


@pytest.mark.parametrize(
    ("kind", "registry", "function"), [("figures", FIGURES, "draw"), ("tables", TABLES, "build")]
)
def test_rules_give_every_argument_of_their_figure_or_table(kind, registry, function):
    for name in registry:
        parameters = set(inspect.signature(getattr(entry(registry[name]), function)).parameters)
        before, found, _ = RULES[kind].partition(f'name="{name}"')
        assert found, name
        inputs = before.rpartition("\nrule ")[2].partition("input:\n")[2].partition("output:\n")[0]
        given = set(re.findall(r"^ {8}(\w+)=", inputs, re.M))
        assert given - {"code"} == parameters - {"sources"}, name


def test_every_rule_has_message_log_benchmark_environment_threads_and_memory():
    for stem, text in RULES.items():
        for body in re.split(r"^rule ", text, flags=re.M)[1:]:
            name = body.partition(":")[0]
            for word in ("message:", "log:", "benchmark:", "conda:", "threads:", "mem_mb"):
                assert word in body, f"{stem}: {name} has no {word}"


# --- the configuration can be built ---


def test_every_scale_takes_its_datasets_from_sources_that_exist():
    for scale in SCALES:
        for dataset, settings in CONFIG["scales"][scale]["datasets"].items():
            assert (dataset, settings["source"]) in SOURCES, (scale, dataset)


def test_scale_mini_needs_no_dataset_host():
    """MNIST and Fashion-MNIST have package mirrors; everything else is rendered."""
    for dataset, settings in CONFIG["scales"]["mini"]["datasets"].items():
        if settings["source"] == "downloaded":
            assert dataset in ("mnist", "fashion_mnist")


def needed_runs(scale):
    """(dataset, model) of all that is trained at a scale: compared, fostering and drawn."""
    for paper, settings in CONFIG["papers"].items():
        yield from {(dataset, model) for dataset, _, model, _ in runs_of(CONFIG, scale, paper)}
        yield from settings.get("model_a", {}).items()
        for variant in set(settings["variants"]) - {"original"}:
            for dataset in settings["datasets"]:
                own = variant_settings(CONFIG, scale, dataset, variant)
                if "foster" in own:
                    yield dataset, own["foster"]["model"]


@pytest.mark.parametrize("scale", SCALES)
def test_every_run_of_a_scale_can_be_built(scale):
    built = set()
    for dataset, model in sorted(set(needed_runs(scale))):
        settings = model_settings(CONFIG, scale, dataset, model)
        side = CONFIG["scales"][scale]["datasets"][dataset]["resolution"]
        shape = (SPECS[dataset].channels, side, side)
        for key in ("latents", "learning_rate", "batch", "steps"):
            assert settings[key] > 0, f"{model} on {dataset}: {key}"
        what = (settings["network"], settings["objective"], settings["width"], shape)
        if (*what, settings["latents"]) not in built:
            build_network(settings, shape)
            build_objective(settings)
            built.add((*what, settings["latents"]))
    assert built


def test_a_foster_model_has_posterior_deviations():
    for scale in SCALES:
        for dataset in CONFIG["papers"]["perturbations"]["datasets"]:
            own = variant_settings(CONFIG, scale, dataset, "perturbed")
            foster = model_settings(CONFIG, scale, dataset, own["foster"]["model"])
            assert entry(OBJECTIVES[foster["objective"]]).stochastic


def test_model_a_is_the_papers():
    settings = model_settings(
        CONFIG, "paper", "shapes3d", CONFIG["papers"]["responses"]["model_a"]["shapes3d"]
    )
    assert (settings["beta"], settings["latents"]) == (4, 24)
    assert CONFIG["papers"]["responses"]["model_a"]["shapes3d"] in model_names(CONFIG)


# --- published numbers ---

PUBLISHED = {path.stem: path for path in (ROOT / "resources/published").glob("*.csv")}


def rows_of(name):
    with PUBLISHED[name].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_numbers_are_tidy_and_say_their_source(name):
    rows = rows_of(name)
    assert rows
    keys = [(row["dataset"], row["variant"], row["model"], row["score"]) for row in rows]
    assert len(keys) == len(set(keys)), "a doubled row would double a row of the table"
    for row in rows:
        assert list(row) == ["dataset", "variant", "model", "score", "value", "spread", "source"]
        assert row["dataset"] in SPECS
        assert row["variant"] == "original" or row["variant"] in CONFIG["variants"]
        assert 0 <= float(row["value"]) <= 1
        assert not row["spread"] or float(row["spread"]) > 0
        assert row["source"]
    assert f"`{name}.csv`" in (ROOT / "resources/published/README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [n for n in TABLES if "/tab" in n])
def test_every_table_of_a_paper_has_published_numbers_that_meet_its_runs(name):
    paper = name.partition("/")[0]
    published = {
        (row["dataset"], row["variant"], row["model"]) for row in rows_of(name.replace("/", "_"))
    }
    runs = {run[:3] for run in runs_of(CONFIG, "mini", paper)}
    assert published & runs


def test_responses_table_1_is_the_papers():
    """Seed text, Table 1: CDS, DCI, IRS and MIG."""
    table = {
        12: ["44 30 44 07", "49 36 46 09", "58 46 51 16", "71 66 63 21"],
        24: ["52 49 48 09", "61 58 52 15", "72 67 57 17", "78 73 64 20"],
    }
    expected = {
        (f"vae-b{beta}-d{latents}", score): f"0.{value}"
        for latents, lines in table.items()
        for beta, line in zip((1, 2, 4, 8), lines, strict=True)
        for score, value in zip(("cds", "dci", "irs", "mig"), line.split(), strict=True)
    }
    found = {(row["model"], row["score"]): row["value"] for row in rows_of("responses_tab1")}
    assert found == expected
    assert not any(row["spread"] for row in rows_of("responses_tab1"))


def test_perturbations_table_1_is_the_transcription():
    """Mean and standard deviation in hundredths: original, perturbed, noisy."""
    table = {
        ("dsprites", "ae"): "09 06 05 02 06 03",
        ("dsprites", "beta-vae"): "23 08 07 09 14 07",
        ("dsprites", "factor-vae"): "27 11 20 12 16 08",
        ("dsprites", "beta-tc-vae"): "25 08 14 10 20 04",
        ("dsprites", "slow-vae"): "39 08 27 08 37 09",
        ("shapes3d", "ae"): "06 03 05 03 07 03",
        ("shapes3d", "beta-vae"): "60 31 09 14 66 05",
        ("shapes3d", "factor-vae"): "27 18 07 05 33 20",
        ("shapes3d", "beta-tc-vae"): "58 20 24 16 60 11",
        ("shapes3d", "slow-vae"): "53 19 13 08 60 10",
    }
    found = {}
    for row in rows_of("perturbations_tab1"):
        assert row["score"] == "mig"
        assert "third-party" in row["source"]
        found[row["dataset"], row["model"], row["variant"]] = (row["value"], row["spread"])
    expected = {}
    for (dataset, model), numbers in table.items():
        given = [f"0.{number}" for number in numbers.split()]
        for index, variant in enumerate(("original", "perturbed", "noisy")):
            expected[dataset, model, variant] = (given[2 * index], given[2 * index + 1])
    assert found == expected
