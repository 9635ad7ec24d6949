# Needs: a dataset and the settings of a model; for a second phase, the run that it begins from.
# Makes: results/{scale}/runs/.../seed{seed}/, the trained weights and how they came about, and
# results/{scale}/codes/.../seed{seed}.npz, mean and std of every image's posterior.
# The checkpoint is not declared, so that Snakemake leaves it and a retry resumes from it; of a
# finished training it keeps the weights, so that only what follows is done again.


rule runs:
    input:
        own=own_files,
        images="results/{scale}/datasets/{dataset}/{variant}.h5",
    output:
        model=f"results/{{scale}}/runs/{RUN}/model.safetensors",
        config=f"results/{{scale}}/runs/{RUN}/config.json",
        history=f"results/{{scale}}/runs/{RUN}/history.csv",
        run=f"results/{{scale}}/runs/{RUN}/run.json",
        codes=f"results/{{scale}}/codes/{RUN}.npz",
    log:
        f"logs/{{scale}}/runs/{RUN}.log",
    priority: lambda wildcards: AWAITED if is_awaited(wildcards) else LONG
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        gpu=GPUS,
        runtime=lambda wildcards, attempt: 24 * 60 * attempt,
    params:
        code=model_code("cli.runs"),
        settings=as_json(model_settings),
        part=trained_on,
        directory=subpath(output.model, parent=True),
    message:
        "Training {wildcards.model} on {wildcards.dataset}/{wildcards.variant}, seed {wildcards.seed}"
    shell:
        "python -m latent_assays runs --images {input.images} --settings {params.settings:q}"
        " --part {params.part} --seed {wildcards.seed} --model {wildcards.model}"
        " --directory {params.directory:q} --codes {output.codes:q} > {log} 2>&1"
