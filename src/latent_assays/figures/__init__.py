"""What all figures share: style, and the contact sheet of an image set.

A paper's own figures lie in its room, one module each: `draw(**inputs, sources)` takes arrays and
returns a figure.
"""
