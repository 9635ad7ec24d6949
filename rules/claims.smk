# Needs: collected numbers, and what assays and scores say of the runs that claims are about.
# Makes: results/{scale}/claims.csv, one row a claim: estimate, interval, verdict.


rule claims:
    input:
        code=code("cli.claims"),
        claims="resources/claims.yaml",
        collected="results/{scale}/collected/responses.csv",
        measured=claims_of_responses,
    output:
        report(
            "results/{scale}/claims.csv",
            caption="captions/claims.rst",
            category="claims",
            labels={"result": "Claims", "shows": "which hold, fail, or are undecided"},
        ),
    log:
        "logs/{scale}/claims.log",
    benchmark:
        "benchmarks/{scale}/claims.tsv"
    conda:
        "../envs/metrics.yaml"
    threads: 1
    resources:
        mem_mb=500,
    message:
        "Judging the papers' claims"
    shell:
        "python -m latent_assays claims --claims {input.claims} --output {output}"
        " {input.collected:q} {input.measured:q} > {log} 2>&1"
