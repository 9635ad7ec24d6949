"""Where results lie: one scheme of paths, and the files that a plan of measures asks for."""

import pytest

from latent_assays.places import Run, measured_files, rooms, run_path

RUN = Run("shapes3d", "noisy", "vae-b4-d24", 3)


@pytest.mark.parametrize(
    ("stage", "suffix", "on", "expected"),
    [
        ("scores", ".json", None, "scores/shapes3d/noisy/vae-b4-d24/seed3.json"),
        ("scores", ".json", "ball", "scores/shapes3d/noisy/vae-b4-d24/seed3/on-ball.json"),
        ("responses/map", ".npz", None, "responses/map/shapes3d/noisy/vae-b4-d24/seed3.npz"),
        ("runs", "/run.json", None, "runs/shapes3d/noisy/vae-b4-d24/seed3/run.json"),
    ],
)
def test_the_path_of_what_a_stage_makes_of_a_run(stage, suffix, on, expected):
    assert run_path("mini", stage, RUN, suffix, on) == f"results/mini/{expected}"


def study(**changes):
    return {
        "datasets": {"a": "a"},
        "variants": {"original": {}},
        "models": {"m": {}},
        "seeds": 1,
        "on": [None],
        "measures": ["scores"],
        "image_measures": [],
        **changes,
    }


def test_one_study_of_one_run():
    columns = {"study": "s", "dataset": "a", "set": "a", "variant": "original"}
    columns |= {"model": "m", "seed": 0}
    assert list(measured_files({"s": study()}, "mini")) == [
        ({**columns, "on": "original"}, "results/mini/scores/a/original/m/seed0.json")
    ]


def test_every_measure_of_every_run_has_a_file_with_what_is_swept():
    plan = {
        "s": study(
            datasets={"a": "a", "b": "b"},
            variants={"original": {}, "noisy-0.5": {"epsilon": 0.5}},
            models={"m-1": {"beta": 1}, "m-2": {"beta": 2}},
            seeds=3,
            measures=["scores", "measures/paper/own"],
        )
    }
    found = list(measured_files(plan, "desk"))
    assert len(found) == len({path for _, path in found}) == 2 * 2 * 2 * 3 * 2
    by_path = {path: columns for columns, path in found}
    assert by_path["results/desk/measures/paper/own/b/noisy-0.5/m-2/seed2.json"] == {
        **{"study": "s", "dataset": "b", "set": "b", "variant": "noisy-0.5", "on": "noisy-0.5"},
        **{"model": "m-2", "seed": 2, "epsilon": 0.5, "beta": 2},
    }
    assert "epsilon" not in by_path["results/desk/scores/a/original/m-1/seed0.json"]


def test_a_run_that_is_measured_elsewhere_says_where():
    found = list(measured_files({"s": study(on=[None, "ball"])}, "mini"))
    assert [(columns["on"], path) for columns, path in found] == [
        ("original", "results/mini/scores/a/original/m/seed0.json"),
        ("ball", "results/mini/scores/a/original/m/seed0/on-ball.json"),
    ]


def test_what_stands_for_a_dataset_is_in_the_path_and_the_papers_name_in_the_columns():
    ((columns, path),) = measured_files({"s": study(datasets={"a": "a-few"})}, "mini")
    assert (columns["dataset"], columns["set"]) == ("a", "a-few")
    assert path == "results/mini/scores/a-few/original/m/seed0.json"


def test_a_measure_of_image_sets_has_a_file_for_each_set_and_no_run():
    plan = study(
        datasets={"a": "a-few"},
        variants={"original": {}, "noisy-0.5": {"epsilon": 0.5}},
        seeds=3,
        measures=[],
        image_measures=["image_measures/paper/own"],
    )
    place = {"study": "s", "dataset": "a", "set": "a-few", "model": None, "seed": None}
    folder = "results/mini/image_measures/paper/own/a-few"
    assert list(measured_files({"s": plan}, "mini")) == [
        ({**place, "variant": "original", "on": "original"}, f"{folder}/original.json"),
        (
            {**place, "variant": "noisy-0.5", "on": "noisy-0.5", "epsilon": 0.5},
            f"{folder}/noisy-0.5.json",
        ),
    ]


def test_two_studies_of_one_run_share_its_file():
    found = list(measured_files({"s": study(), "t": study()}, "mini"))
    assert [columns["study"] for columns, _ in found] == ["s", "t"]
    assert len({path for _, path in found}) == 1


def test_a_room_is_a_folder_with_a_catalogue():
    assert {"perturbations", "responses", "structure"} <= set(rooms())
    assert list(rooms()) == sorted(rooms())
    for slug, folder in rooms().items():
        assert folder.name == slug
        assert (folder / "paper.py").is_file()
