# Needs: resources/datasets.csv, and a folder of yours under `paths` if you have the files already.
# Makes: results/downloads/{dataset}.json, which names the verified files in the folder beside it.
# The files themselves are not declared: Snakemake deletes outputs, and these cost hours.


# Compute nodes have no internet.
localrules:
    downloads,


rule downloads:
    input:
        sources=of_project("resources/datasets.csv"),
    output:
        "results/downloads/{dataset}.json",
    log:
        "logs/downloads/{dataset}.log",
    wildcard_constraints:
        dataset="[^/]+",
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=500,
    params:
        code=code("cli.downloads"),
        folder=own_folder,
    message:
        "Downloading {wildcards.dataset}"
    shell:
        "python -m latent_assays downloads {wildcards.dataset} --sources {input.sources} {params.folder}"
        " --output {output} > {log} 2>&1"
