# Needs: nothing for a rendered dataset, the downloaded files for an original one.
# Makes: results/{scale}/datasets/{dataset}/original.h5, images and factors in one file.


rule datasets:
    input:
        code=dataset_code,
        downloads=downloaded,
    output:
        "results/{scale}/datasets/{dataset}/original.h5",
    log:
        "logs/{scale}/datasets/{dataset}/original.log",
    benchmark:
        "benchmarks/{scale}/datasets/{dataset}/original.tsv"
    conda:
        "../envs/data.yaml"
    threads: 1
    resources:
        mem_mb=1500,
    params:
        settings=as_json(dataset_settings),
    message:
        "Making the images of {wildcards.dataset} at scale {wildcards.scale}"
    shell:
        "python -m latent_assays datasets {wildcards.dataset} --settings {params.settings:q}"
        " --output {output} {input.downloads:q} > {log} 2>&1"
