# What the report shows, and what the modules and runs are that it is made of.

from latent_assays.report import asked


@cache
def report_contents(scale):
    """What the page shows, see `asked.contents_of`."""
    about = (ROOT / "rules/captions/contact_sheet.rst").read_text(encoding="utf-8")
    tables = tables_with_models(scale)
    return asked.contents_of(config, scale, tables, sheets(scale), about)


def report_code(wildcards):
    """As `code`, with the networks and objectives of the runs whose networks the page holds."""
    used = [
        module_of(chosen)
        for run in asked.runs_explored(config, wildcards.scale)
        for settings in [_model_settings(wildcards.scale, run)]
        for chosen in (
            NETWORKS[settings["network"]],
            OBJECTIVES[settings["objective"]],
        )
    ]
    return digests_of(["cli.report", *dict.fromkeys(used)])
