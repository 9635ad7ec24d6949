"""Schema, registries, rooms and configuration agree: a name is the same name everywhere."""

import csv
import inspect
import itertools
import math
import re
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

from latent_assays.cli import COMMANDS
from latent_assays.config.check import MEASURES, WEIGHTS, WITHOUT_POSTERIOR
from latent_assays.config.load import load_config, load_schema
from latent_assays.config.names import dataset_names, kind_of_dataset, variant_names
from latent_assays.config.resolve import NEEDS, model_settings
from latent_assays.config.studies import runs_of, studies_of, trained
from latent_assays.datasets.downloads.table import read_table
from latent_assays.datasets.registry import SOURCES
from latent_assays.datasets.specs import SPECS
from latent_assays.distances.registry import DISTANCES, EXTRACTORS, PIXELS
from latent_assays.distances.samples import why_none
from latent_assays.models import build_network, build_objective
from latent_assays.models.registry import NETWORKS, OBJECTIVES
from latent_assays.papers.catalogue import (
    Chosen,
    Numbers,
    OfRun,
    Published,
    caption_of,
    paper_of,
    rooms,
    run_of,
)
from latent_assays.responses import READINGS
from latent_assays.responses.registry import ASSAYS
from latent_assays.scores.registry import SCORES
from latent_assays.variants.registry import VARIANTS

ROOT = Path(__file__).parents[2]
SCHEMA = load_schema(ROOT)
CONFIG = load_config(ROOT)
SCALES = ("mini", "desk", "paper")
DEFS = SCHEMA["$defs"]
STAGES = {*MEASURES, "codes", "samples", "traversals"}


def entry(name):
    """What a registry's value names: a module, or an attribute of one."""
    module, _, attribute = name.partition(":")
    found = import_module(module)
    return getattr(found, attribute) if attribute else found


def parameters_of(function):
    return list(inspect.signature(function).parameters)


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
    assert parameters_of(entry(SOURCES[key]).open_source)[:2] == ["resolution", "files"]


@pytest.mark.parametrize("name", VARIANTS)
def test_variants_are_there(name):
    assert parameters_of(entry(VARIANTS[name]).change)[:2] == ["original", "settings"]


@pytest.mark.parametrize("name", EXTRACTORS)
def test_extractors_are_there(name):
    module = import_module(f"latent_assays.distances.{EXTRACTORS[name]}")
    assert parameters_of(module.open_extractor) == ["weights", "input_size"]
    assert parameters_of(module.settings_of) == ["input_size"]


@pytest.mark.parametrize("name", COMMANDS)
def test_subcommands_are_there(name):
    assert callable(import_module(f"latent_assays.cli.{COMMANDS[name]}").run)


def test_distances_are_of_extractors_that_exist():
    assert {distance.extractor for distance in DISTANCES.values()} == {PIXELS, *EXTRACTORS}
    assert {distance.formula for distance in DISTANCES.values()} == {"frechet", "kernel"}


def test_an_assay_builds_on_one_that_exists_and_takes_settings_of_responses():
    for name, assay in ASSAYS.items():
        assert assay.before in {*ASSAYS, None} - {name}
        assert set(assay.settings) <= set(SCHEMA["properties"]["responses"]["properties"])
    given = {key for assay in ASSAYS.values() for key in assay.settings}
    assert given == set(CONFIG["responses"]) - {"by_dataset"}, "a setting that no assay is given"


@pytest.mark.parametrize("dataset", SPECS)
def test_every_dataset_has_a_source_and_sane_facts(dataset):
    spec = SPECS[dataset]
    assert dataset in {name for name, _ in SOURCES}
    assert len(spec.factor_names) == len(spec.factor_sizes) == len(set(spec.factor_names))
    assert not spec.grid or min(spec.factor_sizes) > 0
    assert spec.vectors == (spec.resolution == 1)
    assert spec.vectors or spec.channels in (1, 3)
    assert spec.licence
    assert spec.title


@pytest.mark.parametrize(("dataset", "coordinates"), [("double_helix", 3), ("segments", 2)])
def test_vectors_have_as_many_channels_as_coordinates(dataset, coordinates):
    assert SPECS[dataset].vectors
    assert SPECS[dataset].channels == coordinates


ORIGINAL_GRIDS = {
    "shapes3d": (10, 10, 10, 8, 4, 15),
    "dsprites": (3, 6, 40, 32, 32),
    "mpi3d_toy": (6, 6, 2, 3, 3, 40, 40),
    "mpi3d_realistic": (6, 6, 2, 3, 3, 40, 40),
    "mpi3d_real": (6, 6, 2, 3, 3, 40, 40),
}


def test_the_grids_are_the_originals():
    assert {name: spec.factor_sizes for name, spec in SPECS.items() if spec.grid} == ORIGINAL_GRIDS


def test_what_is_downloaded_has_files_in_the_table_of_sources():
    wanted = {dataset for dataset, kind in SOURCES if kind == "downloaded"}
    assert set(read_table(ROOT / "resources/datasets.csv")) == wanted | set(WEIGHTS)


# --- the schema allows what the registries offer, and nothing else ---


@pytest.mark.parametrize(
    ("allowed", "registry"),
    [
        (DEFS["model_settings"]["network"]["enum"], NETWORKS),
        (DEFS["model_settings"]["objective"]["enum"], OBJECTIVES),
        (DEFS["study"]["properties"]["scores"]["items"]["enum"], SCORES),
        (SCHEMA["properties"]["responses"]["properties"]["reading"]["enum"], READINGS),
        (DEFS["variant"]["properties"]["kind"]["enum"], VARIANTS),
        (DEFS["scale_dataset"]["properties"]["source"]["enum"], {kind for _, kind in SOURCES}),
        (SCHEMA["properties"]["scale"]["enum"], CONFIG["scales"]),
        (SCHEMA["properties"]["scales"]["properties"], CONFIG["scales"]),
        (SCHEMA["properties"]["scales"]["required"], CONFIG["scales"]),
    ],
    ids=[
        *("networks", "objectives", "scores", "readings", "variants", "sources"),
        *("scale", "scales", "scales-required"),
    ],
)
def test_the_schema_allows_exactly_what_is_registered(allowed, registry):
    assert sorted(allowed) == sorted(registry)


def test_the_schema_names_every_measure_that_papers_share():
    described = DEFS["study"]["properties"]["measures"]["description"]
    assert set(re.findall(r"`([\w/]+)`", described)) == set(MEASURES)


def test_the_configuration_knows_every_dataset_and_your_own():
    known = dataset_names(CONFIG)
    assert known[: len(SPECS)] == list(SPECS)
    assert {kind_of_dataset(CONFIG, name) for name in known} == set(SPECS)
    assert dataset_names({**CONFIG, "datasets": {"mine": {}}})[-1] == "mine"


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_configuration_knows_which_objectives_have_a_posterior_and_a_prior(name):
    """A plain autoencoder has neither; WAE-MMD draws its codes to the prior, without deviations."""
    assert (name in WITHOUT_POSTERIOR) != entry(OBJECTIVES[name]).stochastic
    assert (why_none("prior", {"objective": name}) is not None) == (name == "ae")


def test_settings_that_a_network_or_an_objective_needs_are_of_one_that_exists():
    assert set(NEEDS) <= {*NETWORKS, *OBJECTIVES}
    assert {key for keys in NEEDS.values() for key in keys} <= set(DEFS["model_settings"])


def test_settings_that_a_network_or_an_objective_reads_are_in_the_schema():
    """Names read off the code: a setting that no config can hold would be dead."""
    known = set(DEFS["model_settings"])
    folder = ROOT / "src/latent_assays"
    for path in [*(folder / "models").rglob("*.py"), *(folder / "training").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        read = set(re.findall(r'settings(?:\[|\.get\(|, )"(\w+)"', text))
        assert read <= known, f"{path.name}: {sorted(read - known)}"


# --- rooms: a catalogue names what lies in its folder ---

FIGURES = [(slug, figure) for slug in rooms() for figure in paper_of(slug).figures]
TABLES = [(slug, table) for slug in rooms() for table in paper_of(slug).tables]
OF_IMAGES = [
    (slug, SimpleNamespace(name=name)) for slug in rooms() for name in paper_of(slug).image_measures
]
OWN_MEASURES = [(slug, measure) for slug in rooms() for measure in paper_of(slug).measures]


def named(entries):
    return [f"{slug}/{one.name}" for slug, one in entries]


def module_in(slug, kind, name):
    return import_module(f"latent_assays.papers.{slug}.{kind}.{name}")


def test_every_paper_of_the_configuration_is_a_room_and_the_other_way_round():
    assert sorted(CONFIG["papers"]) == sorted(rooms())


@pytest.mark.parametrize(("slug", "figure"), FIGURES, ids=named(FIGURES))
def test_a_figure_has_a_caption_and_is_given_what_it_draws(slug, figure):
    name = figure.module or figure.name
    draw = module_in(slug, "figures", name).draw
    assert sorted(parameters_of(draw)) == sorted([*figure.inputs, "sources"])
    assert caption_of(slug, name).strip()
    assert ("{dataset}" in figure.name) == bool(figure.each)
    assert not figure.each or figure.each in studies_of(CONFIG, slug)
    for given in figure.inputs.values():
        check_input(slug, given, each=figure.each)


def check_input(slug, given, each=""):
    """What a catalogue's entry names must exist."""
    if isinstance(given, Numbers):
        assert given.study in studies_of(CONFIG, slug)
        return
    if isinstance(given, Published):
        assert (rooms()[slug] / f"published/{given.name}.csv").is_file()
        return
    if isinstance(given, Chosen):
        assert given.choice in CONFIG["choices"]
    elif isinstance(given, OfRun):
        own = {measure.name for measure in paper_of(slug).measures}
        assert given.stage.partition(".")[0] in STAGES | own
    else:
        assert given.variant in variant_names(CONFIG)
    assert given.dataset in dataset_names(CONFIG) or (each and given.dataset == "{dataset}")


@pytest.mark.parametrize(("slug", "table"), TABLES, ids=named(TABLES))
def test_a_table_has_a_caption_and_is_given_what_it_shows(slug, table):
    published = (rooms()[slug] / f"published/{table.name}.csv").is_file()
    build = module_in(slug, "tables", table.name).build
    given = ["collected", *["published"] * published, *["obtained"] * table.obtained]
    assert sorted(parameters_of(build)) == sorted([*given, *table.inputs])
    for entry in table.inputs.values():
        check_input(slug, entry)
    assert caption_of(slug, table.name).strip()
    assert table.studies
    assert set(table.studies) <= set(studies_of(CONFIG, slug))


@pytest.mark.parametrize(("slug", "measure"), OWN_MEASURES, ids=named(OWN_MEASURES))
def test_a_measure_of_a_papers_own_is_given_what_it_needs(slug, measure):
    taken = set(parameters_of(module_in(slug, "measures", measure.name).measure))
    network = taken & {"network", "encode", "decode"}
    assert bool(network) == measure.network
    assert taken - network == {*measure.needs, *["settings"] * bool(measure.settings)}
    assert set(measure.settings) <= set(CONFIG["responses"])
    own = {other.name for other in paper_of(slug).measures} - {measure.name}
    for stage in measure.needs.values():
        stage = stage.removeprefix("own/")
        assert stage == "images" or stage.partition(".")[0] in STAGES | own


@pytest.mark.parametrize(
    ("kind", "function", "entries"),
    [
        ("figures", "draw", FIGURES),
        ("tables", "build", TABLES),
        ("measures", "measure", OWN_MEASURES),
        ("image_measures", "measure", OF_IMAGES),
    ],
)
def test_nothing_in_a_room_is_left_out_of_its_catalogue(kind, function, entries):
    for slug, room in rooms().items():
        modules = {path.stem for path in room.glob(f"{kind}/[a-z]*.py")}
        found = {name for name in modules if hasattr(module_in(slug, kind, name), function)}
        listed = [getattr(one, "module", "") or one.name for paper, one in entries if paper == slug]
        assert set(listed) == found, slug


def test_no_caption_and_no_published_table_is_left_over():
    for slug, room in rooms().items():
        shown = {one.module or one.name for paper, one in FIGURES if paper == slug}
        tables = {one.name for paper, one in TABLES if paper == slug}
        given = [entry for paper, one in FIGURES if paper == slug for entry in one.inputs.values()]
        drawn = {entry.name for entry in given if isinstance(entry, Published)}
        assert {path.stem for path in room.glob("captions/*")} == shown | tables
        assert {path.stem for path in room.glob("published/*.csv")} <= tables | drawn


# --- the configuration can be built ---


def test_scale_mini_needs_no_dataset_host():
    """MNIST and Fashion-MNIST have package mirrors; everything else is rendered."""
    for dataset, settings in CONFIG["scales"]["mini"]["datasets"].items():
        if settings["source"] == "downloaded":
            assert dataset in ("mnist", "fashion_mnist")


@pytest.mark.parametrize("scale", SCALES)
def test_every_run_of_a_scale_can_be_built(scale):
    built = set()
    for dataset, _, model in sorted(trained(CONFIG, scale)):
        settings = model_settings(CONFIG, scale, dataset, model)
        spec = SPECS[kind_of_dataset(CONFIG, dataset)]
        side = CONFIG["scales"][scale]["datasets"][dataset].get("resolution", spec.resolution)
        shape = (spec.channels, side, side)
        for key in ("latents", "learning_rate", "batch", "steps"):
            assert settings[key] > 0, f"{model} on {dataset}: {key}"
        what = (settings["network"], settings["objective"], settings["width"], shape)
        if (*what, settings["latents"]) not in built:
            build_network(settings, shape)
            build_objective(settings)
            built.add((*what, settings["latents"]))
    assert {dataset for dataset, *_ in trained(CONFIG, scale)} >= {"shapes3d", "double_helix"}
    assert built


def test_what_a_paper_shows_is_trained_by_one_of_its_studies():
    """Else a figure would probe a run that no table has."""
    for slug, figure in FIGURES:
        shown = CONFIG["papers"][slug].get("shown", {})
        runs = {(run.dataset, run.variant, run.model) for run in runs_of(CONFIG, "mini", slug)}
        each = studies_of(CONFIG, slug)[figure.each]["datasets"] if figure.each else [""]
        for given, dataset in itertools.product(figure.inputs.values(), each):
            if isinstance(given, OfRun):
                of = given.dataset.format(dataset=dataset)
                run = run_of(CONFIG, "mini", slug, given, dataset)
                assert run.model == (given.model or shown[of])
                assert run[:3] in runs, figure.name


# --- published numbers ---

PUBLISHED = {
    f"{slug}/{path.stem}": path
    for slug, room in rooms().items()
    for path in sorted(room.glob("published/*.csv"))
}


def rows_of(name):
    with PUBLISHED[name].open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_numbers_are_tidy_and_say_their_source(name):
    rows = rows_of(name)
    assert rows
    keys = [(row["dataset"], row["variant"], row["model"], row["number"]) for row in rows]
    assert len(keys) == len(set(keys)), "a doubled row would double a row of the table"
    for row in rows:
        assert list(row) == ["dataset", "variant", "model", "number", "value", "spread", "source"]
        assert row["dataset"] in dataset_names(CONFIG)
        assert row["variant"] in variant_names(CONFIG)
        assert 0 <= float(row["value"]) <= (math.inf if "error" in row["number"] else 1)
        assert not row["spread"] or float(row["spread"]) > 0
        assert row["source"]
    readme = PUBLISHED[name].with_name("README.md").read_text(encoding="utf-8")
    assert f"`{PUBLISHED[name].name}`" in readme


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_numbers_meet_runs_of_their_papers_studies(name):
    slug = name.partition("/")[0]
    published = {(row["dataset"], row["variant"], row["model"]) for row in rows_of(name)}
    assert published & {run[:3] for run in runs_of(CONFIG, "paper", slug)}
