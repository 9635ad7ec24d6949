# Needs: a trained run and its codes; some assays build on another one of the same run.
# Makes: results/{scale}/responses/{assay}/.../seed{seed}.npz, what decoding and re-encoding tells,
# and results/{scale}/helix/seed{seed}.npz, the same for the double helix.


rule responses:
    input:
        code=run_code("cli.responses"),
        model=rules.runs.output.model,
        config=rules.runs.output.config,
        codes=rules.codes.output[0],
        before=assay_before,
    output:
        f"results/{{scale}}/responses/{{assay}}/{RUN}.npz",
    log:
        f"logs/{{scale}}/responses/{{assay}}/{RUN}.log",
    benchmark:
        f"benchmarks/{{scale}}/responses/{{assay}}/{RUN}.tsv"
    wildcard_constraints:
        assay="|".join(ASSAYS),
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        run=subpath(input.model, parent=True),
        settings=as_json(assay_settings),
    message:
        "Assaying {wildcards.model} on {wildcards.dataset}, seed {wildcards.seed}: {wildcards.assay}"
    shell:
        "python -m latent_assays responses --assay {wildcards.assay}"
        " --run {params.run:q} --codes {input.codes} --settings {params.settings:q}"
        " --output {output} {input.before} > {log} 2>&1"


rule helix:
    input:
        code=code("cli.helix", "models.networks.dense", "models.objectives.beta_vae"),
    output:
        "results/{scale}/helix/seed{seed}.npz",
    log:
        "logs/{scale}/helix/seed{seed}.log",
    benchmark:
        "benchmarks/{scale}/helix/seed{seed}.tsv"
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        settings=as_json(helix_settings),
    message:
        "Training and assaying the VAE of the double helix, seed {wildcards.seed}"
    shell:
        "python -m latent_assays helix --settings {params.settings:q} --seed {wildcards.seed}"
        " --output {output} > {log} 2>&1"
