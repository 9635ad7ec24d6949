"""*Structure by Architecture*: see README.md."""
