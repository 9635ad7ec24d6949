"""`python -m latent_assays SUBCOMMAND`."""

from latent_assays.cli import main

main()
