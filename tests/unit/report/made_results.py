"""Files as the workflow leaves them at scale `mini`, of all that the catalogues show, made up."""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import small_run
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from latent_assays.cli.tables import HTML
from latent_assays.config.load import load_config
from latent_assays.config.studies import sets_used, studies_of
from latent_assays.papers.catalogue import paper_of, rooms
from latent_assays.report.asked import contents_of
from latent_assays.results import COLUMNS
from latent_assays.store import read_yaml

ROOT = Path(__file__).parents[3]
CONFIG = load_config(ROOT)
SHEETS = rooms()["responses"].parents[3] / "rules/captions/contact_sheet.rst"
SOURCE = "Re-rendered stand-in for <3D-Shapes> (not the original images): 24 of 480,000 images."
COMMIT = "0123456789ab"
RUN = {
    "model": "vae-b4-d24",
    "seed": 0,
    "commit": COMMIT,
    "settings": {"network": "conv", "steps": 1500, "learning_rate": 0.001},
    "dataset": {"dataset": "shapes3d", "variant": "original", "images": 24},
    "seconds": 16.4,
    "device": "cpu",
}


class Made(NamedTuple):
    """A results folder and its report."""

    contents: dict
    results: Path
    page: Path


def contents():
    """What the rule asks for at scale `mini`, with the project's own configuration."""
    compared = {slug: studies_of(CONFIG, slug, "mini") for slug in rooms()}
    tables = [
        f"{slug}/{table.name}"
        for slug in rooms()
        for table in paper_of(slug).tables
        if any(compared[slug][study]["models"] for study in table.studies)
    ]
    sheets = {f"{name}-{variant}": (name, variant) for name, variant in sets_used(CONFIG, "mini")}
    return contents_of(CONFIG, "mini", tables, sheets, SHEETS.read_text(encoding="utf-8"))


def write(folder):
    """Write all that the page is made of; the contents, with the explorers of a small run."""
    asked, results = contents(), folder / "results/mini"
    explored = small_run.write_run(folder / "small")
    files = {"codes": explored["codes"], "images": explored["images"]}
    files |= {"model": explored["run"] / "model.safetensors", "run": explored["run"] / "run.json"}
    for name in asked["sheets"]:
        write_picture(results / f"figures/datasets/{name}.png", {})
    for slug, paper in asked["papers"].items():
        for figure in paper["figures"]:
            made = {"commit": COMMIT, "inputs": {"response": {"run": RUN}}}
            write_picture(results / f"figures/{slug}/{figure['name']}.png", made)
            for study in figure["studies"]:
                write_collected(results / f"collected/{slug}/{study}.csv", [study])
        for table in paper["tables"]:
            write_table(results / f"tables/{slug}/{table['name']}")
            write_collected(results / f"collected/{table['collected']}.csv", table["studies"])
        studies = [study for table in paper["tables"] for study in table["studies"]]
        write_collected(results / f"collected/{slug}.csv", dict.fromkeys(studies))
        write_claims(results / f"claims/{slug}.csv", slug)
        for explorer in paper["explorers"]:
            explorer["files"] = {name: str(path) for name, path in files.items()}
    return asked


def write_picture(path, made, size=(140, 90), mode="RGBA"):
    path.parent.mkdir(parents=True, exist_ok=True)
    told = PngInfo()
    told.add_itxt("Description", f"{SOURCE}\nDrawn by commit {COMMIT}.")
    told.add_itxt("Source", json.dumps(made))
    Image.new(mode, size, "white").save(path, dpi=(200, 200), pnginfo=told)


def collected(studies, values=((0.2, 0.4), (0.5, 0.6)), number="mig", **more):
    """Rows of one number: `values` has those of each seed, by model."""
    rows = [
        {
            **dict.fromkeys(COLUMNS),
            **{"study": study, "dataset": "shapes3d", "set": "shapes3d-few"},
            **{"variant": "original", "on": "original", "model": f"vae-b{4 + n}", "seed": seed},
            **{"steps": 1500, "number": number, "case": 0, "value": value},
            **{"source": SOURCE, "commit": COMMIT, "beta": 4.0 + n, **more},
        }
        for study in studies
        for n, seeds in enumerate(values)
        for seed, value in enumerate(seeds)
    ]
    return pd.DataFrame(rows, columns=[*COLUMNS, "beta"])


def write_collected(path, studies):
    path.parent.mkdir(parents=True, exist_ok=True)
    collected(studies).to_csv(path, index=False)


def write_table(stem):
    """A table of four numbers in two groups of rows."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    tidy = pd.DataFrame(
        {
            "dataset": "shapes3d",
            "variant": "original",
            "on": "original",
            "model": ["vae-b4", "vae-b5"],
            "number": "mig",
            "mean": [0.3, 0.55],
            "sd": [0.14, np.nan],
            "n": [2, 1],
            "published": [0.35, 0.9],
            "published_sd": [0.1, np.nan],
        }
    )
    tidy.to_csv(stem.with_suffix(".csv"), index=False)
    html = HTML.format(
        name=stem.stem,
        caption="MIG &amp; more.",
        table=shown_table().to_html(border=0),
        sources=f'<p class="source">{SOURCE.replace("<", "&lt;")}</p>',
    )
    stem.with_suffix(".html").write_text(html, encoding="utf-8")


def shown_table():
    rows = pd.MultiIndex.from_tuples(
        [("12", "4-VAE"), ("12", "5-VAE"), ("24", "4-VAE")], names=["d", "model"]
    )
    columns = pd.MultiIndex.from_tuples([("MIG", "here"), ("MIG", "published"), ("DCI", "here")])
    cells = [
        ["0.30 ± 0.14 (2)", "0.35", "–"],
        ["0.55 (1)", "–", "0.10 (1)"],
        ["−0.10 (1)", "1.00", "0.2"],
    ]
    return pd.DataFrame(cells, index=rows, columns=columns)


def write_claims(path, slug):
    """Judged claims: the first holds, the second fails, and the others are undecided."""
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = read_yaml(rooms()[slug] / "claims.yaml")
    pd.DataFrame([judged(n, entry) for n, entry in enumerate(entries)]).to_csv(path, index=False)


def judged(n, entry):
    is_above = "above" in entry
    bound = entry["above" if is_above else "below"]
    middle = bound + (1 if is_above == (n == 0) else -1)
    ends = (middle, middle - 0.5, middle + 0.5) if n < 2 else (np.nan, np.nan, np.nan)
    return {
        **{"paper": "made-up", "claim": entry["claim"], "where": entry["where"]},
        **{"sentence": entry["sentence"], "statistic": entry["statistic"]["kind"]},
        "condition": f"{'>' if is_above else '<'} {bound:g}",
        **dict(zip(("estimate", "low", "high"), ends, strict=True)),
        "verdict": ("holds", "fails")[n] if n < 2 else "undecided",
        **{"n": 4, "runs": 2, "reason": "" if n < 2 else "one seed gives no interval"},
        **{"note": entry.get("note", ""), "source": SOURCE},
    }
