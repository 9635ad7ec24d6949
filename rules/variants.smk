# Needs: the original images; for `perturbed`, codes and scores of the foster model's restarts.
# Makes: results/{scale}/datasets/{dataset}/{variant}.h5, which says what was done to the images.


rule variants:
    input:
        code=variant_code,
        original="results/{scale}/datasets/{dataset}/original.h5",
        codes=foster_runs("codes", ".npz"),
        scores=foster_runs("scores", ".json"),
    output:
        "results/{scale}/datasets/{dataset}/{variant}.h5",
    log:
        "logs/{scale}/variants/{dataset}/{variant}.log",
    benchmark:
        "benchmarks/{scale}/variants/{dataset}/{variant}.tsv"
    wildcard_constraints:
        variant="|".join(config["variants"]),
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        settings=as_json(variant_settings),
    message:
        "Changing {wildcards.dataset} to {wildcards.variant} at scale {wildcards.scale}"
    shell:
        "python -m latent_assays variants --original {input.original} --variant {wildcards.variant}"
        " --settings {params.settings:q} --output {output} {input.codes:q} {input.scores:q}"
        " > {log} 2>&1"
