"""The pack as an RO-Crate 1.1 of the profile Workflow Run Crate 0.5.

What is known of the workflow and of each training is said. When they ran, who started them and what
each step read is not recorded, so that it is no Provenance Run Crate, and its actions have neither
times nor agents.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from latent_assays.pack.contents import OF_RUN
from latent_assays.pack.manifest import MANIFEST, as_text

if TYPE_CHECKING:
    from rocrate.rocrate import ROCrate

__all__ = ["METADATA", "WORKFLOW", "crate_of"]

METADATA = "ro-crate-metadata.json"
WORKFLOW = "Snakefile"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
LICENCE = "https://spdx.org/licenses/MIT"
FORMAL_PARAMETER = "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"
COMPUTATIONAL_WORKFLOW = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
FORMATS = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".md": "text/markdown",
    ".npz": "application/zip",
    ".py": "text/x-python",
    ".safetensors": "application/octet-stream",
    ".tex": "application/x-tex",
}
ABOUT = ("README.md", "load.py", MANIFEST)  # what the pack adds to the results


def crate_of(manifest: Mapping[str, Any], published: str) -> str:
    """The metadata of the pack, JSON-LD.

    Args:
        manifest: with `files`, those of the manifest itself among them.
        published: a date, ISO 8601.
    """
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version="1.1")
    crate.metadata.extra_terms["sha256"] = "http://schema.org/sha256"
    _describe_root(crate, manifest, published)
    _add_workflow(crate, manifest)
    for place, entry in manifest["files"].items():
        if place != WORKFLOW:
            crate.add_file(dest_path=place, properties=_facts_of(place, entry))
    crate.get("README.md")["about"] = crate.root_dataset
    for name, data in manifest["data"].items():
        facts = {"name": f"{data['title']}, {name}", "description": data["told"]}
        _add(crate, _data(name), "CreativeWork", **facts, license=data["licence"])
    for number, made in manifest["trained"].items():
        _add(crate, _software(number), "SoftwareApplication", **_facts_of_software(made))
    trainings = [_add_training(crate, name, run) for name, run in manifest["runs"].items()]
    crate.root_dataset["mentions"] = [_add_execution(crate, manifest), *trainings]
    content = crate.metadata.generate()
    return as_text(content | {"@graph": list(map(_compact, content["@graph"]))})


def _describe_root(crate: "ROCrate", manifest: Mapping[str, Any], published: str) -> None:
    root, scale = crate.root_dataset, manifest["scale"]
    titles = "; ".join(paper["title"] for paper in manifest["papers"].values())
    root["name"] = f"Latent Assays: runs and numbers at scale {scale}"
    root["description"] = (
        f"Weights, codes and numbers of {len(manifest['runs'])} runs, and the tables and claims"
        f" that were made of them, rebuilt after: {titles}. Of all data it is said whether they are"
        " a stand-in for the original, and under which licence they are. The date is that of the"
        " commit which packed them, unless another was given."
    )
    root.datePublished = published
    _add(crate, LICENCE, "CreativeWork", name="MIT License")
    root["license"] = _add(
        crate,
        "#licence",
        "CreativeWork",
        name="MIT License, as far as the licences of the data allow",
        description="The code, numbers, tables and claims are under the MIT License. So are weights"
        " and codes, unless the licence of the data that they were learned from says otherwise.",
    )
    root["author"] = _add(crate, "#authors", "Organization", name="The Latent Assays authors")
    root["conformsTo"] = [
        _add(crate, url, "CreativeWork", name=name, version=version)
        for url, (name, version) in PROFILES.items()
    ]
    root["citation"] = [
        _add(
            crate,
            f"https://arxiv.org/abs/{paper['arxiv']}",
            "ScholarlyArticle",
            name=paper["title"],
            description=paper["authors"],
        )
        for paper in manifest["papers"].values()
    ]


def _add_workflow(crate: "ROCrate", manifest: Mapping[str, Any]) -> None:
    """The Snakefile with its one parameter that a user always chooses, the scale."""
    about = {
        **_facts_of(WORKFLOW, manifest["files"][WORKFLOW]),
        "name": "Latent Assays",
        "description": f"A workflow that needs the rest of its project, {_commit(manifest)}.",
        "conformsTo": {"@id": COMPUTATIONAL_WORKFLOW},
        "version": _version(manifest),
        "license": {"@id": LICENCE},
    }
    workflow = crate.add_workflow(dest_path=WORKFLOW, properties=about, main=True, lang="snakemake")
    value = {"@id": "#scale-value"}
    scale = _add(
        crate,
        "#scale",
        "FormalParameter",
        name="scale",
        description="Which data, models and seeds are taken.",
        additionalType="Text",
        valueRequired=True,
        conformsTo={"@id": FORMAL_PARAMETER},
        workExample=value,
    )
    workflow["input"] = scale
    given = {"name": "scale", "value": manifest["scale"], "exampleOfWork": scale}
    _add(crate, value["@id"], "PropertyValue", **given)


def _add_execution(crate: "ROCrate", manifest: Mapping[str, Any]) -> Any:
    """That the workflow ran: all results came of it."""
    results = [place for place in manifest["files"] if place not in (*ABOUT, WORKFLOW)]
    return _add(
        crate,
        "#workflow-run",
        "CreateAction",
        name=f"Latent Assays at scale {manifest['scale']}",
        description="All results came of this workflow, in one run of it or in several; what each"
        " training ran is said of it.",
        instrument=crate.mainEntity,
        object=[{"@id": "#scale-value"}, *map(_reference, map(_data, manifest["data"]))],
        result=_references(results),
    )


def _add_training(crate: "ROCrate", name: str, run: Mapping[str, Any]) -> Any:
    made = [f"{run['folder']}/{name}" for name in OF_RUN]
    return _add(
        crate,
        f"#training-{quote(name)}",
        "CreateAction",
        name=f"Training of {name}",
        description=run["told"],
        instrument=_reference(_software(run["trained"])),
        object=_reference(_data(run["data"])),
        result=_references([*made, run["codes"][0]]),
    )


def _compact(entity: Mapping[str, Any]) -> dict[str, Any]:
    """An entity with what alone stands in a list taken out of it, as RO-Crate asks for."""
    return {
        key: value[0] if isinstance(value, list) and len(value) == 1 else value
        for key, value in entity.items()
    }


def _facts_of(place: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    suffix = place[place.rfind(".") :] if "." in place else ""
    return {
        "sha256": entry["sha256"],
        "contentSize": str(entry["size"]),
        "encodingFormat": FORMATS.get(suffix, "text/plain"),
    }


def _facts_of_software(made: Mapping[str, Any]) -> dict[str, Any]:
    libraries = {**made["versions"]}
    libraries.pop("latent-assays")
    return {
        "name": "Latent Assays",
        "softwareVersion": _version(made),
        "softwareRequirements": ", ".join(f"{name} {of}" for name, of in libraries.items()),
    }


def _version(made: Mapping[str, Any]) -> str:
    return f"{made['versions']['latent-assays']}, {_commit(made)}"


def _commit(made: Mapping[str, Any]) -> str:
    return f"commit {made['commit'] or 'unknown (no git checkout)'}"


def _data(name: str) -> str:
    return f"#data-{quote(name)}"


def _software(number: str) -> str:
    return f"#software-{number}"


def _reference(identifier: str) -> dict[str, str]:
    return {"@id": identifier}


def _references(places: Iterable[str]) -> list[dict[str, str]]:
    return [_reference(quote(place)) for place in places]


def _add(crate: "ROCrate", identifier: str, kind: str, **properties: Any) -> Any:
    """A contextual entity."""
    from rocrate.model.contextentity import ContextEntity

    return crate.add(ContextEntity(crate, identifier, properties={"@type": kind, **properties}))
