"""Faults of the configuration: each names key, value and what is allowed."""

import copy
from pathlib import Path

import pytest
import yaml

from latent_assays.config.check import check_config
from latent_assays.config.load import load_config, load_schema
from latent_assays.config.studies import runs_of
from latent_assays.errors import UserError

ROOT = Path(__file__).parents[3]
SCHEMA = load_schema(ROOT)
CONFIG = load_config(ROOT)
SWEEP = "vae-b{beta}-d{latents}"
R1 = "papers/responses/studies/table1"
P1 = "papers/perturbations/studies/table1"


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
        check_config(config, SCHEMA)
    return str(caught.value)


def test_the_shipped_configuration_is_valid():
    check_config(CONFIG, SCHEMA)


def test_a_folder_of_inception_weights_goes_with_fid(config):
    put(config, "paths/inception", "/data")
    put(config, "distances/fid", True)
    check_config(config, SCHEMA)


def test_the_configuration_of_the_workflow_tests_is_valid(config):
    def lay_over(base, above):
        for key, value in above.items():
            if isinstance(value, dict) and isinstance(base.get(key), dict):
                lay_over(base[key], value)
            else:
                base[key] = value

    lay_over(config, yaml.safe_load((ROOT / "tests/workflow/tiny.yaml").read_text()))
    check_config(config, SCHEMA)


# --- faults: key, value, allowed values ---

FAULTS = [
    # unknown keys, at every depth
    ("scal", "mini", ["(top level)", "'scal'", "'mini'", "did you mean 'scale'", "papers"]),
    ("models/ae/learning_rat", 0.1, ["models.ae:", "'learning_rat'", "0.1", "learning_rate"]),
    ("models/ae/by_dataset/mnits", {}, ["models.ae.by_dataset", "'mnits'", "mnist"]),
    ("models/ae/by_dataset/dsprites/betta", 3, ["models.ae.by_dataset.dsprites", "betta", "beta"]),
    ("scales/minii", {}, ["scales:", "'minii'", "mini, desk, paper"]),
    ("scales/mini/datasets/dsprites/zoom", 2, ["scales.mini.datasets.dsprites", "'zoom'", "keep"]),
    ("variants/perturbed/epsilons", 1, ["variants.perturbed", "'epsilons'", "1", "epsilon"]),
    ("choices/entangled/seed", 1, ["choices.entangled", "'seed'", "did you mean 'seeds'"]),
    (f"{R1}/variant", ["x"], ["papers.responses.studies.table1:", "did you mean 'variants'"]),
    ("papers/responses/model_a", {}, ["papers.responses:", "'model_a'", "shown, studies"]),
    ("models/ae/begins", {"modell": "ae"}, ["models.ae.begins:", "did you mean 'model'"]),
    ("responses/by_dataset/mnist", {"points": 3}, ["by_dataset.mnist", "'points'", "map"]),
    ("paths/imagenet", "/data", ["paths", "'imagenet'", "shapes3d"]),
    # values out of a list
    ("scale", "mnii", ["scale:", "'mnii'", "mini, desk, paper"]),
    ("models/ae/network", "cnov", ["models.ae.network:", "'cnov'", "conv"]),
    ("models/ae/objective", "vae", ["models.ae.objective:", "'vae'", "beta-vae"]),
    ("models/ae/kl", "approx", ["models.ae.kl:", "'approx'", "exact, author"]),
    ("models/ae/precision", "half", ["models.ae.precision:", "'half'", "float32"]),
    ("variants/perturbed/values", "cut", ["variants.perturbed.values:", "'cut'", "clipped"]),
    ("responses/reading", "authors", ["responses.reading:", "'authors'", "author, author-all"]),
    ("variants/noisy/kind", "noise", ["variants.noisy.kind:", "'noise'", "perturbed", "without"]),
    ("choices/entangled/take", "most", ["choices.entangled.take:", "'most'", "least, largest"]),
    (f"{R1}/trained_on", "test", ["table1.trained_on:", "'test'", "train, all"]),
    (f"{R1}/scores", ["migg"], ["responses.studies.table1.scores.0:", "'migg'", "mig"]),
    ("scales/mini/datasets/mnist/resolution", 31, ["mnist.resolution:", "31", "32, 64, 128"]),
    ("scales/mini/datasets/mnist/source", "web", ["mnist.source:", "'web'", "downloaded"]),
    # types and ranges
    ("models/ae/steps", "1e5", ["models.ae.steps:", "'1e5'", "integer"]),
    ("models/ae/steps", "1e5", ["read as a word", "write 100000 in a file"]),
    ("models/ae/by_dataset", None, ["models.ae.by_dataset:", "None", "leave the key out"]),
    ("models/ae/steps", True, ["models.ae.steps:", "True", "integer"]),
    ("models/ae/steps", -1, ["models.ae.steps:", "-1", "minimum of 0"]),
    ("models/ae/batch", 2.5, ["models.ae.batch:", "2.5", "integer"]),
    ("models/ae/learning_rate", 0, ["models.ae.learning_rate:", "0", "minimum of 0"]),
    ("models/ae/strength", 0, ["models.ae.strength:", "0", "minimum of 0"]),
    ("models/ae/beta", -1, ["models.ae.beta:", "-1", "minimum of 0"]),
    ("models/ae/width", "wide", ["models.ae.width:", "'wide'", "number"]),
    ("scores/train_samples", 5, ["scores.train_samples:", "5", "minimum of 100"]),
    ("variants/perturbed/epsilon/dsprites", 0.6, ["epsilon.dsprites:", "0.6", "maximum of 0.5"]),
    ("scales/mini/seeds/responses/table1", 0, ["seeds.responses.table1:", "0", "minimum of 1"]),
    ("scales/mini/choices/entangled/seeds", 0, ["entangled.seeds:", "0", "minimum of 1"]),
    (f"{R1}/measures", [], ["responses.studies.table1", "measures", "nothing"]),
    ("scales/mini/studies", {"responses": {"tabel1": {"models": ["ae"]}}}, ["table1"]),
    ("scales/mini/studies", {"responses": {"table1": {"models": ["vea"]}}}, ["vea", "table1"]),
    ("scales/mini/sets", {"responses": {"shapes3d": "dsprites"}}, ["sets", "like dsprites"]),
    ("scales/mini/sets", {"responses": {"shapes3d": "shaped"}}, ["shaped", "not a dataset"]),
    ("scales/mini/datasets/few", {"like": "mine", "source": "rendered"}, ["few.like", "mine"]),
    ("scales/mini/datasets/mnist/like", "dsprites", ["mnist.like", "another name"]),
    (f"{R1}/datasets", ["mnist"] * 2, ["responses.studies.table1.datasets:", "non-unique"]),
    ("paths/mnist", "", ["paths.mnist:", "''"]),
    ("paths/inception", "/data", ["paths.inception: nothing uses it", "distances.fid"]),
    ("distances/fid", "yes", ["distances.fid:", "'yes'", "boolean"]),
    ("distances/images", 1, ["distances.images:", "1", "minimum of 2"]),
    # names that must exist
    ("papers/responsess", {"studies": {}}, ["papers: 'responsess' is not a paper", "'responses'?"]),
    (f"{R1}/datasets", ["mnits"], ["studies.table1.datasets:", "did you mean 'mnist'"]),
    (f"{R1}/variants", ["origin"], ["studies.table1.variants:", "'original'", "noisy"]),
    (f"{R1}/on", ["nosy"], ["papers.responses.studies.table1.on:", "did you mean 'noisy'"]),
    (f"{R1}/models", ["vae-b4-d25"], ["papers.responses.studies.table1.models", "'vae-b4-d24'?"]),
    (f"{P1}/models", ["beta-va"], ["papers.perturbations", "did you mean 'beta-vae'"]),
    (f"{R1}/measures", ["credits"], ["table1.measures:", "did you mean 'credit'", "strands"]),
    (f"{P1}/measures", ["credit"], ["perturbations.studies.table1.measures: 'credit' is not"]),
    (f"{R1}/measures", ["distances/hybrid"], ["'distances/hybrid'", "did you mean 'distances'"]),
    ("papers/responses/shown/mnist", "vae-b4-d13", ["responses.shown.mnist", "'vae-b4-d12'?"]),
    ("papers/responses/shown/mnist", SWEEP, ["responses.shown.mnist", "vae-b1-d12, vae-b1-d24"]),
    ("papers/responses/shown/mnits", "vae-b4-d12", ["papers.responses.shown:", "'mnits'"]),
    ("scales/desk/models/aee", {}, ["scales.desk.models", "'aee'", "'ae'", "beta-vae"]),
    ("scales/mini/variants/noise", {}, ["scales.mini.variants", "'noise'", "noisy"]),
    ("scales/mini/choices/tangled", {}, ["scales.mini.choices:", "did you mean 'entangled'"]),
    ("scales/mini/choices/entangled/models", ["bet"], ["mini.choices.entangled.models:", "'bet'"]),
    ("choices/entangled/models", ["beta-va"], ["choices.entangled.models:", "'beta-vae'?"]),
    ("choices/entangled/variant", "plain", ["choices.entangled.variant:", "'plain'", "original"]),
    ("variants/perturbed/choice", "tangled", ["perturbed.choice: 'tangled'", "'entangled'?"]),
    ("models/ae/begins", {"model": "beta"}, ["models.ae.begins.model:", "'beta'", "beta-vae"]),
    ("models/ae/begins", {"model": "beta-vae", "variant": "x"}, ["models.ae.begins.variant:"]),
    ("scales/mini/datasets/dsprits", {"source": "rendered"}, ["datasets:", "'dsprits'"]),
    ("datasets/shapes3d", {"path": "a.npz", "title": "A"}, ["datasets.shapes3d:", "another"]),
    (
        "datasets/Mine A",
        {"path": "a.npz", "title": "A"},
        ["datasets.Mine A:", "lower-case letters"],
    ),
    ("models/ae/learning_rate", "1e-3", ["learning_rate: '1e-3'", "write 0.001", "--configfile"]),
    ("models/ae/gamma", 3, ["ae on dsprites", "gamma means nothing", "factor-vae, slow-vae"]),
    ("variants/noisy/epsilon/dsprits", 0.1, ["variants.noisy.epsilon", "'dsprits'", "dsprites"]),
    ("variants/ball/datasets", ["shapes"], ["variants.ball.datasets:", "'shapes'", "shapes3d"]),
    ("responses/by_dataset/helix", {}, ["responses.by_dataset:", "'helix'", "double_helix"]),
    # seeds of studies
    ("scales/mini/seeds/respnses", {}, ["scales.mini.seeds: 'respnses'", "'responses'?"]),
    ("scales/mini/seeds/responses/table2", 3, ["seeds.responses: 'table2'", "'table1'?"]),
    (f"{R1}b", CONFIG["papers"]["responses"]["studies"]["maps"], ["responses: table1b is missing"]),
    # classes and factors
    ("scales/mini/datasets/dsprites/keep", {"shap": [1]}, ["dsprites.keep", "'shap'", "scale"]),
    ("scales/mini/datasets/dsprites/keep", {"shape": [3]}, ["keep.shape", "[3]", "0 to 2"]),
    ("scales/mini/datasets/mnist/keep", {"digit": [1]}, ["scales.mini.datasets.mnist.keep"]),
    ("scales/mini/datasets/dsprites/limit", 5, ["datasets.dsprites.limit:", "keep"]),
    # sweeps
    (f"models/{SWEEP}/sweep/foo", [1], ["sweep", "'foo'", "latents, width, beta"]),
    (f"models/{SWEEP}/sweep/batch", [1, 2], ["sweep.batch", "{batch}"]),
    (
        "variants/noisy/sweep",
        {"seed": [0, 1]},
        ["variants.noisy.sweep:", "'seed'", "epsilon, gain"],
    ),
    ("variants/noisy/sweep", {"epsilon": [0.1]}, ["variants.noisy.sweep.epsilon", "{epsilon}"]),
    ("variants/noisy/sweep", {"epsilon": [2]}, ["variants.noisy.sweep.epsilon.0: 2", "maximum"]),
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
        ("choices", ["(top level)", "choices is missing"]),
        ("papers/responses/studies", ["papers.responses:", "studies is missing"]),
        (f"{R1}/measures", ["papers.responses.studies.table1:", "measures is missing"]),
        (f"{R1}/scores", ["papers.responses.studies.table1:", "if and only if"]),
        ("choices/entangled/number", ["choices.entangled:", "number is missing"]),
        ("scales/paper/datasets/dsprites", ["scales.paper.datasets", "dsprites is missing"]),
        ("scales/mini/datasets/mnist/source", ["scales.mini.datasets.mnist", "source is missing"]),
        ("scales/mini/seeds", ["scales.mini:", "seeds is missing"]),
        ("scales/mini/seeds/responses/maps", ["mini.seeds.responses: maps is missing"]),
        ("scales/desk/seeds/perturbations", ["desk.seeds.perturbations: table1 is missing"]),
        ("models/ae/network", ["ae on dsprites at scale paper", "'network'"]),
        ("models/ae/steps", ["ae on dsprites at scale paper", "'steps'"]),
        ("models/ae/by_dataset/shapes3d/latents", ["ae on shapes3d-few at scale", "'latents'"]),
        ("models/beta-vae/by_dataset/shapes3d/beta", ["beta-vae on shapes3d", "'beta'"]),
    ],
)
def test_what_is_missing_is_named(config, path, words):
    drop(config, path)
    message = faults_of(config)
    for word in words:
        assert word in message, message


def test_scores_without_the_measure_are_a_fault(config):
    put(config, "papers/responses/studies/maps/scores", ["mig"])
    assert "papers.responses.studies.maps: give `scores` if and only if" in faults_of(config)


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


# --- sweeps ---


@pytest.mark.parametrize("name", ["x-b{foo}", "x-{}", "x-{beta", "x-{beta}-{foo}"])
def test_a_name_whose_fields_the_sweep_lacks_is_a_fault(config, name):
    config["models"][name] = {**config["models"][SWEEP], "sweep": {"beta": [1, 2]}}
    assert f"models.{name}" in faults_of(config)


@pytest.mark.parametrize(("kind", "name"), [("models", SWEEP), ("variants", "noisy-{epsilon}")])
def test_a_name_with_fields_but_no_sweep_is_a_fault(config, kind, name):
    put(config, f"{kind}/{name}", {**config["variants"]["noisy"]} if kind == "variants" else {})
    message = faults_of(config)
    assert f"{kind}.{name}" in message
    assert "sweep" in message


def test_a_sweep_of_variants_that_a_study_trains_on_is_valid(config):
    noisy = {key: value for key, value in config["variants"]["noisy"].items() if key != "epsilon"}
    swept = {**noisy, "datasets": ["dsprites", "shapes3d"], "sweep": {"epsilon": [0.05, 0.2]}}
    put(config, "variants/blurry-{epsilon}", swept)
    put(config, f"{P1}/variants", ["original", "blurry-{epsilon}"])
    check_config(config, SCHEMA)
    put(config, f"{P1}/variants", ["original", "blurry-0.1"])
    assert "'blurry-0.1' is not a variant, did you mean 'blurry-0.2'?" in faults_of(config)


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


def test_a_variants_setting_that_its_name_states_cannot_be_replaced(config):
    noisy = config["variants"].pop("noisy")
    put(config, "variants/noisy-{gain}", {**noisy, "sweep": {"gain": [1, 2]}})
    put(config, "scales/mini/variants/noisy-{gain}", {"gain": 3})
    assert "scales.mini.variants.noisy-{gain}.gain: the name states it" in faults_of(config)


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
    assert "models: 2 models have the name 'vae-b4-d24'" in faults_of(config)


def test_a_whole_number_written_as_a_float_is_a_fault(config):
    """As seeds it would end in a traceback, and YAML writes 1e5 as a float or a word."""
    put(config, "scales/mini/seeds/responses/table1", 2.0)
    assert "scales.mini.seeds.responses.table1: 2.0 is not of type integer" in faults_of(config)


def test_a_model_named_twice_is_run_once(config):
    """A sweep and one of its own models: the seeds must not be counted twice."""
    put(config, f"{R1}/models", [SWEEP, "vae-b4-d24"])
    check_config(config, SCHEMA)
    runs = runs_of(config, "mini", "responses", "table1")
    assert len(runs) == len(set(runs)) == 8 * 2


# --- models and what they begin from ---


def test_a_model_without_a_network_must_begin_from_one_that_has_it(config):
    config["models"]["second"] = {"steps": 5}
    put(config, f"{R1}/models", ["second"])
    message = faults_of(config)
    assert "models: second on shapes3d at scale mini has no 'network'" in message
    config["models"]["second"] = {"steps": 5, "begins": {"model": "vae-b4-d24"}}
    check_config(config, SCHEMA)


def test_what_begins_needs_the_settings_of_its_base_too(config):
    """`first` is in no study; it is trained all the same."""
    config["models"]["first"] = {"network": "conv", "objective": "beta-vae", "beta": 1}
    config["models"]["second"] = {
        **{"latents": 2, "learning_rate": 1, "batch": 1, "steps": 1},
        "begins": {"model": "first"},
    }
    put(config, f"{R1}/models", ["second"])
    message = faults_of(config)
    assert "models: first on shapes3d at scale mini has no 'latents'" in message
    assert "models: second" not in message


def test_every_base_of_a_sweep_must_exist(config):
    config["models"]["more-{base}"] = {
        "begins": {"model": "{base}"},
        "sweep": {"base": ["beta-vae", "gamma-vae"]},
    }
    message = faults_of(config)
    assert "models.more-{base}.begins.model: 'gamma-vae' is not a model" in message
    assert message.count("\n") == 0


@pytest.mark.parametrize("begins", [["second", "second"], ["third", "second"]])
def test_models_that_begin_from_each_other_are_a_fault(config, begins):
    for name, base in zip(("second", "third"), begins, strict=True):
        config["models"][name] = {"begins": {"model": base}}
    put(config, f"{R1}/models", ["second"])
    assert "begins" in faults_of(config)


def test_what_a_paper_shows_need_not_be_in_a_study(config):
    """A model that is only drawn is trained for the figure, and so must know its settings."""
    config["models"]["plain"] = {"network": "pooled-conv", "objective": "beta-vae"}
    put(config, "papers/responses/shown/mnist", "plain")
    message = faults_of(config)
    assert "plain on mnist" in message
    assert "'latents'" in message


# --- variants and choices ---


@pytest.mark.parametrize(
    ("variant", "key"),
    [
        *(("perturbed", key) for key in ("kind", "values", "seed", "choice")),
        *(("noisy", key) for key in ("values", "seed")),
        ("squeezed", "values"),
        *(("extra-factor-{epsilon}", key) for key in ("values", "seed", "levels")),
        *(("without-ball", key) for key in ("drop", "datasets")),
    ],
)
def test_a_variant_needs_the_settings_of_its_kind(config, variant, key):
    drop_everywhere(config, variant, key)
    assert f"variants.{variant}: {key} is missing" in faults_of(config).replace("\n", " ")


@pytest.mark.parametrize(
    ("variant", "key"),
    [
        *(("perturbed", key) for key in ("epsilon", "gain")),
        *((kind, "epsilon") for kind in ("noisy", "squeezed")),
    ],
)
def test_a_pattern_needs_its_size_and_its_slope(config, variant, key):
    drop_everywhere(config, variant, key)
    message = faults_of(config)
    assert f"variants.{variant}" in message
    assert key in message


def test_every_dataset_that_is_perturbed_needs_its_epsilon(config):
    put(config, "scales/mini/variants/perturbed/epsilon", {"shapes3d": 0.15})
    message = faults_of(config)
    lacking = "scales.mini.variants.perturbed.epsilon: dsprites-few has none; shapes3d have"
    assert lacking in message


@pytest.mark.parametrize(
    ("drop", "words"),
    [
        ({"shpae": [2]}, ["'shpae'", "orientation"]),
        ({"shape": [9]}, ["[9]", "0 to 3"]),
        ({"shape": [0, 1, 2, 3]}, ["shape"]),
    ],
)
@pytest.mark.parametrize("part", ["variants", "on"])
def test_what_a_variant_leaves_out_must_be_there(config, part, drop, words):
    put(config, "variants/without-ball/drop", drop)
    put(config, f"{R1}/{part}", ["original", "without-ball"])
    message = faults_of(config)
    for word in ("variants.without-ball", *words):
        assert word in message, message


@pytest.mark.parametrize("place", ["choices/entangled", "scales/paper/choices/entangled"])
def test_a_choice_of_models_without_posterior_deviations_is_a_fault(config, place):
    put(config, f"{place}/models", ["beta-vae", "ae"])
    assert "choices.entangled.models: 'ae' has no posterior deviations" in faults_of(config)


def test_the_models_of_a_choice_need_their_settings_too(config):
    drop(config, "models/loose-beta-vae/beta")
    message = faults_of(config)
    assert "loose-beta-vae" in message
    assert "'beta'" in message


def test_two_studies_that_train_one_run_on_different_parts_are_a_fault(config):
    drop(config, "papers/responses/studies/maps/trained_on")
    message = faults_of(config)
    for word in (
        "papers.responses.studies.maps.trained_on: 'train'",
        "papers.responses.studies.table1.trained_on: 'all'",
        "vae-b4-d24 on shapes3d/original",
    ):
        assert word in message, message


def test_a_choice_and_a_study_that_train_one_run_on_different_parts_are_a_fault(config):
    put(config, "choices/entangled/trained_on", "train")
    message = faults_of(config)
    assert "choices.entangled.trained_on: 'train'" in message
    assert "papers.perturbations.studies.table1.trained_on: 'all'" in message


# --- sources ---


def test_a_source_that_a_dataset_does_not_have_is_a_fault(config):
    put(config, "scales/mini/datasets/mnist/source", "rendered")
    message = faults_of(config)
    assert "scales.mini.datasets.mnist" in message
    assert "rendered" in message
    assert "downloaded" in message


def test_a_side_that_a_dataset_is_not_rendered_at_is_a_fault(config):
    put(config, "scales/mini/datasets/dsprites/resolution", 128)
    fault = "config: scales.mini.datasets.dsprites.resolution: 128 must be one of 64, 32, 16"
    assert faults_of(config) == fault


def test_your_own_dataset_may_be_studied_without_a_word_about_scales(config):
    put(config, "datasets/mine", {"path": "mine.npz", "title": "Mine"})
    put(config, f"{R1}/datasets", ["shapes3d", "mine"])
    check_config(config, SCHEMA)
    put(config, "scales/mini/datasets/mine", {"source": "rendered"})
    assert "scales.mini.datasets.mine: a dataset of your own is taken as it is" in faults_of(config)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("choices/entangled/number", "mgi", ["choices.entangled", "'mgi' is not a score", "mig"]),
        ("choices/entangled/at_least", {"active": 1}, ["'active' is not a score"]),
        ("choices/entangled/measure", "score", ["'score' is not a measure", "scores"]),
        ("variants/noisy/choice", "entangled", ["variants.noisy.choice", "only a perturbed"]),
        (
            "variants/original",
            {"kind": "without", "datasets": ["mnist"], "drop": {"a": [1]}},
            ["otherwise"],
        ),
        ("scales/mini/models/ae/begins", {"model": "ae"}, ["scales.mini.models.ae", "'begins'"]),
    ],
)
def test_choices_and_layers_that_cannot_be_are_faults(config, path, value, words):
    put(config, path, value)
    message = faults_of(config)
    assert all(word in message for word in words), message


def test_a_swept_epsilon_names_its_datasets(config):
    swept = {"kind": "noisy", "values": "unclipped", "seed": 0, "sweep": {"epsilon": [0.1, 0.2]}}
    put(config, "variants/noisy-{epsilon}", swept)
    assert "variants.noisy-{epsilon}: datasets are missing" in faults_of(config)
    swept["datasets"] = ["dsprites"]
    check_config(config, SCHEMA)
