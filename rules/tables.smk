# Needs: a paper's collected numbers, and the published ones where its room has them.
# Makes: results/{scale}/tables/{paper}/{table}.csv (tidy), .md, .tex and .html.


rule tables:
    input:
        unpack(table_inputs),
    output:
        csv="results/{scale}/tables/{paper}/{table}.csv",
        md="results/{scale}/tables/{paper}/{table}.md",
        tex="results/{scale}/tables/{paper}/{table}.tex",
        html=report(
            "results/{scale}/tables/{paper}/{table}.html",
            caption="captions/room.rst",
            category="{paper}",
            labels=table_labels,
        ),
    log:
        "logs/{scale}/tables/{paper}/{table}.log",
    wildcard_constraints:
        paper="|".join(rooms()),
        table="[^/]+",
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=500,
    params:
        code=table_code,
        name="{paper}/{table}",
        given=named,
        caption=table_caption,
    message:
        "Writing {wildcards.table} of {wildcards.paper}"
    shell:
        "python -m latent_assays tables {params.name} {params.given} --output {output.csv}"
        " > {log} 2>&1"
