"""Why a source did not give a file; collected, and told to the user when all sources failed."""

__all__ = ["SourceFailure", "UnreachableHost", "WrongContent"]


class SourceFailure(Exception):
    """A source did not give the file; the message is a few words."""


class UnreachableHost(SourceFailure):
    """Nobody answered; other files from the same host need not be asked for."""


class WrongContent(SourceFailure):
    """Something came, but not the file; damage on the way is one reason."""
