"""Measures of the toy."""
