"""`helix`: train the VAE of the double helix, map its latent space and find paths through it.

The double helix is a set of points, not of images, and its training takes seconds, so that one
subcommand does what four do for images.
"""

from pathlib import Path
from typing import Annotated, Any

import typer

# What Section 4 of the paper and its release fix; the rest is in the configuration.
NETWORK = {
    "network": "helix",
    "objective": "beta-vae",
    "latents": 2,
    "likelihood": "gaussian",
    "amsgrad": True,
}


def run(
    settings: Annotated[str, typer.Option(help="JSON: points, training, map and path.")],
    seed: Annotated[int, typer.Option(help="Seed of points, weights, batches and noise.")],
    output: Annotated[Path, typer.Option(help="npz to write.")],
) -> None:
    """Train the double helix's VAE and store its response map and paths on it."""
    import json
    from tempfile import TemporaryDirectory

    from latent_assays import provenance
    from latent_assays.datasets.rendered.double_helix import double_helix
    from latent_assays.models import build_network, build_objective
    from latent_assays.models.callables import encode_decode
    from latent_assays.store import write_arrays
    from latent_assays.training.fit import fit

    chosen = json.loads(settings)
    helix, path = chosen["helix"], chosen["path"]
    trained = {**helix, **NETWORK}
    sample = double_helix(helix["samples"], helix["noise"], seed)
    network = build_network(trained, (3, 1, 1), seed)
    with TemporaryDirectory() as folder:  # too short a training to resume
        images = sample.points[:, None, None, :]
        training = fit(network, build_objective(trained), images, trained, seed, folder)
    encode, decode = encode_decode(network)
    codes = encode(sample.points[:, :, None, None])
    arrays = {
        **vars(sample),
        "codes": codes,
        "reconstructions": _points(decode, codes),
        **_map_and_paths(encode, decode, codes, sample.strand, helix, path),
    }
    run = provenance.describe(
        model="VAE",
        seed=seed,
        settings=trained,
        dataset={
            "dataset": "double_helix",
            "variant": "original",
            "title": "the double helix",
            "source": "points drawn from the paper's formula",
            "selection": f"{helix['samples']:,} points with noise {helix['noise']:g}",
            "stand_in": False,
        },
        device=training.device,
        seconds=training.seconds,
    )
    made = provenance.describe(assay="helix", run=run, settings=chosen)
    write_arrays(output, arrays | {"provenance": provenance.to_array(made)})


def _map_and_paths(encode, decode, codes, strand, helix, path) -> dict[str, Any]:
    """The map, the two paths to show, and how often all paths change strands.

    Shown are the two codes on one strand whose straight line lies longest beside the other's.
    """
    import numpy as np

    from latent_assays.responses import (
        candidate_ends,
        ends_across_strands,
        path_numbers,
        response_map,
        value_at,
    )

    response = response_map(
        encode, decode, np.zeros(2), (0, 1), extent=helix["extent"], points=helix["points"]
    )
    candidates = candidate_ends(codes, helix["extent"], path["clusters"])
    ends = codes[ends_across_strands(codes, candidates, strand)]
    arrays = {
        **vars(response),
        "ends": ends,
        "negative_divergence": (response.divergence < 0).mean(),
        "positive_curvature": (response.curvature > 0).mean(),
        **_jumps_of_all(decode, codes[candidates], strand[candidates], response, path),
    }
    curvature = value_at(response.curvature, response.axis, codes)
    arrays["codes_at_positive_curvature"] = (curvature[np.isfinite(curvature)] > 0).mean()
    for name, positions in _paths(response, ends, path).items():
        numbers = path_numbers(positions, response, codes)
        points = _points(decode, positions)
        arrays |= {
            name: positions,
            **{f"{name}_{key}": value for key, value in vars(numbers).items()},
            f"{name}_points": points,
            f"{name}_jumps": _jumps(points),
        }
    return arrays


def _paths(response, ends, path):
    from latent_assays.responses import manifold_path, straight_path

    return {
        "curved": manifold_path(response, *ends, path["landscape"], path["temperature"]),
        "straight": straight_path(*ends, path["points"]),
    }


def _jumps_of_all(decode, ends, strand, response, path) -> dict[str, Any]:
    """Jumps of both paths between any two of the ends that lie on one strand (pairs,)."""
    from itertools import combinations

    import numpy as np

    jumps = {"curved": [], "straight": []}
    for first, last in combinations(range(len(ends)), 2):
        if strand[first] == strand[last]:
            both = _paths(response, ends[[first, last]], path)
            for name, positions in both.items():
                jumps[name].append(_jumps(_points(decode, positions)))
    curved, straight = np.array(jumps["curved"]), np.array(jumps["straight"])
    return {
        "curved_jumps_of_all": curved,
        "straight_jumps_of_all": straight,
        "curved_jumps_where_straight_jumps": curved[straight > 0],
    }


def _jumps(points) -> int:
    from latent_assays.datasets.rendered.double_helix import nearest_strand
    from latent_assays.responses import count_jumps

    return count_jumps(nearest_strand(points))


def _points(decode, codes):
    """Decoded points (P,3) of codes (P,2)."""
    import numpy as np

    return decode(np.asarray(codes, np.float32)).reshape(len(codes), 3)
