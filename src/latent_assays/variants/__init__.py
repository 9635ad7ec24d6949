"""Datasets as a paper changes them.

A kind of variant is a module whose `change(original, settings)` tells what the images become; it
is imported only when it is asked for. `perturbed` needs the fostered component too.
"""
