"""What the pack says of itself: its runs, data and versions, and the loader that reads it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from latent_assays.pack import load
from latent_assays.pack.contents import PackedRun, place_of
from latent_assays.places import RUN, Run, run_folder
from latent_assays.provenance import dataset_sentence, describe, run_sentences
from latent_assays.store import read_json

__all__ = ["MANIFEST", "as_text", "loader", "manifest_of"]

MANIFEST = "manifest.json"

OF_DATA = ("title", "source", "licence", "stand_in", "selection", "split_rule", "images")


def manifest_of(
    papers: Mapping[str, Any], runs: Mapping[Run, PackedRun], scale: str
) -> dict[str, Any]:
    """All that `manifest.json` says but `files`, which are known last.

    Args:
        papers: slug -> `title`, `authors` and `arxiv`, and more that is not read here.
        runs: what is packed of each.
        scale: `mini`, `desk` or `paper`.

    Returns:
        `scale`; `commit` and `versions` of what packs; `papers`; `trained`, commits and versions of
        what trained the runs; `data`, by `dataset/variant`; and `runs`, by name.

    Raises:
        UserError: a `run.json` is missing or is not JSON.
    """
    data: dict[str, Any] = {}
    trained: dict[str, Any] = {}
    told: dict[str, Any] = {}
    for run, packed in runs.items():
        folder = run_folder(scale, run)
        made = read_json(f"{folder}/run.json")
        images = f"{run.dataset}/{run.variant}"
        data[images] = _data_of(made["dataset"])
        by = {"commit": made["commit"], "versions": made["versions"]}
        number = next((n for n, known in trained.items() if known == by), str(len(trained)))
        trained[number] = by
        told[RUN.format(**run._asdict())] = {
            "model": run.model,
            "seed": run.seed,
            "data": images,
            "told": run_sentences(made)[1],
            "trained": number,
            "studies": packed.studies,
            "folder": place_of(folder, scale),
            "codes": packed.codes,
            "numbers": packed.numbers,
        }
    kept = ("title", "authors", "arxiv")
    return {
        "scale": scale,
        **describe(),
        "papers": {slug: {key: paper[key] for key in kept} for slug, paper in papers.items()},
        "trained": trained,
        "data": data,
        "runs": told,
    }


def loader() -> str:
    """The pack's `load.py`."""
    return Path(load.__file__).read_text(encoding="utf-8")


def as_text(value: Any) -> str:
    """JSON as the pack has it."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _data_of(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """What a run's images were, with the sentence that figures print."""
    told = {key: attributes[key] for key in OF_DATA} | {"told": dataset_sentence(attributes)}
    if told["stand_in"]:
        told["licence"] = f"MIT; of the originals, which these stand in for: {told['licence']}"
    return told
