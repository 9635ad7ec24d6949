"""What the toy shows."""

from latent_assays.papers.catalogue import Figure, Measure, Paper, Table, of_run

PAPER = Paper(
    title="A Toy",
    authors="nobody",
    arxiv="0000.00000",
    figures=[
        Figure(
            "fig1", shows="spread of the latents", inputs={"spread": of_run("spread", "dsprites")}
        ),
    ],
    tables=[Table("tab1", shows="mean spread", studies=("only",))],
    measures=[Measure("spread", needs={"coded": "codes"})],
)
