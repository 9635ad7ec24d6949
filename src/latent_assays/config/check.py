"""The configuration: checked against its schema, and resolved for one scale, dataset and model.

Settings of a model come from four places, the later ones first: `scales.SCALE.models.NAME`'s
`by_dataset`, the same without it, `models.NAME`'s `by_dataset`, and `models.NAME`. A name with
{fields} is a sweep and stands for one model for each combination of its values.
"""

import difflib
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from latent_assays.errors import UserError

__all__ = [
    "SAMPLES",
    "Config",
    "dataset_names",
    "dataset_settings",
    "image_sets",
    "load_schema",
    "missing_settings",
    "model_names",
    "model_settings",
    "runs_of",
    "scores_of",
    "unknown",
    "validate",
    "variant_settings",
]

Config = Mapping[str, Any]

SAMPLES = ("reconstruction", "prior", "hybrid")  # what a run's images can be
WEIGHTS = ("efficientnet-lite0", "inception")  # files that distances use, not datasets
NEEDS = {
    "beta-vae": ["beta"],
    "beta-tc-vae": ["beta"],
    "factor-vae": ["gamma"],
    "dip-vae-i": ["lambda_od"],
    "dip-vae-ii": ["lambda_od"],
    "structural": ["segments"],
    "adaptive": ["segments"],
    "ladder": ["segments"],
    "own": ["file"],
}
DEFAULTS = {
    "width": 1.0,
    "kl": "exact",
    "warmup": 0,
    "reconstruction_weight": 1.0,
    "precision": "float32",
}


def load_schema(path: str | Path) -> dict[str, Any]:
    """The JSON schema, from YAML."""
    import yaml

    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def validate(config: Config, schema: Mapping[str, Any]) -> None:
    """Check `config` against `schema` and check that the names it uses exist.

    Raises:
        UserError: one line for each fault: the key, its value and what is allowed.
    """
    import jsonschema

    whole = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_whole)
    validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, type_checker=whole)(
        schema
    )
    faults = list(_key_faults(config))
    if not faults:
        faults = [line for error in validator.iter_errors(config) for line in _explain(error)]
    for check in (_sweep_faults, _name_faults, _variant_faults, _distance_faults, _setting_faults):
        faults = faults or list(check(config))
    if faults:
        raise UserError("config: " + "\nconfig: ".join(sorted(set(faults))))


def _key_faults(config: Any, above: str = "") -> Iterator[str]:
    """Keys that YAML read as a number, a truth value or nothing."""
    for key, value in config.items() if isinstance(config, Mapping) else ():
        if not isinstance(key, str):
            yield f"{above or '(top level)'}: key {key!r} is not a word, put it in quotes"
        yield from _key_faults(value, f"{above}.{key}".lstrip("."))


def _is_whole(_: Any, value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _explain(error: Any) -> Iterator[str]:
    """The schema's complaint in words: key, value, allowed values."""
    key = ".".join(map(str, error.absolute_path)) or "(top level)"
    if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        allowed = list(error.schema.get("properties", {}))
        for name in error.instance:
            if name not in allowed:
                guess = difflib.get_close_matches(str(name), allowed, 1)
                hint = f", did you mean {guess[0]!r}?" if guess else ""
                yield (
                    f"{key}: unknown key {name!r} (value {error.instance[name]!r}){hint}"
                    f"; allowed: {', '.join(allowed)}"
                )
    elif error.validator == "enum":
        allowed = ", ".join(map(str, error.validator_value))
        yield f"{key}: {error.instance!r} is not one of {allowed}"
    elif error.validator == "type":
        yield f"{key}: {error.instance!r} is not of type {error.validator_value}"
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        yield f"{key}: {', '.join(missing)} is missing"
    else:
        yield f"{key}: {error.message}"


def _sweep_faults(config: Config) -> Iterator[str]:
    """The {fields} of a name must be those of its sweep, and no two models may share a name."""
    for template, settings in config["models"].items():
        sweep = settings.get("sweep", {})
        for field in sweep:
            if "{" + field + "}" not in template:
                yield f"models.{template}.sweep.{field}: the name must contain {{{field}}}"
        rest = template
        for field in sweep:
            rest = rest.replace("{" + field + "}", "")
        if "{" in rest or "}" in rest:
            known = ", ".join(sweep) or "none"
            yield f"models.{template}: its {{fields}} must be those of its sweep ({known})"
            return
    for key, settings in _everywhere(config, "models"):
        template = key.partition("models.")[2]
        swept = config["models"].get(template, {}).get("sweep", {})
        layers = {f"{key}.by_dataset.{d}": own for d, own in settings.get("by_dataset", {}).items()}
        if key.startswith("scales."):
            layers[key] = settings
        for where, own in layers.items():
            for field in swept.keys() & own.keys():
                yield f"{where}.{field}: the name states it, so change the sweep"
    for name, count in Counter(model_names(config)).items():
        if count > 1:
            yield f"models: {count} models have the name {name!r}"


def _name_faults(config: Config) -> Iterator[str]:
    from latent_assays.datasets import SOURCES, SPECS

    names = model_names(config)
    for key, name in _models_named(config):
        if name not in names:
            yield f"{key}: {unknown('model', name, names)}"
    for key, name in _datasets_named(config):
        if name not in dataset_names(config):
            yield f"{key}: {unknown('dataset', name, dataset_names(config))}"
    for paper, settings in config["papers"].items():
        for variant in settings["variants"]:
            if variant not in ("original", *config["variants"]):
                known = ["original", *config["variants"]]
                yield f"papers.{paper}.variants: {unknown('variant', variant, known)}"
    for scale, settings in config["scales"].items():
        for kind in ("models", "variants"):
            for name in settings.get(kind, {}):
                if name not in config[kind]:
                    known = list(config[kind])
                    yield f"scales.{scale}.{kind}: {unknown(kind[:-1], name, known)}"
        for dataset, kept in settings["datasets"].items():
            if dataset in dataset_names(config):
                key = f"scales.{scale}.datasets.{dataset}"
                yield from _keep_faults(key, dataset, kept)
                if dataset in SPECS and (dataset, kept["source"]) not in SOURCES:
                    kinds = ", ".join(kind for name, kind in SOURCES if name == dataset)
                    yield f"{key}.source: {dataset} cannot be {kept['source']}; possible: {kinds}"


def _variant_faults(config: Config) -> Iterator[str]:
    """What the variants that a paper compares need of its datasets, models and scores."""
    from latent_assays.datasets import SPECS
    from latent_assays.datasets.grid import select

    for scale, settings in itertools.product(config["scales"], config["papers"].values()):
        changed = [variant for variant in settings["variants"] if variant != "original"]
        for variant, dataset in itertools.product(changed, settings["datasets"]):
            try:
                own = variant_settings(config, scale, dataset, variant)
            except UserError as error:
                yield f"scales.{scale}.{error}"
                continue
            spec, key = SPECS.get(dataset), f"variants.{variant}"
            if "drop" in own and spec:
                try:
                    select(spec.factor_names, spec.factor_sizes, own["drop"])
                except UserError as error:
                    yield f"{key}: {str(error).replace('keep', 'drop', 1)}"
                for name, classes in own["drop"].items():
                    sizes = dict(zip(spec.factor_names, spec.factor_sizes, strict=True))
                    if len(classes) == sizes.get(name):
                        yield f"{key}.drop.{name}: nothing of {dataset} would be left"
            if "foster" in own:
                foster = own["foster"]["model"]
                if foster not in model_names(config):
                    yield f"{key}.foster: {unknown('model', foster, model_names(config))}"
                elif model_settings(config, scale, dataset, foster)["objective"] == "ae":
                    yield f"{key}.foster.model: {foster!r} has no posterior deviations to choose by"


def _distance_faults(config: Config) -> Iterator[str]:
    """Samples that a model cannot give, and Inception weights that nothing would use."""
    if "inception" in config["paths"] and not config["distances"]["fid"]:
        yield "paths.inception: nothing uses it while distances.fid is false; set it to true"
    for scale, (paper, settings) in itertools.product(config["scales"], config["papers"].items()):
        if "prior" not in settings.get("distances", []):
            continue
        for dataset, model in itertools.product(settings["datasets"], _models_of(config, settings)):
            if model_settings(config, scale, dataset, model)["objective"] == "ae":
                yield f"papers.{paper}.distances: {model!r} has no prior; take hybrid"


def _models_named(config: Config) -> Iterator[tuple[str, str]]:
    """Every place that names one model: its key and the name."""
    for paper, settings in config["papers"].items():
        for name in settings["models"]:
            if name not in config["models"]:
                yield f"papers.{paper}.models", name
        for dataset, name in settings.get("model_a", {}).items():
            yield f"papers.{paper}.model_a.{dataset}", name
    for key, settings in _everywhere(config, "variants"):
        if "foster" in settings:
            yield f"{key}.foster.model", settings["foster"]["model"]


def _datasets_named(config: Config) -> Iterator[tuple[str, str]]:
    """Every place that names a dataset: its key and the name."""
    yield from (("paths", name) for name in config["paths"] if name not in WEIGHTS)
    for paper, settings in config["papers"].items():
        yield from ((f"papers.{paper}.datasets", name) for name in settings["datasets"])
        yield from ((f"papers.{paper}.model_a", name) for name in settings.get("model_a", {}))
    for key, settings in _everywhere(config, "variants"):
        yield from ((f"{key}.epsilon", name) for name in settings.get("epsilon", {}))
        yield from ((f"{key}.datasets", name) for name in settings.get("datasets", []))
    for key, settings in _everywhere(config, "models"):
        yield from ((f"{key}.by_dataset", name) for name in settings.get("by_dataset", {}))
    for scale, settings in config["scales"].items():
        yield from ((f"scales.{scale}.datasets", name) for name in settings["datasets"])


def _everywhere(config: Config, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Settings of all models or variants, with their keys, and of what the scales replace."""
    for name, settings in config[kind].items():
        yield f"{kind}.{name}", settings
    for scale, scaled in config["scales"].items():
        for name, settings in scaled.get(kind, {}).items():
            yield f"scales.{scale}.{kind}.{name}", settings


def _keep_faults(key: str, dataset: str, settings: Mapping[str, Any]) -> Iterator[str]:
    from latent_assays.datasets import SPECS
    from latent_assays.datasets.grid import select

    keep = settings.get("keep", {})
    if dataset not in SPECS:
        yield f"{key}: a dataset of your own is taken as it is; leave it out"
        return
    if not SPECS[dataset].grid:
        if keep:
            yield f"{key}.keep: {dataset} is no factor grid, so no classes can be chosen"
        return
    if "limit" in settings:
        yield f"{key}.limit: {dataset} is a factor grid, choose classes with keep"
    if not keep:
        return
    try:
        select(SPECS[dataset].factor_names, SPECS[dataset].factor_sizes, keep)
    except UserError as error:
        yield f"{key}.{error}"


def _setting_faults(config: Config) -> Iterator[str]:
    """Every run that a paper asks for must know what its network and objective need."""
    for scale, scaled in config["scales"].items():
        for dataset, model in dict.fromkeys(_trained(config, scale)):
            if dataset not in config["datasets"] and dataset not in scaled["datasets"]:
                yield f"scales.{scale}.datasets: {dataset} is missing; it is trained on"
            for key in missing_settings(config, scale, dataset, model):
                yield f"models: {model} on {dataset} at scale {scale} has no {key!r}"


def missing_settings(config: Config, scale: str, dataset: str, model: str) -> list[str]:
    """The settings that a model needs and lacks on one dataset at one scale."""
    settings = model_settings(config, scale, dataset, model)
    parts = settings["network"], settings["objective"]
    needs = [key for part in parts for key in NEEDS.get(part, [])]
    wanted = ["latents", "learning_rate", "batch", "steps", *needs]
    return [key for key in wanted if key not in settings]


def _trained(config: Config, scale: str) -> Iterator[tuple[str, str]]:
    """(dataset, model) of all that a scale trains: compared, probed or fostering."""
    for paper, settings in config["papers"].items():
        yield from ((dataset, model) for dataset, _, model, _ in runs_of(config, scale, paper))
        yield from settings.get("model_a", {}).items()
        for variant, dataset in itertools.product(settings["variants"], settings["datasets"]):
            own = config["variants"].get(variant, {})
            if "foster" in own:
                chosen = variant_settings(config, scale, dataset, variant)
                yield dataset, chosen["foster"]["model"]


def unknown(kind: str, name: str, known: Sequence[str]) -> str:
    """The sentence for a name that does not exist: the nearest one, and all that do."""
    guess = difflib.get_close_matches(name, known, 1)
    hint = f", did you mean {guess[0]!r}?" if guess else ""
    return f"{name!r} is not a {kind}{hint}; {kind}s: {', '.join(known)}"


def _expand(template: str, sweep: Mapping[str, list[Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for values in itertools.product(*sweep.values()):
        setting = dict(zip(sweep, values, strict=True))
        yield template.format(**setting), setting


def dataset_names(config: Config) -> list[str]:
    """Names of all datasets, those of the user's own last."""
    from latent_assays.datasets import SPECS

    return [*SPECS, *config["datasets"]]


def dataset_settings(config: Config, scale: str, dataset: str) -> dict[str, Any]:
    """Where the images of one dataset come from at one scale, and which of them are used.

    Raises:
        UserError: the scale does not say.
    """
    if dataset in config["datasets"]:
        return {"source": "own", **config["datasets"][dataset]}
    if dataset not in config["scales"][scale]["datasets"]:
        known = ", ".join([*config["scales"][scale]["datasets"], *config["datasets"]])
        raise UserError(f"scales.{scale}.datasets: {dataset} is missing; there are {known}")
    return dict(config["scales"][scale]["datasets"][dataset])


def model_names(config: Config, template: str | None = None) -> list[str]:
    """Names of all models, or of those that one key of `models` stands for."""
    return [
        name
        for key, settings in config["models"].items()
        if template in (None, key)
        for name, _ in _expand(key, settings.get("sweep", {}))
    ]


def model_settings(config: Config, scale: str, dataset: str, model: str) -> dict[str, Any]:
    """The flat settings of one model on one dataset at one scale.

    Raises:
        UserError: there is no such model; the sentence lists those that exist.
    """
    for template, own in config["models"].items():
        for name, swept in _expand(template, own.get("sweep", {})):
            if name == model:
                scaled = config["scales"][scale].get("models", {}).get(template, {})
                layers = [
                    DEFAULTS,
                    own,
                    swept,
                    own.get("by_dataset", {}).get(dataset, {}),
                    scaled,
                    scaled.get("by_dataset", {}).get(dataset, {}),
                ]
                merged = {key: value for layer in layers for key, value in layer.items()}
                return {k: v for k, v in merged.items() if k not in ("sweep", "by_dataset")}
    raise UserError(unknown("model", model, model_names(config)))


def variant_settings(config: Config, scale: str, dataset: str, variant: str) -> dict[str, Any]:
    """The settings of one variant of one dataset at one scale.

    Raises:
        UserError: the variant needs an epsilon and has none for the dataset.
    """
    own = config["variants"][variant]
    scaled = config["scales"][scale].get("variants", {}).get(variant, {})
    settings = {**own, **scaled}
    if "epsilon" in settings:
        if dataset not in settings["epsilon"]:
            known = ", ".join(settings["epsilon"])
            raise UserError(f"variants.{variant}.epsilon: {dataset} has none; {known} have")
        settings["epsilon"] = settings["epsilon"][dataset]
    return settings


def image_sets(config: Config, scale: str) -> list[tuple[str, str]]:
    """(dataset, variant) of every image set that a scale can make.

    A variant is of the datasets that it has an epsilon for, or that it names.
    """
    datasets = [*config["scales"][scale]["datasets"], *config["datasets"]]
    sets = [(dataset, "original") for dataset in datasets]
    for variant, settings in config["variants"].items():
        changed = [*settings.get("epsilon", {}), *settings.get("datasets", [])]
        sets += [(dataset, variant) for dataset in datasets if dataset in changed]
    return sets


def scores_of(config: Config, model: str) -> list[str]:
    """The scores of a model's runs: those of the papers that compare it.

    A model that no paper compares is there to foster a perturbation, which is chosen by MIG.
    """
    wanted = [
        name
        for settings in config["papers"].values()
        if model in _models_of(config, settings)
        for name in settings["scores"]
    ]
    return list(dict.fromkeys(["mig", *wanted]))


def runs_of(config: Config, scale: str, paper: str) -> list[tuple[str, str, str, int]]:
    """(dataset, variant, model, seed) of every run that a paper compares at a scale."""
    settings = config["papers"][paper]
    models = _models_of(config, settings)
    seeds = range(config["scales"][scale]["seeds"][paper])
    return list(itertools.product(settings["datasets"], settings["variants"], models, seeds))


def _models_of(config: Config, paper: Mapping[str, Any]) -> list[str]:
    """The models that a paper compares, each once, with its sweeps written out."""
    expanded = (model_names(config, entry) or [entry] for entry in paper["models"])
    return list(dict.fromkeys(name for names in expanded for name in names))
