"""The workflow as Snakemake has parsed it, printed as JSON: run in the project's folder.

Arguments: the Snakefile, and config files as after `--configfile`.
"""

import json
import sys
from pathlib import Path

from snakemake.api import SnakemakeApi
from snakemake.io import strip_wildcard_constraints
from snakemake.iocontainers import Wildcards
from snakemake.settings.types import ConfigSettings, OutputSettings, ResourceSettings

# The job of each rule that `code` is asked for.
EXAMPLE = {
    "scale": "mini",
    "dataset": "shapes3d",
    "variant": "noisy",
    "model": "vae-b4-d24",
    "seed": "0",
    "on": "",
    "choice": "entangled",
    "assay": "matrix",
    "kind": "hybrid",
    "paper": "responses",
    "measure": "credit",
    "figure": "fig4",
    "table": "tab1",
}
OF_RULE = {"image_measures": {"paper": "perturbations", "measure": "variance"}}


def parsed(snakefile, configfiles):
    """What rules say, the files they were read from, the inputs of `all`, and the configuration."""
    with SnakemakeApi(OutputSettings(enable_file_logging=False)) as api:
        workflow = api.workflow(
            resource_settings=ResourceSettings(cores=1),
            config_settings=ConfigSettings(configfiles=configfiles),
            snakefile=snakefile,
        )._workflow
        return {
            "rules": {rule.name: told(rule) for rule in workflow.rules if rule.name != "all"},
            "files": [Path(str(file.get_path_or_uri(True))).name for file in workflow.included],
            "all": [str(path) for path in workflow.get_rule("all").input],
            "config": workflow.globals["config"],
        }


def told(rule):
    return {
        "file": Path(rule.snakefile).stem,
        "message": rule.message,
        "shell": rule.shellcmd,
        "inputs": len(rule.input),
        "output": [strip_wildcard_constraints(path) for path in rule.output],
        "log": [strip_wildcard_constraints(path) for path in rule.log],
        "conda": rule.conda_env and str(Path(rule.snakefile).parent / rule.conda_env),
        "threads": rule.resources["_cores"].raw,
        "mem_mb": rule.resources["mem_mb"].raw if "mem_mb" in rule.resources else None,
        "code": list(rule.params["code"](Wildcards(fromdict=EXAMPLE | OF_RULE.get(rule.name, {})))),
    }


if __name__ == "__main__":
    files = [Path(argument).resolve() for argument in sys.argv[1:]]
    print(json.dumps(parsed(files[0], files[1:])))
