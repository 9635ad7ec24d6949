"""The papers, a room each: all that one paper needs lies in its folder, and nowhere else.

`catalogue` says what a room's `paper.py` is written in.
"""
