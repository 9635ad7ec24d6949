"""Datasets as a paper changes them."""
