"""What a touch, an edit, a deletion and a change of config make Snakemake do again, and no more.

Everything here is about the finished run of `tiny.yaml`, which each test leaves as it found it.
"""

import json
import re

import pytest

pytestmark = pytest.mark.slow

NOTHING = "Nothing to be done"
FIGURE = "results/mini/figures/perturbations/fig3"
HELIX = ("responses/fig2", "responses/fig3")
PACKAGE = "src/latent_assays"
MIG = f"{PACKAGE}/scores/mig.py"
CHOICE = "results/mini/choices/entangled/dsprites.json"
PERTURBED = "results/mini/datasets/dsprites/perturbed.h5"
FORMATS = ("pdf", "svg", "png")
OF_PERTURBED = "results/mini/scores/dsprites/perturbed/ae/seed0.json"
STRUCTURAL = ("sae-12", "sae-3", "adaae-12", "ae-12", "ae-12-after-ball-decoder", "sae-16")
VAES = ("beta-vae", "loose-beta-vae", "beta-vae-x2", "beta-vae-b16", "beta-vae-extra")
VAES += ("linear-vae", "mlp-vae")
RESPONSES = ("vae-b4-d12", "vae-b4-d24", "vae-b8-d24")


def is_of_responses(path):
    """Whether an output belongs to what paper `responses` shows."""
    parts = ("collected/", "tables/", "figures/", "claims/")
    return path.endswith("/claims.csv") or any(f"{part}responses" in path for part in parts)


def is_of_images(path):
    """As `is_of_responses`, without Figs. 2 and 3: the double helix has a model of its own."""
    return is_of_responses(path) and not any(part in path for part in HELIX)


def trained(paths):
    """The models of the runs among outputs."""
    return {path.split("/")[-3] for path in paths if path.endswith("/model.safetensors")}


def chosen(plan, *conditions):
    """The outputs of a plan for which any of the conditions holds."""
    found = {path for path in plan if any(condition(path) for condition in conditions)}
    assert found, "the expectation itself is empty"
    return found


def formats(figures):
    """The files of figures that are given as `PAPER/NAME`."""
    return {f"results/mini/figures/{name}.{suffix}" for name in figures for suffix in FORMATS}


def test_a_second_run_has_nothing_to_do(finished):
    outcome = finished.snakemake()
    assert outcome.status == 0
    assert NOTHING in outcome.text


def test_a_touch_of_every_file_is_no_reason(finished):
    folders = ("src", "rules", "resources", "envs", "profiles")
    files = [file for top in folders for file in (finished / top).rglob("*") if file.is_file()]
    assert len(files) > 200
    for file in files:
        file.touch()
    outcome = finished.snakemake()
    assert outcome.status == 0
    assert NOTHING in outcome.text


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
    for suffix in FORMATS:
        (finished / f"{FIGURE}.{suffix}").unlink()
    outcome = finished.snakemake(f"{FIGURE}.pdf")
    assert outcome.status == 0, outcome.text
    assert "100% done | 1 of 1 jobs\n" in outcome.text
    after = {path: (finished / path).stat().st_mtime_ns for path in before}
    assert {path for path in before if before[path] != after[path]} == formats(
        ["perturbations/fig3"]
    )
    assert (finished / f"{FIGURE}.svg").read_bytes() == drawn, "the same figure, byte for byte"


def test_an_edit_of_mig_plans_scores_and_choices_and_names_the_file(finished):
    """No training and no variant: what follows a choice is planned once the choice is made."""
    with finished.edited(MIG):
        outcome = finished.snakemake("--dry-run")
    assert outcome.status == 0, outcome.text
    jobs = outcome.jobs
    assert jobs["choices"] == 3
    measured = {"measures", "collected", "tables", "claims", "claims_joined", "figures"}
    assert set(jobs) == {"scores", "choices"} | measured, jobs
    assert outcome.text.count("Code has changed: scores/mig.py\n") == jobs["scores"] > 8


def test_a_choice_that_comes_out_the_same_trains_nothing_and_makes_no_images(finished, tmp_path):
    project = finished.duplicate(tmp_path / "project")
    before = (project / PERTURBED).stat().st_mtime_ns
    made = (project / CHOICE).stat().st_mtime_ns
    with project.edited(MIG):
        outcome = project.snakemake(PERTURBED, OF_PERTURBED)
    assert outcome.status == 0, outcome.text
    assert (project / CHOICE).stat().st_mtime_ns > made, "the choice was made again"
    assert (project / PERTURBED).stat().st_mtime_ns == before
    assert "Training" not in outcome.text
    assert "Scoring ae on dsprites/perturbed" in outcome.text, "its code has changed too"


def test_a_choice_that_comes_out_differently_is_followed_in_the_same_call(finished, tmp_path):
    project = finished.duplicate(tmp_path / "project")
    before = json.loads((project / CHOICE).read_text(encoding="utf-8"))
    settings = {"choices": {"entangled": {"take": "largest"}}}
    planned = project.snakemake("--dry-run", OF_PERTURBED, settings=settings)
    assert planned.jobs == {"choices": 1}
    outcome = project.snakemake(OF_PERTURBED, settings=settings)
    assert outcome.status == 0, outcome.text
    now = json.loads((project / CHOICE).read_text(encoding="utf-8"))
    assert now["candidates"] == before["candidates"]
    assert now["chosen"]["seed"] != before["chosen"]["seed"]
    done = re.findall(r"^Finished jobid: \d+ \(Rule: (\w+)\)$", outcome.text, re.MULTILINE)
    assert done == ["choices", "variants", "runs", "scores"]
    codes = f"results/mini/codes/dsprites/original/loose-beta-vae/seed{now['chosen']['seed']}.npz"
    assert f"--codes {codes}" in outcome.text


@pytest.mark.parametrize(
    ("module", "models"),
    [
        ("networks/pooled_conv.py", {*RESPONSES}),
        ("networks/ladder.py", set()),
        ("objectives/ae.py", {"ae", "refitted-ae", *STRUCTURAL}),
        # The restarts' choice may come out differently, and an `ae` is trained on what rests on it.
        ("objectives/beta_vae.py", {"helix-vae", "vae-12", "ae", *RESPONSES, *VAES}),
    ],
)
def test_an_edit_of_a_model_concerns_the_models_that_use_it(finished, module, models):
    with finished.edited(f"{PACKAGE}/models/{module}"):
        plan = finished.plan()
    pending = {path for path in plan if plan[path]}
    assert trained(pending) == models
    assert trained(set(plan)) > models
    if module == "networks/pooled_conv.py":
        assert pending == chosen(plan, lambda path: "/vae-b" in path, is_of_images)


def test_an_edit_of_what_only_restarts_use_is_followed_by_the_choice_and_what_rests_on_it(finished):
    """And by nothing that has the originals alone."""
    settings = {"scales": {"mini": {"models": {"loose-beta-vae": {"learning_rate": 0.02}}}}}
    plan = finished.plan(settings=settings)
    pending = {path for path in plan if plan[path]}
    assert "loose-beta-vae" in trained(pending)
    assert {CHOICE, PERTURBED, f"{FIGURE}.pdf", OF_PERTURBED} <= pending
    assert not [path for path in pending if "/original/ae/" in path or "/noisy" in path]


@pytest.mark.parametrize(
    ("module", "figures"),
    [
        ("papers/responses/figures/fig4.py", ["responses/fig4"]),
        ("papers/perturbations/figures/fig3.py", ["perturbations/fig3"]),
        (
            "papers/responses/figures/panels.py",
            [*(f"responses/fig{number}" for number in (2, 3, 4, 5)), "responses/appendix-"],
        ),
        ("figures/contact_sheet.py", ["datasets/"]),
    ],
)
def test_an_edit_concerns_the_figures_that_use_the_module(finished, module, figures):
    with finished.edited(f"{PACKAGE}/{module}"):
        plan = finished.plan()
    stems = [f"mini/figures/{name}" for name in figures]
    expected = chosen(plan, lambda path: any(stem in path for stem in stems))
    assert len(expected) >= len(figures) * len(FORMATS)
    assert {path for path in plan if plan[path]} == expected


def test_a_new_score_and_a_new_figure_concern_nothing_that_is_there(finished):
    room = finished / PACKAGE / "papers/perturbations"
    new = [finished / PACKAGE / "scores/new_score.py", room / "figures/fig9.py"]
    new.append(room / "captions/fig9.rst")
    for file in new:
        file.write_text("A caption.\n" if file.suffix == ".rst" else '"""New."""\n')
    entry = 'Figure("fig9", shows="one set", inputs={"images": of_images("dsprites")})'
    appended = {
        f"{PACKAGE}/scores/registry.py": 'SCORES["new_score"] = "latent_assays.scores.new_score"',
        f"{PACKAGE}/papers/perturbations/paper.py": f"PAPER.figures.append({entry})",
    }
    before = {path: (finished / path).read_text(encoding="utf-8") for path in appended}
    try:
        for path, line in appended.items():
            (finished / path).write_text(f"{before[path]}\n{line}\n", encoding="utf-8")
        figure = "perturbations/fig9"
        pending = finished.pending(*finished.targets, f"results/mini/figures/{figure}.pdf")
    finally:
        for path, text in before.items():
            (finished / path).write_text(text, encoding="utf-8")
        for file in new:
            file.unlink()
    assert pending == formats([figure])


def test_an_edit_that_is_taken_back_is_no_reason(finished):
    with finished.edited(f"{PACKAGE}/training/fit.py"):
        assert [path for path in finished.pending() if "/runs/" in path]
    assert not finished.pending()


def test_a_setting_of_one_model_trains_that_model_and_what_begins_with_it(finished):
    settings = {"scales": {"mini": {"models": {"ae": {"learning_rate": 0.002}}}}}
    pending = finished.pending(settings=settings)
    assert trained(pending) == {"ae", "refitted-ae"}
    assert "results/mini/claims/perturbations.csv" in pending


def test_a_setting_of_another_scale_changes_nothing_here(finished):
    settings = {"scales": {"desk": {"models": {"ae": {"learning_rate": 0.002}}}}}
    assert not finished.pending(settings=settings)


def test_settings_of_the_responses_train_nothing(finished):
    settings = {"scales": {"mini": {"responses": {"samples": 17}}}}
    plan = finished.plan(settings=settings)
    expected = chosen(
        plan,
        lambda path: "mini/responses/" in path or "measures/responses/" in path,
        is_of_responses,
    )
    assert {path for path in plan if plan[path]} == expected
    assert not [path for path in expected if "/runs/" in path]


def test_one_more_seed_trains_that_seed(finished):
    settings = {"scales": {"mini": {"seeds": {"perturbations": {"table1": 2}}}}}
    plan = finished.plan(settings=settings)
    pending = {path for path in plan if plan[path]}
    runs = {path for path in pending if path.endswith("/model.safetensors")}
    assert len(runs) == 8
    assert all("/seed1/" in path for path in runs)
    assert {"results/mini/tables/perturbations/tab1.csv"} <= pending
    assert not [path for path in pending if "responses" in path or "structure" in path]
