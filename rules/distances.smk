# Needs: a trained run, its codes and its images; EfficientNet-Lite0 weights, which a package ships.
# Makes: results/{scale}/references/..., features of test images, and
# results/{scale}/distances/..., how far what a run reconstructs and generates is from them.
# FID is computed only if `distances.fid` asks for it, with Inception weights that are downloaded or
# lie in `paths.inception`; else it is null with the reason.


rule references:
    input:
        images="results/{scale}/datasets/{dataset}/{variant}.h5",
        weights=extractor_weights,
    output:
        "results/{scale}/references/{dataset}/{variant}.npz",
    log:
        "logs/{scale}/references/{dataset}/{variant}.log",
    conda:
        "../envs/distances.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        gpu=GPUS,
    params:
        code=code(
            "cli.references",
            "distances.efficientnet_lite0",
            "distances.inception",
        ),
        weights=weight_options,
        images=image_count,
    message:
        "Features of {wildcards.dataset}/{wildcards.variant} for distances"
    shell:
        "python -m latent_assays references --images {input.images} {params.weights}"
        " --samples {params.images} --output {output} > {log} 2>&1"


rule distances:
    input:
        model=rules.runs.output.model,
        config=rules.runs.output.config,
        codes=f"results/{{scale}}/codes/{RUN}{{on}}.npz",
        images=images_measured,
        reference=reference_measured,
        weights=extractor_weights,
    output:
        f"results/{{scale}}/distances/{RUN}{{on}}.json",
    log:
        f"logs/{{scale}}/distances/{RUN}{{on}}.log",
    conda:
        "../envs/distances.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        gpu=GPUS,
    params:
        code=model_code(
            "cli.distances",
            "distances.efficientnet_lite0",
            "distances.inception",
        ),
        run=subpath(input.model, parent=True),
        weights=weight_options,
    message:
        "Distances of {wildcards.model}'s images from {wildcards.dataset}, seed {wildcards.seed}"
    shell:
        "python -m latent_assays distances --reference {input.reference} --run {params.run:q}"
        " --codes {input.codes} --images {input.images} {params.weights}"
        " --output {output} > {log} 2>&1"
