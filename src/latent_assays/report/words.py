"""Numbers and verdicts as a reader sees them."""

__all__ = ["SIGNS", "count", "decimals", "signed"]

SIGNS = {"holds": "●", "fails": "✕", "undecided": "○"}
"""A sign for each verdict, so that none is told by its colour alone."""

DIGITS = 3  # that are told of a number, at least


def decimals(value: float | None) -> str:
    """`0.123`, `12.3`, `1,230` or `1.23e−05`; a dash for no number."""
    if value is None:
        return "–"
    size = abs(value)
    if size >= 1000:
        text = f"{value:,.0f}"
    elif size and size < 0.0005:
        text = f"{value:.{DIGITS - 1}e}"
    else:
        places = DIGITS if size < 1 else DIGITS - len(str(int(size)))
        text = f"{value:.{places}f}"
    return text.replace("-", "−")


def signed(value: float | None) -> str:
    """As `decimals`, with its sign."""
    return f"+{decimals(value)}" if value is not None and value >= 0 else decimals(value)


def count(number: int, one: str, many: str = "") -> str:
    """`1 run`, `1,200 runs`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
