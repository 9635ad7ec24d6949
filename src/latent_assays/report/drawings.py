"""Small pictures as inline SVG, drawn in the text's own colour and readable without any."""

from collections.abc import Mapping

from markupsafe import Markup

__all__ = ["interval", "tally"]

VERDICTS = ("holds", "fails", "undecided")
WIDTH, HEIGHT = 672, 18  # of a tally
LEAST = 12  # of a part that is there at all
REACH, MIDDLE, LINE = 240, 17, 34  # of an interval: width, height of its line, height


def tally(counts: Mapping[str, int]) -> Markup:
    """A bar of how many claims hold (filled), fail (hatched) and are undecided (empty)."""
    total = sum(counts.get(name, 0) for name in VERDICTS)
    words = ", ".join(f"{counts.get(name, 0)} {name}" for name in VERDICTS)
    parts, at = [], 0.0
    present = [name for name in VERDICTS if counts.get(name)]
    free = WIDTH - LEAST * len(present)
    for name in present:
        width = LEAST + free * counts[name] / total
        parts.append(
            f'<rect class="{name}" x="{at:.1f}" y="1" width="{width:.1f}" height="{HEIGHT - 2}"/>'
        )
        at += width
    return _svg(WIDTH, HEIGHT, f"Claims: {words}", "".join(parts), "tally")


def interval(
    estimate: float | None, low: float | None, high: float | None, condition: str
) -> Markup:
    """An estimate (dot) with its interval (line), against the bound (dashed) of a condition.

    The side of the bound on which the claim holds is shaded. Where there is no interval, the dot
    stands alone and is hollow; where there is no estimate, the picture is empty.

    Args:
        estimate: None where there is none.
        low: lower end of the interval; None where there is none.
        high: upper end.
        condition: `> 0.1` or `< 0`.
    """
    if estimate is None:
        return Markup("")
    sign, _, text = condition.partition(" ")
    bound = float(text)
    known = [value for value in (estimate, low, high, bound) if value is not None]
    span = max(known) - min(known) or abs(bound) or 1.0
    first, last = min(known) - 0.12 * span, max(known) + 0.12 * span

    def x(value: float) -> float:
        return round(REACH * (value - first) / (last - first), 1)

    at = x(bound)
    left, width = (at, REACH - at) if sign == ">" else (0, at)
    marks = [
        f'<rect class="side" x="{left}" y="4" width="{width:.1f}" height="26"/>',
        f'<line class="bound" x1="{at}" y1="0" x2="{at}" y2="{LINE}"/>',
    ]
    has_interval = low is not None and high is not None
    if has_interval:
        ends = x(low), x(high)
        marks.append(f'<path class="range" d="M{ends[0]} {MIDDLE}H{ends[1]}"/>')
        marks += [f'<path class="range" d="M{end} {MIDDLE - 5}v10"/>' for end in ends]
    hollow = "" if has_interval else " hollow"
    marks.append(f'<circle class="estimate{hollow}" cx="{x(estimate)}" cy="{MIDDLE}" r="4.5"/>')
    told = f"from {low:.3g} to {high:.3g}" if has_interval else "without an interval"
    words = f"Estimate {estimate:.3g}, {told}; the claim says {condition}"
    return _svg(REACH, LINE, words, "".join(marks), "interval")


def _svg(width: int, height: int, words: str, content: str, kind: str) -> Markup:
    return Markup(
        f'<svg class="{kind}" role="img" aria-label="{Markup.escape(words)}"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' preserveAspectRatio="none">{content}</svg>'
    )
