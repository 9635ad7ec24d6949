# Latent Assays: rebuilds every figure and table of three papers on what autoencoders learn.
#
# dataset -> variant -> run -> codes -> scores     -> collected -> figures, tables -> report
#                       run -> codes -> responses  ->
#
# A rule, its subcommand (python -m latent_assays NAME), its logs and its results bear one name.

from snakemake.utils import min_version

min_version("9.0")


configfile: "config.yaml"


include: "rules/common.smk"
include: "rules/downloads.smk"
include: "rules/datasets.smk"
include: "rules/variants.smk"
include: "rules/runs.smk"
include: "rules/codes.smk"
include: "rules/responses.smk"
include: "rules/scores.smk"
include: "rules/collected.smk"
include: "rules/figures.smk"
include: "rules/sheets.smk"
include: "rules/tables.smk"


rule all:
    default_target: True
    input:
        figures=[
            f"results/{config['scale']}/figures/{figure}.pdf"
            for figure in ["responses/fig6", "perturbations/fig3"]
        ],
        tables=[
            f"results/{config['scale']}/tables/{table}.csv"
            for table in ["responses/tab1", "perturbations/tab1"]
        ],
