"""Names with their sweeps written out, and what the layers come to for one scale and dataset."""

from pathlib import Path

import pytest

from latent_assays.config.load import load_config
from latent_assays.config.names import (
    dataset_names,
    find,
    model_names,
    names_under,
    unknown,
    variant_names,
)
from latent_assays.config.resolve import (
    DEFAULTS,
    assay_settings,
    choice_settings,
    dataset_settings,
    image_sets,
    missing_settings,
    model_settings,
    set_of,
    variant_settings,
)
from latent_assays.errors import UserError

CONFIG = load_config(Path(__file__).parents[3])
SWEEP = "vae-b{beta}-d{latents}"
SCALES = ("mini", "desk", "paper")


def layered():
    """Every layer of settings, each with another number."""
    return {
        "datasets": {"mine": {"path": "mine.npz", "title": "Mine"}},
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
            },
            "more-{base}": {
                "sweep": {"base": ["m-1", "m-2"]},
                "begins": {"model": "{base}", "variant": "noisy-0.5"},
                "learning_rate": 7,
                "by_dataset": {"b": {"batch": 8}},
            },
            "last": {"begins": {"model": "more-m-2"}, "steps": 5},
        },
        "variants": {
            "perturbed": {
                "kind": "perturbed",
                "gain": 32,
                "seed": 0,
                "epsilon": {"a": 0.1, "b": 1},
            },
            "noisy-{epsilon}": {
                "kind": "noisy",
                "sweep": {"epsilon": [0.25, 0.5]},
                "seed": 0,
                "datasets": ["b", "mine"],
            },
        },
        "choices": {"best": {"models": ["m-{beta}"], "seeds": 10, "take": "least"}},
        "responses": {
            "samples": 100,
            "reading": "author",
            "map": {"points": 64, "tiles": 7},
            "by_dataset": {"a": {"map": {"points": 150}}},
        },
        "scales": {
            "s": {
                "datasets": {"a": {"source": "rendered", "resolution": 32}, "b": {}},
                "models": {
                    "m-{beta}": {
                        "steps": 3,
                        "batch": 3,
                        "by_dataset": {"a": {"steps": 4}, "b": {"latents": 9}},
                    }
                },
                "variants": {"perturbed": {"gain": 2}, "noisy-{epsilon}": {"seed": 4}},
                "choices": {"best": {"seeds": 3}},
                "responses": {"samples": 10, "map": {"points": 8}},
            },
            "bare": {"datasets": {}},
        },
    }


# --- names ---


def test_a_sweep_stands_for_every_combination():
    assert names_under(CONFIG, "models", SWEEP) == [
        f"vae-b{beta}-d{latents}" for beta in (1, 2, 4, 8) for latents in (12, 24)
    ]
    assert names_under(CONFIG, "models", "ae") == ["ae"]
    assert names_under(CONFIG, "models", "nothing") == []
    assert set(model_names(CONFIG)) >= {"vae-b4-d24", "ae", "beta-vae", "loose-beta-vae"}


def test_models_and_variants_have_sweeps_and_original_is_a_variant():
    assert model_names(layered()) == ["m-1", "m-2", "more-m-1", "more-m-2", "last"]
    assert variant_names(layered()) == ["original", "perturbed", "noisy-0.25", "noisy-0.5"]


def test_a_name_is_found_with_its_key_and_its_swept_values():
    assert find(layered(), "models", "m-2") == ("m-{beta}", {"beta": 2})
    assert find(layered(), "variants", "noisy-0.5") == ("noisy-{epsilon}", {"epsilon": 0.5})
    assert find(layered(), "models", "last") == ("last", {})


@pytest.mark.parametrize("name", ["m-3", "m-{beta}"])
def test_an_unknown_model_names_those_that_exist(name):
    with pytest.raises(UserError, match=r"is not a model.*there are m-1, m-2, more-m-1"):
        model_settings(layered(), "s", "a", name)


def test_an_unknown_name_guesses_only_what_is_near():
    assert unknown("model", "vea", ["ae", "vae"]) == (
        "'vea' is not a model, did you mean 'vae'?; there are ae, vae"
    )
    assert unknown("model", "xyz", ["ae"]) == "'xyz' is not a model; there are ae"


# --- models ---


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
def test_the_layers_of_settings(scale, dataset, expected):
    settings = model_settings(layered(), scale, dataset, "m-2")
    assert settings == {**DEFAULTS, "network": "conv", "width": 3.0, "beta": 2, **expected}


@pytest.mark.parametrize("base", ["m-1", "m-2"])
def test_a_second_phase_has_its_bases_settings_and_replaces_them_by_its_own(base):
    """On dataset b at scale s the base has 3 steps, batches of 3 and 9 latents."""
    settings = model_settings(layered(), "s", "b", f"more-{base}")
    begun = model_settings(layered(), "s", "b", base)
    assert begun["batch"] == 3
    assert settings == {
        **begun,
        "learning_rate": 7,
        "batch": 8,
        "begins": {"model": base, "variant": "noisy-0.5"},
    }
    assert settings["beta"] == int(base[-1])


def test_a_third_phase_begins_from_the_second_and_has_the_settings_of_both():
    settings = model_settings(layered(), "bare", "a", "last")
    assert settings["begins"] == {"model": "more-m-2"}, "not the variant that its base began from"
    assert (settings["steps"], settings["learning_rate"]) == (5, 7)
    assert (settings["batch"], settings["beta"], settings["network"]) == (2, 2, "conv")


def test_settings_of_a_run_hold_no_layers():
    for name in model_names(layered()):
        assert not {"sweep", "by_dataset", "base"} & set(model_settings(layered(), "s", "a", name))


def test_missing_settings_are_those_that_network_and_objective_need():
    config = layered()
    assert missing_settings(config, "s", "a", "m-1") == ["objective"]
    config["models"]["m-{beta}"] |= {"network": "ladder", "objective": "factor-vae"}
    assert missing_settings(config, "s", "a", "m-1") == ["segments", "gamma"]
    assert missing_settings(config, "s", "a", "last") == ["segments", "gamma"]


# --- variants, choices, datasets, assays ---


@pytest.mark.parametrize(
    ("scale", "dataset", "expected"),
    [
        ("s", "a", {"kind": "perturbed", "gain": 2, "seed": 0, "epsilon": 0.1}),
        ("bare", "b", {"kind": "perturbed", "gain": 32, "seed": 0, "epsilon": 1}),
    ],
)
def test_settings_of_a_variant(scale, dataset, expected):
    assert variant_settings(layered(), scale, dataset, "perturbed") == expected


def test_a_swept_variant_has_the_value_that_its_name_states():
    settings = variant_settings(layered(), "s", "b", "noisy-0.25")
    expected = {"kind": "noisy", "datasets": ["b", "mine"], "seed": 4, "epsilon": 0.25}
    assert settings == expected


def test_a_dataset_without_an_epsilon_names_those_that_have_one():
    with pytest.raises(UserError, match=r"variants\.perturbed\.epsilon: c has none; a, b have"):
        variant_settings(layered(), "s", "c", "perturbed")


def test_an_unknown_variant_names_those_that_exist():
    with pytest.raises(UserError, match=r"'noisy-0\.4' is not a variant, .*perturbed, noisy-0\.25"):
        variant_settings(layered(), "s", "b", "noisy-0.4")


def test_a_choice_has_the_settings_of_its_scale():
    models = ["m-{beta}"]
    assert choice_settings(layered(), "s", "best") == {
        **{"models": models, "take": "least", "seeds": 3}
    }
    assert choice_settings(layered(), "bare", "best")["seeds"] == 10
    with pytest.raises(UserError, match=r"'bes' is not a choice, did you mean 'best'\?"):
        choice_settings(layered(), "s", "bes")


def test_a_dataset_is_that_of_its_scale_or_your_own():
    expected = {"source": "rendered", "resolution": 32}
    assert dataset_settings(layered(), "s", "a") == expected
    own = {"source": "own", "path": "mine.npz", "title": "Mine"}
    assert dataset_settings(layered(), "bare", "mine") == own
    with pytest.raises(UserError, match=r"scales\.s\.datasets: c is missing; there are a, b, mine"):
        dataset_settings(layered(), "s", "c")


@pytest.mark.parametrize(
    ("scale", "dataset", "samples", "points"),
    [("s", "a", 10, 150), ("s", "b", 10, 8), ("bare", "a", 100, 150), ("bare", "b", 100, 64)],
)
def test_assays_have_settings_of_their_scale_and_of_their_dataset(scale, dataset, samples, points):
    assert assay_settings(layered(), scale, dataset) == {
        "samples": samples,
        "reading": "author",
        "map": {"points": points, "tiles": 7},
    }


def test_resolving_does_not_change_the_configuration():
    config = layered()
    model_settings(config, "s", "a", "m-1")["steps"] = 99
    model_settings(config, "s", "a", "more-m-1")["begins"]["model"] = "x"
    variant_settings(config, "s", "a", "perturbed")["gain"] = 99
    choice_settings(config, "s", "best")["seeds"] = 99
    dataset_settings(config, "s", "a")["source"] = "x"
    assay_settings(config, "s", "a")["map"]["points"] = 99
    assert config == layered()


def test_image_sets_are_of_images_and_a_variant_is_of_the_datasets_that_it_names():
    """The double helix is vectors, and so is in no contact sheet."""
    config = layered()
    config["scales"]["s"]["datasets"]["double_helix"] = {"source": "rendered"}
    assert image_sets(config, "s") == [
        *[("a", "original"), ("b", "original"), ("mine", "original")],
        *[("a", "perturbed"), ("b", "perturbed")],
        *[("b", "noisy-0.25"), ("mine", "noisy-0.25")],
        *[("b", "noisy-0.5"), ("mine", "noisy-0.5")],
    ]


def test_what_is_said_of_a_dataset_holds_for_what_is_like_it():
    config = layered()
    config["scales"]["s"]["datasets"]["few"] = {"like": "a", "source": "rendered"}
    assert dataset_names(config)[-2:] == ["few", "mine"]
    for settings in (model_settings, variant_settings):
        name = "m-1" if settings is model_settings else "perturbed"
        assert settings(config, "s", "few", name) == settings(config, "s", "a", name)
    assert assay_settings(config, "s", "few") == assay_settings(config, "s", "a")
    config["models"]["m-{beta}"]["by_dataset"]["few"] = {"latents": 7}
    assert model_settings(config, "s", "few", "m-1")["latents"] == 7
    assert model_settings(config, "s", "a", "m-1")["latents"] != 7
    assert ("few", "perturbed") in image_sets(config, "s")
    assert set_of(config, "s", "paper", "a") == "a"
    config["scales"]["s"]["sets"] = {"paper": {"a": "few"}}
    assert set_of(config, "s", "paper", "a") == "few"


# --- the papers' own settings, from the texts and their releases ---


@pytest.mark.parametrize(
    ("dataset", "model", "expected"),
    [
        ("shapes3d", "vae-b4-d24", {"learning_rate": 1e-3, "batch": 128, "steps": 100_000}),
        ("dsprites", "beta-vae", {"beta": 8, "latents": 5, "steps": 300_000, "batch": 64}),
        ("shapes3d", "beta-vae", {"beta": 32, "latents": 6, "learning_rate": 1e-4}),
        ("dsprites", "ae", {"latents": 5, "steps": 300_000, "batch": 64, "learning_rate": 1e-4}),
        ("shapes3d", "ae", {"latents": 6, "objective": "ae"}),
        ("double_helix", "helix-vae", {"latents": 2, "beta": 0.05, "kl": "author"}),
    ],
)
def test_scale_paper_has_the_papers_settings(dataset, model, expected):
    settings = model_settings(CONFIG, "paper", dataset, model)
    full_size = {"width": 1.0, "kl": "exact", "warmup": 0, "reconstruction_weight": 1.0}
    expected = {**full_size, **expected}
    assert {key: settings[key] for key in expected} == expected


def test_model_a_is_the_papers():
    shown = CONFIG["papers"]["responses"]["shown"]["shapes3d"]
    for scale in SCALES:
        settings = model_settings(CONFIG, scale, "shapes3d", shown)
        assert (settings["beta"], settings["latents"]) == (4, 24)


def test_scale_paper_has_the_papers_data():
    paper = CONFIG["scales"]["paper"]
    assert paper["seeds"]["perturbations"]["table1"] == 10
    for dataset in ("shapes3d", "dsprites"):
        assert paper["datasets"][dataset] == {"source": "downloaded", "resolution": 64}
    for dataset, epsilon in (("dsprites", 0.1), ("shapes3d", 0.175)):
        perturbed = variant_settings(CONFIG, "paper", dataset, "perturbed")
        assert perturbed["epsilon"] == epsilon
        choice = choice_settings(CONFIG, "paper", perturbed["choice"])
        assert (choice["models"], choice["seeds"]) == (["beta-vae"], 10)
        assert (choice["number"], choice["take"]) == ("mig", "least")
        assert variant_settings(CONFIG, "paper", dataset, "noisy")["epsilon"] == epsilon
