# Needs: any image set.
# Makes: results/{scale}/figures/datasets/{dataset}-{variant}.pdf, .svg and .png: what it looks like.


rule figures_contact_sheet:
    input:
        code=code("cli.figures", "figures.contact_sheet"),
        images="results/{scale}/datasets/{dataset}/{variant}.h5",
    output:
        pdf="results/{scale}/figures/datasets/{dataset}-{variant}.pdf",
        svg="results/{scale}/figures/datasets/{dataset}-{variant}.svg",
        png=report(
            "results/{scale}/figures/datasets/{dataset}-{variant}.png",
            caption="captions/contact_sheet.rst",
            category="datasets",
            labels={"result": "{dataset}", "shows": "{variant}"},
        ),
    log:
        "logs/{scale}/figures/datasets/{dataset}-{variant}.log",
    benchmark:
        "benchmarks/{scale}/figures/datasets/{dataset}-{variant}.tsv"
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        name="datasets/contact-sheet",
        given=named,
    message:
        "Drawing a contact sheet of {wildcards.dataset}/{wildcards.variant}"
    shell:
        DRAW
