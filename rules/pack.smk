# Needs: the runs that the papers' studies compare with their codes and numbers, and the papers'
# collected numbers, tables and claims.
# Makes: results/{scale}/pack.zip, all these with checksums, a loader and a description, to publish.
# No other rule asks for it.


rule pack:
    input:
        results=results_packed,
        workflow=of_project("Snakefile"),
    output:
        "results/{scale}/pack.zip",
    log:
        "logs/{scale}/pack.log",
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=500,
    params:
        code=code("cli.pack"),
        papers=as_json(papers_packed),
    message:
        "Packing the results of scale {wildcards.scale}"
    shell:
        "python -m latent_assays pack --papers {params.papers:q} --scale {wildcards.scale}"
        " --workflow {input.workflow} --output {output} > {log} 2>&1"
