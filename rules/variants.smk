# Needs: the original images; for `perturbed`, the run that a choice names, with its codes.
# Makes: results/{scale}/datasets/{dataset}/{variant}.h5, which says what was done to the images.


rule variants:
    input:
        original="results/{scale}/datasets/{dataset}/original.h5",
        choice=ancient(choice_of),
        codes=chosen_codes,
    output:
        "results/{scale}/datasets/{dataset}/{variant}.h5",
    log:
        "logs/{scale}/variants/{dataset}/{variant}.log",
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
