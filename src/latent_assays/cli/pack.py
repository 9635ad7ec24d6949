"""`pack`: weights, codes, numbers, tables and claims of a scale in one zip that says what it is."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from latent_assays.errors import UserError


def run(
    papers: Annotated[
        str,
        typer.Option(
            help="JSON: for each paper title, authors, arxiv, plan (as `collected` takes it),"
            " tables (names) and claims (whether it has some)."
        ),
    ],
    scale: Annotated[str, typer.Option(help="Scale whose results are packed.")],
    workflow: Annotated[Path, typer.Option(help="Snakefile that made them.")],
    output: Annotated[Path, typer.Option(help="Zip to write.")],
    date: Annotated[
        str | None,
        typer.Option(help="Date of publication, YYYY-MM-DD; else that of the commit, else today."),
    ] = None,
) -> None:
    """Pack the results of a scale, so that others can check and use them without the workflow.

    The same results give the same bytes. `manifest.json` says what is in the pack, `load.py` reads
    a run of it, and `ro-crate-metadata.json` describes it for archives.
    """
    from latent_assays.cli.inputs import read_settings
    from latent_assays.pack.archive import new_archive
    from latent_assays.pack.contents import packed_files, packed_runs
    from latent_assays.pack.crate import METADATA, WORKFLOW, crate_of
    from latent_assays.pack.manifest import MANIFEST, as_text, loader, manifest_of
    from latent_assays.pack.readme import readme_of

    given = read_settings(papers)
    published = _date_of_commit() if date is None else _checked(date)
    manifest = manifest_of(given, packed_runs(given, scale), scale)
    with new_archive(output) as archive:
        for place, path in packed_files(given, scale).items():
            archive.add_file(place, path)
        archive.add_file(WORKFLOW, workflow)
        archive.add_text("load.py", loader())
        archive.add_text("README.md", readme_of(manifest))
        archive.add_text(MANIFEST, as_text({**manifest, "files": dict(archive.entries)}))
        described = {**manifest, "files": archive.entries}
        archive.add_text(METADATA, crate_of(described, published))


def _checked(date: str) -> str:
    """A date, ISO 8601.

    Raises:
        UserError: it is none.
    """
    try:
        return datetime.strptime(date, "%Y-%m-%d").date().isoformat()
    except ValueError:
        raise UserError(f"--date {date}: give it as YYYY-MM-DD") from None


def _date_of_commit() -> str:
    """Of the checkout that this runs from; today outside of one."""
    command = ["git", "log", "-1", "--format=%cs"]
    try:
        answer = subprocess.run(
            command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return datetime.now(UTC).date().isoformat()
    return answer.stdout.strip()
