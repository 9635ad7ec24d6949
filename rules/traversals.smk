# Needs: a trained run, its codes and its images.
# Makes: results/{scale}/traversals/.../seed{seed}.npz, what images become as one latent moves over
# its values.


rule traversals:
    input:
        model=rules.runs.output.model,
        config=rules.runs.output.config,
        codes=f"results/{{scale}}/codes/{RUN}{{on}}.npz",
        images=images_measured,
    output:
        f"results/{{scale}}/traversals/{RUN}{{on}}.npz",
    log:
        f"logs/{{scale}}/traversals/{RUN}{{on}}.log",
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        gpu=GPUS,
    params:
        code=model_code("cli.traversals"),
        run=subpath(input.model, parent=True),
    message:
        "Traversing the latents of {wildcards.model} on {wildcards.dataset}, seed {wildcards.seed}"
    shell:
        "python -m latent_assays traversals --run {params.run:q} --codes {input.codes}"
        " --images {input.images} --output {output} > {log} 2>&1"
