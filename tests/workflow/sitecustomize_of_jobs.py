"""Laid as `sitecustomize.py` into a copy's `src`: each job leaves a list of the modules it loaded.

The list goes to a file in the folder that LOADED_MODULES names: the command line, then one module
of the package a line.
"""

import atexit
import os
import sys
from pathlib import Path


def write_loaded_modules() -> None:
    """Write what this process loaded of the package, unless it never started the package."""
    loaded = sorted(name for name in sys.modules if name.startswith("latent_assays."))
    if "latent_assays.cli" in loaded and sys.argv[0].endswith("__main__.py"):
        file = Path(os.environ["LOADED_MODULES"]) / str(os.getpid())
        file.write_text("\n".join([" ".join(sys.argv[1:]), *loaded]), encoding="utf-8")


if "LOADED_MODULES" in os.environ:
    atexit.register(write_loaded_modules)
