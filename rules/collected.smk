# Needs: of all of a paper's runs the scores, the distances that the paper asks for, and for
# `responses` the conditioned response matrices.
# Makes: results/{scale}/collected/{paper}.csv, tidy: one row, one value.


rule collected:
    input:
        code=code("cli.collected"),
        scores=runs("scores", ".json"),
        responses=conditioned_of,
        distances=distances_of,
    output:
        "results/{scale}/collected/{paper}.csv",
    log:
        "logs/{scale}/collected/{paper}.log",
    benchmark:
        "benchmarks/{scale}/collected/{paper}.tsv"
    conda:
        "../envs/metrics.yaml"
    threads: 1
    resources:
        mem_mb=500,
    message:
        "Collecting the numbers of paper {wildcards.paper}"
    shell:
        "python -m latent_assays collected --output {output}"
        " {input.scores:q} {input.responses:q} {input.distances:q} > {log} 2>&1"
