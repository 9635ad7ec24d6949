# Needs: codes with their factors. No network, no images.
# Makes: results/{scale}/scores/.../seed{seed}.json, one entry a score: value, or null and why.


rule scores:
    input:
        code=score_code,
        codes=rules.codes.output[0],
    output:
        f"results/{{scale}}/scores/{RUN}.json",
    log:
        f"logs/{{scale}}/scores/{RUN}.log",
    benchmark:
        f"benchmarks/{{scale}}/scores/{RUN}.tsv"
    conda:
        "../envs/metrics.yaml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        settings=as_json(score_settings),
    message:
        "Scoring {wildcards.model} on {wildcards.dataset}/{wildcards.variant}, seed {wildcards.seed}"
    shell:
        "python -m latent_assays scores --codes {input.codes} --settings {params.settings:q}"
        " --output {output} > {log} 2>&1"
