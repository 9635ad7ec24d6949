# Needs: what a figure draws, by name.
# Makes: results/{scale}/figures/{paper}/{figure}.pdf, .svg and .png. One rule a figure.

DRAW = "python -m latent_assays figures {params.name} {params.given} --output {output.pdf} > {log} 2>&1"


rule figures_responses_fig6:
    input:
        code=code("cli.figures", "figures.responses_fig6"),
        shapes3d=model_a("responses/matrix", "shapes3d"),
        mnist=model_a("responses/matrix", "mnist"),
        conditioned=model_a("responses/conditioned", "shapes3d"),
    output:
        pdf="results/{scale}/figures/responses/fig6.pdf",
        svg="results/{scale}/figures/responses/fig6.svg",
        png=report(
            "results/{scale}/figures/responses/fig6.png",
            caption="captions/responses_fig6.rst",
            category="responses",
            labels={
                "result": "Fig. 6",
                "shows": "latent and conditioned response matrices",
            },
        ),
    log:
        "logs/{scale}/figures/responses/fig6.log",
    benchmark:
        "benchmarks/{scale}/figures/responses/fig6.tsv"
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        name="responses/fig6",
        given=named,
    message:
        "Drawing Fig. 6 of paper responses"
    shell:
        DRAW


rule figures_perturbations_fig3:
    input:
        code=code("cli.figures", "figures.perturbations_fig3"),
        dsprites="results/{scale}/datasets/dsprites/original.h5",
        dsprites_perturbed="results/{scale}/datasets/dsprites/perturbed.h5",
        shapes3d="results/{scale}/datasets/shapes3d/original.h5",
        shapes3d_perturbed="results/{scale}/datasets/shapes3d/perturbed.h5",
    output:
        pdf="results/{scale}/figures/perturbations/fig3.pdf",
        svg="results/{scale}/figures/perturbations/fig3.svg",
        png=report(
            "results/{scale}/figures/perturbations/fig3.png",
            caption="captions/perturbations_fig3.rst",
            category="perturbations",
            labels={
                "result": "Fig. 3",
                "shows": "images before and after the perturbation",
            },
        ),
    log:
        "logs/{scale}/figures/perturbations/fig3.log",
    benchmark:
        "benchmarks/{scale}/figures/perturbations/fig3.tsv"
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        name="perturbations/fig3",
        given=named,
    message:
        "Drawing Fig. 3 of paper perturbations"
    shell:
        DRAW
