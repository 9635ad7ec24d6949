# Latent Assays: rebuilds every figure and table of three papers on what autoencoders learn.
#
# dataset -> variant -> run -> codes -> scores     -> collected -> figures, tables -> report
#                       run -> codes -> responses  ->
#                       run -> codes -> samples    -> distances ->
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
include: "rules/distances.smk"
include: "rules/scores.smk"
include: "rules/collected.smk"
include: "rules/figures.smk"
include: "rules/tables.smk"
include: "rules/claims.smk"


rule all:
    default_target: True
    input:
        figures=[
            f"results/{config['scale']}/figures/{name}.pdf" for name in figure_names()
        ],
        tables=[
            f"results/{config['scale']}/tables/{name}.csv" for name in table_names()
        ],
        claims=f"results/{config['scale']}/claims.csv",
