"""Latent Assays: what autoencoders learn, measured by one Snakemake workflow.

The package is the workflow taken apart. Functions of arrays, which touch no file, are in
`variants`, `models`, `responses`, `scores`, `distances`, `claims`, `figures` and `tables`; a
paper's own are in its room in `papers`. `cli` reads, calls them, and writes. Letters mean the same
everywhere: B batch, C, H, W image, D latents, K factors, N samples.
"""

__version__ = "0.1.0"
