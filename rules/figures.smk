# Needs: what a figure draws, by name.
# Makes: results/{scale}/figures/{paper}/{figure}.pdf, .svg and .png. One rule a figure.

DRAW = "python -m latent_assays figures {params.name} {params.given} --output {output.pdf} > {log} 2>&1"


rule figures_responses_fig2:
    input:
        code=code("cli.figures", "figures.responses_fig2"),
        helix="results/{scale}/helix/seed0.npz",
    output:
        pdf="results/{scale}/figures/responses/fig2.pdf",
        svg="results/{scale}/figures/responses/fig2.svg",
        png=report(
            "results/{scale}/figures/responses/fig2.png",
            caption="captions/responses_fig2.rst",
            category="responses",
            labels={
                "result": "Fig. 2",
                "shows": "response map of the double helix",
            },
        ),
    log:
        "logs/{scale}/figures/responses/fig2.log",
    benchmark:
        "benchmarks/{scale}/figures/responses/fig2.tsv"
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        name="responses/fig2",
        given=named,
    message:
        "Drawing Fig. 2 of paper responses"
    shell:
        DRAW


rule figures_responses_fig3:
    input:
        code=code("cli.figures", "figures.responses_fig3"),
        helix="results/{scale}/helix/seed0.npz",
    output:
        pdf="results/{scale}/figures/responses/fig3.pdf",
        svg="results/{scale}/figures/responses/fig3.svg",
        png=report(
            "results/{scale}/figures/responses/fig3.png",
            caption="captions/responses_fig3.rst",
            category="responses",
            labels={
                "result": "Fig. 3",
                "shows": "interpolations on the double helix",
            },
        ),
    log:
        "logs/{scale}/figures/responses/fig3.log",
    benchmark:
        "benchmarks/{scale}/figures/responses/fig3.tsv"
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        name="responses/fig3",
        given=named,
    message:
        "Drawing Fig. 3 of paper responses"
    shell:
        DRAW


rule figures_responses_fig4:
    input:
        code=code("cli.figures", "figures.responses_fig4"),
        response=model_a("responses/map", "shapes3d"),
    output:
        pdf="results/{scale}/figures/responses/fig4.pdf",
        svg="results/{scale}/figures/responses/fig4.svg",
        png=report(
            "results/{scale}/figures/responses/fig4.png",
            caption="captions/responses_fig4.rst",
            category="responses",
            labels={
                "result": "Fig. 4",
                "shows": "response map and reconstructions",
            },
        ),
    log:
        "logs/{scale}/figures/responses/fig4.log",
    benchmark:
        "benchmarks/{scale}/figures/responses/fig4.tsv"
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        name="responses/fig4",
        given=named,
    message:
        "Drawing Fig. 4 of paper responses"
    shell:
        DRAW


rule figures_responses_fig5:
    input:
        code=code("cli.figures", "figures.responses_fig5"),
        response=model_a("responses/map", "shapes3d"),
        path=model_a("responses/path", "shapes3d"),
    output:
        pdf="results/{scale}/figures/responses/fig5.pdf",
        svg="results/{scale}/figures/responses/fig5.svg",
        png=report(
            "results/{scale}/figures/responses/fig5.png",
            caption="captions/responses_fig5.rst",
            category="responses",
            labels={
                "result": "Fig. 5",
                "shows": "interpolation along the manifold",
            },
        ),
    log:
        "logs/{scale}/figures/responses/fig5.log",
    benchmark:
        "benchmarks/{scale}/figures/responses/fig5.tsv"
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        name="responses/fig5",
        given=named,
    message:
        "Drawing Fig. 5 of paper responses"
    shell:
        DRAW


rule figures_responses_fig6:
    input:
        code=code("cli.figures", "figures.responses_fig6"),
        matrix=model_a("responses/matrix", "shapes3d"),
        conditioned=model_a("responses/conditioned", "shapes3d"),
        scores=model_a("scores", "shapes3d", ".json"),
    output:
        pdf="results/{scale}/figures/responses/fig6.pdf",
        svg="results/{scale}/figures/responses/fig6.svg",
        png=report(
            "results/{scale}/figures/responses/fig6.png",
            caption="captions/responses_fig6.rst",
            category="responses",
            labels={
                "result": "Fig. 6",
                "shows": "response matrices and causal graph",
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


rule figures_responses_appendix:
    input:
        code=code("cli.figures", "figures.responses_appendix"),
        matrix=shown_model("responses/matrix"),
        response=shown_model("responses/map"),
        path=shown_model("responses/path"),
    output:
        pdf="results/{scale}/figures/responses/appendix-{dataset}.pdf",
        svg="results/{scale}/figures/responses/appendix-{dataset}.svg",
        png=report(
            "results/{scale}/figures/responses/appendix-{dataset}.png",
            caption="captions/responses_appendix.rst",
            category="responses",
            labels={
                "result": "Appendix",
                "shows": "the same tools on {dataset}",
            },
        ),
    log:
        "logs/{scale}/figures/responses/appendix-{dataset}.log",
    benchmark:
        "benchmarks/{scale}/figures/responses/appendix-{dataset}.tsv"
    conda:
        "../envs/plot.yaml"
    threads: 1
    resources:
        mem_mb=1000,
    params:
        name="responses/appendix",
        given=named,
    message:
        "Drawing the appendix of paper responses for {wildcards.dataset}"
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
