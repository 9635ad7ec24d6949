"""Objectives, one a file: what is minimised, as named terms with weights."""
