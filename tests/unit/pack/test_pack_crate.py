"""The pack as an RO-Crate: what it says, and that a validator has nothing against it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
VALIDATOR = shutil.which("rocrate-validator") or shutil.which(
    "rocrate-validator", path=str(Path(sys.prefix) / "validator/bin")
)
METADATA = "ro-crate-metadata.json"
RUN = "shapes3d/original/ae/seed1"
# Nobody records when jobs ran and who started them, and the project has no page of its own.
UNKNOWN = {
    "The Action SHOULD have an endTime in ISO 8601 format",
    "The Action SHOULD have an agent that is a Person or Organization",
    "The Application SHOULD have a url",
    "The SoftwareApplication id SHOULD be an absolute URI",
    "The organization SHOULD have a URL.",
    "The `publisher` property of a `Root Data Entity` SHOULD be an `Organization`",
}


@pytest.fixture
def entities(unpacked):
    """The crate's entities by identifier."""
    graph = json.loads((unpacked / METADATA).read_text(encoding="utf-8"))["@graph"]
    found = {entity["@id"]: entity for entity in graph}
    assert len(found) == len(graph)
    return found


def ids(value):
    return [one["@id"] for one in (value if isinstance(value, list) else [value])]


def test_the_crate_claims_the_profiles_of_a_workflow_run_and_no_provenance_run(entities):
    assert ids(entities["./"]["conformsTo"]) == [
        "https://w3id.org/ro/wfrun/process/0.5",
        "https://w3id.org/ro/wfrun/workflow/0.5",
        "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
    ]
    assert "https://w3id.org/ro/crate/1.1" in ids(entities[METADATA]["conformsTo"])


def test_the_workflow_is_the_instrument_that_made_all_results_at_the_scale(entities):
    assert entities["./"]["mainEntity"] == {"@id": "Snakefile"}
    action = entities["#workflow-run"]
    assert action["instrument"] == {"@id": "Snakefile"}
    added = {"Snakefile", "load.py", "README.md", "manifest.json"}
    assert set(ids(action["result"])) == set(ids(entities["./"]["hasPart"])) - added
    assert "#scale-value" in ids(action["object"])
    assert entities["#scale-value"]["value"] == "mini"
    assert entities["#scale-value"]["exampleOfWork"] == entities["Snakefile"]["input"]


def test_a_training_says_of_which_data_which_files_came(entities):
    action = entities[f"#training-{RUN}"]
    assert action["object"] == {"@id": "#data-shapes3d/original"}
    assert ids(action["result"]) == [
        *(f"runs/{RUN}/{name}" for name in ("model.safetensors", "config.json", "run.json")),
        f"codes/{RUN}.npz",
    ]
    (software,) = ids(action["instrument"])
    assert entities[software]["softwareVersion"] == "0.1.0, commit 0123456789ab"
    assert entities[software]["softwareRequirements"] == "numpy 2"
    data = entities["#data-shapes3d/original"]
    assert "stand-in" in data["description"]
    assert data["license"].endswith("stand in for: Apache-2.0")


def test_the_licence_leaves_room_for_those_of_the_data(entities):
    (licence,) = ids(entities["./"]["license"])
    assert "unless the licence of the data" in entities[licence]["description"]
    assert ids(entities["Snakefile"]["license"]) == ["https://spdx.org/licenses/MIT"]


def test_no_action_claims_a_time_or_a_person(entities):
    actions = [entity for entity in entities.values() if entity["@type"] == "CreateAction"]
    assert len(actions) == 3
    assert not {"startTime", "endTime", "agent"} & {key for one in actions for key in one}


def test_files_have_the_sha256_and_size_of_the_manifest(entities, unpacked):
    files = json.loads((unpacked / "manifest.json").read_text(encoding="utf-8"))["files"]
    for place, entry in files.items():
        found = entities[place]["sha256"], entities[place]["contentSize"]
        assert found == (entry["sha256"], str(entry["size"])), place


def test_the_date_is_the_one_that_was_given(entities):
    assert entities["./"]["datePublished"] == "2026-01-02"


# --- with the validator ---


def issues_of(crate, cache):
    """What the validator has against a crate, (severity, message)."""
    python = Path(VALIDATOR).resolve().with_name("python")
    context = HERE / "ro_crate_1.1_terms.json"
    command = [python, HERE / "validate_offline.py", crate, context, cache]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {tuple(issue) for issue in json.loads(done.stdout.splitlines()[-1])}


@pytest.mark.slow
@pytest.mark.skipif(VALIDATOR is None, reason="rocrate-validator is not installed")
def test_the_validator_has_nothing_against_the_pack_but_what_nobody_recorded(unpacked, tmp_path):
    issues = issues_of(unpacked, tmp_path)
    assert {message for _, message in issues} <= UNKNOWN
    assert {severity for severity, _ in issues} == {"RECOMMENDED"}


@pytest.mark.slow
@pytest.mark.skipif(VALIDATOR is None, reason="rocrate-validator is not installed")
@pytest.mark.parametrize(
    ("identifier", "key", "said"),
    [
        ("./", "license", "must specify a license"),
        ("./", "mainEntity", "Main Workflow"),
        ("#workflow-run", "instrument", "MUST have an instrument"),
        ("#scale", "additionalType", "MUST have an additionalType"),
    ],
)
def test_the_validator_finds_what_a_pack_lacks(unpacked, tmp_path, identifier, key, said):
    file = unpacked / METADATA
    content = json.loads(file.read_text(encoding="utf-8"))
    (entity,) = (one for one in content["@graph"] if one["@id"] == identifier)
    del entity[key]
    file.write_text(json.dumps(content), encoding="utf-8")
    required = [text for severity, text in issues_of(unpacked, tmp_path) if severity == "REQUIRED"]
    assert any(said in text for text in required)
