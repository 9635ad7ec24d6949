"""The command line: one subcommand for each rule of the workflow, and a few for people.

Modules of this package read files, call the functions of arrays in the other packages, and write
files. A subcommand bears the name of its rule, its logs and its results.
"""

import os
import sys
from importlib import import_module

from latent_assays.errors import UserError

__all__ = ["COMMANDS", "JOB", "USED", "main"]

JOB = "LATENT_ASSAYS_JOB"
"""Environment variable of the workflow's jobs, which say at the end what they used."""

USED = "used {} CPU s and {} MiB of memory at most"

# subcommand -> module of this package; each offers `run`
COMMANDS = {
    "downloads": "downloads",
    "datasets": "datasets",
    "variants": "variants",
    "runs": "runs",
    "codes": "codes",
    "responses": "responses",
    "measures": "measures",
    "image-measures": "image_measures",
    "choices": "choices",
    "scores": "scores",
    "collected": "collected",
    "figures": "figures",
    "tables": "tables",
    "claims": "claims",
    "claims-joined": "claims_joined",
    "report": "report",
    "references": "references",
    "distances": "distances",
    "traversals": "traversals",
    "samples": "samples",
    "score-codes": "score_codes",
    "readmes": "readmes",
    "targets": "targets",
    "costs": "costs",
    "plan": "plan",
    "card": "card",
    "pack": "pack",
}


def main() -> None:
    """Run the subcommand named on the command line; a `UserError` is one line and exit status 1."""
    import typer

    app = typer.Typer(
        help="Probe, score and perturb what autoencoders learn.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)  # a lone subcommand bears its name, too
    for name in [name for name in sys.argv[1:2] if name in COMMANDS] or COMMANDS:
        app.command(name)(import_module(f"latent_assays.cli.{COMMANDS[name]}").run)
    try:
        app(prog_name="latent-assays")
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except SystemExit as end:
        if not end.code and JOB in os.environ:
            print(_used(), file=sys.stderr)
        raise


def _used() -> str:
    """What this process has used so far, as `costs` reads it."""
    import resource

    of_self = resource.getrusage(resource.RUSAGE_SELF)
    of_children = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = sum(of.ru_utime + of.ru_stime for of in (of_self, of_children))
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return USED.format(f"{seconds:.2f}", of_self.ru_maxrss // unit)
