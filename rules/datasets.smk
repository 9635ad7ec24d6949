# Needs: nothing for a rendered dataset, the downloaded files for an original one, a file of yours.
# Makes: results/{scale}/datasets/{dataset}/original.h5, images and factors in one file.


rule datasets:
    input:
        files=images_made_from,
    output:
        "results/{scale}/datasets/{dataset}/original.h5",
    log:
        "logs/{scale}/datasets/{dataset}/original.log",
    priority: AWAITED
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        code=dataset_code,
        settings=as_json(dataset_settings),
        facts=dataset_facts,
    message:
        "Making the images of {wildcards.dataset} at scale {wildcards.scale}"
    shell:
        "python -m latent_assays datasets {wildcards.dataset} --settings {params.settings:q}"
        " --output {output} {input.files:q} > {log} 2>&1"
