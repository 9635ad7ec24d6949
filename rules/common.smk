# Helpers of all rules: the package, the checked configuration, and what jobs are given of them.

import json
import os
import shlex
import shutil
import sys
from functools import cache
from pathlib import Path

ROOT = Path(workflow.basedir)
sys.path.insert(0, str(ROOT / "src"))

# Jobs find the package without an install, and the interpreter that runs Snakemake unless a
# conda environment brings its own, and say at their end what they used.
os.environ.update(
    PYTHONPATH=os.pathsep.join(
        filter(None, [str(ROOT / "src"), os.environ.get("PYTHONPATH")])
    ),
    PATH=os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()]),
    LATENT_ASSAYS_JOB="1",
)

from latent_assays.config import names, resolve, studies
from latent_assays.config.check import check_config
from latent_assays.config.load import load_schema, read_yaml
from latent_assays.config.names import dataset_names, unknown, variant_names
from latent_assays.config.targets import check_targets
from latent_assays.errors import UserError
from latent_assays.imports import changed_code, digests_of, module_of
from latent_assays.models.registry import NETWORKS, OBJECTIVES
from latent_assays.papers.catalogue import rooms
from latent_assays.places import ON, RUN, Run, run_folder, run_path

for room in rooms().values():

    configfile: room / "config.yaml"


try:
    for path in workflow.configfiles:
        read_yaml(path)
    check_config(config, load_schema(ROOT))
    check_targets(config, sys.argv[1:])
except UserError as error:
    raise WorkflowError(str(error)) from None


wildcard_constraints:
    scale="|".join(config["scales"]),
    dataset="|".join(dataset_names(config)),
    variant="|".join(variant_names(config)),
    model="[^/]+",
    seed=r"0|[1-9]\d*",
    on=f"({ON.format(variant='(' + '|'.join(variant_names(config)) + ')')})?",


# A training takes one GPU where there is one; without, as many trainings run as there are cores.
GPUS = 1 if shutil.which("nvidia-smi") else 0


def check_there(key, path):
    """Refuse a file of the user's that does not exist, also where what was made of it does."""
    if not Path(path).is_file():
        raise WorkflowError(f"config: {key}: {path} does not exist")


def of_project(path):
    """A file of the project, relative to the working directory."""
    return os.path.relpath(ROOT / path)


def code(*modules):
    """Value of `params`: the package's files that these modules are made of, with digests.

    A touch of one of them does nothing, an edit reruns the stages that use it.
    """
    return lambda wildcards: digests_of(modules)


def model_code(*modules):
    """As `code`, with the network and the objective of the run's own model, and no other's."""

    def digests(wildcards):
        settings = model_settings(wildcards)
        chosen = NETWORKS[settings["network"]], OBJECTIVES[settings["objective"]]
        return digests_of([*modules, *map(module_of, chosen)])

    return digests


def as_json(settings):
    """Value of `params`: settings as one JSON argument of the command line."""
    return lambda wildcards: json.dumps(settings(wildcards), sort_keys=True)


def model_settings(wildcards):
    """The settings of the run's model; a second phase begins with the weights of its base."""
    return _model_settings(
        wildcards.scale,
        Run(wildcards.dataset, wildcards.variant, wildcards.model, wildcards.seed),
    )


@cache
def _model_settings(scale, run):
    settings = resolve.model_settings(config, scale, run.dataset, run.model)
    if "begins" in settings:
        begun = settings["begins"]
        base = run._replace(
            model=begun["model"], variant=begun.get("variant", run.variant)
        )
        settings["weights"] = f"{run_folder(scale, base)}/model.safetensors"
    elif "weights" in settings:
        settings["weights"] = settings["weights"].replace("{seed}", run.seed)
    return settings


# Long jobs first, so that no core idles at the end behind one training; and before them all what
# others have to wait for.
AWAITED, LONG = 20, 10


@cache
def candidate_kinds(scale):
    return studies.candidate_kinds(config, scale)


def kind_of(wildcards):
    return studies.Kind(wildcards.dataset, wildcards.variant, wildcards.model)


def is_awaited(wildcards):
    """Whether a choice waits for the run."""
    return kind_of(wildcards) in candidate_kinds(wildcards.scale)


def variant_measured(wildcards):
    """The variant that the run is measured on."""
    return wildcards.on.removeprefix(ON.format(variant="")) or wildcards.variant


def images_measured(wildcards):
    """Input function: the image set that the run is measured on."""
    variant = variant_measured(wildcards)
    return f"results/{wildcards.scale}/datasets/{wildcards.dataset}/{variant}.h5"


def assay_settings(*keys):
    """Of the settings of `responses` at the scale and on the dataset of the wildcards, these."""

    def chosen(wildcards):
        settings = resolve.assay_settings(config, wildcards.scale, wildcards.dataset)
        return {key: settings[key] for key in keys}

    return chosen


def named(wildcards, input):
    """Value of `params`: the named inputs, as the subcommand takes them."""
    pairs = (f"{name}={shlex.quote(str(path))}" for name, path in input.items())
    return " ".join(f"--input {pair}" for pair in pairs)
