# Helpers only: the checked configuration, where the package lies, and paths.

import json
import os
import shlex
import shutil
import sys
from pathlib import Path

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "src"))

# Jobs find the package without an install, and the interpreter that runs Snakemake unless a
# conda environment brings its own. One thread a job: see profiles/.
os.environ.update(
    PYTHONPATH=os.pathsep.join(
        filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")])
    ),
    PATH=os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()]),
)

from latent_assays import config as configuration
from latent_assays.datasets import SOURCES, spec_of
from latent_assays.datasets.downloads.table import read_table
from latent_assays.errors import UserError
from latent_assays.imports import files_of
from latent_assays.models import NETWORKS, OBJECTIVES
from latent_assays.scores import SCORES
from latent_assays.targets import check_targets
from latent_assays.variants import VARIANTS

try:
    configuration.validate(
        config, configuration.load_schema(ROOT / "rules/schemas/config.schema.yaml")
    )
    check_targets(config, sys.argv[1:])
except UserError as error:
    raise WorkflowError(str(error)) from None


wildcard_constraints:
    scale="|".join(config["scales"]),
    dataset="|".join(configuration.dataset_names(config)),
    variant="original|" + "|".join(config["variants"]),
    model="[^/]+",
    seed=r"0|[1-9]\d*",
    paper="|".join(config["papers"]),


# A training takes one GPU where there is one; without, as many trainings run as there are cores.
GPUS = 1 if shutil.which("nvidia-smi") else 0

RUN = "{dataset}/{variant}/{model}/seed{seed}"


def run_path(scale, stage, dataset, variant, model, seed, suffix):
    """The file that a stage makes of one run."""
    run = RUN.format(dataset=dataset, variant=variant, model=model, seed=seed)
    return f"results/{scale}/{stage}/{run}{suffix}"


def code(*modules):
    """Input function: the package's files that these modules are made of, and no others.

    A touch of one of them does nothing, an edit reruns the stages that use it. It must be a
    function, or `--consider-ancient` could not waive it.
    """
    return lambda wildcards: files_of(modules)


def run_code(*modules):
    """As `code`, with the network and the objective of the run's own model, and no other's."""

    def files(wildcards):
        settings = model_settings(wildcards)
        chosen = NETWORKS[settings["network"]], OBJECTIVES[settings["objective"]]
        return files_of([*modules, *map(module_of, chosen)])

    return files


def own_files(wildcards):
    """Input function: your own network and weights, if the model has any."""
    settings = model_settings(wildcards)
    is_import_path = (
        ":" in settings.get("file", "") and not Path(settings["file"]).is_file()
    )
    keys = ["weights"] if is_import_path else ["file", "weights"]
    return [settings[key] for key in keys if key in settings]


def module_of(entry):
    """The module of a registry's entry, as `code` wants it."""
    return entry.removeprefix("latent_assays.").split(":")[0]


def model_settings(wildcards):
    settings = configuration.model_settings(
        config, wildcards.scale, wildcards.dataset, wildcards.model
    )
    if "weights" in settings:
        settings["weights"] = settings["weights"].replace("{seed}", wildcards.seed)
    return settings


def runs(stage, suffix):
    """Input function: one file of a stage for every run that the wildcard `paper` compares."""

    def paths(wildcards):
        compared = configuration.runs_of(config, wildcards.scale, wildcards.paper)
        return [run_path(wildcards.scale, stage, *run, suffix) for run in compared]

    return paths


def as_json(settings):
    """Value of `params`: settings as one JSON argument of the command line."""
    return lambda wildcards: json.dumps(settings(wildcards), sort_keys=True)


def figure_names():
    """Every figure of the default scale: the papers' own, and a contact sheet of each image set."""
    sheets = configuration.image_sets(config, config["scale"])
    return [
        *(f"responses/fig{number}" for number in (2, 3, 4, 5, 6)),
        *(
            f"responses/appendix-{dataset}"
            for dataset in config["papers"]["responses"]["model_a"]
            if dataset not in config["papers"]["responses"]["datasets"]
        ),
        "perturbations/fig3",
        *(f"datasets/{dataset}-{variant}" for dataset, variant in sheets),
    ]


def table_names():
    """Every table: the papers' own, and the reconstructions if they are asked for."""
    asked = config["papers"]["responses"].get("distances", [])
    own = ["responses/tab1", "perturbations/tab1"]
    return own + ["responses/reconstructions"] * ("reconstruction" in asked)


def named(wildcards, input):
    """Value of `params`: the named inputs of a figure or table, as its subcommand takes them."""
    files = {name: path for name, path in input.items() if name != "code"}
    return " ".join(
        f"--input {name}={shlex.quote(str(path))}" for name, path in files.items()
    )


def own_folder(wildcards):
    """Option of `downloads`: your own folder with the files, if `paths` names one."""
    folder = config["paths"].get(wildcards.dataset)
    return f"--folder {shlex.quote(folder)}" if folder else ""


def dataset_settings(wildcards):
    return configuration.dataset_settings(config, wildcards.scale, wildcards.dataset)


def dataset_facts(wildcards):
    """Value of `params`: the dataset's own facts, a change of which makes its images anew."""
    settings = dataset_settings(wildcards)
    own = settings["source"] == "own"
    return "" if own else repr(spec_of(wildcards.dataset, settings["source"]))


def images_made_from(wildcards):
    """Input function: what the images are made from, if it is a file."""
    settings = dataset_settings(wildcards)
    if settings["source"] == "own":
        return settings["path"]
    if settings["source"] == "downloaded":
        return f"results/downloads/{wildcards.dataset}.json"
    return []


def dataset_code(wildcards):
    """As `code`, with the renderer or the reader of this dataset, and no other's."""
    kind = dataset_settings(wildcards)["source"]
    source = (
        "datasets.own" if kind == "own" else module_of(SOURCES[wildcards.dataset, kind])
    )
    return files_of(["cli.datasets", source])


def variant_settings(wildcards):
    return configuration.variant_settings(
        config, wildcards.scale, wildcards.dataset, wildcards.variant
    )


def variant_code(wildcards):
    """As `code`, with this kind of variant, and no other's."""
    return files_of(
        ["cli.variants", module_of(VARIANTS[variant_settings(wildcards)["kind"]])]
    )


def foster_runs(stage, suffix):
    """Input function: a stage's files of all restarts of the model that gives s, if any does."""

    def paths(wildcards):
        foster = variant_settings(wildcards).get("foster")
        if foster is None:
            return []
        restart = wildcards.scale, stage, wildcards.dataset, "original", foster["model"]
        return [run_path(*restart, seed, suffix) for seed in range(foster["seeds"])]

    return paths


def score_settings(wildcards):
    return config["scores"] | {
        "names": configuration.scores_of(config, wildcards.model)
    }


def score_code(wildcards):
    """As `code`, with the scores that the model's papers ask for, and no others."""
    chosen = score_settings(wildcards)["names"]
    return files_of(["cli.scores", *(module_of(SCORES[name]) for name in chosen)])


def extractor_weights(wildcards):
    """Input function: records of the weights that distances use; Inception's if FID is wanted."""
    names = ["efficientnet-lite0"] + ["inception"] * config["distances"]["fid"]
    return [f"results/downloads/{name}.json" for name in names]


def weight_options(wildcards, input):
    """Value of `params`: the weight files, as the subcommands take them."""
    options = {"efficientnet-lite0": "--efflite0", "inception": "--inception"}
    table = read_table(ROOT / "resources/datasets.csv")
    names = [Path(record).stem for record in input.weights]
    return " ".join(
        f"{options[name]} results/downloads/{name}/{file}"
        for name in names
        for file in table[name]
    )


def conditioned_of(wildcards):
    """Input function: conditioned response matrices, which only paper `responses` compares."""
    if wildcards.paper != "responses":
        return []
    return runs("responses/conditioned", ".npz")(wildcards)


def image_count(wildcards):
    """Value of `params`: how many images a distance compares with as many real ones."""
    scaled = config["scales"][wildcards.scale].get("distances", {})
    return (config["distances"] | scaled)["images"]


def distances_of(wildcards):
    """Input function: distances of the samples that the paper of the wildcard looks at."""
    kinds = config["papers"][wildcards.paper].get("distances", [])
    return [
        path for kind in kinds for path in runs(f"distances/{kind}", ".json")(wildcards)
    ]


def model_a(stage, dataset, suffix=".npz"):
    """Input function: what a stage made of the run of Model A that figures show, seed 0."""

    def path(wildcards):
        model = config["papers"]["responses"]["model_a"][dataset]
        return run_path(wildcards.scale, stage, dataset, "original", model, 0, suffix)

    return path


# paper responses

# assay -> the keys under `responses` that it takes, and the assay it builds on
ASSAYS = {
    "matrix": (["samples", "activity", "graph"], None),
    "conditioned": (["traversals", "interventions", "reading"], "matrix"),
    "map": (["map"], "matrix"),
    "path": (["path"], "map"),
}


def assay_settings(wildcards):
    keys, _ = ASSAYS[wildcards.assay]
    settings = config["responses"] | config["scales"][wildcards.scale].get(
        "responses", {}
    )
    return {key: settings[key] for key in keys}


def assay_before(wildcards):
    """Input function: what the assay that this one builds on made of the same run."""
    _, before = ASSAYS[wildcards.assay]
    return (
        f"results/{{scale}}/responses/{before}/{RUN}.npz".format(**wildcards)
        if before
        else []
    )


def helix_settings(wildcards):
    chosen = {key: config["responses"][key] for key in ("helix", "path")}
    helix = {key: value for key, value in chosen["helix"].items() if key != "seeds"}
    return chosen | {"helix": helix}


def shown_model(stage, suffix=".npz"):
    """As `model_a`, for the dataset of the wildcard."""
    return lambda wildcards: model_a(stage, wildcards.dataset, suffix)(wildcards)


def claims_of_responses(wildcards):
    """Input function: what claims of paper `responses` rest on, beside the collected numbers.

    Matrices and scores of all runs, the maps and paths that figures show, and every helix.
    """
    scale = wildcards.scale
    compared = configuration.runs_of(config, scale, "responses")
    measured = [
        ("scores", ".json"),
        ("responses/matrix", ".npz"),
        ("responses/conditioned", ".npz"),
    ]
    of_all = [
        run_path(scale, stage, *run, suffix)
        for stage, suffix in measured
        for run in compared
    ]
    of_shown = [
        model_a(f"responses/{assay}", dataset)(wildcards)
        for dataset in config["papers"]["responses"]["model_a"]
        for assay in ("map", "path")
    ]
    helices = range(config["responses"]["helix"]["seeds"])
    return [
        *of_all,
        *of_shown,
        *(f"results/{scale}/helix/seed{seed}.npz" for seed in helices),
    ]
