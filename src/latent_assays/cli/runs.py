"""`runs`: train one model on one image set with one seed, and encode the set with it."""

from pathlib import Path
from typing import Annotated

import typer

PARTS = ("train", "all")


def run(
    images: Annotated[Path, typer.Option(help="Image set to train on and to encode.")],
    settings: Annotated[str, typer.Option(help="JSON: the flat settings of the model.")],
    model: Annotated[str, typer.Option(help="Name of the model, kept with the run.")],
    seed: Annotated[int, typer.Option(help="Seed of weights, batches and noise.")],
    directory: Annotated[Path, typer.Option(help="Folder of the run; a checkpoint in it resumes.")],
    codes: Annotated[Path, typer.Option(help="npz to write: the codes of every image.")],
    part: Annotated[str, typer.Option(help="Images to train on: train or all.")] = "train",
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Train one model on one image set, and encode all of the set's images with it.

    A run that was killed goes on from its checkpoint, and one that was finished is not repeated.
    """
    import csv

    from latent_assays import provenance
    from latent_assays.cli.inputs import read_settings
    from latent_assays.errors import UserError
    from latent_assays.models import build_network, build_objective
    from latent_assays.models.weighting import explain_weights
    from latent_assays.models.weights import load_weights, save_model
    from latent_assays.store import atomic_path, read_image_set, write_arrays, write_json
    from latent_assays.training.checkpoint import sweep_partials
    from latent_assays.training.encode import code_arrays
    from latent_assays.training.fit import fit
    from latent_assays.training.lock import alone
    from latent_assays.training.progress import say

    if part not in PARTS:
        raise UserError(f"--part {part}: must be one of {', '.join(PARTS)}")
    chosen, data = read_settings(settings), read_image_set(images)
    _, height, width, channels = data.images.shape
    shape = (channels, height, width)
    network, objective = build_network(chosen, shape, seed), build_objective(chosen, seed)
    if "weights" in chosen:
        load_weights(network, chosen["weights"], f"network {chosen['network']!r}")
    weighting = explain_weights(objective, network)
    rows = data.rows_of(part)
    say(f"training on {len(rows)} of {len(data)} images (part {part!r})")
    with alone(directory) as held:
        if held:
            sweep_partials(directory)
        # Networks see the stored bytes as u8 / 255, also where a variant's values leave [0, 1]:
        # that is what a Bernoulli likelihood needs, and squeezes unclipped images by 1 / (1 + 2ε).
        training = fit(
            network,
            objective,
            data.images,
            chosen,
            seed,
            directory,
            rows=rows,
            device=device,
            factors=data.factors,
            factor_sizes=data.factor_sizes,
            factor_names=data.factor_names,
        )

        critic = ["critic"] * bool(objective.critic)
        columns = ["step", *objective.weights, "total", *critic, "seconds"]
        with (
            atomic_path(directory / "history.csv") as partial,
            open(partial, "w", newline="", encoding="utf-8") as file,
        ):
            table = csv.DictWriter(file, columns, lineterminator="\n")
            table.writeheader()
            table.writerows(training.history)
        config = {**chosen, "part": part, "image_shape": shape, "weighting": weighting}
        write_json(directory / "config.json", config)
        made = {
            "commit": training.commit,  # of the session that trained, which may not be this one
            "versions": training.versions,
            "model": model,
            "seed": seed,
            "settings": chosen,
            "part": part,
            "dataset": {**data.attributes, "images": len(data), "image_shape": shape},
            "device": training.device,
            "precision": training.precision,
            "seconds": training.seconds,
            "images_per_second": training.images_per_second,
            "resumed_from": training.resumed_from,
        }
        write_json(directory / "run.json", made)
        write_arrays(codes, code_arrays(network, data, provenance.describe(run=made)))
        save_model(directory / "model.safetensors", network)
