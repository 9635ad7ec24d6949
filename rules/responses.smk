# Needs: a trained run and its codes.
# Makes: results/{scale}/responses/{assay}/.../seed{seed}.npz, what decoding and re-encoding tells.


rule responses:
    input:
        code=run_code("cli.responses"),
        model=rules.runs.output.model,
        config=rules.runs.output.config,
        codes=rules.codes.output[0],
    output:
        f"results/{{scale}}/responses/{{assay}}/{RUN}.npz",
    log:
        f"logs/{{scale}}/responses/{{assay}}/{RUN}.log",
    benchmark:
        f"benchmarks/{{scale}}/responses/{{assay}}/{RUN}.tsv"
    wildcard_constraints:
        assay="matrix|conditioned",
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        run=subpath(input.model, parent=True),
        settings=as_json(lambda wildcards: config["responses"]),
    message:
        "Assaying {wildcards.model} on {wildcards.dataset}, seed {wildcards.seed}: {wildcards.assay}"
    shell:
        "python -m latent_assays responses --assay {wildcards.assay}"
        " --run {params.run:q} --codes {input.codes} --settings {params.settings:q}"
        " --output {output} > {log} 2>&1"
