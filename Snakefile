# Latent Assays: rebuilds every figure and table of three papers on what autoencoders learn.
#
# dataset -> variant -> run (weights and codes) -> measures -> collected -> tables, claims
#                ^                                    |    `-> figures
#                `------------- choices <-------------'
#
# measures: scores, responses, distances, and what one paper alone measures of runs or of images;
# traversals and samples are for looking at.
# A rule, its subcommand (python -m latent_assays NAME), its logs and its results bear one name.
# What a paper shows and compares lies in its room, src/latent_assays/papers/NAME.

from pathlib import Path

from snakemake.utils import min_version

min_version("9.0")


# The workflow's files lie beside the Snakefile, results and yours in the working directory.
configfile: Path(workflow.basedir) / "config.yaml"


include: "rules/common.smk"
include: "rules/stages.smk"
include: "rules/rooms.smk"
include: "rules/progress.smk"
include: "rules/scheduling.smk"
include: "rules/downloads.smk"
include: "rules/datasets.smk"
include: "rules/choices.smk"
include: "rules/variants.smk"
include: "rules/runs.smk"
include: "rules/codes.smk"
include: "rules/scores.smk"
include: "rules/responses.smk"
include: "rules/distances.smk"
include: "rules/traversals.smk"
include: "rules/samples.smk"
include: "rules/measures.smk"
include: "rules/image_measures.smk"
include: "rules/collected.smk"
include: "rules/figures.smk"
include: "rules/tables.smk"
include: "rules/claims.smk"
include: "rules/report.smk"
include: "rules/plan.smk"
include: "rules/pack_contents.smk"
include: "rules/pack.smk"


rule all:
    default_target: True
    input:
        figures=[
            f"results/{config['scale']}/figures/{name}.pdf"
            for name in all_figures(config["scale"])
        ],
        tables=[
            f"results/{config['scale']}/tables/{name}.csv"
            for name in tables_with_models(config["scale"])
        ],
        claims=f"results/{config['scale']}/claims.csv",
        report=f"results/{config['scale']}/report/index.html",
