# Needs: the original images; for `perturbed`, the run that a choice names, with its codes.
# Makes: results/{scale}/datasets/{dataset}/{variant}.h5, which says what was done to the images.

from latent_assays.variants.registry import VARIANTS


def variant_settings(wildcards):
    return resolve.variant_settings(
        config, wildcards.scale, wildcards.dataset, wildcards.variant
    )


def variant_code(wildcards):
    """As `code`, with this kind of variant, and no other's."""
    return digests_of(
        ["cli.variants", module_of(VARIANTS[variant_settings(wildcards)["kind"]])]
    )


def choice_of(wildcards):
    """Input function: the choice that the variant rests on, if any."""
    return choice_path(wildcards) or []


def chosen_codes(wildcards):
    """Input function: the codes of the run that the choice names, once it is made."""
    run = chosen_run(wildcards)
    return run_path(wildcards.scale, "codes", run, ".npz") if run else []


def choice_options(wildcards):
    """Value of `params`: the choice and the codes, as the subcommand takes them."""
    path, codes = choice_path(wildcards), chosen_codes(wildcards)
    return f"--choice {path} --codes {codes}" if path and codes else ""


rule variants:
    input:
        original="results/{scale}/datasets/{dataset}/original.h5",
        choice=ancient(choice_of),
        codes=chosen_codes,
    output:
        "results/{scale}/datasets/{dataset}/{variant}.h5",
    log:
        "logs/{scale}/variants/{dataset}/{variant}.log",
    benchmark:
        "benchmarks/{scale}/variants/{dataset}/{variant}.tsv"
    wildcard_constraints:
        variant="|".join(variant_names(config)[1:]),
    priority: AWAITED
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        code=variant_code,
        settings=as_json(variant_settings),
        chosen=choice_options,
    message:
        "Changing {wildcards.dataset} to {wildcards.variant} at scale {wildcards.scale}"
    shell:
        "python -m latent_assays variants --original {input.original} --variant {wildcards.variant}"
        " --settings {params.settings:q} --output {output} {params.chosen} > {log} 2>&1"
