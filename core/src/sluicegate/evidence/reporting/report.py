"""The report: one HTML page that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from sluicegate.evidence.reporting import processing
from sluicegate.evidence.reporting.appendix import appendix
from sluicegate.evidence.reporting.chart import chart
from sluicegate.evidence.reporting.days import Series, series
from sluicegate.evidence.reporting.markup import (
    Markup,
    element,
    join,
    link,
    record_links,
    row,
    table,
)

if TYPE_CHECKING:
    from sluicegate.evidence.reporting.dossier import Dossier
    from sluicegate.evidence.reporting.framework import Control
    from sluicegate.evidence.reporting.topic import Topic

_CLAIM: Final = (
    "The records listed here support evidence for the controls below. They are no statement that "
    "a control is met: that is for whoever audits to judge. A control without records in the "
    "period is shown as such."
)
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
"""Whatever a name smuggles in, a browser loads and runs nothing."""


def report_page(dossier: Dossier) -> str:
    """Write the report.

    It holds names and numbers of records, never a value from the data. Without a clock: the same
    records make the same page.

    Returns:
        HTML with its style in it, without script and without an address to load from.
    """
    framework = dossier.framework
    title = f"Evidence for {framework.title}"
    figures = series(dossier)
    body = join(
        (
            element("h1", title),
            element("p", _period(dossier), class_="lead"),
            element("div", element("p", _CLAIM), class_="note"),
            *_about(dossier),
            *_figures(figures),
            *_controls(dossier),
            *_topics(dossier),
            *_policies(dossier),
            *(processing.section(dossier) if framework.id == "gdpr" else ()),
            *appendix(dossier, figures),
        ),
        "\n",
    )
    return page(title, body)


def page(title: str, body: Markup) -> str:
    """Write a page around its body."""
    style = files("sluicegate.evidence.reporting").joinpath("style.css").read_text("utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{element('title', title)}\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _period(dossier: Dossier) -> str:
    if not dossier.entries:
        return "No records in the period."
    first, last = dossier.start, dossier.end
    return f"{first:%Y-%m-%d %H:%M:%S} to {last:%Y-%m-%d %H:%M:%S} UTC"


def _about(dossier: Dossier) -> Iterator[Markup]:
    signed = dossier.checkpoint
    facts: list[tuple[str, object]] = [
        ("Framework", dossier.framework.title),
        ("Text", dossier.framework.source),
        ("Mind", dossier.framework.review),
        *((f"Asked: {name}", value) for name, value in dossier.scope.told()),
        ("Records", f"{len(dossier.entries):,}"),
    ]
    if signed is not None:
        when = f"{signed.time:%Y-%m-%d %H:%M:%S} UTC"
        facts += [
            ("Ledger", element("code", signed.origin)),
            ("Proven against", f"checkpoint of {signed.size:,} records, {when}"),
            ("Signed by", element("code", signed.key_id)),
        ]
    yield table((), (row(*fact) for fact in facts), class_="facts")


def _figures(figures: tuple[Series, ...]) -> Iterator[Markup]:
    if not figures:
        return
    yield element("h2", "Figures", id="figures")
    yield element(
        "p", "Each bar leads to the records that it counts. Days are of UTC.", class_="soft"
    )
    tiles = (
        element(
            "div",
            element("b", f"{one.total:,}"),
            f"{one.title} (per {one.unit})",
            chart(one),
            class_="tile",
        )
        for one in figures
    )
    yield element("div", *tiles, class_="tiles")


def _controls(dossier: Dossier) -> Iterator[Markup]:
    yield element("h2", "Controls", id="controls", class_="page")
    rows = (_control(dossier, control) for control in dossier.framework.controls)
    headers = ("control", "about", "supports evidence for it", "records")
    yield table(headers, rows, class_="controls")


def _control(dossier: Dossier, control: Control) -> Markup:
    number = len(dossier.of_control(control))
    titles = {topic.name: topic.title for topic in dossier.topics()}
    topics = join(
        (
            join((link(f"topic-{n}", titles[n]), f" ({len(dossier.shown[n]):,})"))
            for n in control.topics
        ),
        "; ",
    )
    counted = f"{number:,}" if number else element("span", "no records in the period", class_="tag")
    return row(control.id, control.title, topics, counted, class_="some" if number else "none")


def _topics(dossier: Dossier) -> Iterator[Markup]:
    yield element("h2", "What the records show")
    for topic in dossier.topics():
        yield from _topic(dossier, topic)


def _topic(dossier: Dossier, topic: Topic) -> Iterator[Markup]:
    entries = dossier.shown[topic.name]
    asking = ", ".join(c.id for c in dossier.framework.controls if topic.name in c.topics)
    yield element("h3", topic.title, id=f"topic-{topic.name}")
    yield element("p", topic.shows if entries else "No records in the period.")
    asks = "Supports evidence for" if entries else "Would support evidence for"
    yield element("p", f"{asks}: {asking}", class_="soft")
    if entries:
        numbers = record_links([entry.sequence for entry in entries])
        counted = "1 record: " if len(entries) == 1 else f"{len(entries):,} records: "
        yield element("p", counted, numbers)


def _policies(dossier: Dossier) -> Iterator[Markup]:
    yield element("h2", "Policies in force")
    if not dossier.policies:
        yield element("p", "No record of the period names a policy.")
        return
    rows = (
        row(element("code", digest), link(f"r{first}", first))
        for digest, first in dossier.policies.items()
    )
    yield table(("digest of the policy", "first record under it"), rows)
