# Needs: a trained run, its codes and its images; EfficientNet-Lite0 weights, which a package ships.
# Makes: results/{scale}/samples/{kind}/..., what a run reconstructs or generates, and
# results/{scale}/distances/{kind}/..., how far that is from real images. FID is computed only if
# `distances.fid` asks for it, with Inception weights that are downloaded or lie in `paths.inception`;
# else it is null with the reason.


rule samples:
    input:
        code=run_code("cli.samples"),
        model=rules.runs.output.model,
        config=rules.runs.output.config,
        codes=rules.codes.output[0],
        images=rules.runs.input.images,
    output:
        f"results/{{scale}}/samples/{{kind}}/{RUN}.npz",
    log:
        f"logs/{{scale}}/samples/{{kind}}/{RUN}.log",
    benchmark:
        f"benchmarks/{{scale}}/samples/{{kind}}/{RUN}.tsv"
    wildcard_constraints:
        kind="|".join(configuration.SAMPLES),
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=2000,
    params:
        run=subpath(input.model, parent=True),
        images=image_count,
    message:
        "Sampling {wildcards.model} on {wildcards.dataset}, seed {wildcards.seed}: {wildcards.kind}"
    shell:
        "python -m latent_assays samples --kind {wildcards.kind} --run {params.run:q}"
        " --codes {input.codes} --images {input.images} --count {params.images} --output {output} > {log} 2>&1"


rule references:
    input:
        code=code(
            "cli.references",
            "distances.efficientnet_lite0",
            "distances.inception",
        ),
        images="results/{scale}/datasets/{dataset}/{variant}.h5",
        weights=extractor_weights,
    output:
        "results/{scale}/references/{dataset}/{variant}.npz",
    log:
        "logs/{scale}/references/{dataset}/{variant}.log",
    benchmark:
        "benchmarks/{scale}/references/{dataset}/{variant}.tsv"
    conda:
        "../envs/distances.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        gpu=GPUS,
    params:
        weights=weight_options,
        images=image_count,
    message:
        "Features of {wildcards.dataset}/{wildcards.variant} for distances"
    shell:
        "python -m latent_assays references --images {input.images} {params.weights}"
        " --samples {params.images} --output {output} > {log} 2>&1"


rule distances:
    input:
        code=code(
            "cli.distances", "distances.efficientnet_lite0", "distances.inception"
        ),
        reference=rules.references.output[0],
        samples=rules.samples.output[0],
        weights=extractor_weights,
    output:
        f"results/{{scale}}/distances/{{kind}}/{RUN}.json",
    log:
        f"logs/{{scale}}/distances/{{kind}}/{RUN}.log",
    benchmark:
        f"benchmarks/{{scale}}/distances/{{kind}}/{RUN}.tsv"
    conda:
        "../envs/distances.yaml"
    threads: 1
    resources:
        mem_mb=3000,
        gpu=GPUS,
    params:
        weights=weight_options,
    message:
        "Distance of {wildcards.model}'s {wildcards.kind} from {wildcards.dataset}, seed {wildcards.seed}"
    shell:
        "python -m latent_assays distances --reference {input.reference}"
        " --generated {input.samples} {params.weights} --output {output} > {log} 2>&1"
