"""What the paper shows."""

from latent_assays.papers.catalogue import Figure, Paper, Table, of_images

PAPER = Paper(
    title="Clearing the Path for Truly Semantic Representation Learning",
    authors="Zietlow, Rolínek, Martius; 2021",
    arxiv="2102.06822",
    figures=[
        Figure(
            "fig3",
            shows="images before and after the perturbation",
            inputs={
                "dsprites": of_images("dsprites"),
                "dsprites_perturbed": of_images("dsprites", "perturbed"),
                "shapes3d": of_images("shapes3d"),
                "shapes3d_perturbed": of_images("shapes3d", "perturbed"),
            },
        ),
    ],
    tables=[
        Table("tab1", shows="MIG before and after the perturbation", studies=("table1",)),
    ],
)
