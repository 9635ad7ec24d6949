# Needs: what the catalogue of a paper says that a figure draws; for a contact sheet, an image set.
# Makes: results/{scale}/figures/{paper}/{figure}.pdf, .svg and .png.


rule figures:
    input:
        unpack(figure_inputs),
    output:
        pdf="results/{scale}/figures/{paper}/{figure}.pdf",
        svg="results/{scale}/figures/{paper}/{figure}.svg",
        png=report(
            "results/{scale}/figures/{paper}/{figure}.png",
            caption="captions/room.rst",
            category="{paper}",
            labels=figure_labels,
        ),
    log:
        "logs/{scale}/figures/{paper}/{figure}.log",
    wildcard_constraints:
        paper="|".join([*rooms(), SHEETS]),
        figure="[^/]+",
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        code=figure_code,
        name=figure_module,
        given=named,
        caption=figure_caption,
    message:
        "Drawing {wildcards.figure} of {wildcards.paper}"
    shell:
        "python -m latent_assays figures {params.name} {params.given} --output {output.pdf}"
        " > {log} 2>&1"
