"""`codes`: encode every image of a set with a trained run."""

from pathlib import Path
from typing import Annotated

import typer


def run(
    run: Annotated[Path, typer.Option(help="Folder of the run.")],
    images: Annotated[Path, typer.Option(help="Image set to encode.")],
    output: Annotated[Path, typer.Option(help="npz to write.")],
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
) -> None:
    """Encode every image of a set: posterior means, standard deviations, and the factors."""
    import numpy as np

    from latent_assays import provenance
    from latent_assays.models.weights import load_model
    from latent_assays.store import read_image_set, read_json, write_arrays
    from latent_assays.training.encode import encode_images
    from latent_assays.training.precision import resolve_device

    network, _ = load_model(run)
    data = read_image_set(images)
    mean, std = encode_images(network.to(resolve_device(device)), data.images)
    made = provenance.describe(run=read_json(run / "run.json"))
    arrays = {
        "mean": mean,
        "factors": data.factors,
        "factor_names": np.array(data.factor_names),
        "factor_sizes": np.array(data.factor_sizes),
        "provenance": provenance.to_array(made),
    }
    write_arrays(output, arrays | ({} if std is None else {"std": std}))
