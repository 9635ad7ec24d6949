# Needs: a dataset and the settings of a model.
# Makes: results/{scale}/runs/.../seed{seed}/, the trained weights and how they came about.
# The checkpoint is not declared, so that Snakemake leaves it and a retry resumes from it.


rule runs:
    input:
        code=run_code("cli.runs"),
        own=own_files,
        images="results/{scale}/datasets/{dataset}/{variant}.h5",
    output:
        model=f"results/{{scale}}/runs/{RUN}/model.safetensors",
        config=f"results/{{scale}}/runs/{RUN}/config.json",
        history=f"results/{{scale}}/runs/{RUN}/history.csv",
        run=f"results/{{scale}}/runs/{RUN}/run.json",
    log:
        f"logs/{{scale}}/runs/{RUN}.log",
    benchmark:
        f"benchmarks/{{scale}}/runs/{RUN}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        gpu=GPUS,
        runtime=lambda wildcards, attempt: 24 * 60 * attempt,
    params:
        settings=as_json(model_settings),
        directory=subpath(output.model, parent=True),
    message:
        "Training {wildcards.model} on {wildcards.dataset}/{wildcards.variant}, seed {wildcards.seed}"
    shell:
        "python -m latent_assays runs --images {input.images} --settings {params.settings:q}"
        " --seed {wildcards.seed} --model {wildcards.model} --directory {params.directory:q} > {log} 2>&1"
