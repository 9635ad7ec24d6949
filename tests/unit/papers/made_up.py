"""What stages would leave of a run whose autoencoder is a formula: inputs for any paper's figures.

The assays and the papers' own measures are the real ones; only datasets, networks and scores are
made up. A figure of a new paper needs a line in `MAKERS` if it draws what no other stage makes.
"""

import itertools
import json
import zlib
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from inspect import signature
from pathlib import Path

import numpy as np
from scipy.special import expit, logit

from latent_assays import provenance
from latent_assays.cli.inputs import read_table
from latent_assays.config.load import load_config
from latent_assays.config.names import kind_of_dataset
from latent_assays.config.resolve import choice_settings
from latent_assays.config.studies import candidates_of, collected_plan, studies_of
from latent_assays.datasets.specs import SPECS
from latent_assays.distances.pixel_errors import errors_of_images, mean_errors
from latent_assays.distances.registry import DISTANCES, SAMPLES
from latent_assays.models import build_network
from latent_assays.papers.catalogue import Chosen, Images, Numbers, Published, paper_of
from latent_assays.places import OF_IMAGES, measured_files, rooms
from latent_assays.responses.assays import Assayed, assay_map, assay_matrix
from latent_assays.results import number
from latent_assays.samples import samples_of
from latent_assays.split import draw_split
from latent_assays.store import ImageSet
from latent_assays.traversals import traverse
from latent_assays.variants import extra_factor, perturbed

CONFIG = load_config(Path(__file__).parents[3])
SETTINGS = {
    **CONFIG["responses"],
    "samples": 64,
    "traversals": 3,
    "interventions": 4,
    "map": {**CONFIG["responses"]["map"], "active": 0.5, "points": 13, "tiles": 3},
    "path": {**CONFIG["responses"]["path"], "points": 11},
}
ROWS = 40  # images of a set that is no grid
EPSILON = 0.1
CHANGE = {"epsilon": EPSILON, "gain": 2, "values": "unclipped", "seed": 0}


@dataclass(frozen=True)
class Case:
    """How a run came out.

    Attributes:
        latents: how many.
        alive: whether the decoder minds them.
        factors: how many of the dataset's vary, None for all.
        traversals: of the conditioned response matrix; one has no standard error.
        dci: whether the scores have it.
    """

    latents: int = 4
    alive: bool = True
    factors: int | None = None
    traversals: int = SETTINGS["traversals"]
    dci: bool = True


USUAL = Case()
CASES = {
    "usual": USUAL,
    "no latent is active": Case(alive=False),
    "one latent": Case(latents=1),
    "one factor": Case(factors=1),
    "no standard error": Case(traversals=1),
    "no DCI": Case(dci=False),
}


@dataclass(frozen=True)
class MadeUp:
    """A run of one dataset."""

    paper: str
    dataset: str
    variant: str = "original"
    case: Case = USUAL

    @property
    def spec(self):
        return SPECS[kind_of_dataset(CONFIG, self.dataset)]

    @property
    def side(self):
        return 1 if self.spec.vectors else 4

    @property
    def weights(self):
        """(D,P): pixels are a sigmoid, and vectors a linear map, of the codes."""
        pixels = self.spec.channels * self.side**2
        latents = min(self.case.latents, max(pixels - 1, 2))
        return np.random.default_rng(0).normal(size=(latents, pixels))

    def decode(self, codes):
        sums = codes.astype(np.float64) @ self.weights * self.case.alive
        pixels = sums if self.spec.vectors else expit(sums)
        return pixels.reshape(len(codes), self.spec.channels, self.side, self.side)

    def encode(self, images):
        """h(z) = 0.8 z, but latent 1 also moves the last one."""
        pixels = images.reshape(len(images), -1)
        sums = pixels if self.spec.vectors else logit(np.clip(pixels, 1e-3, 1 - 1e-3))
        response = 0.8 * np.eye(len(self.weights))
        if len(response) > 2:
            response[1, -1] = 0.5
        return sums @ np.linalg.pinv(self.weights) @ response

    @property
    def record(self):
        """The run.json of its training."""
        run = {"commit": "abc", "model": "made-up", "seed": 0, "settings": {"steps": 1500}}
        return run | {"dataset": self.attributes}

    @property
    def attributes(self):
        """Of its image set."""
        return {
            "dataset": self.dataset,
            "variant": self.variant,
            "title": self.spec.title,
            "source": f"re-rendered stand-in for {self.spec.title} (not the original images)",
            "selection": f"{len(self.factors):,} images of {self.variant}",
            "stand_in": True,
            "grid": self.spec.grid,
            "licence": self.spec.licence,
            "split_rule": "drawn",
            "epsilon": EPSILON,
            "keep": "{}",
            "provenance": json.dumps({"commit": "abc"}),
        }

    @property
    def factors(self):
        """Two classes of each factor of a grid; any classes and numbers where there is none."""
        names = self.spec.factor_names
        if not self.spec.grid:
            sizes = np.array(self.spec.factor_sizes)
            drawn = np.random.default_rng(1).random((ROWS, len(names)))
            return np.where(sizes > 0, np.floor(drawn * sizes), drawn)
        varying = self.case.factors or len(names)
        grid = np.stack(np.unravel_index(np.arange(2**varying), (2,) * varying), axis=1)
        return np.pad(grid, ((0, 0), (0, len(names) - varying)))


def codes(run):
    random = np.random.default_rng(2)
    shape = (len(run.factors), len(run.weights))
    return {
        "mean": random.normal(size=shape).astype(np.float32),
        "std": np.full(shape, 0.1, np.float32),
        "factors": run.factors,
        "factor_names": np.array(run.spec.factor_names),
        "factor_sizes": np.array(run.spec.factor_sizes),
    }


def image_set(run):
    """Pixels by chance, moved by up to EPSILON in a variant; vectors are what codes decode to."""
    shape = (len(run.factors), run.side, run.side, run.spec.channels)
    factors, names, sizes = run.factors, run.spec.factor_names, run.spec.factor_sizes
    drawn = np.random.default_rng(3).integers(0, 256, shape, dtype=np.uint8)
    made = ImageSet(drawn, factors, draw_split(shape[0]), names, sizes, run.attributes)
    if run.spec.vectors:
        points = run.decode(codes(run)["mean"]).reshape(shape).astype(np.float32)
        return replace(made, images=points, scale=1.0)
    if run.variant.startswith("extra-factor"):
        return changed_set(made, extra_factor.change(made, CHANGE | {"levels": 4}))
    return made if run.variant == "original" else perturbed_set(made)


def perturbed_set(original):
    """The images perturbed along a component by chance, with what is told of its origin."""
    component = np.random.default_rng(7).normal(size=len(original))
    foster = {"model": "made-up", "seed": 0, "latent": 1, "value": 0.04}
    made = changed_set(original, perturbed.change(original, CHANGE, component))
    made.attributes.update({f"foster_{key}": value for key, value in foster.items()})
    return made


def changed_set(original, change):
    """The image set that a change comes to."""
    return ImageSet(
        images=change.images(slice(None)),
        factors=change.factors,
        split=change.split,
        factor_names=change.factor_names,
        factor_sizes=change.factor_sizes,
        attributes={**original.attributes, **change.attributes},
        scale=change.scale,
        offset=change.offset,
        extra=change.extra,
    )


def scores(run):
    """Of every score that the paper's studies ask for; DCI with its importances."""
    studies = studies_of(CONFIG, run.paper).values()
    asked = {name for study in studies for name in study.get("scores", [])}
    names = sorted(asked if run.case.dci else asked - {"dci"})
    found = {name: number(_by_chance(run, name), "") for name in names}
    if "dci" in found:
        factors = run.case.factors or len(run.spec.factor_names)
        drawn = np.random.default_rng(4).random((len(run.weights), factors))
        found["dci"] |= {"details": {"importances": (drawn / drawn.sum(axis=0)).tolist()}}
        found["dci_completeness"] = number(_by_chance(run, "completeness"), "")
    return Assayed(found, {})


def matrix(run):
    settings = SETTINGS | {"traversals": run.case.traversals}
    return assay_matrix(run.encode, run.decode, codes(run), settings)


def maps(run):
    found = made(run, "responses/matrix").arrays["matrix"]
    return assay_map(run.encode, run.decode, codes(run), SETTINGS, found)


def distances(run):
    """Of every kind of sample; FID has no value without its weights, as by default."""
    pixels = np.random.default_rng(5).random((2, 3, run.spec.channels, 4, 4))
    values = run.spec.channels * 16
    errors = mean_errors(errors_of_images(*pixels), values, spread=9.0)
    found = {
        f"reconstruction_{name}": number(result["value"], "")
        | {"floor": result["details"]["floor"], "n": 1000}
        for name, result in errors.items()
    }
    for kind, name in itertools.product(SAMPLES, DISTANCES):
        value = np.nan if name == "fid" else _by_chance(run, kind, name)
        more = {"floor": None if name == "fid" else 0.5, "n": 1000}
        more |= {"few_samples": None if name == "fid" else True}
        found[f"{kind}_{name}"] = number(value, "no weights were given") | more
    return Assayed(found, {})


def _by_chance(run, *words):
    return _chance(run.dataset, run.variant, *words)


def _chance(*words):
    """A number in [0, 1) that is the same for the same words."""
    return np.random.default_rng(zlib.crc32(repr(words).encode())).random()


def traversals(run):
    mean = codes(run)["mean"]
    found = traverse(run.decode, mean, mean[:2], 4)
    return Assayed({}, {**vars(found), "segment": np.arange(mean.shape[1])})


def samples(run):
    data, mean = image_set(run), codes(run)["mean"]
    settings = {"network": "hourglass", "objective": "beta-vae"}
    return Assayed({}, samples_of(run.decode, mean, data, data.rows_of("test"), 24, settings))


@cache
def anatomy():
    """Of a structural autoencoder, as no formula has layers."""
    settings = {"network": "structural", "objective": "ae", "latents": 12}
    network = build_network({**settings, "segments": 12, "width": 0.25}, (3, 16, 16))
    measure = import_module("latent_assays.papers.structure.measures.anatomy").measure
    return Assayed(*measure({"mean": np.zeros((1, 12), np.float32)}, network))


# stage -> what it leaves of a run: numbers and arrays
MAKERS = {
    "codes": lambda run: Assayed({}, codes(run)),
    "scores": scores,
    "distances": distances,
    "traversals": traversals,
    "samples": samples,
    "responses/matrix": matrix,
    "responses/map": maps,
    "anatomy": lambda _: anatomy(),
}


@cache
def made(run, stage):
    """Numbers and arrays that a stage, or a measure of the paper's own, leaves of a run."""
    if stage in MAKERS:
        return MAKERS[stage](run)
    name = stage.rpartition("/")[2]
    if stage.startswith(f"{OF_IMAGES}/"):
        module = import_module(f"latent_assays.papers.{run.paper}.image_measures.{name}")
        return Assayed(*module.measure(image_set(run)))
    measure = next(one for one in paper_of(run.paper).measures if one.name == name)
    module = import_module(f"latent_assays.papers.{run.paper}.measures.{name}")
    inputs = {argument: _need(run, needed) for argument, needed in measure.needs.items()}
    if measure.network:
        taken = signature(module.measure).parameters
        inputs |= {name: getattr(run, name) for name in ("encode", "decode") if name in taken}
    if measure.settings:
        inputs["settings"] = {key: SETTINGS[key] for key in measure.settings}
    return module.measure(**inputs)


def _need(run, stage):
    """What a measure is given of a stage: its arrays, or its JSON where the stage says so."""
    stage = stage.removeprefix("own/")
    if stage == "images":
        return image_set(run)
    name, _, suffix = stage.partition(".")
    return as_read(run, name, f".{suffix or 'npz'}")


def as_read(run, stage, suffix):
    """The file of a stage as a figure or a measure is given it."""
    found, about = made(run, stage), {"commit": "abc", "run": run.record}
    if suffix == ".json":
        return {"numbers": found.numbers, "provenance": about}
    arrays = {name: np.asarray(array) for name, array in found.arrays.items()}
    return arrays | {"provenance": provenance.to_array(about)}


def inputs_of(paper, figure, case=USUAL):
    """All that a figure draws, by name."""
    dataset = studies_of(CONFIG, paper)[figure.each]["datasets"][0] if figure.each else ""
    given = {}
    for name, entry in figure.inputs.items():
        if isinstance(entry, Numbers | Published | Chosen):
            given[name] = as_told(paper, entry)
            continue
        run = MadeUp(paper, entry.dataset.format(dataset=dataset), entry.variant, case)
        given[name] = (
            image_set(run) if isinstance(entry, Images) else as_read(run, entry.stage, entry.suffix)
        )
    return given


def as_told(paper, entry):
    """What is not of one run: collected or published numbers, or a choice, its first candidate."""
    if isinstance(entry, Numbers):
        return collected(paper, study=entry.study)
    if isinstance(entry, Published):
        return read_table(rooms()[paper] / f"published/{entry.name}.csv")
    runs = candidates_of(CONFIG, "mini", entry.choice, entry.dataset)
    made_by = {"choice": entry.choice, "chosen": {**runs[0]._asdict(), "value": 0.5}}
    settings = choice_settings(CONFIG, "mini", entry.choice)
    made_by |= {key: settings[key] for key in ("number", "take")}
    made_by["candidates"] = [run._asdict() for run in runs]
    return {**made_by, "provenance": {"commit": "abc"}}


@cache
def collected(paper, seeds=2, study=None):
    """The collected numbers of a paper's studies; chance changes each value of a run a little."""
    import pandas as pd

    plan = collected_plan(CONFIG, "mini", paper)
    plan = {study: plan[study]} if study else plan
    plan = {name: study | {"seeds": seeds} for name, study in plan.items()}
    rows = []
    for columns, path in measured_files(plan, "mini"):
        stage = path.removeprefix("results/mini/").partition(f"/{columns['set']}/")[0]
        run = MadeUp(paper, columns["dataset"], columns["variant"])
        for name, entry in made(run, stage).numbers.items():
            values = entry["value"] if isinstance(entry["value"], list) else [entry["value"]]
            more = {key: entry.get(key) for key in ("reason", "floor", "n", "few_samples")}
            shared = {**columns, "steps": 1500, "number": name, **more, "commit": "abc"}
            shared["source"] = provenance.run_sentences(run.record)[0]
            rows += [
                {
                    **shared,
                    "case": case,
                    "value": value and value * (1 + _chance(path, name, case) / 10),
                }
                for case, value in enumerate(values)
            ]
    return pd.DataFrame(rows)
