"""*Clearing the Path for Truly Semantic Representation Learning*: see README.md."""
