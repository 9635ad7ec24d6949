"""Which runs studies compare, what measures them, and what all that trains."""

from pathlib import Path

import pytest

from latent_assays.config.load import load_config
from latent_assays.config.names import names_under
from latent_assays.config.studies import (
    Kind,
    candidate_kinds,
    candidates_of,
    collected_plan,
    measures_of,
    parts_of,
    runs_behind,
    runs_behind_images,
    runs_of,
    scores_of,
    sets_used,
    studies_of,
    trained,
)
from latent_assays.errors import UserError
from latent_assays.places import Run, measured_files

CONFIG = load_config(Path(__file__).parents[3])


@pytest.fixture
def config():
    """`last` is a second phase, and `perturbed` rests on a choice among `m-1` and `m-2`."""
    return {
        "datasets": {},
        "papers": {
            "one": {
                "studies": {
                    "first": {
                        "datasets": ["shapes3d"],
                        "variants": ["original", "noisy-{epsilon}"],
                        "models": ["m-{beta}", "m-2"],
                        "measures": ["scores", "own", "distances"],
                        "scores": ["dci", "mig"],
                    },
                    "second": {
                        "datasets": ["shapes3d", "dsprites"],
                        "models": ["last"],
                        "on": ["noisy-0.5"],
                        "measures": ["scores"],
                        "scores": ["sap"],
                    },
                }
            },
            "two": {
                "studies": {
                    "first": {
                        "datasets": ["shapes3d"],
                        "models": ["m-2"],
                        "on": ["original", "noisy-0.5"],
                        "measures": ["scores"],
                        "scores": ["irs", "mig"],
                    },
                    "perturbed": {
                        "datasets": ["shapes3d"],
                        "variants": ["perturbed"],
                        "models": ["last"],
                        "trained_on": "all",
                        "measures": ["responses/map"],
                    },
                }
            },
            "none": {},
        },
        "models": {
            "m-{beta}": {"sweep": {"beta": [1, 2]}, "objective": "beta-vae"},
            "base": {"objective": "ae"},
            "last": {"begins": {"model": "base", "variant": "original"}},
        },
        "variants": {
            "noisy-{epsilon}": {"kind": "noisy", "sweep": {"epsilon": [0.2, 0.5]}},
            "perturbed": {"kind": "perturbed", "epsilon": {"shapes3d": 0.1}, "choice": "least"},
        },
        "choices": {
            "least": {
                "models": ["m-{beta}"],
                "variant": "original",
                "seeds": 3,
                "measure": "scores",
                "number": "mig",
                "take": "least",
                "at_least": {"active_units": 1},
            }
        },
        "scales": {
            "s": {
                "datasets": {"shapes3d": {}, "dsprites": {}},
                "seeds": {"one": {"first": 2, "second": 1}, "two": {"first": 3, "perturbed": 1}},
                "choices": {"least": {"seeds": 2}},
            },
            "t": {
                "datasets": {"dsprites": {}},
                "seeds": {"one": {"first": 4, "second": 1}, "two": {"first": 1, "perturbed": 1}},
            },
        },
    }


# --- runs ---


def test_runs_of_a_study_are_datasets_by_variants_by_models_by_seeds(config):
    """A model that is named twice is run once: its seeds must not be counted twice."""
    assert runs_of(config, "s", "one", "first") == [
        Run("shapes3d", variant, model, seed)
        for variant in ("original", "noisy-0.2", "noisy-0.5")
        for model in ("m-1", "m-2")
        for seed in (0, 1)
    ]


def test_seeds_are_those_of_the_scale_and_the_study(config):
    assert len(runs_of(config, "t", "one", "first")) == 2 * len(
        runs_of(config, "s", "one", "first")
    )
    assert {run.seed for run in runs_of(config, "s", "two", "first")} == {0, 1, 2}
    assert {run.seed for run in runs_of(config, "t", "two", "first")} == {0}


def test_runs_of_a_paper_are_those_of_all_its_studies_each_once(config):
    config["papers"]["one"]["studies"]["second"]["models"] = ["m-1"]
    runs = runs_of(config, "s", "one")
    assert len(runs) == len(set(runs)) == 12 + 1
    assert Run("dsprites", "original", "m-1", 0) in runs


def test_a_paper_without_studies_has_no_runs(config):
    assert studies_of(config, "none") == {}
    assert runs_of(config, "s", "none") == []
    assert collected_plan(config, "s", "none") == {}


def test_table_1_of_responses_has_all_its_runs_at_every_scale():
    models = names_under(CONFIG, "models", "vae-b{beta}-d{latents}")
    for scale, seeds in (("mini", 2), ("desk", 2), ("paper", 5)):
        assert runs_of(CONFIG, scale, "responses", "table1") == [
            Run("shapes3d", "original", model, seed) for model in models for seed in range(seeds)
        ]


# --- what is collected ---


def test_the_measures_of_a_papers_own_lie_below_its_name(config):
    study = studies_of(config, "one")["first"]
    assert measures_of("one", study) == ["scores", "measures/one/own", "distances"]


def test_the_plan_has_what_is_swept_and_leads_to_a_file_of_every_measure_of_every_run(config):
    plan = collected_plan(config, "s", "one")
    assert plan["first"] == {
        "datasets": {"shapes3d": "shapes3d"},
        "variants": {"original": {}, "noisy-0.2": {"epsilon": 0.2}, "noisy-0.5": {"epsilon": 0.5}},
        "models": {"m-1": {"beta": 1}, "m-2": {"beta": 2}},
        "seeds": 2,
        "on": [None],
        "measures": ["scores", "measures/one/own", "distances"],
        "image_measures": [],
    }
    assert plan["second"]["on"] == ["noisy-0.5"]
    files = [path for _, path in measured_files(plan, "s")]
    assert len(files) == len(set(files)) == 12 * 3 + 2


# --- choices ---


def test_candidates_of_a_choice_have_the_scales_seeds(config):
    expected = [Run("dsprites", "original", f"m-{beta}", s) for beta in (1, 2) for s in (0, 1)]
    assert candidates_of(config, "s", "least", "dsprites") == expected
    assert len(candidates_of(config, "t", "least", "dsprites")) == 6


def test_a_choice_waits_for_its_candidates_on_every_set_that_can_be_made(config):
    assert candidate_kinds(config, "s") == {
        Kind("shapes3d", "original", "m-1"),
        Kind("shapes3d", "original", "m-2"),
    }


# --- what is trained, and on what ---


def test_trained_are_studies_choices_and_first_phases(config):
    assert set(trained(config, "s")) == {
        *(
            Kind("shapes3d", variant, model)
            for variant in ("original", "noisy-0.2", "noisy-0.5")
            for model in ("m-1", "m-2")
        ),
        *(Kind(dataset, "original", "last") for dataset in ("shapes3d", "dsprites")),
        *(Kind(dataset, "original", "base") for dataset in ("shapes3d", "dsprites")),
        Kind("shapes3d", "perturbed", "last"),
    }
    assert len(trained(config, "s")) == len(set(trained(config, "s")))


def test_a_choice_is_trained_on_the_datasets_that_its_variant_is_of(config):
    study = {"datasets": ["shapes3d"], "variants": ["perturbed"], "models": [], "measures": []}
    config["papers"] = {"two": {"studies": {"perturbed": study}}}
    expected = [Kind("shapes3d", "original", "m-1"), Kind("shapes3d", "original", "m-2")]
    assert trained(config, "s") == expected
    config["papers"] = {}
    assert trained(config, "s") == [], "no study compares an image set that rests on a choice"


def test_a_scale_replaces_what_a_study_compares(config):
    config["scales"]["s"]["studies"] = {"one": {"first": {"models": ["m-2"]}}}
    assert {run.model for run in runs_of(config, "s", "one", "first")} == {"m-2"}
    assert {run.model for run in runs_of(config, "t", "one", "first")} == {"m-1", "m-2"}
    assert list(collected_plan(config, "s", "one")["first"]["models"]) == ["m-2"]


def test_a_selection_stands_for_a_dataset_at_a_scale(config):
    few = {"like": "shapes3d"}
    config["scales"]["s"] |= {
        "datasets": {**config["scales"]["s"]["datasets"], "few": few},
        "sets": {"two": {"shapes3d": "few"}},
    }
    assert {run.dataset for run in runs_of(config, "s", "two", "perturbed")} == {"few"}
    assert {run.dataset for run in runs_of(config, "s", "one", "first")} == {"shapes3d"}
    assert collected_plan(config, "s", "two")["perturbed"]["datasets"] == {"shapes3d": "few"}
    run = runs_of(config, "s", "two", "perturbed")[0]
    assert {one.dataset for one in runs_behind(config, "s", run)} == {"few"}
    assert ("few", "perturbed") in sets_used(config, "s")
    assert ("shapes3d", "perturbed") not in sets_used(config, "s")


def test_a_run_is_trained_on_the_part_that_its_study_says(config):
    parts = parts_of(config, "s")
    assert parts[Kind("shapes3d", "original", "m-1")] == "train"
    assert parts[Kind("shapes3d", "perturbed", "last")] == "all"
    assert Kind("shapes3d", "original", "base") not in parts


@pytest.mark.parametrize(
    ("paper", "study", "where"),
    [
        ("two", "first", r"papers\.two\.studies\.first\.trained_on: 'all', and"),
        ("one", "first", r"papers\.two\.studies\.first\.trained_on: 'train', and"),
    ],
)
def test_one_run_on_two_parts_names_both_places(config, paper, study, where):
    config["papers"][paper]["studies"][study]["trained_on"] = "all"
    with pytest.raises(UserError, match=f"{where}.*m-2 on shapes3d/original is one run"):
        parts_of(config, "s")


# --- scores ---


def test_scores_of_a_run_are_those_of_all_studies_and_choices_that_ask_for_it(config):
    scores = scores_of(config, "s")
    both = Kind("shapes3d", "original", "m-2")
    assert scores[both, None] == ["dci", "mig", "irs", "active_units"], "on its own images, too"
    assert scores[both, "noisy-0.5"] == ["irs", "mig"]
    assert (both, "original") not in scores


def test_another_study_of_the_same_runs_adds_its_scores(config):
    config["papers"]["two"]["studies"]["first"].pop("on")
    scores = scores_of(config, "s")
    expected = ["dci", "mig", "irs", "active_units"]
    assert scores[Kind("shapes3d", "original", "m-2"), None] == expected


def test_scores_do_not_cross_to_runs_that_are_not_compared_by_them(config):
    scores = scores_of(config, "s")
    assert scores[Kind("shapes3d", "original", "m-1"), None] == ["dci", "mig", "active_units"]
    assert scores[Kind("shapes3d", "noisy-0.5", "m-1"), None] == ["dci", "mig"]
    assert scores[Kind("dsprites", "original", "last"), "noisy-0.5"] == ["sap"]
    assert (Kind("dsprites", "original", "last"), None) not in scores
    assert scores[Kind("shapes3d", "perturbed", "last"), None] == []


def test_the_score_that_chooses_is_always_computed(config):
    """At scale t no study has dSprites' m-1; and a choice may rest on another measure."""
    config["variants"]["perturbed"]["epsilon"]["dsprites"] = 0.1
    kind = Kind("dsprites", "original", "m-1")
    assert scores_of(config, "t")[kind, None] == ["mig", "active_units"]
    config["choices"]["least"]["measure"] = "distances"
    assert (kind, None) not in scores_of(config, "t")


# --- what must be trained first ---


def test_behind_a_run_is_itself(config):
    run = Run("shapes3d", "noisy-0.5", "m-1", 1)
    assert runs_behind(config, "s", run) == {run}


def test_behind_a_second_phase_is_its_first_of_the_same_seed(config):
    run = Run("dsprites", "noisy-0.5", "last", 3)
    assert runs_behind(config, "s", run) == {run, Run("dsprites", "original", "base", 3)}
    del config["models"]["last"]["begins"]["variant"]
    assert runs_behind(config, "s", run) == {run, Run("dsprites", "noisy-0.5", "base", 3)}


def test_behind_a_perturbed_set_are_all_runs_that_its_choice_is_among(config):
    candidates = set(candidates_of(config, "s", "least", "shapes3d"))
    assert len(candidates) == 4
    assert runs_behind_images(config, "s", "shapes3d", "perturbed") == candidates
    assert runs_behind_images(config, "s", "shapes3d", "original") == set()
    assert runs_behind_images(config, "s", "shapes3d", "noisy-0.2") == set()
    run = Run("shapes3d", "perturbed", "last", 0)
    first = Run("shapes3d", "original", "base", 0)
    assert runs_behind(config, "s", run) == {run, first, *candidates}


def test_behind_runs_that_choose_are_their_first_phases(config):
    config["choices"]["least"] |= {"models": ["last"]}
    assert runs_behind_images(config, "s", "shapes3d", "perturbed") == {
        Run("shapes3d", "original", model, seed) for model in ("last", "base") for seed in (0, 1)
    }
