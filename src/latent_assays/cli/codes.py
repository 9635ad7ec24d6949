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
    """Encode every image of a set: posterior means, standard deviations, and the factors.

    `runs` does so with the images of its run; this is for other sets.
    """
    from latent_assays import provenance
    from latent_assays.errors import UserError
    from latent_assays.models.weights import load_model
    from latent_assays.store import read_image_set, read_json, write_arrays
    from latent_assays.training.encode import code_arrays
    from latent_assays.training.precision import resolve_device

    network, _ = load_model(run)
    data = read_image_set(images)
    _, height, width, channels = data.images.shape
    if (channels, height, width) != tuple(network.image_shape):
        raise UserError(
            f"--images {images}: its images are {(channels, height, width)}, and the run's were"
            f" {tuple(network.image_shape)}: give a set of the same shape"
        )
    trained = read_json(run / "run.json")
    made = provenance.describe(run=trained)
    if any(data.attributes[key] != trained["dataset"][key] for key in ("dataset", "variant")):
        made["on"] = dict(data.attributes)
    write_arrays(output, code_arrays(network.to(resolve_device(device)), data, made))
