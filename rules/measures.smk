# Needs: what a paper's catalogue says that the measure needs of a run.
# Makes: results/{scale}/measures/{paper}/{measure}/.../seed{seed}.npz, what one paper alone measures,
# and its numbers beside it as .json.


def measure_inputs(wildcards):
    """Input function: what the measure needs of the run, by name."""
    place = f"{RUN}{{on}}".format(**wildcards)
    found = {}
    for name, stage in measure_of(wildcards).needs.items():
        folder, _, kind = stage.partition(".")
        folder = stage_of(wildcards.paper, folder)
        path = f"results/{wildcards.scale}/{folder}/{place}.{kind or 'npz'}"
        found[name] = images_measured(wildcards) if stage == "images" else path
    return found


def measured_run(wildcards):
    """Input function: the run's weights, if the measure asks its network."""
    if not measure_of(wildcards).network:
        return []
    run = Run(*(wildcards[key] for key in Run._fields))
    return [
        run_path(wildcards.scale, "runs", run, f"/{file}")
        for file in ("model.safetensors", "config.json")
    ]


def measure_code(wildcards):
    """As `code`, with this measure's module, and the network if it is asked."""
    own = f"papers.{wildcards.paper}.measures.{wildcards.measure}"
    if measure_of(wildcards).network:
        return model_code("cli.measures", "models.callables", "models.weights", own)(
            wildcards
        )
    return digests_of(["cli.measures", own])


def measure_options(wildcards):
    """Value of `params`: inputs, run and settings, as the subcommand takes them."""
    options = [
        f"--input {name}={path}" for name, path in measure_inputs(wildcards).items()
    ]
    if run := measured_run(wildcards):
        options.append(f"--run {Path(run[0]).parent}")
    if keys := measure_of(wildcards).settings:
        settings = json.dumps(assay_settings(*keys)(wildcards), sort_keys=True)
        options.append(f"--settings {shlex.quote(settings)}")
    return " ".join(options)


rule measures:
    input:
        unpack(measure_inputs),
        run=measured_run,
    output:
        arrays=f"results/{{scale}}/measures/{{paper}}/{{measure}}/{RUN}{{on}}.npz",
        numbers=f"results/{{scale}}/measures/{{paper}}/{{measure}}/{RUN}{{on}}.json",
    log:
        f"logs/{{scale}}/measures/{{paper}}/{{measure}}/{RUN}{{on}}.log",
    benchmark:
        f"benchmarks/{{scale}}/measures/{{paper}}/{{measure}}/{RUN}{{on}}.tsv"
    wildcard_constraints:
        paper="|".join(rooms()),
        measure="[^/]+",
    conda:
        "../envs/torch.yaml"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        code=measure_code,
        options=measure_options,
    message:
        "Measuring {wildcards.measure} of {wildcards.model} on {wildcards.dataset}, seed {wildcards.seed}"
    shell:
        "python -m latent_assays measures {wildcards.paper}/{wildcards.measure} {params.options}"
        " --output {output.arrays} > {log} 2>&1"
