"""Made-up collected numbers of paper `structure`, of a realistic size."""

import numpy as np
import pandas as pd

SOURCES = [
    "Re-rendered stand-in for 3D-Shapes (not the original images): 5,120 of 480,000 images at 16 px"
    " (floor_hue 0–3, wall_hue 0–3, object_hue 0–3, scale 0 2 5 7, orientation 0 3 7 11 14).",
    "Drawn by commit abc.",
]
SMALL = [
    *(f"{family}-{n}" for family in ("sae", "vlae") for n in (2, 3, 4, 6, 12)),
    *("adaae-12", "ae", "vae", "beta-vae", "wae"),
]
LARGE = ["sae-16", "adaae-16", "vlae-16", "ae", "vae", "beta-vae", "wae"]
WITHOUT_PRIOR = ("sae", "adaae", "ae")
NO_PRIOR = "an autoencoder without regularisation has no prior"
NO_WEIGHTS = "no Inception 2015-12-05 weights were given"
FLOORS = {"fid": 4.0, "fd_efflite0": 1.3, "fd_pixels": 0.35}


def has_prior(model):
    return model.rpartition("-")[0] not in WITHOUT_PRIOR and model not in WITHOUT_PRIOR


def of_study(datasets, models, seeds=1, fid=False, r2=0.6, steps=300):
    """Distances, loss and R² of every run; a model's place in the list makes it worse."""
    rows = []
    for dataset in datasets:
        for place, model in enumerate(models):
            for seed in range(seeds):
                run = {"dataset": dataset, "variant": "original", "on": "original", "model": model}
                run |= {"seed": seed, "steps": steps, "source": SOURCES[0], "n": 500}
                for kind in ("reconstruction", "hybrid", "prior"):
                    for name, floor in FLOORS.items():
                        value = floor * (15 + place + 0.7 * seed + 4 * (kind != "reconstruction"))
                        reason = None
                        if kind == "prior" and not has_prior(model):
                            value, reason = np.nan, NO_PRIOR
                        elif name == "fid" and not fid:
                            value, reason = np.nan, NO_WEIGHTS
                        number = {"number": f"{kind}_{name}", "value": value, "reason": reason}
                        few = None if np.isnan(value) else name != "fd_pixels"
                        number |= {"floor": None if np.isnan(value) else floor, "few_samples": few}
                        rows.append(run | number)
                loss = {"number": "reconstruction_bce_per_image", "floor": 239.9}
                rows.append(run | loss | {"value": 262 + 3 * place + 2 * seed})
                share = {"number": "reconstruction_r2", "floor": 1.0}
                rows.append(run | share | {"value": r2 - place / 50})
    return pd.DataFrame(rows)


def shapes3d(**changes):
    return of_study(["shapes3d"], SMALL, **{"seeds": 4} | changes)


def mpi3d(**changes):
    datasets = ["mpi3d_toy", "mpi3d_realistic", "mpi3d_real"]
    return of_study(datasets, SMALL, **{"r2": -0.05, "steps": 60} | changes)


def faces(**changes):
    return of_study(["celeba", "rfd"], LARGE, **{"r2": 0.06, "steps": 60} | changes)


def extrapolation(first="without-ball", missing="ball", after="after-ball", seeds=1, models=()):
    """Errors of first and second phases: the decoder's update helps more than the encoder's."""
    rows = []
    for place, model in enumerate(models or ("sae-12", "vlae-12", "vae", "beta-vae", "ae", "wae")):
        for phase, error in (("neither", 10), ("encoder", 9), ("decoder", 7.5), ("both", 7.8)):
            is_first = phase == "neither"
            run = {"model": model if is_first else f"{model}-{after}-{phase}", "on": missing}
            run |= {"dataset": "shapes3d", "variant": first if is_first else "original"}
            run |= {"steps": 250 if is_first else 40, "source": SOURCES[0], "reason": None}
            for seed in range(seeds):
                for number, more in (("missing_error", 0), ("missing_error_train", -0.5)):
                    value = error + more + place / 10 + seed / 5
                    rows.append(run | {"seed": seed, "number": number, "value": value})
    return pd.DataFrame(rows)
