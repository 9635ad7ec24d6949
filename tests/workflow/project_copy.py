"""A copy of the project in a folder of its own, and Snakemake run in it as a user would."""

import copy
import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml
from snakemake.utils import update_config

from latent_assays.config.load import load_config

__all__ = ["CHECKOUT", "TINY", "Outcome", "ProjectCopy"]

CHECKOUT = Path(__file__).parents[2]
TINY = Path(__file__).with_name("tiny.yaml")
PARTS = ("Snakefile", "config.yaml", "rules", "envs", "src", "profiles", "resources")
SNAKEMAKE = [sys.executable, "-m", "snakemake"]
MNIST = "results/downloads/mnist"
TIMEOUT = 1200


@dataclass(frozen=True)
class Outcome:
    """What one call of Snakemake came to: its exit status, and all that it printed."""

    status: int
    text: str

    @property
    def sentences(self) -> list[str]:
        """The lines that speak to the user about a fault; a job's is said again at the end."""
        starts = ("config: ", "error: ", "target ")
        said = (line for line in self.text.splitlines() if line.startswith(starts))
        return list(dict.fromkeys(said))

    @property
    def failed_jobs(self) -> str:
        """The logs of the jobs that failed, or the end of the text where no job did."""
        logs = re.findall(r"^Logfile .*?:\n=+\n.*?^=+$", self.text, re.MULTILINE | re.DOTALL)
        return "\n".join(logs) or self.text[-3000:]

    @property
    def jobs(self) -> dict[str, int]:
        """{rule: jobs} of the first table, that of all jobs; empty if there is nothing to do."""
        table = self.text.partition("Job stats:")[2].partition("total")[0]
        return {rule: int(n) for rule, n in re.findall(r"^(\w+) +(\d+)$", table, re.MULTILINE)}


class ProjectCopy:
    """The project's files in `folder`, with no results.

    Args:
        folder: a folder that does not exist yet.
        config: the config file that is laid over `config.yaml`; None for none.

    Attributes:
        targets: what Snakemake is asked for where a call names nothing; empty is `rule all`.
    """

    def __init__(self, folder: Path, config: Path | None = TINY) -> None:
        self.folder = folder
        self.config = [config] if config else []
        self.targets: tuple[str, ...] = ()
        folder.mkdir(parents=True)
        for name in PARTS:
            source = CHECKOUT / name
            if source.is_dir():
                # What Numba compiled goes along: it fits files of the same date.
                ignored = shutil.ignore_patterns("*.pyc")
                shutil.copytree(source, folder / name, ignore=ignored)
            else:
                shutil.copy2(source, folder / name)

    def duplicate(self, folder: Path) -> "ProjectCopy":
        """The same project with its results in another folder that does not exist yet."""
        twin = copy.copy(self)
        twin.folder = shutil.copytree(self.folder, folder)
        return twin

    def __truediv__(self, path: str) -> Path:
        return self.folder / path

    def configuration(self) -> dict:
        """The project's own configuration with the copy's config laid over it."""
        config = load_config(CHECKOUT)
        for path in self.config:
            update_config(config, yaml.safe_load(path.read_text(encoding="utf-8")))
        return config

    def take_mnist_along(self) -> None:
        """Copy MNIST and its records if the checkout has them; `downloads` checks them as ever."""
        if (CHECKOUT / MNIST).is_dir():
            shutil.copytree(CHECKOUT / MNIST, self / MNIST)

    def command(self, *arguments: str, settings: dict | None = None) -> list[str]:
        """The command line: two cores, the copy's config, and `settings` laid over that."""
        files = [str(path) for path in self.config]
        if settings is not None:
            laid_over = self / "settings.yaml"
            laid_over.write_text(yaml.safe_dump(settings), encoding="utf-8")
            files.append(str(laid_over))
        configured = ["--configfile", *files, "--"] if files else ["--"]
        options = [argument for argument in arguments if argument.startswith("-")]
        targets = [argument for argument in arguments if not argument.startswith("-")]
        return [*SNAKEMAKE, "--cores=2", *options, *configured, *(targets or self.targets)]

    def snakemake(self, *arguments: str, settings: dict | None = None) -> Outcome:
        """Run Snakemake to its end; options are given as `--name=value`."""
        finished = subprocess.run(
            self.command(*arguments, settings=settings),
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
        )
        return Outcome(finished.returncode, finished.stdout)

    def start(self, *arguments: str, settings: dict | None = None) -> subprocess.Popen:
        """Start Snakemake in a process group of its own and do not wait for it."""
        return subprocess.Popen(
            self.command(*arguments, settings=settings),
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def environment(self) -> dict[str, str]:
        """This process's environment, with one thread a job."""
        return {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}

    def plan(self, *targets: str, settings: dict | None = None) -> dict[str, bool]:
        """What Snakemake would make now: for every output on the way to the targets, if it would.

        Nothing runs.
        """
        outcome = self.snakemake("--summary", *targets, settings=settings)
        assert outcome.status == 0, outcome.text
        lines = outcome.text.splitlines()
        table = lines[next(i for i, line in enumerate(lines) if line.startswith("output_file\t")) :]
        rows = csv.DictReader(table, delimiter="\t")
        return {row["output_file"]: row["plan"] == "update pending" for row in rows if row["plan"]}

    def pending(self, *targets: str, settings: dict | None = None) -> set[str]:
        """The outputs that Snakemake would make now."""
        plan = self.plan(*targets, settings=settings)
        return {path for path, is_pending in plan.items() if is_pending}

    @contextmanager
    def edited(self, path: str) -> Iterator[None]:
        """The file `path` with a line added, for as long as the context lasts."""
        file = self / path
        content = file.read_bytes()
        file.write_bytes(content + b"\n# a line more\n")
        try:
            yield
        finally:
            file.write_bytes(content)

    def files(self) -> set[str]:
        """Every file of the results and logs, hidden ones too."""
        return {
            str(path.relative_to(self.folder))
            for top in ("results", "logs")
            for path in (self / top).rglob("*")
            if path.is_file()
        }
