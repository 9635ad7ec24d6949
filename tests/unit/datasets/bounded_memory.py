"""Running a script where memory is short."""

import os
import subprocess
import sys
import textwrap

from latent_assays.datasets.downloads import TABLE


def run_within_a_gigabyte(imports, script, *arguments):
    """Run `imports`, limit the address space to 1 GiB, run `script`, and expect success."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))"
    program = "\n".join([textwrap.dedent(imports), limit, textwrap.dedent(script)])
    source_folder = str(TABLE.parents[1] / "src")
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": source_folder, "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
