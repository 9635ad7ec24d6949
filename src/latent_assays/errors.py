"""The one exception that is meant to be read by the person who caused it."""

__all__ = ["UserError"]


class UserError(Exception):
    """Something the user gave or the machine lacks: one sentence saying what, where and what to do.

    The command line prints the sentence without a traceback and exits with 1.
    """
