"""How is a line of time drawn: a bar for each thing that lasted, over a scale of years?"""

import datetime
from dataclasses import dataclass

from ..insight.timeline import Span

#: Width of the bars and height of a row, in pixels; the label stands above its bar.
WIDTH, ROW, BAR, TOP = 640, 34, 10, 22
#: Open starts are drawn from so long before the first known day.
LEAD = datetime.timedelta(days=365)
#: More bars would be a wall; the list beside the drawing has them all.
MOST_BARS = 40
LONGEST_LABEL = 70


@dataclass(frozen=True)
class Bar:
    """One bar, ready for the template; ``open_*`` tell that the end is not known or has not come."""

    kind: str
    label: str
    x: str
    y: str
    width: str
    label_y: str
    open_start: bool
    open_end: bool


@dataclass(frozen=True)
class Timeline:
    """A drawing: its height, bars, years and the day that is shown."""

    height: int
    bars: list[Bar]
    years: list[tuple[str, int]]
    day_x: str
    hidden: int


def timeline(spans: list[Span], day: datetime.date) -> Timeline | None:
    """Draw what lasted, up to ``day`` or the last known end; None where fewer than two dates are known."""
    dates = [d for span in spans for d in (span.start, span.end) if d]
    if not dates or len(spans) < 2:
        return None
    first = min(dates)
    if any(span.start is None for span in spans) and first.year > 1:
        first -= LEAD
    last = max([*dates, day])
    days = max((last - first).days, 1)

    def x(date: datetime.date) -> float:
        return (date - first).days / days * WIDTH

    bars = []
    for n, span in enumerate(spans[:MOST_BARS]):
        left, right = x(span.start or first), x(min(span.end or last, last))
        label = span.label if len(span.label) <= LONGEST_LABEL else span.label[: LONGEST_LABEL - 1] + "…"
        top = TOP + n * ROW
        bars.append(
            Bar(
                span.kind, label, f"{left:.1f}", str(top + 18), f"{max(right - left, 3):.1f}", str(top + 13),
                span.start is None, span.end is None or span.end > day,
            )
        )  # fmt: skip
    return Timeline(TOP + len(bars) * ROW + 4, bars, _years(first, last, x), f"{x(day):.1f}", len(spans) - len(bars))


def _years(first: datetime.date, last: datetime.date, x) -> list[tuple[str, int]]:
    """Return at most about eight years for the scale, with their places."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 500, 1000, 10_000) if (last.year - first.year) / s <= 8)
    found = range(-(-(first.year + 1) // step) * step, last.year + 1, step)
    return [(f"{x(datetime.date(year, 1, 1)):.1f}", year) for year in found if year >= 1]
