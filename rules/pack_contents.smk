# What `pack` is given: the papers, and every result of their studies.

from latent_assays.pack.contents import packed_files


def papers_packed(wildcards):
    """What `pack` is given of each paper."""
    scale = wildcards.scale
    shown = [name.split("/") for name in tables_with_models(scale)]
    return {
        slug: {
            "title": paper_of(slug).title,
            "authors": paper_of(slug).authors,
            "arxiv": paper_of(slug).arxiv,
            "plan": studies.collected_plan(config, scale, slug),
            "tables": [table for paper, table in shown if paper == slug],
            "claims": slug in papers_with_claims(),
        }
        for slug in rooms()
    }


def results_packed(wildcards):
    """Input function: every result that goes into the pack."""
    return list(packed_files(papers_packed(wildcards), wildcards.scale).values())
