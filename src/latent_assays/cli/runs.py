"""`runs`: train one model on one image set with one seed."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    images: Annotated[Path, typer.Option(help="Image set to train on.")],
    settings: Annotated[str, typer.Option(help="JSON: the flat settings of the model.")],
    model: Annotated[str, typer.Option(help="Name of the model, kept with the run.")],
    seed: Annotated[int, typer.Option(help="Seed of weights, batches and noise.")],
    directory: Annotated[Path, typer.Option(help="Folder of the run; a checkpoint in it resumes.")],
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Train one model on one image set; a run that was killed goes on from its checkpoint."""

    import pandas as pd

    from latent_assays import provenance
    from latent_assays.cli.inputs import read_settings
    from latent_assays.models import build_network, build_objective
    from latent_assays.models.weighting import explain_weights
    from latent_assays.models.weights import load_weights, save_model
    from latent_assays.store import atomic_path, read_image_set, write_json
    from latent_assays.training.checkpoint import discard_checkpoint
    from latent_assays.training.fit import fit

    chosen, data = read_settings(settings), read_image_set(images)
    _, height, width, channels = data.images.shape
    shape = (channels, height, width)
    network, objective = build_network(chosen, shape, seed), build_objective(chosen, seed)
    if "weights" in chosen:
        load_weights(network, chosen["weights"], f"network {chosen['network']!r}")
    weighting = explain_weights(objective, network)
    # Networks see the stored bytes as u8 / 255, also where a variant's values leave [0, 1]: that
    # is what a Bernoulli likelihood needs, and squeezes unclipped images by 1 / (1 + 2ε).
    training = fit(
        network,
        objective,
        data.images,
        chosen,
        seed,
        directory,
        device=device,
        factors=data.factors,
        factor_sizes=data.factor_sizes,
        factor_names=data.factor_names,
    )

    columns = ["step", *objective.weights, "total", *["critic"] * bool(objective.critic), "seconds"]
    with atomic_path(directory / "history.csv") as partial:
        pd.DataFrame(training.history, columns=columns).to_csv(partial, index=False)
    write_json(directory / "config.json", {**chosen, "image_shape": shape, "weighting": weighting})
    made = provenance.describe(
        model=model,
        seed=seed,
        settings=chosen,
        dataset={**data.attributes, "images": len(data), "image_shape": shape},
        device=training.device,
        precision=training.precision,
        seconds=training.seconds,
        images_per_second=training.images_per_second,
        resumed_from=training.resumed_from,
    )
    write_json(directory / "run.json", made)
    save_model(directory / "model.safetensors", network)
    discard_checkpoint(directory)
