"""The configuration: faults name key, value and what is allowed; settings come from four layers."""

import copy
from pathlib import Path

import pytest
import yaml

from latent_assays.config import (
    DEFAULTS,
    load_schema,
    model_names,
    model_settings,
    runs_of,
    scores_of,
    validate,
    variant_settings,
)
from latent_assays.errors import UserError

ROOT = Path(__file__).parents[2]
SCHEMA = load_schema(ROOT / "rules/schemas/config.schema.yaml")
CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
SWEEP = "vae-b{beta}-d{latents}"
SCALES = ("mini", "desk", "paper")


@pytest.fixture
def config():
    return copy.deepcopy(CONFIG)


def put(config, path, value):
    """Set one key; the path is the keys joined by a slash."""
    *parents, last = path.split("/")
    for key in parents:
        config = config.setdefault(key, {})
    config[last] = value


def drop(config, path):
    *parents, last = path.split("/")
    for key in parents:
        config = config[key]
    del config[last]


def drop_everywhere(config, variant, key):
    """Take a setting of a variant out of every place that gives it."""
    for place in (config, *config["scales"].values()):
        place.get("variants", {}).get(variant, {}).pop(key, None)


def faults_of(config):
    with pytest.raises(UserError) as caught:
        validate(config, SCHEMA)
    return str(caught.value)


def test_the_shipped_configuration_is_valid():
    validate(CONFIG, SCHEMA)


def test_a_folder_of_inception_weights_goes_with_fid(config):
    put(config, "paths/inception", "/data")
    put(config, "distances/fid", True)
    validate(config, SCHEMA)


def test_the_configuration_of_the_workflow_tests_is_valid(config):
    def lay_over(base, above):
        for key, value in above.items():
            if isinstance(value, dict) and isinstance(base.get(key), dict):
                lay_over(base[key], value)
            else:
                base[key] = value

    lay_over(config, yaml.safe_load((ROOT / "tests/workflow/tiny.yaml").read_text()))
    validate(config, SCHEMA)


# --- faults: key, value, allowed values ---

ALLOWED_MODEL_A = "vae-b1-d12, vae-b1-d24, vae-b2-d12"
FAULTS = [
    # unknown keys, at every depth
    ("scal", "mini", ["(top level)", "'scal'", "'mini'", "did you mean 'scale'", "papers"]),
    ("models/ae/learning_rat", 0.1, ["models.ae:", "'learning_rat'", "0.1", "learning_rate"]),
    ("models/ae/by_dataset/mnits", {}, ["models.ae.by_dataset", "'mnits'", "mnist"]),
    ("models/ae/by_dataset/dsprites/betta", 3, ["models.ae.by_dataset.dsprites", "betta", "beta"]),
    ("scales/mini/seeds/respnses", 3, ["scales.mini.seeds", "'respnses'", "3", "responses"]),
    ("scales/minii", {}, ["scales:", "'minii'", "mini, desk, paper"]),
    ("scales/mini/datasets/dsprites/zoom", 2, ["scales.mini.datasets.dsprites", "'zoom'", "keep"]),
    ("variants/perturbed/epsilons", 1, ["variants.perturbed", "'epsilons'", "1", "epsilon"]),
    ("paths/imagenet", "/data", ["paths", "'imagenet'", "shapes3d"]),
    # values out of a list
    ("scale", "mnii", ["scale:", "'mnii'", "mini, desk, paper"]),
    ("models/ae/network", "cnov", ["models.ae.network:", "'cnov'", "conv"]),
    ("models/ae/objective", "vae", ["models.ae.objective:", "'vae'", "beta-vae"]),
    ("models/ae/kl", "approx", ["models.ae.kl:", "'approx'", "exact, author"]),
    ("models/ae/precision", "half", ["models.ae.precision:", "'half'", "float32"]),
    ("variants/perturbed/values", "cut", ["variants.perturbed.values:", "'cut'", "clipped"]),
    ("responses/reading", "authors", ["responses.reading:", "'authors'", "author, author-all"]),
    ("papers/responses/datasets", ["mnits"], ["papers.responses.datasets", "'mnits'", "mnist"]),
    ("papers/responses/variants", ["origin"], ["papers.responses.variants", "'origin'", "noisy"]),
    ("variants/noisy/kind", "noise", ["variants.noisy.kind:", "'noise'", "perturbed", "without"]),
    ("papers/responses/scores", ["migg"], ["papers.responses.scores.0:", "'migg'", "mig"]),
    ("scales/mini/datasets/mnist/resolution", 31, ["mnist.resolution:", "31", "32, 64, 128"]),
    ("scales/mini/datasets/mnist/source", "web", ["mnist.source:", "'web'", "downloaded"]),
    # types and ranges
    ("models/ae/steps", "1e5", ["models.ae.steps:", "'1e5'", "integer"]),
    ("models/ae/steps", True, ["models.ae.steps:", "True", "integer"]),
    ("models/ae/steps", -1, ["models.ae.steps:", "-1", "minimum of 0"]),
    ("models/ae/batch", 2.5, ["models.ae.batch:", "2.5", "integer"]),
    ("models/ae/learning_rate", 0, ["models.ae.learning_rate:", "0", "minimum of 0"]),
    ("models/ae/beta", -1, ["models.ae.beta:", "-1", "minimum of 0"]),
    ("models/ae/width", "wide", ["models.ae.width:", "'wide'", "number"]),
    ("scores/train_samples", 5, ["scores.train_samples:", "5", "minimum of 100"]),
    ("variants/perturbed/epsilon/dsprites", 0.6, ["epsilon.dsprites:", "0.6", "maximum of 0.5"]),
    ("scales/mini/seeds/responses", 0, ["scales.mini.seeds.responses:", "0", "minimum of 1"]),
    ("papers/responses/models", [], ["papers.responses.models:", "[]", "non-empty"]),
    ("papers/responses/datasets", ["mnist"] * 2, ["papers.responses.datasets:", "non-unique"]),
    ("paths/mnist", "", ["paths.mnist:", "''"]),
    ("paths/inception", "/data", ["paths.inception: nothing uses it", "distances.fid"]),
    ("distances/fid", "yes", ["distances.fid:", "'yes'", "boolean"]),
    ("distances/images", 1, ["distances.images:", "1", "minimum of 2"]),
    ("papers/responses/distances", ["posterior"], ["distances", "'posterior'", "prior, hybrid"]),
    ("papers/perturbations/distances", ["prior"], ["perturbations.distances", "'ae' has no prior"]),
    # names that must exist
    ("papers/responses/models", ["vae-b4-d25"], ["papers.responses.models", "'vae-b4-d25'"]),
    ("papers/perturbations/models", ["beta-va"], ["papers.perturbations", "did you mean 'beta-v"]),
    ("papers/responses/model_a/mnist", "vae-b4-d13", ["responses.model_a.mnist", ALLOWED_MODEL_A]),
    ("papers/responses/model_a/mnist", SWEEP, ["responses.model_a.mnist", ALLOWED_MODEL_A]),
    ("scales/desk/models/aee", {}, ["scales.desk.models", "'aee'", "'ae'", "beta-vae"]),
    ("scales/mini/variants/perturbed/foster/model", "beta", ["perturbed.foster", "'beta'"]),
    ("scales/mini/variants/noise", {}, ["scales.mini.variants", "'noise'", "noisy"]),
    # classes and factors
    ("scales/mini/datasets/dsprits", {"source": "rendered", "resolution": 32}, ["'dsprits'"]),
    ("papers/responses/model_a/mnits", "vae-b4-d12", ["papers.responses.model_a", "'mnits'"]),
    ("variants/noisy/epsilon/dsprits", 0.1, ["variants.noisy.epsilon", "'dsprits'", "dsprites"]),
    ("scales/mini/datasets/dsprites/keep", {"shap": [1]}, ["dsprites.keep", "'shap'", "scale"]),
    ("scales/mini/datasets/dsprites/keep", {"shape": [3]}, ["keep.shape", "[3]", "0 to 2"]),
    ("scales/mini/datasets/mnist/keep", {"digit": [1]}, ["scales.mini.datasets.mnist.keep"]),
    # sweeps
    (f"models/{SWEEP}/sweep/foo", [1], ["sweep", "'foo'", "latents, width, beta"]),
    (f"models/{SWEEP}/sweep/batch", [1, 2], ["sweep.batch", "{batch}"]),
]


@pytest.mark.parametrize(
    ("path", "value", "words"), FAULTS, ids=[f"{path}={value!r:.20}" for path, value, _ in FAULTS]
)
def test_a_fault_names_key_value_and_what_is_allowed(config, path, value, words):
    put(config, path, value)
    message = faults_of(config)
    for word in words:
        assert word in message, message


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("scale", ["(top level)", "scale is missing"]),
        ("papers/responses/model_a", ["papers.responses", "model_a is missing"]),
        ("models/ae/network", ["models.ae", "network is missing"]),
        ("scales/mini/datasets/dsprites", ["scales.mini.datasets", "dsprites is missing"]),
        ("scales/mini/datasets/mnist/source", ["scales.mini.datasets.mnist", "source is missing"]),
        ("scales/mini/variants/perturbed/foster/seeds", ["perturbed.foster", "seeds is missing"]),
        ("models/ae/steps", ["ae on dsprites at scale paper", "'steps'"]),
        ("models/ae/by_dataset/shapes3d/latents", ["ae on shapes3d at scale mini", "'latents'"]),
        ("models/beta-vae/by_dataset/shapes3d/beta", ["beta-vae on shapes3d", "'beta'"]),
    ],
)
def test_what_is_missing_is_named(config, path, words):
    drop(config, path)
    message = faults_of(config)
    for word in words:
        assert word in message, message


def test_all_faults_come_at_once_one_a_line(config):
    put(config, "scale", "huge")
    put(config, "models/ae/steps", "many")
    put(config, "models/ae/speed", 3)
    lines = faults_of(config).splitlines()
    assert len(lines) == 3
    assert all(line.startswith("config: ") for line in lines)


@pytest.mark.parametrize("config", [None, [], "mini", {}])
def test_something_that_is_no_configuration_is_refused(config):
    assert "(top level)" in faults_of(config)


@pytest.mark.parametrize("name", ["x-b{foo}", "x-{}", "x-{beta", "x-{beta}-{foo}"])
def test_a_name_whose_fields_the_sweep_lacks_is_a_fault(config, name):
    config["models"][name] = {**config["models"][SWEEP], "sweep": {"beta": [1, 2]}}
    assert f"models.{name}" in faults_of(config)


def test_a_name_with_fields_but_no_sweep_is_a_fault(config):
    drop(config, f"models/{SWEEP}/sweep")
    message = faults_of(config)
    assert f"models.{SWEEP}" in message
    assert "sweep" in message


@pytest.mark.parametrize(
    ("field", "values"), [("beta", ["four"]), ("beta", [-1]), ("latents", [2.5]), ("latents", [0])]
)
def test_the_values_of_a_sweep_are_checked_as_the_setting_is(config, field, values):
    config["models"]["x-{" + field + "}"] = {
        **config["models"]["loose-beta-vae"],
        "sweep": {field: values},
    }
    message = faults_of(config)
    assert f"sweep.{field}" in message
    assert repr(values[0]) in message


@pytest.mark.parametrize(
    "path",
    [
        f"models/{SWEEP}/by_dataset/shapes3d/beta",
        f"scales/mini/models/{SWEEP}/beta",
        f"scales/mini/models/{SWEEP}/by_dataset/shapes3d/beta",
    ],
)
def test_a_setting_that_a_name_states_cannot_be_replaced(config, path):
    """Else a model called vae-b8 could be trained with another β."""
    put(config, path, 3)
    key = path.replace("/", ".")
    assert f"{key}: the name states it, so change the sweep" in faults_of(config)


@pytest.mark.parametrize(
    "path", ["scales/mini/models/1", "models/1", "papers/1", "scales/mini/datasets/1"]
)
def test_a_key_that_is_no_word_is_a_fault(config, path):
    put(config, path, {})
    parent = config
    for key in path.split("/")[:-1]:
        parent = parent[key]
    parent[1] = parent.pop("1")
    assert f"{'.'.join(path.split('/')[:-1])}: key 1 is not a word, put it in quotes" in faults_of(
        config
    )


def test_one_name_for_two_models_is_a_fault(config):
    config["models"]["vae-b4-d24"] = config["models"]["ae"]
    assert "vae-b4-d24" in faults_of(config)


def test_a_whole_number_written_as_a_float_is_a_fault_or_works(config):
    put(config, "scales/mini/seeds/responses", 2.0)
    try:
        validate(config, SCHEMA)
    except UserError as error:
        assert "scales.mini.seeds.responses" in str(error)  # noqa: PT017
    else:
        assert {seed for *_, seed in runs_of(config, "mini", "responses")} == {0, 1}


@pytest.mark.parametrize(
    ("variant", "key"),
    [
        *(("perturbed", key) for key in ("kind", "epsilon", "gain", "values", "seed", "foster")),
        *(("noisy", key) for key in ("epsilon", "values", "seed")),
        ("without-ball", "drop"),
    ],
)
def test_a_variant_needs_the_settings_of_its_kind(config, variant, key):
    drop_everywhere(config, variant, key)
    assert f"variants.{variant}: {key} is missing" in faults_of(config).replace("\n", " ")


def test_every_dataset_that_is_perturbed_needs_its_epsilon(config):
    put(config, "scales/mini/variants/perturbed/epsilon", {"shapes3d": 0.15})
    message = faults_of(config)
    assert "perturbed.epsilon" in message
    assert "dsprites" in message


@pytest.mark.parametrize(
    ("drop", "words"),
    [
        ({"shpae": [2]}, ["'shpae'", "orientation"]),
        ({"shape": [9]}, ["[9]", "0 to 3"]),
        ({"shape": [0, 1, 2, 3]}, ["shape"]),
    ],
)
def test_what_a_variant_leaves_out_must_be_there(config, drop, words):
    put(config, "variants/without-ball/drop", drop)
    put(config, "papers/responses/variants", ["original", "without-ball"])
    message = faults_of(config)
    for word in ("variants.without-ball", *words):
        assert word in message, message


def test_a_foster_model_without_posterior_deviations_is_a_fault(config):
    put(config, "variants/perturbed/foster/model", "ae")
    message = faults_of(config)
    assert "variants.perturbed.foster" in message
    assert "'ae'" in message


def test_the_foster_model_needs_its_settings_too(config):
    drop(config, "models/loose-beta-vae/beta")
    message = faults_of(config)
    assert "loose-beta-vae" in message
    assert "'beta'" in message


def test_model_a_needs_its_settings_too(config):
    """Model A on MNIST is drawn in Fig. 6 but is in no paper's list of runs."""
    config["models"]["plain"] = {"network": "pooled-conv", "objective": "beta-vae"}
    put(config, "papers/responses/model_a/mnist", "plain")
    message = faults_of(config)
    assert "plain on mnist" in message
    assert "'latents'" in message


def test_a_source_that_a_dataset_does_not_have_is_a_fault(config):
    put(config, "scales/mini/datasets/mnist/source", "rendered")
    message = faults_of(config)
    assert "scales.mini.datasets.mnist" in message
    assert "rendered" in message
    assert "downloaded" in message


def test_the_score_that_chooses_the_fostered_run_is_always_computed(config):
    put(config, "papers/perturbations/scores", ["active_units"])
    validate(config, SCHEMA)
    assert scores_of(config, "loose-beta-vae") == ["mig"]
    assert scores_of(config, "ae") == ["mig", "active_units"]


# --- sweeps and runs ---


def test_a_sweep_stands_for_every_combination():
    assert model_names(CONFIG, SWEEP) == [
        f"vae-b{beta}-d{latents}" for beta in (1, 2, 4, 8) for latents in (12, 24)
    ]
    assert model_names(CONFIG, "ae") == ["ae"]
    assert model_names(CONFIG, "nothing") == []
    assert set(model_names(CONFIG)) >= {"vae-b4-d24", "ae", "beta-vae", "loose-beta-vae"}


def test_swept_values_are_the_settings_of_the_named_model():
    for scale in SCALES:
        settings = model_settings(CONFIG, scale, "shapes3d", "vae-b2-d24")
        assert (settings["beta"], settings["latents"]) == (2, 24)
        assert not {"sweep", "by_dataset"} & set(settings)


def test_an_unknown_model_names_those_that_exist():
    with pytest.raises(UserError, match=r"'vae-b3-d12' is not a model.*vae-b1-d12"):
        model_settings(CONFIG, "mini", "shapes3d", "vae-b3-d12")


def test_runs_are_datasets_by_variants_by_models_by_seeds():
    runs = runs_of(CONFIG, "paper", "perturbations")
    assert len(runs) == len(set(runs))
    assert {(dataset, variant) for dataset, variant, *_ in runs} >= {
        ("dsprites", "original"),
        ("dsprites", "perturbed"),
        ("shapes3d", "original"),
        ("shapes3d", "perturbed"),
    }
    assert {seed for *_, seed in runs} == set(range(10))


def test_table_1_of_responses_has_all_its_runs_at_every_scale():
    models = set(model_names(CONFIG, SWEEP))
    for scale in SCALES:
        runs = {run[:3] for run in runs_of(CONFIG, scale, "responses")}
        assert {("shapes3d", "original", model) for model in models} <= runs


def test_a_model_named_twice_is_run_once(config):
    """A sweep and one of its own models: the seeds must not be counted twice."""
    put(config, "papers/responses/models", [SWEEP, "vae-b4-d24"])
    validate(config, SCHEMA)
    runs = runs_of(config, "mini", "responses")
    assert len(runs) == len(set(runs))


# --- precedence ---


def layered():
    return {
        "models": {
            "m-{beta}": {
                "sweep": {"beta": [1, 2]},
                "network": "conv",
                "steps": 1,
                "batch": 1,
                "learning_rate": 1,
                "latents": 1,
                "width": 3.0,
                "by_dataset": {"a": {"steps": 2, "batch": 2, "learning_rate": 2}},
            }
        },
        "variants": {"perturbed": {"gain": 32, "seed": 0, "epsilon": {"a": 0.1, "b": 0.2}}},
        "scales": {
            "s": {
                "models": {
                    "m-{beta}": {
                        "steps": 3,
                        "batch": 3,
                        "by_dataset": {"a": {"steps": 4}, "b": {"latents": 9}},
                    }
                },
                "variants": {"perturbed": {"gain": 2}},
            },
            "bare": {},
        },
    }


@pytest.mark.parametrize(
    ("scale", "dataset", "expected"),
    [
        ("s", "a", {"steps": 4, "batch": 3, "learning_rate": 2, "latents": 1}),
        ("s", "b", {"steps": 3, "batch": 3, "learning_rate": 1, "latents": 9}),
        ("s", "c", {"steps": 3, "batch": 3, "learning_rate": 1, "latents": 1}),
        ("bare", "a", {"steps": 2, "batch": 2, "learning_rate": 2, "latents": 1}),
        ("bare", "c", {"steps": 1, "batch": 1, "learning_rate": 1, "latents": 1}),
    ],
)
def test_the_four_layers_of_settings(scale, dataset, expected):
    settings = model_settings(layered(), scale, dataset, "m-2")
    assert settings == {**DEFAULTS, "network": "conv", "width": 3.0, "beta": 2, **expected}


def test_resolving_does_not_change_the_configuration():
    config = layered()
    model_settings(config, "s", "a", "m-1")["steps"] = 99
    variant_settings(config, "s", "a", "perturbed")["gain"] = 99
    assert config == layered()


@pytest.mark.parametrize(
    ("scale", "dataset", "expected"),
    [
        ("s", "a", {"gain": 2, "seed": 0, "epsilon": 0.1}),
        ("bare", "b", {"gain": 32, "seed": 0, "epsilon": 0.2}),
    ],
)
def test_settings_of_a_variant(scale, dataset, expected):
    assert variant_settings(layered(), scale, dataset, "perturbed") == expected


def test_a_dataset_without_an_epsilon_names_those_that_have_one():
    with pytest.raises(UserError, match=r"variants\.perturbed\.epsilon: c has none; a, b have"):
        variant_settings(layered(), "s", "c", "perturbed")


# --- the papers' own settings, from the texts and their releases ---


@pytest.mark.parametrize(
    ("dataset", "model", "expected"),
    [
        ("shapes3d", "vae-b4-d24", {"learning_rate": 1e-3, "batch": 128, "steps": 100_000}),
        ("dsprites", "beta-vae", {"beta": 8, "latents": 5, "steps": 300_000, "batch": 64}),
        ("shapes3d", "beta-vae", {"beta": 32, "latents": 6, "learning_rate": 1e-4}),
        ("dsprites", "ae", {"latents": 5, "steps": 300_000, "batch": 64, "learning_rate": 1e-4}),
        ("shapes3d", "ae", {"latents": 6, "objective": "ae"}),
    ],
)
def test_scale_paper_has_the_papers_settings(dataset, model, expected):
    settings = model_settings(CONFIG, "paper", dataset, model)
    full_size = {"width": 1.0, "kl": "exact", "warmup": 0, "reconstruction_weight": 1.0}
    expected = {**full_size, **expected}
    assert {key: settings[key] for key in expected} == expected


def test_scale_paper_has_the_papers_data():
    paper = CONFIG["scales"]["paper"]
    assert paper["seeds"]["perturbations"] == 10
    for dataset in ("shapes3d", "dsprites"):
        assert paper["datasets"][dataset] == {"source": "downloaded", "resolution": 64}
    for dataset, epsilon in (("dsprites", 0.1), ("shapes3d", 0.175)):
        perturbed = variant_settings(CONFIG, "paper", dataset, "perturbed")
        assert perturbed["epsilon"] == epsilon
        assert perturbed["foster"] == {"model": "beta-vae", "seeds": 10}
        assert variant_settings(CONFIG, "paper", dataset, "noisy")["epsilon"] == epsilon
