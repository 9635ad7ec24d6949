"""The configuration: what it names, how its layers resolve, and whether it can be run.

`names` says what exists, `resolve` what holds for one scale, dataset and model, `studies` which
runs are compared and what measures them, `check` what is wrong, and `load` reads it from files.
"""
