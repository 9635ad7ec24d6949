"""What a touch, an edit, a deletion and a change of config make Snakemake do again, and no more.

Everything here is about the finished run of `tiny.yaml`, which each test leaves as it found it.
"""

import pytest

pytestmark = pytest.mark.slow

NOTHING = "Nothing to be done"
FIGURE = "results/mini/figures/perturbations/fig3"
HELIX = ("responses/fig2", "responses/fig3")
OF_SCORES = ("responses/fig6", "claims.csv")


def is_of_responses(path):
    """Whether an output belongs to what paper `responses` shows, the double helix aside.

    Figs 2 and 3 show the double helix, which has a model of its own.
    """
    parts = ("collected/responses", "tables/responses", "figures/responses", "claims.csv")
    return any(part in path for part in parts) and not any(part in path for part in HELIX)


def is_of_perturbations(path):
    """Whether an output belongs to what paper `perturbations` shows, Fig. 3 aside.

    Fig. 3 shows images, not numbers of runs.
    """
    return any(part in path for part in ("collected/perturbations", "tables/perturbations"))


def chosen(plan, *conditions):
    """The outputs of a plan for which any of the conditions holds."""
    found = {path for path in plan if any(condition(path) for condition in conditions)}
    assert found, "the expectation itself is empty"
    return found


def test_a_second_run_has_nothing_to_do(finished):
    outcome = finished.snakemake()
    assert outcome.status == 0
    assert NOTHING in outcome.text


def test_a_touch_of_every_file_of_the_package_is_no_reason(finished):
    files = [file for file in (finished / "src").rglob("*") if file.is_file()]
    assert len(files) > 50
    for file in files:
        file.touch()
    assert not finished.pending()
    assert NOTHING in finished.snakemake().text


def test_a_project_that_was_moved_has_nothing_to_do(finished):
    place = finished.folder
    finished.folder = place.rename(place.with_name("moved"))
    try:
        assert not finished.pending()
    finally:
        finished.folder = finished.folder.rename(place)


def test_a_deleted_figure_is_drawn_again_and_nothing_else(finished):
    before = {path: (finished / path).stat().st_mtime_ns for path in finished.plan()}
    drawn = (finished / f"{FIGURE}.svg").read_bytes()
    for suffix in (".pdf", ".svg", ".png"):
        (finished / f"{FIGURE}{suffix}").unlink()
    outcome = finished.snakemake(f"{FIGURE}.pdf")
    assert outcome.status == 0, outcome.text
    assert "1 of 1 steps (100%) done" in outcome.text
    after = {path: (finished / path).stat().st_mtime_ns for path in finished.plan()}
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {f"{FIGURE}{suffix}" for suffix in (".pdf", ".svg", ".png")}
    assert (finished / f"{FIGURE}.svg").read_bytes() == drawn, "the same figure, byte for byte"


def test_an_edit_of_mig_redoes_scores_and_what_follows(finished):
    """MIG chooses the restart whose component perturbs a dataset, so that the perturbed datasets
    and their trainings follow from it. No training on `original` does.
    """
    with finished.edited("src/latent_assays/scores/mig.py"):
        plan = finished.plan()
    expected = chosen(
        plan,
        lambda path: "/scores/" in path or "perturbed" in path or path.startswith(FIGURE),
        lambda path: "/collected/" in path or "/tables/" in path,
        lambda path: any(part in path for part in OF_SCORES),
    )
    pending = {path for path in plan if plan[path]}
    assert pending == expected
    assert not [path for path in pending if "/runs/" in path and "/original/" in path]


@pytest.mark.parametrize(
    ("module", "models"),
    [
        ("networks/pooled_conv.py", ("/vae-b",)),
        ("networks/conv.py", ("/ae/", "/beta-vae/", "/loose-beta-vae/")),
        ("objectives/ae.py", ("/ae/",)),
    ],
)
def test_an_edit_of_a_model_concerns_the_models_that_use_it(finished, module, models):
    with finished.edited(f"src/latent_assays/models/{module}"):
        plan = finished.plan()
    restarts = "/loose-beta-vae/" in models
    expected = chosen(
        plan,
        lambda path: any(model in path for model in models),
        is_of_responses if "/vae-b" in models else is_of_perturbations,
        lambda path: restarts and ("perturbed" in path or path.startswith(FIGURE)),
    )
    assert {path for path in plan if plan[path]} == expected


def test_an_edit_of_a_figure_draws_that_figure(finished):
    with finished.edited("src/latent_assays/figures/perturbations_fig3.py"):
        pending = finished.pending()
    assert pending == {f"{FIGURE}{suffix}" for suffix in (".pdf", ".svg", ".png")}


def test_an_edit_that_is_taken_back_is_no_reason(finished):
    with finished.edited("src/latent_assays/training/fit.py"):
        assert [path for path in finished.pending() if "/runs/" in path]
    assert not finished.pending()


def test_a_setting_of_one_model_trains_that_model(finished):
    settings = {"scales": {"mini": {"models": {"ae": {"learning_rate": 0.002}}}}}
    plan = finished.plan(settings=settings)
    expected = chosen(plan, lambda path: "/ae/" in path, is_of_perturbations)
    assert {path for path in plan if plan[path]} == expected


def test_a_setting_of_another_scale_changes_nothing_here(finished):
    settings = {"scales": {"desk": {"models": {"ae": {"learning_rate": 0.002}}}}}
    assert not finished.pending(settings=settings)


def test_settings_of_the_responses_train_nothing(finished):
    settings = {"scales": {"mini": {"responses": {"samples": 17}}}}
    plan = finished.plan(settings=settings)
    expected = chosen(plan, lambda path: "mini/responses/" in path, is_of_responses)
    assert {path for path in plan if plan[path]} == expected
    assert not [path for path in expected if "/runs/" in path]


def test_one_more_seed_trains_that_seed(finished):
    settings = {"scales": {"mini": {"seeds": {"perturbations": 2}}}}
    plan = finished.plan(settings=settings)
    new = {path for path in plan if "/seed1" in path and "/loose-beta-vae/" not in path}
    assert sum(path.endswith("model.safetensors") for path in new) == 8
    assert {path for path in plan if plan[path]} == new | chosen(plan, is_of_perturbations)
