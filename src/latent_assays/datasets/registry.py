"""Where the images of a dataset can come from: the module that opens them.

Of this file no stage depends: a rule names the module that its dataset uses.
"""

__all__ = ["SOURCES"]

SOURCES = {
    ("shapes3d", "rendered"): "latent_assays.datasets.rendered.shapes3d",
    ("shapes3d", "downloaded"): "latent_assays.datasets.originals.shapes3d",
    ("dsprites", "rendered"): "latent_assays.datasets.rendered.dsprites",
    ("dsprites", "downloaded"): "latent_assays.datasets.originals.dsprites",
    ("mpi3d_toy", "rendered"): "latent_assays.datasets.rendered.mpi3d_toy",
    ("mpi3d_toy", "downloaded"): "latent_assays.datasets.originals.mpi3d_toy",
    ("mpi3d_realistic", "rendered"): "latent_assays.datasets.rendered.mpi3d_realistic",
    ("mpi3d_realistic", "downloaded"): "latent_assays.datasets.originals.mpi3d_realistic",
    ("mpi3d_real", "rendered"): "latent_assays.datasets.rendered.mpi3d_real",
    ("mpi3d_real", "downloaded"): "latent_assays.datasets.originals.mpi3d_real",
    ("celeba", "rendered"): "latent_assays.datasets.rendered.faces",
    ("celeba", "downloaded"): "latent_assays.datasets.originals.celeba",
    ("rfd", "rendered"): "latent_assays.datasets.rendered.finger",
    ("rfd", "downloaded"): "latent_assays.datasets.originals.rfd",
    ("mnist", "downloaded"): "latent_assays.datasets.originals.mnist",
    ("fashion_mnist", "downloaded"): "latent_assays.datasets.originals.fashion_mnist",
    ("double_helix", "rendered"): "latent_assays.datasets.rendered.double_helix",
    ("segments", "rendered"): "latent_assays.datasets.rendered.segments",
}
