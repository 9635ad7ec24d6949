"""Latent Assays: what autoencoders learn, measured by one Snakemake workflow.

The package is the workflow taken apart. Each stage is a subpackage of functions of arrays:
`datasets`, `variants`, `models`, `training`, `responses`, `scores`, `figures`, `tables`.
Only `cli` and `store` touch files. Letters mean the same everywhere: B batch, C, H, W image,
D latents, K factors, N samples.
"""

__version__ = "0.1.0"
