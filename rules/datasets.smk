# Needs: nothing for a rendered dataset, the downloaded files for an original one, a file of yours.
# Makes: results/{scale}/datasets/{dataset}/original.h5, images and factors in one file.

from latent_assays.datasets import spec_of
from latent_assays.datasets.registry import SOURCES


def dataset_settings(wildcards):
    return resolve.dataset_settings(config, wildcards.scale, wildcards.dataset)


def dataset_facts(wildcards):
    """Value of `params`: the dataset's own facts, a change of which makes its images anew."""
    settings = dataset_settings(wildcards)
    own = settings["source"] == "own"
    return "" if own else repr(spec_of(wildcards.dataset, settings["source"]))


def images_made_from(wildcards):
    """Input function: what the images are made from, if it is a file."""
    settings = dataset_settings(wildcards)
    if settings["source"] == "own":
        return settings["path"]
    if settings["source"] == "downloaded":
        return f"results/downloads/{wildcards.dataset}.json"
    return []


def dataset_code(wildcards):
    """As `code`, with the renderer or the reader of this dataset, and no other's."""
    kind = dataset_settings(wildcards)["source"]
    source = (
        "datasets.own" if kind == "own" else module_of(SOURCES[wildcards.dataset, kind])
    )
    return digests_of(["cli.datasets", source])


rule datasets:
    input:
        files=images_made_from,
    output:
        "results/{scale}/datasets/{dataset}/original.h5",
    log:
        "logs/{scale}/datasets/{dataset}/original.log",
    benchmark:
        "benchmarks/{scale}/datasets/{dataset}/original.tsv"
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
