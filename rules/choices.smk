# Needs: a number of every run that a choice chooses from.
# Makes: results/{scale}/choices/{choice}/{dataset}.json, which run was chosen, and why.
#
# A choice is a checkpoint: what rests on it is planned anew once it is made. Its file counts as old
# to them, and the run that it names is a parameter of theirs, so that a choice that comes out the
# same reruns nothing.


checkpoint choices:
    input:
        candidates,
    output:
        "results/{scale}/choices/{choice}/{dataset}.json",
    log:
        "logs/{scale}/choices/{choice}/{dataset}.log",
    wildcard_constraints:
        choice="|".join(config["choices"]),
    priority: AWAITED
    conda:
        "../envs/metrics.yaml"
    threads: 1
    resources:
        mem_mb=500,
    params:
        code=code("cli.choices"),
        settings=as_json(choice_settings),
    message:
        "Choosing {wildcards.choice} on {wildcards.dataset} at scale {wildcards.scale}"
    shell:
        "python -m latent_assays choices --name {wildcards.choice} --settings {params.settings:q}"
        " --output {output} {input:q} > {log} 2>&1"
