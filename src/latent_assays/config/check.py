"""Whether the configuration can be run: its schema, and that the names it uses exist and fit."""

import difflib
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from latent_assays.config.names import (
    ORIGINAL,
    Config,
    dataset_names,
    find,
    kind_of_dataset,
    model_names,
    names_under,
    unknown,
    variant_names,
    written_out,
)
from latent_assays.config.resolve import (
    choice_settings,
    ignored_faults,
    missing_settings,
    model_settings,
    set_of,
    variant_settings,
)
from latent_assays.config.studies import parts_of, studies_of, trained, variants_of
from latent_assays.errors import UserError
from latent_assays.places import rooms
from latent_assays.responses.registry import ASSAYS
from latent_assays.scores.registry import SCORES

__all__ = ["check_config"]

WEIGHTS = ("efficientnet-lite0", "inception")  # files that distances use, not datasets
WITHOUT_POSTERIOR = ("ae", "wae-mmd")
NEEDED_BY_VARIANTS = {
    "perturbed": ("epsilon", "gain"),
    "noisy": ("epsilon",),
    "squeezed": ("epsilon",),
    "extra-factor": ("epsilon", "gain"),
}
MEASURES = (
    "scores",
    *(f"responses/{assay}" for assay in ASSAYS),
    "distances",
)


def check_config(config: Config, schema: Mapping[str, Any]) -> None:
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
    for check in (
        _own_faults,
        _sweep_faults,
        _name_faults,
        _ring_faults,
        _set_faults,
        _study_faults,
        _variant_faults,
        _choice_faults,
        _distance_faults,
        _setting_faults,
    ):
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
        yield f"{key}: {error.instance!r} is not of type {error.validator_value}{_meant(error)}"
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        yield f"{key}: {', '.join(missing)} is missing"
    else:
        yield f"{key}: {error.message}"


def _meant(error: Any) -> str:
    """How to write what YAML or `--config` read as something else."""
    if error.instance is None:
        return "; nothing or ~ stands after the colon: leave the key out, or write {} or []"
    if error.validator_value in ("number", "integer") and isinstance(error.instance, str):
        try:
            number = float(error.instance)
        except ValueError:
            return ""
        return (
            f"; it was read as a word: write {number:.15g} in a file for --configfile (YAML needs a"
            " point in 1.0e-3, and --config reads no numbers within braces)"
        )
    return ""


def _own_faults(config: Config) -> Iterator[str]:
    """Names of the user's own datasets: they stand in paths, and beside published numbers."""
    from latent_assays.datasets.specs import SPECS

    for name in config["datasets"]:
        if name in SPECS:
            yield (
                f"datasets.{name}: this is the name of a dataset that the papers use, beside whose"
                " published numbers yours would stand; give it another"
            )
        elif not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
            yield (
                f"datasets.{name}: a name stands in paths, so write it in lower-case letters,"
                " digits, - and _, a letter or digit first"
            )


def _sweep_faults(config: Config) -> Iterator[str]:
    """The {fields} of a name must be those of its sweep, and no two may share a name."""
    for kind in ("models", "variants"):
        for template, settings in config[kind].items():
            sweep = settings.get("sweep", {})
            for field in sweep:
                if "{" + field + "}" not in template:
                    yield f"{kind}.{template}.sweep.{field}: the name must contain {{{field}}}"
            rest = template
            for field in sweep:
                rest = rest.replace("{" + field + "}", "")
            if "{" in rest or "}" in rest:
                known = ", ".join(sweep) or "none"
                yield f"{kind}.{template}: its {{fields}} must be those of its sweep ({known})"
                return
        yield from _stated_faults(config, kind)
        for name, count in Counter(names_under(config, kind)).items():
            if count > 1:
                yield f"{kind}: {count} {kind} have the name {name!r}"


def _stated_faults(config: Config, kind: str) -> Iterator[str]:
    """Settings that a name states and that a layer would replace."""
    for key, settings in _everywhere(config, kind):
        template = key.partition(f"{kind}.")[2]
        swept = config[kind].get(template, {}).get("sweep", {})
        layers = {f"{key}.by_dataset.{d}": own for d, own in settings.get("by_dataset", {}).items()}
        if key.startswith("scales."):
            layers[key] = settings
        for where, own in layers.items():
            for field in swept.keys() & own.keys():
                yield f"{where}.{field}: the name states it, so change the sweep"


def _name_faults(config: Config) -> Iterator[str]:
    for paper in config["papers"]:
        if paper not in rooms():
            yield f"papers: {unknown('paper', paper, list(rooms()))}"
    for kind, named in (
        ("model", _models_named(config)),
        ("dataset", _datasets_named(config)),
        ("variant", _variants_named(config)),
        ("choice", _choices_named(config)),
    ):
        known = {
            "model": model_names,
            "dataset": dataset_names,
            "variant": variant_names,
            "choice": lambda config: list(config["choices"]),
        }[kind](config)
        for key, name in named:
            if name not in known:
                yield f"{key}: {unknown(kind, name, known)}"
    for scale, settings in config["scales"].items():
        for kind in ("models", "variants", "choices"):
            for name in settings.get(kind, {}):
                if name not in config[kind]:
                    known = list(config[kind])
                    yield f"scales.{scale}.{kind}: {unknown(kind[:-1], name, known)}"
        yield from _scale_dataset_faults(scale, settings, dataset_names(config))


def _ring_faults(config: Config) -> Iterator[str]:
    """Second phases that begin, by way of others perhaps, with themselves."""
    for model in model_names(config):
        way = [model]
        while base := _base_of(config, way[-1]):
            if base in way:
                yield f"models: begins goes round in a ring: {' -> '.join([*way, base])}"
                break
            way.append(base)


def _base_of(config: Config, model: str) -> str | None:
    template, swept = find(config, "models", model)
    begins = config["models"][template].get("begins")
    return begins["model"].format(**swept) if begins else None


def _scale_dataset_faults(
    scale: str, settings: Mapping[str, Any], known: list[str]
) -> Iterator[str]:
    from latent_assays.datasets.registry import SOURCES
    from latent_assays.datasets.rendered.resolutions import SIDES
    from latent_assays.datasets.specs import SPECS

    for dataset, kept in settings["datasets"].items():
        if dataset in known:
            key, like = f"scales.{scale}.datasets.{dataset}", kept.get("like", dataset)
            if "like" in kept and dataset in SPECS:
                yield f"{key}.like: this is a dataset of the papers itself; give another name"
            elif "like" in kept and like not in SPECS:
                yield f"{key}.like: {unknown('dataset of the papers', like, list(SPECS))}"
                continue
            yield from _keep_faults(key, like, kept)
            if like in SPECS and (like, kept["source"]) not in SOURCES:
                kinds = ", ".join(kind for name, kind in SOURCES if name == like)
                yield f"{key}.source: {like} cannot be {kept['source']}; possible: {kinds}"
            sides = SIDES.get(like, ()) if kept["source"] == "rendered" else ()
            if sides and kept.get("resolution", sides[0]) not in sides:
                allowed = ", ".join(map(str, sides))
                yield f"{key}.resolution: {kept['resolution']} must be one of {allowed}"


def _set_faults(config: Config) -> Iterator[str]:
    """What stands for a dataset must be of one kind with it at every scale."""
    likes: dict[str, str] = {}
    for scale, settings in config["scales"].items():
        for name, chosen in settings["datasets"].items():
            like = chosen.get("like", name)
            if likes.setdefault(name, like) != like:
                yield f"scales.{scale}.datasets.{name}.like: {like}, and {likes[name]} elsewhere"
        for paper, sets in settings.get("sets", {}).items():
            for dataset, given in sets.items():
                kinds = [kind_of_dataset(config, name) for name in (dataset, given)]
                if given not in config["datasets"] and kinds[0] != kinds[1]:
                    yield (
                        f"scales.{scale}.sets.{paper}.{dataset}: {given} is like {kinds[1]}, and"
                        f" {dataset} like {kinds[0]}"
                    )


def _study_faults(config: Config) -> Iterator[str]:
    """What studies ask for must exist, and every scale must say how many seeds they have."""
    for paper in config["papers"]:
        studies = studies_of(config, paper)
        own = {
            kind: sorted(path.stem for path in rooms()[paper].joinpath(kind).glob("[a-z]*.py"))
            for kind in ("measures", "image_measures")
        }
        own["measures"] = [*MEASURES, *own["measures"]]
        for name, study in studies.items():
            key = f"papers.{paper}.studies.{name}"
            for kind, known in own.items():
                for measure in study.get(kind, []):
                    if measure not in known:
                        yield f"{key}.{kind}: {unknown('measure', measure, known)}"
            if not study["measures"] and "image_measures" not in study:
                yield f"{key}.measures: a study that measures nothing has nothing to compare"
            if ("scores" in study["measures"]) != bool(study.get("scores")):
                yield f"{key}: give `scores` if and only if its measures have them"
        for scale, settings in config["scales"].items():
            seeds = settings["seeds"].get(paper, {})
            for name in studies.keys() - seeds.keys():
                yield f"scales.{scale}.seeds.{paper}: {name} is missing"
            for key in ("seeds", "studies"):
                for name in settings.get(key, {}).get(paper, {}).keys() - studies.keys():
                    yield f"scales.{scale}.{key}.{paper}: {unknown('study', name, list(studies))}"
    for scale, settings in config["scales"].items():
        for key in ("seeds", "studies", "sets"):
            for paper in settings.get(key, {}).keys() - config["papers"].keys():
                yield f"scales.{scale}.{key}: {unknown('paper', paper, list(config['papers']))}"


def _variant_faults(config: Config) -> Iterator[str]:
    """What the variants need, and what those that a study compares need of its datasets."""
    from latent_assays.datasets.grid import kept_classes
    from latent_assays.datasets.specs import SPECS

    for name, settings in config["variants"].items():
        if name == ORIGINAL:
            yield f"variants.{name}: these are the images as they come; call a variant otherwise"
            return
        if "epsilon" in settings.get("sweep", {}) and "datasets" not in settings:
            yield f"variants.{name}: datasets are missing, since its epsilon names none"
            return
        if "choice" in settings and settings["kind"] != "perturbed":
            yield f"variants.{name}.choice: only a perturbed variant is made from a chosen run"
        for key in NEEDED_BY_VARIANTS.get(settings["kind"], ()):
            if key not in settings and key not in settings.get("sweep", {}):
                yield f"variants.{name}: {key} is missing"
                return
    for scale, study in _studies_at_scales(config):
        wanted = [*variants_of(config, study), *filter(None, study.get("on", []))]
        changed = [variant for variant in wanted if variant != ORIGINAL]
        for variant, dataset in itertools.product(changed, study["datasets"]):
            try:
                own = variant_settings(config, scale, dataset, variant)
            except UserError as error:
                yield f"scales.{scale}.{error}"
                continue
            spec, key = SPECS.get(kind_of_dataset(config, dataset)), f"variants.{variant}"
            if "drop" in own and spec:
                try:
                    kept_classes(spec.factor_names, spec.factor_sizes, own["drop"])
                except UserError as error:
                    yield f"{key}: {str(error).replace('keep', 'drop', 1)}"
                for name, classes in own["drop"].items():
                    sizes = dict(zip(spec.factor_names, spec.factor_sizes, strict=True))
                    if len(classes) == sizes.get(name):
                        yield f"{key}.drop.{name}: nothing of {dataset} would be left"


def _choice_faults(config: Config) -> Iterator[str]:
    """What choices choose by must exist; runs that a component is taken from need posteriors."""
    for key, settings in _everywhere(config, "choices"):
        measure = settings.get("measure", "scores")
        if measure not in MEASURES:
            yield f"{key}.measure: {unknown('measure', measure, MEASURES)}"
        numbers = [settings[name] for name in ("number",) if name in settings]
        for number in [*numbers, *settings.get("at_least", {})]:
            if measure == "scores" and number not in SCORES:
                yield f"{key}: {unknown('score', number, list(SCORES))}"
    for scale, (dataset, variant) in itertools.product(config["scales"], _perturbed(config)):
        choice = variant_settings(config, scale, dataset, variant)["choice"]
        for template in choice_settings(config, scale, choice)["models"]:
            for model in names_under(config, "models", template) or [template]:
                settings = model_settings(config, scale, dataset, model)
                if settings.get("objective") in WITHOUT_POSTERIOR:
                    yield f"choices.{choice}.models: {model!r} has no posterior deviations"


def _perturbed(config: Config) -> Iterator[tuple[str, str]]:
    for template, settings in config["variants"].items():
        if settings["kind"] == "perturbed":
            datasets = settings.get("datasets", settings.get("epsilon", {}))
            names = [name for name, _ in written_out(template, settings)]
            yield from itertools.product(datasets, names)


def _distance_faults(config: Config) -> Iterator[str]:
    """Inception weights that nothing would use."""
    if "inception" in config["paths"] and not config["distances"]["fid"]:
        yield "paths.inception: nothing uses it while distances.fid is false; set it to true"


def _studies(config: Config) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every study with its key."""
    for paper in config["papers"]:
        for name, study in studies_of(config, paper).items():
            yield f"papers.{paper}.studies.{name}", study
        for scale, settings in config["scales"].items():
            for name, replaced in settings.get("studies", {}).get(paper, {}).items():
                yield f"scales.{scale}.studies.{paper}.{name}", replaced


def _studies_at_scales(config: Config) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every study of every scale, with the datasets that the scale takes."""
    for scale, paper in itertools.product(config["scales"], config["papers"]):
        for study in studies_of(config, paper, scale).values():
            datasets = [set_of(config, scale, paper, name) for name in study["datasets"]]
            yield scale, {**study, "datasets": datasets}


def _models_named(config: Config) -> Iterator[tuple[str, str]]:
    """Every place that names one model: its key and the name."""
    for key, study in _studies(config):
        yield from (
            (f"{key}.models", name)
            for name in study.get("models", [])
            if name not in config["models"]
        )
    for paper, settings in config["papers"].items():
        for dataset, name in settings.get("shown", {}).items():
            yield f"papers.{paper}.shown.{dataset}", name
    for key, settings in _everywhere(config, "choices"):
        for name in settings.get("models", []):
            if name not in config["models"]:
                yield f"{key}.models", name
    for template, settings in config["models"].items():
        if "begins" in settings:
            for _, swept in written_out(template, settings):
                yield f"models.{template}.begins.model", settings["begins"]["model"].format(**swept)


def _datasets_named(config: Config) -> Iterator[tuple[str, str]]:
    """Every place that names a dataset: its key and the name."""
    yield from (("paths", name) for name in config["paths"] if name not in WEIGHTS)
    for key, study in _studies(config):
        yield from ((f"{key}.datasets", name) for name in study.get("datasets", []))
    for paper, settings in config["papers"].items():
        yield from ((f"papers.{paper}.shown", name) for name in settings.get("shown", {}))
    for key, settings in _everywhere(config, "variants"):
        epsilon = settings.get("epsilon", {})
        yield from ((f"{key}.epsilon", name) for name in epsilon)
        yield from ((f"{key}.datasets", name) for name in settings.get("datasets", []))
    for key, settings in _everywhere(config, "models"):
        yield from ((f"{key}.by_dataset", name) for name in settings.get("by_dataset", {}))
    yield from (("responses.by_dataset", d) for d in config["responses"].get("by_dataset", {}))
    for scale, settings in config["scales"].items():
        yield from ((f"scales.{scale}.datasets", name) for name in settings["datasets"])
        for paper, sets in settings.get("sets", {}).items():
            for named, given in sets.items():
                yield f"scales.{scale}.sets.{paper}", named
                yield f"scales.{scale}.sets.{paper}.{named}", given


def _variants_named(config: Config) -> Iterator[tuple[str, str]]:
    """Every place that names one variant: its key and the name."""
    for key, study in _studies(config):
        for part in ("variants", "on"):
            for name in study.get(part, []):
                if name not in config["variants"]:
                    yield f"{key}.{part}", name
    for key, settings in _everywhere(config, "choices"):
        if "variant" in settings:
            yield f"{key}.variant", settings["variant"]
    for template, settings in config["models"].items():
        if "variant" in settings.get("begins", {}):
            yield f"models.{template}.begins.variant", settings["begins"]["variant"]


def _choices_named(config: Config) -> Iterator[tuple[str, str]]:
    for key, settings in _everywhere(config, "variants"):
        if "choice" in settings:
            yield f"{key}.choice", settings["choice"]


def _everywhere(config: Config, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Settings of all models, variants or choices with their keys, and of what scales replace."""
    for name, settings in config[kind].items():
        yield f"{kind}.{name}", settings
    for scale, scaled in config["scales"].items():
        for name, settings in scaled.get(kind, {}).items():
            yield f"scales.{scale}.{kind}.{name}", settings


def _keep_faults(key: str, dataset: str, settings: Mapping[str, Any]) -> Iterator[str]:
    from latent_assays.datasets.grid import kept_classes
    from latent_assays.datasets.specs import SPECS

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
        kept_classes(SPECS[dataset].factor_names, SPECS[dataset].factor_sizes, keep)
    except UserError as error:
        yield f"{key}.{error}"


def _setting_faults(config: Config) -> Iterator[str]:
    """Every run that is asked for must know what its network and objective need."""
    for scale, scaled in config["scales"].items():
        for dataset, model in dict.fromkeys((d, m) for d, _, m in trained(config, scale)):
            if dataset not in config["datasets"] and dataset not in scaled["datasets"]:
                yield f"scales.{scale}.datasets: {dataset} is missing; it is trained on"
            for key in missing_settings(config, scale, dataset, model):
                yield f"models: {model} on {dataset} at scale {scale} has no {key!r}"
            for fault in ignored_faults(config, scale, dataset, model):
                yield f"models: {fault}"
        try:
            parts_of(config, scale)
        except UserError as error:
            yield str(error)
