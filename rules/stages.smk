# What the jobs of each stage are given: inputs and parameters as functions of wildcards.

from latent_assays.datasets import spec_of
from latent_assays.datasets.downloads.table import read_table
from latent_assays.datasets.registry import SOURCES
from latent_assays.datasets.specs import SPECS
from latent_assays.responses.registry import ASSAYS
from latent_assays.scores.registry import SCORES
from latent_assays.variants.registry import VARIANTS

# downloads


def own_folder(wildcards):
    """Option of `downloads`: your own folder with the files, if `paths` names one."""
    folder = config["paths"].get(wildcards.dataset)
    return f"--folder {shlex.quote(folder)}" if folder else ""


# datasets


def dataset_settings(wildcards):
    return resolve.dataset_settings(config, wildcards.scale, wildcards.dataset)


def kind_of_dataset(wildcards):
    return names.kind_of_dataset(config, wildcards.dataset)


def dataset_facts(wildcards):
    """Value of `params`: the dataset's own facts, a change of which makes its images anew."""
    source = dataset_settings(wildcards)["source"]
    return "" if source == "own" else repr(spec_of(kind_of_dataset(wildcards), source))


def images_made_from(wildcards):
    """Input function: what the images are made from, if it is a file."""
    settings = dataset_settings(wildcards)
    if settings["source"] == "own":
        check_there(f"datasets.{wildcards.dataset}.path", settings["path"])
        return settings["path"]
    if settings["source"] == "downloaded":
        return f"results/downloads/{kind_of_dataset(wildcards)}.json"
    return []


def dataset_code(wildcards):
    """As `code`, with the renderer or the reader of this dataset, and no other's."""
    source = dataset_settings(wildcards)["source"]
    if source == "own":
        return digests_of(["cli.datasets", "datasets.own"])
    opened = SOURCES[kind_of_dataset(wildcards), source]
    return digests_of(["cli.datasets", module_of(opened)])


# choices


def choice_settings(wildcards):
    settings = resolve.choice_settings(config, wildcards.scale, wildcards.choice)
    return {
        key: settings[key] for key in ("number", "take", "at_least") if key in settings
    }


def candidates(wildcards):
    """Input function: the numbers of each run to choose from."""
    settings = resolve.choice_settings(config, wildcards.scale, wildcards.choice)
    runs = studies.candidates_of(
        config, wildcards.scale, wildcards.choice, wildcards.dataset
    )
    return [
        run_path(wildcards.scale, settings["measure"], run, ".json") for run in runs
    ]


def choice_path(wildcards):
    """The choice that the variant of the wildcards rests on; None for none."""
    name = variant_settings(wildcards).get("choice")
    return (
        f"results/{wildcards.scale}/choices/{name}/{wildcards.dataset}.json"
        if name
        else None
    )


def chosen_run(wildcards):
    """The run that the choice names; None until the choice is made among those of today."""
    path = choice_path(wildcards)
    if path is None or not Path(path).is_file():
        return None
    chosen = json.loads(Path(path).read_text(encoding="utf-8"))["chosen"]
    run = Run(*(chosen[key] for key in Run._fields))
    name = variant_settings(wildcards)["choice"]
    among = studies.candidates_of(config, wildcards.scale, name, wildcards.dataset)
    return run if run in among else None


# variants


def variant_settings(wildcards):
    return resolve.variant_settings(
        config, wildcards.scale, wildcards.dataset, wildcards.variant
    )


def variant_code(wildcards):
    """As `code`, with this kind of variant, and no other's."""
    return digests_of(
        ["cli.variants", module_of(VARIANTS[variant_settings(wildcards)["kind"]])]
    )


def choice_of(wildcards):
    """Input function: the choice that the variant rests on, if any."""
    return choice_path(wildcards) or []


def chosen_codes(wildcards):
    """Input function: the codes of the run that the choice names, once it is made."""
    run = chosen_run(wildcards)
    return run_path(wildcards.scale, "codes", run, ".npz") if run else []


def choice_options(wildcards):
    """Value of `params`: the choice and the codes, as the subcommand takes them."""
    path, codes = choice_path(wildcards), chosen_codes(wildcards)
    return f"--choice {path} --codes {codes}" if path and codes else ""


# runs


def own_files(wildcards):
    """Input function: your own network and the weights to begin with, if the model has any."""
    settings = model_settings(wildcards)
    is_import_path = (
        ":" in settings.get("file", "") and not Path(settings["file"]).is_file()
    )
    keys = ["weights"] if is_import_path else ["file", "weights"]
    files = {key: settings[key] for key in keys if key in settings}
    for key, path in files.items():
        if not path.startswith("results/"):
            check_there(f"models.{wildcards.model}.{key}", path)
    return list(files.values())


@cache
def parts_of(scale):
    return studies.parts_of(config, scale)


def trained_on(wildcards):
    """Value of `params`: the part of the images that the run is trained on."""
    return parts_of(wildcards.scale).get(kind_of(wildcards), "train")


# scores


@cache
def scores_of(scale):
    return studies.scores_of(config, scale)


def score_settings(wildcards):
    kind = kind_of(wildcards)
    on = wildcards.on.removeprefix(ON.format(variant="")) or None
    names = scores_of(wildcards.scale).get((kind, on)) or config["scores"]["names"]
    scaled = config["scales"][wildcards.scale].get("scores", {})
    return config["scores"] | scaled | {"names": names}


def score_code(wildcards):
    """As `code`, with the scores that are asked for, and no others."""
    chosen = score_settings(wildcards)["names"]
    return digests_of(["cli.scores", *(module_of(SCORES[name]) for name in chosen)])


# responses


def settings_of_assay(wildcards):
    return assay_settings(*ASSAYS[wildcards.assay].settings)(wildcards)


def assay_before(wildcards):
    """Input function: what the assay that this one builds on made of the same run."""
    before = ASSAYS[wildcards.assay].before
    run = f"{RUN}{{on}}".format(**wildcards)
    return f"results/{wildcards.scale}/responses/{before}/{run}.npz" if before else []


# distances


def extractor_weights(wildcards):
    """Input function: records of the weights that distances use; Inception's if FID is wanted."""
    names = ["efficientnet-lite0"] + ["inception"] * config["distances"]["fid"]
    return [f"results/downloads/{name}.json" for name in names]


@cache
def weight_files():
    return read_table(ROOT / "resources/datasets.csv")


def weight_options(wildcards, input):
    """Value of `params`: the weight files, as the subcommands take them."""
    options = {"efficientnet-lite0": "--efflite0", "inception": "--inception"}
    names = [Path(record).stem for record in input.weights]
    return " ".join(
        f"{options[name]} results/downloads/{name}/{file}"
        for name in names
        for file in weight_files()[name]
    )


def image_count(wildcards):
    """Value of `params`: how many images a distance compares with as many real ones."""
    scaled = config["scales"][wildcards.scale].get("distances", {})
    return (config["distances"] | scaled)["images"]


def reference_measured(wildcards):
    """Input function: the reference of the images that the run is measured on."""
    variant = variant_measured(wildcards)
    return f"results/{wildcards.scale}/references/{wildcards.dataset}/{variant}.npz"
