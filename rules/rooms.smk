# What the papers' rooms ask for: figures, tables and measures of their catalogues, as paths.

from latent_assays.papers import catalogue
from latent_assays.papers.catalogue import (
    OF_OWN_IMAGES,
    Chosen,
    Images,
    Numbers,
    Published,
    figures_of,
    paper_of,
    run_of,
    stage_of,
)
from latent_assays.places import measured_files

NAMED = {"claims": "paper", "collected": "paper or study"}
SHEETS = "datasets"  # contact sheets lie where a paper's figures would


def all_figures(scale):
    """Every figure of a scale: the papers' own, and a contact sheet of each image set."""
    own = [f"{paper}/{name}" for paper in rooms() for name in figures_of(config, paper)]
    return own + [f"{SHEETS}/{name}" for name in sheets(scale)]


def all_tables():
    """Every table of the papers."""
    return [
        f"{paper}/{table.name}" for paper in rooms() for table in paper_of(paper).tables
    ]


def tables_with_models(scale):
    """The tables of a scale that compare something; some wait for a model of yours."""
    return [
        f"{paper}/{table.name}"
        for paper in rooms()
        for table in paper_of(paper).tables
        if compares_models(scale, paper, table)
    ]


def compares_models(scale, paper, table):
    of_paper = studies.studies_of(config, paper, scale)
    return any(of_paper[study]["models"] for study in table.studies)


def all_collected():
    """The papers, and each of their studies."""
    named = [
        f"{paper}/{study}"
        for paper in rooms()
        for study in studies.studies_of(config, paper)
    ]
    return [*rooms(), *named]


def all_measures():
    """Measures of the papers' own."""
    return [
        f"{paper}/{measure.name}"
        for paper in rooms()
        for measure in paper_of(paper).measures
    ]


def all_image_measures():
    """Measures of image sets of the papers' own."""
    return [
        f"{paper}/{name}"
        for paper in rooms()
        for name in paper_of(paper).image_measures
    ]


def check_shown(targets):
    """Refuse a figure, table or paper that does not exist; the sentence names the nearest."""
    for target in targets:
        top, _, rest = target.partition("/")
        scale, _, rest = rest.partition("/")
        stage, _, name = rest.partition("/")
        known = {
            "figures": lambda: all_figures(scale),
            "tables": all_tables,
            "claims": papers_with_claims,
            "collected": all_collected,
            "measures": all_measures,
            "image_measures": all_image_measures,
        }
        if top == "results" and scale in config["scales"] and stage in known:
            known = known[stage]()
            place = (
                Path(name).parts[:2]
                if stage.endswith("measures")
                else [name.rpartition(".")[0]]
            )
            name = "/".join(place)
            if name not in known:
                kind = NAMED.get(stage, stage.removesuffix("s").replace("_", " "))
                raise WorkflowError(f"target {target}: {unknown(kind, name, known)}")


def papers_with_claims():
    return [
        paper for paper, folder in rooms().items() if (folder / "claims.yaml").is_file()
    ]


def table_of(paper, name):
    return next(table for table in paper_of(paper).tables if table.name == name)


def measure_of(wildcards):
    measures = paper_of(wildcards.paper).measures
    return next(measure for measure in measures if measure.name == wildcards.measure)


@cache
def sheets(scale):
    """(dataset, variant) of every contact sheet of a scale, by name."""
    found = [pair for pair in studies.sets_used(config, scale) if has_pixels(pair[0])]
    return {f"{dataset}-{variant}": (dataset, variant) for dataset, variant in found}


def has_pixels(dataset):
    """Whether a dataset holds images, not vectors."""
    kind = names.kind_of_dataset(config, dataset)
    return kind not in SPECS or not SPECS[kind].vectors


def sheet_of(wildcards):
    return sheets(wildcards.scale)[wildcards.figure]


def figure_inputs(wildcards):
    """Input function: what a figure draws, by name."""
    if wildcards.paper == SHEETS:
        dataset, variant = sheet_of(wildcards)
        return {"images": f"results/{wildcards.scale}/datasets/{dataset}/{variant}.h5"}
    figure, dataset = figures_of(config, wildcards.paper)[wildcards.figure]
    return {
        name: path_of(entry, wildcards.scale, wildcards.paper, dataset)
        for name, entry in figure.inputs.items()
    }


def path_of(entry, scale, paper, dataset=""):
    """The file that a catalogue's input stands for."""
    if isinstance(entry, Images):
        of = set_of(scale, paper, entry.dataset.format(dataset=dataset))
        return f"results/{scale}/datasets/{of}/{entry.variant}.h5"
    if isinstance(entry, Numbers):
        return f"results/{scale}/collected/{paper}/{entry.study}.csv"
    if isinstance(entry, Published):
        return of_project(rooms()[paper] / f"published/{entry.name}.csv")
    if isinstance(entry, Chosen):
        of = set_of(scale, paper, entry.dataset)
        return f"results/{scale}/choices/{entry.choice}/{of}.json"
    try:
        run = run_of(config, scale, paper, entry, dataset)
    except UserError as error:
        raise WorkflowError(str(error)) from None
    return run_path(scale, stage_of(paper, entry.stage), run, entry.suffix)


def set_of(scale, paper, dataset):
    return resolve.set_of(config, scale, paper, dataset)


def figure_module(wildcards):
    """Paper and module of a figure, as its subcommand takes them."""
    if wildcards.paper == SHEETS:
        return f"{SHEETS}/contact_sheet"
    figure, _ = figures_of(config, wildcards.paper)[wildcards.figure]
    return f"{wildcards.paper}/{figure.module or figure.name}"


def figure_code(wildcards):
    """As `code`, with this figure's module, and no other's."""
    dotted = ".figures.".join(Path(figure_module(wildcards)).parts)
    own = "figures.contact_sheet" if wildcards.paper == SHEETS else f"papers.{dotted}"
    return digests_of(["cli.figures", own])


def figure_caption(wildcards):
    if wildcards.paper == SHEETS:
        return (ROOT / "rules/captions/contact_sheet.rst").read_text(encoding="utf-8")
    figure, _ = figures_of(config, wildcards.paper)[wildcards.figure]
    return catalogue.caption_of(wildcards.paper, figure.module or figure.name)


def figure_labels(wildcards):
    """Labels in Snakemake's report."""
    if wildcards.paper == SHEETS:
        dataset, variant = sheet_of(wildcards)
        return {"result": dataset, "shows": variant}
    figure, dataset = figures_of(config, wildcards.paper)[wildcards.figure]
    result = f"{figure.label} ({dataset})" if dataset else figure.label
    return {"result": result, "shows": figure.shows}


def table_labels(wildcards):
    table = table_of(wildcards.paper, wildcards.table)
    return {"result": table.label, "shows": table.shows}


def table_inputs(wildcards):
    """Input function: collected numbers, what the room keeps, and what the catalogue says."""
    scale, paper = wildcards.scale, wildcards.paper
    table, room = table_of(paper, wildcards.table), rooms()[paper]
    if not compares_models(scale, paper, table):
        named = " and ".join(
            f"papers.{paper}.studies.{study}.models" for study in table.studies
        )
        raise WorkflowError(
            f"{named}: no model is named there, so {wildcards.table} has nothing to show; name"
            " yours in a file for --configfile"
        )
    place = "/".join([paper, *(table.studies if len(table.studies) == 1 else ())])
    kept = {"published": room / f"published/{wildcards.table}.csv"}
    if table.obtained:
        kept["obtained"] = room / "obtained/desk.csv"
    return {
        "collected": f"results/{scale}/collected/{place}.csv",
        **{name: of_project(path) for name, path in kept.items() if path.is_file()},
        **{name: path_of(entry, scale, paper) for name, entry in table.inputs.items()},
    }


def plan_of(wildcards):
    """What `collected` reads of a paper, or of one of its studies."""
    plan = studies.collected_plan(config, wildcards.scale, wildcards.paper)
    study = wildcards.study.removeprefix("/")
    return {study: plan[study]} if study else plan


def measure_inputs(wildcards):
    """Input function: what the measure needs of the run, by name."""
    needs = measure_of(wildcards).needs
    return {name: path_needed(wildcards, stage) for name, stage in needs.items()}


def path_needed(wildcards, stage):
    """What a stage made of the run on the images that it is measured on, or on its own."""
    own = stage.startswith(OF_OWN_IMAGES)
    on, stage = "" if own else wildcards.on, stage.removeprefix(OF_OWN_IMAGES)
    if stage == "images":
        variant = wildcards.variant if own else variant_measured(wildcards)
        return f"results/{wildcards.scale}/datasets/{wildcards.dataset}/{variant}.h5"
    folder, _, kind = stage.partition(".")
    folder = stage_of(wildcards.paper, folder)
    place = RUN.format(**wildcards)
    return f"results/{wildcards.scale}/{folder}/{place}{on}.{kind or 'npz'}"


def image_measure_code(wildcards):
    """As `code`, with this measure's module, and no other's."""
    own = f"papers.{wildcards.paper}.image_measures.{wildcards.measure}"
    return digests_of(["cli.image_measures", own])


def measured_run(wildcards):
    """Input function: the run's weights, if the measure asks its network."""
    if not measure_of(wildcards).network:
        return []
    run = Run(*(wildcards[key] for key in Run._fields))
    return [
        f"{run_folder(wildcards.scale, run)}/{file}"
        for file in ("model.safetensors", "config.json")
    ]


def measure_code(wildcards):
    """As `code`, with this measure's module, and the network if it is asked."""
    own = f"papers.{wildcards.paper}.measures.{wildcards.measure}"
    if measure_of(wildcards).network:
        return model_code("cli.measures", "models.callables", "models.weights", own)(
            wildcards
        )
    return digests_of(["cli.measures", own])


def measure_options(wildcards):
    """Value of `params`: inputs, run and settings, as the subcommand takes them."""
    options = [
        f"--input {name}={path}" for name, path in measure_inputs(wildcards).items()
    ]
    if run := measured_run(wildcards):
        options.append(f"--run {Path(run[0]).parent}")
    if keys := measure_of(wildcards).settings:
        settings = json.dumps(assay_settings(*keys)(wildcards), sort_keys=True)
        options.append(f"--settings {shlex.quote(settings)}")
    return " ".join(options)


def numbers_of(wildcards):
    """Input function: the JSON of every measure of every run of the paper's studies."""
    files = measured_files(plan_of(wildcards), wildcards.scale)
    return list(dict.fromkeys(path for _, path in files))


def table_code(wildcards):
    """As `code`, with this table's module, and no other's."""
    own = f"papers.{wildcards.paper}.tables.{wildcards.table}"
    return digests_of(["cli.tables", own])


def table_caption(wildcards):
    return catalogue.caption_of(wildcards.paper, wildcards.table)


def claims_yaml(wildcards):
    """Input function: the claims of a paper."""
    return of_project(rooms()[wildcards.paper] / "claims.yaml")


check_shown(sys.argv[1:])
