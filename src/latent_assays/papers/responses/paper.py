"""What the paper shows. Model A is the model that `papers.responses.shown` names on 3D-Shapes."""

from latent_assays.papers.catalogue import Figure, Measure, Paper, Table, of_run

PAPER = Paper(
    title="Exploring the Latent Space of Autoencoders with Interventional Assays",
    authors="Leeb, Bauer, Besserve, Schölkopf; NeurIPS 2022",
    arxiv="2106.16091",
    figures=[
        Figure(
            "fig2",
            shows="response map of the double helix",
            inputs={"response": of_run("responses/map", "double_helix")},
        ),
        Figure(
            "fig3",
            shows="interpolations on the double helix",
            inputs={
                "response": of_run("responses/map", "double_helix"),
                "strands": of_run("strands", "double_helix"),
            },
        ),
        Figure(
            "fig4",
            shows="response map and reconstructions",
            inputs={"response": of_run("responses/map", "shapes3d")},
        ),
        Figure(
            "fig5",
            shows="interpolation along the manifold",
            inputs={"response": of_run("responses/map", "shapes3d")},
        ),
        Figure(
            "fig6",
            shows="response matrices and causal graph",
            inputs={
                "matrix": of_run("responses/matrix", "shapes3d"),
                "credit": of_run("credit", "shapes3d"),
            },
        ),
        Figure(
            "appendix-{dataset}",
            module="appendix",
            each="appendix",
            shows="the same tools on images without factors",
            inputs={
                "matrix": of_run("responses/matrix", "{dataset}"),
                "response": of_run("responses/map", "{dataset}"),
            },
        ),
    ],
    tables=[
        Table("tab1", shows="disentanglement against β", studies=("table1",), obtained=True),
        Table(
            "reconstructions",
            shows="pixel errors and distances from real images against β",
            studies=("table1",),
        ),
    ],
    measures=[
        Measure("credit", needs={"scores": "scores.json", "matrix": "responses/matrix"}),
        Measure(
            "strands",
            needs={"coded": "codes", "response": "responses/map", "images": "images"},
            network=True,
            settings=("path",),
        ),
    ],
    explorers=[
        of_run("runs", "shapes3d"),
        of_run("runs", "mnist"),
        of_run("runs", "fashion_mnist"),
    ],
)
