# Needs: what a paper's catalogue says that the measure needs of a run.
# Makes: results/{scale}/measures/{paper}/{measure}/.../seed{seed}.npz, what one paper alone measures,
# and its numbers beside it as .json.


rule measures:
    input:
        unpack(measure_inputs),
        run=measured_run,
    output:
        arrays=f"results/{{scale}}/measures/{{paper}}/{{measure}}/{RUN}{{on}}.npz",
        numbers=f"results/{{scale}}/measures/{{paper}}/{{measure}}/{RUN}{{on}}.json",
    log:
        f"logs/{{scale}}/measures/{{paper}}/{{measure}}/{RUN}{{on}}.log",
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
