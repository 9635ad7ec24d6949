"""What the paper shows."""

from latent_assays.papers.catalogue import (
    Figure,
    Measure,
    Paper,
    Table,
    of_choice,
    of_images,
    of_numbers,
    of_run,
)

PAIRS = {
    "dsprites": of_images("dsprites"),
    "dsprites_perturbed": of_images("dsprites", "perturbed"),
    "shapes3d": of_images("shapes3d"),
    "shapes3d_perturbed": of_images("shapes3d", "perturbed"),
}

PAPER = Paper(
    title="Clearing the Path for Truly Semantic Representation Learning",
    authors="Zietlow, Rolínek, Martius; 2021",
    arxiv="2102.06822",
    figures=[
        Figure(
            "fig1b",
            shows="codes of a linear and of a non-linear VAE",
            inputs={
                "linear": of_run("alignment", "segments", "linear-vae"),
                "nonlinear": of_run("alignment", "segments", "mlp-vae"),
                "images": of_images("segments"),
                "numbers": of_numbers("segments"),
            },
        ),
        Figure("fig2", shows="how a perturbed image comes about", inputs=PAIRS),
        Figure("fig3", shows="the pattern, and images before and after it", inputs=PAIRS),
        Figure(
            "fig4",
            shows="local and global variance and what is encoded against ε",
            inputs={"numbers": of_numbers("epsilon")},
        ),
        Figure(
            "fig5",
            shows="MIG on perturbed images and active units against the models' strength",
            inputs={"strengths": of_numbers("strengths"), "table1": of_numbers("table1")},
        ),
    ],
    tables=[
        Table(
            "tab1",
            shows="MIG before and after the perturbation",
            studies=("table1",),
            obtained=True,
        ),
        Table(
            "tab2",
            shows="MIG on images with as much noise, and with β tuned to them",
            studies=("table1", "table2", "controls", "retuned"),
            inputs={"retuned": of_choice("retuned", "dsprites")},
            obtained=True,
        ),
        Table(
            "effect",
            shows="MIG against gain, ε, clipping and the run that s is from",
            studies=("controls", "effect"),
            obtained=True,
        ),
        Table(
            "own",
            shows="your models beside the β-VAE on original, noisy and perturbed images",
            studies=("own",),
            inputs={"controls": of_numbers("controls")},
        ),
    ],
    measures=[
        Measure("alignment", needs={"coded": "codes", "images": "images"}),
        Measure("encoded", needs={"coded": "codes", "images": "images"}),
    ],
    image_measures=["probe", "variance"],
)
