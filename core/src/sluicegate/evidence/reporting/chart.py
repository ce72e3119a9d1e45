"""Charts as inline SVG: bars that link to the records they count; no script, nothing to load."""

from __future__ import annotations

from typing import Final

from sluicegate.evidence.reporting.days import Bar, Series
from sluicegate.evidence.reporting.markup import Markup, element, join, text

_WIDTH: Final = 340
_HEIGHT: Final = 96
_LEFT: Final = 34
_TOP: Final = 8
_BASE: Final = 74
_WIDEST: Final = 22.0


def anchor(series: Series, bar: Bar) -> str:
    """Name the place of the page that lists the records of a bar."""
    return f"{series.name}-{bar.first.isoformat()}"


def chart(series: Series) -> Markup:
    """Draw one figure over the period."""
    most = max((bar.count for bar in series.bars), default=0)
    step = (_WIDTH - _LEFT - 4) / max(len(series.bars), 1)
    bars = [_bar(series, bar, i, step, most) for i, bar in enumerate(series.bars) if bar.count]
    label = f"{series.title} per {series.unit}: {series.total:,} in all"
    return element(
        "svg",
        *_axes(series, most),
        *bars,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_label=label,
        class_=f"chart {series.name}",
    )


def _axes(series: Series, most: int) -> list[Markup]:
    base = Markup(f'<path d="M{_LEFT} {_BASE}H{_WIDTH - 2}" class="axis"/>')
    top = Markup(f'<path d="M{_LEFT} {_TOP}H{_WIDTH - 2}" class="grid"/>')
    days = [bar.first.isoformat() for bar in series.bars]
    labels = [_label(_LEFT - 5, _BASE, "0", "end")]
    if most:
        labels += [top, _label(_LEFT - 5, _TOP + 4, f"{most:,}", "end")]
    if days:
        labels.append(_label(_LEFT, _BASE + 14, days[0], "start"))
    if len(days) > 1:
        labels.append(_label(_WIDTH - 2, _BASE + 14, days[-1], "end"))
    return [base, *labels]


def _bar(series: Series, bar: Bar, index: int, step: float, most: int) -> Markup:
    height = max((_BASE - _TOP) * bar.count / most, 1.5)
    wide = min(step * 0.72, _WIDEST)
    left = _LEFT + index * step + min((step - wide) / 2, 12)
    title = element("title", f"{bar.first.isoformat()}: {bar.count:,}")
    place = f'x="{left:.2f}" y="{_BASE - height:.2f}" width="{wide:.2f}" height="{height:.2f}"'
    return element(
        "a", title, Markup(f'<rect {place} class="bar"/>'), href=f"#{anchor(series, bar)}"
    )


def _label(x: float, y: float, shown: str, at: str) -> Markup:
    return join(
        (Markup(f'<text x="{x}" y="{y}" text-anchor="{at}">'), text(shown), Markup("</text>"))
    )
