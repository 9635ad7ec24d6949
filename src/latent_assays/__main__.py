"""`python -m latent_assays SUBCOMMAND`."""

import sys

from latent_assays.forks import forked

status = forked()
if status is None:
    from latent_assays.cli import main

    main()
sys.exit(status)
