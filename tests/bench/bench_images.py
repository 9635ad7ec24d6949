"""Batches of images against h5py's random access on a file in the original's format."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import h5py
import numpy as np

from latent_assays.datasets import open_source
from latent_assays.split import draw_split
from latent_assays.store import read_image_set, write_image_set
from latent_assays.variants.pattern import make_pattern, perturb

sys.path.append(str(Path(__file__).parents[1] / "unit/datasets"))

from original_files import write_shapes3d
from table import Row, cpu_seconds

BATCH = 64


def rows(folder: Path) -> Iterator[Row]:
    """3D-Shapes, 64 px: random batches, and the perturbation beside the disk's own speed."""
    source = open_source("shapes3d", "rendered", 64, {})
    count = 9600
    images = source.images(np.arange(count))
    write_shapes3d(folder / "3dshapes.h5", (1, 2, 10, 8, 4, 15), np.arange(count), images)
    write_image_set(
        folder / "images.h5",
        [images],
        images.shape,
        source.factors(np.arange(count)),
        draw_split(count),
        ["a"] * 6,
        [1] * 6,
        {},
    )
    stored = read_image_set(folder / "images.h5").images
    random = np.random.default_rng(0)
    batches = [np.sort(random.choice(count, BATCH, replace=False)) for _ in range(200)]

    def ours():
        for batch in batches:
            stored[batch]

    def rendered():
        for batch in batches:
            source.images(batch)

    def theirs():
        with h5py.File(folder / "3dshapes.h5") as file:
            for batch in batches[:2]:
                file["images"][batch]

    ours()
    peer = 2 * BATCH / cpu_seconds(theirs)
    for work, function in (("memory-mapped", ours), ("rendered", rendered)):
        rate = len(batches) * BATCH / cpu_seconds(function, 3)
        work = f"random batches of 3D-Shapes, {work}"
        yield Row(work, rate, peer, "h5py on gzip-chunked 3dshapes.h5", "images/s", rate / peer)

    s = random.normal(size=count)
    pattern = make_pattern(s, 64, 64, 32, 0)

    def write(name, batches):
        start = time.perf_counter()
        rows = np.zeros((count, 0)), draw_split(count)
        write_image_set(folder / name, batches, images.shape, *rows, [], [], {})
        return images.nbytes / (time.perf_counter() - start) / 1e6

    perturb(images[:2], s[:2], pattern, 0.175, "unclipped")  # compiles
    slices = [slice(start, start + BATCH) for start in range(0, count, BATCH)]
    disk = write("copy.h5", (images[part] for part in slices))
    changed = (perturb(images[part], s[part], pattern, 0.175, "unclipped") for part in slices)
    speed = write("perturbed.h5", changed)
    yield Row(
        "writing perturbed images", speed, disk, "the same bytes unchanged", "MB/s", speed / disk
    )
