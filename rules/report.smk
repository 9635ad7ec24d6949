# Needs: all figures, tables and claims of a scale, the numbers that they show, and the runs whose
# networks the page holds.
# Makes: results/{scale}/report/index.html, one file with all of it.


include: "report_contents.smk"


rule report:
    input:
        lambda wildcards: asked.files_of(report_contents(wildcards.scale)),
    output:
        "results/{scale}/report/index.html",
    log:
        "logs/{scale}/report.log",
    conda:
        "../envs/report.yaml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        code=report_code,
        contents=as_json(lambda wildcards: report_contents(wildcards.scale)),
        project=of_project("."),
    message:
        "Writing the report of scale {wildcards.scale}"
    shell:
        "python -m latent_assays report --contents {params.contents:q} --project {params.project:q}"
        " --output {output} > {log} 2>&1"
