# Needs: codes with their factors. No network, no images.
# Makes: results/{scale}/scores/.../seed{seed}.json, one entry a score: value, or null and why.


rule scores:
    input:
        codes=f"results/{{scale}}/codes/{RUN}{{on}}.npz",
    output:
        f"results/{{scale}}/scores/{RUN}{{on}}.json",
    log:
        f"logs/{{scale}}/scores/{RUN}{{on}}.log",
    priority: lambda wildcards: AWAITED if is_awaited(wildcards) else 0
    conda:
        "../envs/metrics.yaml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        code=score_code,
        settings=as_json(score_settings),
    message:
        "Scoring {wildcards.model} on {wildcards.dataset}/{wildcards.variant}, seed {wildcards.seed}"
    shell:
        "python -m latent_assays scores --codes {input.codes} --settings {params.settings:q}"
        " --output {output} > {log} 2>&1"
