"""What the paper shows."""

from latent_assays.papers.catalogue import (
    Figure,
    Input,
    Measure,
    Paper,
    Table,
    of_choice,
    of_numbers,
    of_published,
    of_run,
)

GEOMETRY = "shapes3d-geometry"  # on which models extrapolate


def of_models(stage: str, dataset: str, **models: str) -> dict[str, Input]:
    """What a stage made of seed 0 of some models, by the arguments of `draw`."""
    return {argument: of_run(stage, dataset, model) for argument, model in models.items()}


def after_phases(first: str, missing: str, second: str, **models: str) -> dict[str, Input]:
    """Errors on missing classes after first and second phases, see `figures/extrapolation.py`."""
    on, found = f"/on-{missing}.npz", {}
    for argument, model in models.items():
        found[f"{argument}_neither"] = of_run("errors", GEOMETRY, model, first, suffix=on)
        for trained in ("encoder", "decoder", "both"):
            updated = f"{model}-{second}-{trained}"
            found[f"{argument}_{trained}"] = of_run("errors", GEOMETRY, updated, suffix=on)
    return found


TWELVE = {
    **{f"sae_{n}": f"sae-{n}" for n in (12, 6, 4, 3, 2)},
    **{"adaae_12": "adaae-12", "vlae_12": "vlae-12", "vlae_6": "vlae-6", "vlae_4": "vlae-4"},
    **{"vae": "vae-12", "beta_vae": "beta-vae-12", "ae": "ae-12"},
}


def traversals(name: str, dataset: str, title: str) -> Figure:
    """Figs 11, 13, 14 and 15 differ in their dataset alone."""
    return Figure(
        name,
        module="traversals",
        shows=f"latent traversals of twelve models of {title}",
        inputs=of_models("traversals", dataset, **TWELVE),
    )


FACES = {"sae_16": "sae-16", "adaae_16": "adaae-16", "vlae_16": "vlae-16", "vae_16": "vae-16"}
IMAGES = {
    "shapes3d": of_numbers("shapes3d"),
    "mpi3d": of_numbers("mpi3d-images"),
    "faces": of_numbers("faces"),
}

PAPER = Paper(
    title="Structure by Architecture: Structured Representations without Regularization",
    authors="Leeb, Lanzillotta, Annadani, Besserve, Bauer, Schölkopf; ICLR 2023",
    arxiv="2006.07796",
    figures=[
        Figure(
            "fig1",
            shows="the structural decoder",
            inputs={"anatomy": of_run("anatomy", "shapes3d", "sae-12")},
        ),
        Figure("fig2", shows="reconstruction quality on five datasets", inputs=IMAGES),
        Figure("fig3", shows="hybrid and prior samples on five datasets", inputs=IMAGES),
        Figure(
            "fig4",
            shows="latent traversals of four models",
            inputs=of_models(
                "traversals",
                "shapes3d",
                sae_12="sae-12",
                sae_3="sae-3",
                vae="vae-12",
                adaae_12="adaae-12",
            ),
        ),
        Figure(
            "fig5",
            shows="disentanglement scores, and their spread over seeds",
            inputs={
                "numbers": of_numbers("shapes3d"),
                "replicas": of_numbers("replicas"),
                "published": of_published("tab1"),
            },
        ),
        Figure(
            "fig6a",
            shows="faces of which one quarter of the latents is exchanged",
            inputs={"samples": of_run("samples", "celeba", "sae-16")},
        ),
        Figure(
            "fig6b",
            shows="faces that four models generate",
            inputs=of_models("samples", "celeba", **FACES),
        ),
        Figure(
            "fig7",
            shows="extrapolation to a shape that was never seen",
            inputs={
                "first": of_numbers("extrapolation-ball"),
                "second": of_numbers("extrapolation-ball-updated"),
                "published": of_published("fig7"),
                **after_phases(
                    "without-ball",
                    "ball",
                    "after-ball",
                    vae="vae-12",
                    ae="ae-12",
                    vlae_12="vlae-12",
                    sae_12="sae-12",
                ),
            },
        ),
        Figure(
            "fig8",
            shows="reconstruction loss against distance from real images",
            inputs={"numbers": of_numbers("replicas")},
        ),
        Figure(
            "fig9",
            shows="hybrid and prior samples of 3D-Shapes by seed",
            inputs={"numbers": of_numbers("replicas")},
        ),
        Figure(
            "fig10",
            shows="five disentanglement scores by seed",
            inputs={"numbers": of_numbers("replicas")},
        ),
        traversals("fig11", "shapes3d", "3D-Shapes"),
        Figure(
            "fig12",
            shows="extrapolation to camera angles that were never seen",
            inputs={
                "first": of_numbers("extrapolation-angles"),
                "second": of_numbers("extrapolation-angles-updated"),
                "published": of_published("fig12"),
                **after_phases(
                    "without-extreme-angles",
                    "extreme-angles",
                    "after-angles",
                    vae="vae-12",
                    adaae_12="adaae-12",
                    vlae_12="vlae-12",
                    sae_12="sae-12",
                ),
            },
        ),
        traversals("fig13", "mpi3d_toy", "MPI3D toy"),
        traversals("fig14", "mpi3d_realistic", "MPI3D realistic"),
        traversals("fig15", "mpi3d_real", "MPI3D real"),
        Figure(
            "fig16",
            shows="faces, reconstructed",
            inputs=of_models("samples", "celeba", **FACES, ae_16="ae-16"),
        ),
        Figure(
            "fig17",
            shows="faces, hybrid and prior samples",
            inputs=of_models("samples", "celeba", **FACES),
        ),
        Figure(
            "fig18",
            shows="latent traversals of four models of RFD",
            inputs=of_models("traversals", "rfd", **FACES),
        ),
        Figure(
            "ordering",
            shows="effect and non-linearity of each latent",
            inputs={"numbers": of_numbers("shapes3d")},
        ),
    ],
    tables=[
        Table(
            "tab1",
            shows="disentanglement on 3D-Shapes",
            studies=("shapes3d", "replicas"),
            obtained=True,
        ),
        Table("tab2", shows="disentanglement on MPI3D toy", studies=("mpi3d",)),
        Table("tab3", shows="disentanglement on MPI3D realistic", studies=("mpi3d",)),
        Table("tab4", shows="disentanglement on MPI3D real", studies=("mpi3d",)),
        Table(
            "betas",
            shows="which β a distance of hybrids would choose",
            studies=("betas",),
            inputs={"chosen": of_choice("beta", "shapes3d")},
        ),
    ],
    measures=[
        Measure("anatomy", needs={"coded": "codes"}, network=True),
        Measure("ordering", needs={"coded": "codes"}, network=True),
        Measure(
            "errors",
            needs={"images": "images", "own": "own/images", "coded": "own/codes"},
            network=True,
        ),
    ],
    explorers=[
        of_run("runs", "shapes3d", "sae-12"),
        of_run("runs", "shapes3d", "ae-12"),
    ],
)
