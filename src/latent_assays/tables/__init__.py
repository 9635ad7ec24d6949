"""What all tables share: obtained numbers beside published ones.

A paper's own tables lie in its room, one module each: `build(collected, published)` returns a
`Table`; one that has no published counterpart takes only `collected`.
"""
