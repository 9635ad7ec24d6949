# Needs: a trained run and its images.
# Makes: results/{scale}/codes/.../seed{seed}.npz, mean and std of every image's posterior.


rule codes:
    input:
        code=run_code("cli.codes"),
        own=own_files,
        model=rules.runs.output.model,
        config=rules.runs.output.config,
        images=rules.runs.input.images,
    output:
        f"results/{{scale}}/codes/{RUN}.npz",
    log:
        f"logs/{{scale}}/codes/{RUN}.log",
    benchmark:
        f"benchmarks/{{scale}}/codes/{RUN}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=1500,
        gpu=GPUS,
    params:
        run=subpath(input.model, parent=True),
    message:
        "Encoding {wildcards.dataset}/{wildcards.variant} with {wildcards.model}, seed {wildcards.seed}"
    shell:
        "python -m latent_assays codes --run {params.run:q} --images {input.images}"
        " --output {output} > {log} 2>&1"
