"""The command line: one subcommand for each rule of the workflow, and a few for people.

Modules of this package read files, call the functions of arrays in the other packages, and write
files. A subcommand bears the name of its rule, its logs and its results.
"""

import sys
from importlib import import_module

from latent_assays.errors import UserError

__all__ = ["COMMANDS", "main"]

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
    for name, module in COMMANDS.items():
        app.command(name)(import_module(f"latent_assays.cli.{module}").run)
    try:
        app(prog_name="latent-assays")
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
