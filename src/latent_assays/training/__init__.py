"""Training: one loop for every model, its checkpoints, and the encoding of whole datasets."""
