# Needs: a trained run, its codes and its images.
# Makes: results/{scale}/samples/.../seed{seed}.npz, originals, reconstructions, hybrids and draws
# from the prior, to be looked at.


rule samples:
    input:
        model=rules.runs.output.model,
        config=rules.runs.output.config,
        codes=f"results/{{scale}}/codes/{RUN}{{on}}.npz",
        images=images_measured,
    output:
        f"results/{{scale}}/samples/{RUN}{{on}}.npz",
    log:
        f"logs/{{scale}}/samples/{RUN}{{on}}.log",
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        gpu=GPUS,
    params:
        code=model_code("cli.samples"),
        run=subpath(input.model, parent=True),
    message:
        "Sampling from {wildcards.model} on {wildcards.dataset}, seed {wildcards.seed}"
    shell:
        "python -m latent_assays samples --run {params.run:q} --codes {input.codes}"
        " --images {input.images} --output {output} > {log} 2>&1"
