# Needs: a paper's collected numbers, and its claims.
# Makes: results/{scale}/claims/{paper}.csv, one row a claim: estimate, interval, verdict; and
# results/{scale}/claims.csv, those of all papers.


rule claims:
    input:
        claims=claims_yaml,
        collected="results/{scale}/collected/{paper}.csv",
    output:
        "results/{scale}/claims/{paper}.csv",
    log:
        "logs/{scale}/claims/{paper}.log",
    wildcard_constraints:
        paper="|".join(papers_with_claims()),
    conda:
        "../envs/metrics.yaml"
    threads: 1
    resources:
        mem_mb=500,
    params:
        code=code("cli.claims"),
    message:
        "Judging the claims of paper {wildcards.paper}"
    shell:
        "python -m latent_assays claims {input.collected} --paper {wildcards.paper}"
        " --claims {input.claims} --output {output} > {log} 2>&1"


rule claims_joined:
    input:
        [f"results/{{scale}}/claims/{paper}.csv" for paper in papers_with_claims()],
    output:
        report(
            "results/{scale}/claims.csv",
            caption="captions/claims.rst",
            category="claims",
            labels={"result": "Claims", "shows": "which hold, fail, or are undecided"},
        ),
    log:
        "logs/{scale}/claims_joined.log",
    conda:
        "../envs/metrics.yaml"
    threads: 1
    resources:
        mem_mb=500,
    params:
        code=code("cli.claims_joined"),
    message:
        "Joining the judged claims of all papers"
    shell:
        "python -m latent_assays claims-joined {input} --output {output} > {log} 2>&1"
