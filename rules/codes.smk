# Needs: a trained run, and another variant of its dataset.
# Makes: results/{scale}/codes/.../seed{seed}/on-{variant}.npz, mean and std of every image's posterior.
# The codes of a run's own images come from the run itself.


rule codes:
    input:
        own=own_files,
        model=rules.runs.output.model,
        config=rules.runs.output.config,
        run=rules.runs.output.run,
        images=images_measured,
    output:
        f"results/{{scale}}/codes/{RUN}{{on}}.npz",
    log:
        f"logs/{{scale}}/codes/{RUN}{{on}}.log",
    wildcard_constraints:
        on="(/on-[^/]+)",
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        gpu=GPUS,
    params:
        code=model_code("cli.codes"),
        run=subpath(input.model, parent=True),
    message:
        "Encoding {input.images} with {wildcards.model}, seed {wildcards.seed}"
    shell:
        "python -m latent_assays codes --run {params.run:q} --images {input.images}"
        " --output {output} > {log} 2>&1"
