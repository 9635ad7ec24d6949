# Needs: the numbers of every measure of every run that a paper's studies compare.
# Makes: results/{scale}/collected/{paper}.csv, tidy: one row, one value; and of one study alone
# results/{scale}/collected/{paper}/{study}.csv, so that a table waits for no other.


rule collected:
    input:
        numbers_of,
    output:
        "results/{scale}/collected/{paper}{study}.csv",
    log:
        "logs/{scale}/collected/{paper}{study}.log",
    wildcard_constraints:
        paper="|".join(rooms()),
        study="(/[^/]+)?",
    conda:
        "../envs/metrics.yaml"
    threads: 1
    resources:
        mem_mb=500,
    params:
        code=code("cli.collected"),
        plan=as_json(plan_of),
    message:
        "Collecting the numbers of {wildcards.paper}{wildcards.study}"
    shell:
        "python -m latent_assays collected --plan {params.plan:q} --scale {wildcards.scale}"
        " --output {output} > {log} 2>&1"
