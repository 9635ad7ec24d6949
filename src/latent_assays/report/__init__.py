"""The report: one HTML file of all that a scale rebuilt, beside what the papers say.

`asked` is for rules, which know the catalogues: it says what the page shows. All other modules read
what lies below `results/{scale}` and make parts of the page; `page` puts them together.
"""
