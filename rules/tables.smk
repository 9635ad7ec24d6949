# Needs: a paper's collected numbers, and the published ones where there are any.
# Makes: results/{scale}/tables/{paper}/{table}.csv (tidy), .md, .tex and .html. One rule a table.

WRITE = "python -m latent_assays tables {params.name} {params.given} --output {output.csv} > {log} 2>&1"


rule tables_responses_tab1:
    input:
        code=code("cli.tables", "tables.responses_tab1"),
        collected="results/{scale}/collected/responses.csv",
        published="resources/published/responses_tab1.csv",
    output:
        csv="results/{scale}/tables/responses/tab1.csv",
        md="results/{scale}/tables/responses/tab1.md",
        tex="results/{scale}/tables/responses/tab1.tex",
        html=report(
            "results/{scale}/tables/responses/tab1.html",
            caption="captions/responses_tab1.rst",
            category="responses",
            labels={"result": "Table 1", "shows": "disentanglement against β"},
        ),
    log:
        "logs/{scale}/tables/responses/tab1.log",
    benchmark:
        "benchmarks/{scale}/tables/responses/tab1.tsv"
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=500,
    params:
        name="responses/tab1",
        given=named,
    message:
        "Writing Table 1 of paper responses"
    shell:
        WRITE


rule tables_responses_reconstructions:
    input:
        code=code("cli.tables", "tables.responses_reconstructions"),
        collected="results/{scale}/collected/responses.csv",
    output:
        csv="results/{scale}/tables/responses/reconstructions.csv",
        md="results/{scale}/tables/responses/reconstructions.md",
        tex="results/{scale}/tables/responses/reconstructions.tex",
        html=report(
            "results/{scale}/tables/responses/reconstructions.html",
            caption="captions/responses_reconstructions.rst",
            category="responses",
            labels={
                "result": "Reconstructions",
                "shows": "pixel errors and distances from real images against β",
            },
        ),
    log:
        "logs/{scale}/tables/responses/reconstructions.log",
    benchmark:
        "benchmarks/{scale}/tables/responses/reconstructions.tsv"
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=500,
    params:
        name="responses/reconstructions",
        given=named,
    message:
        "Writing the table of reconstructions of paper responses"
    shell:
        WRITE


rule tables_perturbations_tab1:
    input:
        code=code("cli.tables", "tables.perturbations_tab1"),
        collected="results/{scale}/collected/perturbations.csv",
        published="resources/published/perturbations_tab1.csv",
    output:
        csv="results/{scale}/tables/perturbations/tab1.csv",
        md="results/{scale}/tables/perturbations/tab1.md",
        tex="results/{scale}/tables/perturbations/tab1.tex",
        html=report(
            "results/{scale}/tables/perturbations/tab1.html",
            caption="captions/perturbations_tab1.rst",
            category="perturbations",
            labels={
                "result": "Table 1",
                "shows": "MIG before and after the perturbation",
            },
        ),
    log:
        "logs/{scale}/tables/perturbations/tab1.log",
    benchmark:
        "benchmarks/{scale}/tables/perturbations/tab1.tsv"
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=500,
    params:
        name="perturbations/tab1",
        given=named,
    message:
        "Writing Table 1 of paper perturbations"
    shell:
        WRITE
