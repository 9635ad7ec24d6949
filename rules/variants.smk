# Needs: the original images, and the codes and scores of the foster model's restarts on them.
# Makes: results/{scale}/datasets/{dataset}/perturbed.h5, which keeps s, the pattern and ε.


rule variants:
    input:
        code=code("cli.variants"),
        original="results/{scale}/datasets/{dataset}/original.h5",
        codes=foster_runs("codes", ".npz"),
        scores=foster_runs("scores", ".json"),
    output:
        "results/{scale}/datasets/{dataset}/perturbed.h5",
    log:
        "logs/{scale}/variants/{dataset}/perturbed.log",
    benchmark:
        "benchmarks/{scale}/variants/{dataset}/perturbed.tsv"
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        settings=as_json(perturbed_settings),
    message:
        "Perturbing {wildcards.dataset} along the component that its most entangled run found"
    shell:
        "python -m latent_assays variants --original {input.original} --settings {params.settings:q}"
        " --output {output} {input.codes:q} {input.scores:q} > {log} 2>&1"
