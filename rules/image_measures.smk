# Needs: an image set. No run.
# Makes: results/{scale}/image_measures/{paper}/{measure}/{dataset}/{variant}.npz, what one paper alone
# measures of the images themselves, and its numbers beside it as .json.


rule image_measures:
    input:
        "results/{scale}/datasets/{dataset}/{variant}.h5",
    output:
        arrays="results/{scale}/image_measures/{paper}/{measure}/{dataset}/{variant}.npz",
        numbers="results/{scale}/image_measures/{paper}/{measure}/{dataset}/{variant}.json",
    log:
        "logs/{scale}/image_measures/{paper}/{measure}/{dataset}/{variant}.log",
    wildcard_constraints:
        paper="|".join(rooms()),
        measure="[^/]+",
    conda:
        "../envs/metrics.yaml"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        code=image_measure_code,
    message:
        "Measuring {wildcards.measure} of {wildcards.dataset}/{wildcards.variant}"
    shell:
        "python -m latent_assays image-measures {wildcards.paper}/{wildcards.measure} --images {input}"
        " --output {output.arrays} > {log} 2>&1"
