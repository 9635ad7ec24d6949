"""A small linear run with known responses, as files: h(z) = A z for every code z."""

import json

import numpy as np
import torch

from latent_assays import provenance
from latent_assays.models import build_network
from latent_assays.models.weights import save_model
from latent_assays.store import write_arrays, write_image_set, write_json

# A_kj: how latent k answers to latent j.
ANSWERS = np.array([[0.9, 0.0, 0.0], [0.3, 0.8, 0.0], [0.0, 0.0, 0.05]])
DATASET = {
    "dataset": "shapes3d",
    "variant": "original",
    "title": "3D-Shapes",
    "source": "made up </script> <b>& known</b>",
    "stand_in": True,
    "grid": False,
    "licence": "MIT",
    "selection": "40 images of 8 px",
    "keep": "{}",
    "split_rule": "as given",
    "provenance": "{}",
}
SHAPE = (1, 8, 8)


def write_run(folder, settings=None, shape=SHAPE, labels=True, seed=0):
    """Write run, codes and images; the options of `card` that name them."""
    linear = {"network": "linear", "objective": "beta-vae", "beta": 1, "likelihood": "gaussian"}
    settings = {"latents": 3, **(linear if settings is None else settings)}
    network = build_network(settings, shape, seed)
    if settings["network"] == "linear":
        _make_linear(network)
    draw = np.random.default_rng(0)
    images = draw.integers(0, 256, (40, *shape[1:], shape[0]), dtype=np.uint8)
    factors = np.stack([np.arange(40) // 8, np.arange(40) % 8], axis=1)
    names, sizes = (["hue", "size"], (5, 8)) if labels else ([], ())
    split = np.repeat([0, 1, 2], [10, 5, 25]).astype(np.uint8)
    write_image_set(
        folder / "images.h5",
        [images],
        images.shape,
        factors if labels else factors[:, :0],
        split,
        names,
        sizes,
        DATASET,
    )
    pixels = torch.from_numpy(images).permute(0, 3, 1, 2) / 255
    with torch.no_grad():
        mean, log_std = network.eval().encode(pixels)
    run = {"model": "small", "seed": seed, "settings": {**settings, "steps": 7}, "dataset": DATASET}
    made = {"provenance": provenance.to_array({"run": run})}
    std = {} if log_std is None else {"std": log_std.exp().numpy()}
    write_arrays(folder / "codes.npz", {"mean": mean.numpy(), **std, **made})
    save_model(folder / "run/model.safetensors", network)
    write_json(folder / "run/config.json", {**settings, "image_shape": shape})
    write_json(folder / "run/run.json", run)
    assert json.loads(str(made["provenance"])) == {"run": run}
    return {
        "run": folder / "run",
        "codes": folder / "codes.npz",
        "images": folder / "images.h5",
        "output": folder / "card.html",
    }


def _make_linear(network):
    """Each latent lifts pixels of its own from 0.5, and the encoder reads them back as A says."""
    latents = len(ANSWERS)
    reads = torch.zeros_like(network.encoder[-1].weight)
    lifts = torch.zeros(64, latents)
    for latent in range(latents):
        lifts[latent * 16 : latent * 16 + 16, latent] = 0.125
        answers = torch.tensor(ANSWERS[:, latent], dtype=torch.float32)
        reads[:latents, latent * 16 : latent * 16 + 16] = answers[:, None] / 2
    encoder, decoder = network.encoder[-1], network.decoder[0]
    with torch.no_grad():
        encoder.weight.copy_(reads)
        encoder.bias.copy_(-0.5 * reads.sum(dim=1))
        decoder.weight.copy_(lifts)
        decoder.bias.fill_(0.5)
