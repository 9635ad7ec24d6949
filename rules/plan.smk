# Needs: the configuration alone, as the user's files and options make it.
# Makes: results/{scale}/plan.csv and .png, what a scale will take, and logs/{scale}/plan.log, the same
# in words. It measures this machine, so no other rule asks for it.


rule plan:
    input:
        [
            of_project(path)
            for path in (
                "config.yaml",
                *(room / "config.yaml" for room in rooms().values()),
            )
        ],
    output:
        csv="results/{scale}/plan.csv",
        png="results/{scale}/plan.png",
    log:
        "logs/{scale}/plan.log",
    conda:
        "../envs/plan.yaml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        code=code("cli.plan"),
        config=as_json(lambda wildcards: config),
    message:
        "Planning scale {wildcards.scale}"
    shell:
        "python -m latent_assays plan {wildcards.scale} --config {params.config:q}"
        " --output {output.csv} > {log} 2>&1"
