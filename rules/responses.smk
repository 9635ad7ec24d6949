# Needs: a trained run and its codes; `map` also the run's `matrix`.
# Makes: results/{scale}/responses/{assay}/.../seed{seed}.npz, what decoding and re-encoding tells,
# and its numbers beside it as .json.


rule responses:
    input:
        model=rules.runs.output.model,
        config=rules.runs.output.config,
        codes=f"results/{{scale}}/codes/{RUN}{{on}}.npz",
        before=assay_before,
    output:
        arrays=f"results/{{scale}}/responses/{{assay}}/{RUN}{{on}}.npz",
        numbers=f"results/{{scale}}/responses/{{assay}}/{RUN}{{on}}.json",
    log:
        f"logs/{{scale}}/responses/{{assay}}/{RUN}{{on}}.log",
    wildcard_constraints:
        assay="|".join(ASSAYS),
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        code=model_code("cli.responses"),
        run=subpath(input.model, parent=True),
        settings=as_json(settings_of_assay),
    message:
        "Assaying {wildcards.model} on {wildcards.dataset}, seed {wildcards.seed}: {wildcards.assay}"
    shell:
        "python -m latent_assays responses --assay {wildcards.assay}"
        " --run {params.run:q} --codes {input.codes} --settings {params.settings:q}"
        " --output {output.arrays} {input.before} > {log} 2>&1"
