# Needs: a number of every run that a choice chooses from.
# Makes: results/{scale}/choices/{choice}/{dataset}.json, which run was chosen, and why.
#
# A choice is a checkpoint: what rests on it is planned anew once it is made. Its file counts as old
# to them, and the run that it names is a parameter of theirs, so that a choice that comes out the
# same reruns nothing.


def choice_settings(wildcards):
    settings = resolve.choice_settings(config, wildcards.scale, wildcards.choice)
    return {
        key: settings[key] for key in ("number", "take", "at_least") if key in settings
    }


def candidates(wildcards):
    """Input function: the numbers of each run to choose from."""
    settings = resolve.choice_settings(config, wildcards.scale, wildcards.choice)
    runs = studies.candidates_of(
        config, wildcards.scale, wildcards.choice, wildcards.dataset
    )
    return [
        run_path(wildcards.scale, settings["measure"], run, ".json") for run in runs
    ]


def choice_path(wildcards):
    """The choice that the variant of the wildcards rests on; None for none."""
    name = variant_settings(wildcards).get("choice")
    return (
        f"results/{wildcards.scale}/choices/{name}/{wildcards.dataset}.json"
        if name
        else None
    )


def chosen_run(wildcards):
    """The run that the choice names; None until the choice is made."""
    path = choice_path(wildcards)
    if path is None or not Path(path).is_file():
        return None
    chosen = json.loads(Path(path).read_text(encoding="utf-8"))["chosen"]
    return Run(*(chosen[key] for key in Run._fields))


checkpoint choices:
    input:
        candidates,
    output:
        "results/{scale}/choices/{choice}/{dataset}.json",
    log:
        "logs/{scale}/choices/{choice}/{dataset}.log",
    benchmark:
        "benchmarks/{scale}/choices/{choice}/{dataset}.tsv"
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
