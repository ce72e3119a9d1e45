"""Writes what was found in a source as a policy file that a person goes through.

It permits nothing: its rules are a comment. No value stands in it: names, classes, scores, shares.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from sluicegate.detect.columns import ColumnVerdict
from sluicegate.errors import ConfigurationError
from sluicegate.gate.profiling import SourceProfile, TableProfile
from sluicegate.model import masks
from sluicegate.model.data import CatalogColumn, DataClass, TypeFamily
from sluicegate.policy.builtin import BUILT_IN
from sluicegate.policy.characters import hidden_in
from sluicegate.policy.load import LARGEST
from sluicegate.policy.names import write_table
from sluicegate.sql.pushdown import fits

_MASKS: Final[Mapping[str, tuple[tuple[masks.Mask, str], ...]]] = {
    "identifier": ((masks.Pseudonymize(), "{mask: pseudonymize}"),),
    "email": ((masks.Pseudonymize(), "{mask: pseudonymize}"),),
    "person_name": ((masks.Pseudonymize(), "{mask: pseudonymize}"),),
    "username": ((masks.Pseudonymize(), "{mask: pseudonymize}"),),
    "ip": ((masks.Pseudonymize(), "{mask: pseudonymize}"),),
    "mac": ((masks.Pseudonymize(), "{mask: pseudonymize}"),),
    "imei": ((masks.Pseudonymize(), "{mask: pseudonymize}"),),
    "vin": ((masks.Pseudonymize(), "{mask: pseudonymize}"),),
    "phone": ((masks.Partial(keep_first=0, keep_last=2), "{mask: partial, keep_last: 2}"),),
    "card": ((masks.Partial(keep_first=0, keep_last=4), "{mask: partial, keep_last: 4}"),),
    "postcode": (
        (masks.Partial(keep_first=2, keep_last=0), "{mask: partial, keep_first: 2, keep_last: 0}"),
        (masks.GeneralizeNumber(width=1000), "{mask: generalize_number, width: 1000}"),
    ),
    "birth_date": ((masks.GeneralizeDate(unit="year"), "{mask: generalize_date, unit: year}"),),
    "event_time": ((masks.GeneralizeDate(unit="day"), "{mask: generalize_date, unit: day}"),),
    "money": ((masks.GeneralizeNumber(width=100), "{mask: generalize_number, width: 100}"),),
    "age": ((masks.GeneralizeNumber(width=10), "{mask: generalize_number, width: 10}"),),
}
"""Masks to propose for a class, the best first; where none fits, and for all others, suppress."""
_SUPPRESS: Final = (masks.Suppress(), "{mask: suppress}")
_LINE: Final = 170
"""Bytes that a column takes in the file, at most on average."""
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TAKEN: Final = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_LONGEST: Final = 200
"""Characters of a column's name that a policy holds."""
_MOST_REASONS: Final = 3
_LEFT_OUT: Final = "# left out, since a policy cannot hold its name:"


def check_size(columns: int) -> None:
    """Refuse what would not fit into one policy file, before anything is sampled.

    Raises:
        ConfigurationError: it would not.
    """
    if columns * _LINE > LARGEST:
        raise ConfigurationError(
            f"{columns:,} columns are more than one policy file holds ({LARGEST // 1024} KiB)",
            hint="narrow it by --schema and --tables, and join the files",
        )


def propose(profile: SourceProfile, *, day: date) -> str:
    """Write the policy.

    Args:
        profile: What was found.
        day: Told in the head of the file.
    """
    tables = [t for t in profile.tables if _may_be_listed(t)]
    chosen = _choose_masks(tables)
    lines = [*_head(profile, tables, day), *_columns(profile.source, tables, chosen)]
    lines += ["", *_classes(chosen), "", *_rules(profile.source)]
    return "\n".join(lines) + "\n"


def _choose_masks(tables: Sequence[TableProfile]) -> dict[DataClass, tuple[masks.Mask, str]]:
    """Choose one mask a class: one that fits the types of all its columns, or of most."""
    families: dict[DataClass, Counter[TypeFamily]] = {}
    for table in tables:
        for column, verdict in _pairs(table):
            if verdict.data_class not in BUILT_IN:
                families.setdefault(verdict.data_class, Counter())[column.family] += 1
    return {name: _best(name, counts) for name, counts in sorted(families.items())}


def _best(data_class: DataClass, families: Counter[TypeFamily]) -> tuple[masks.Mask, str]:
    def fitting(choice: tuple[masks.Mask, str]) -> int:
        return sum(count for family, count in families.items() if fits(choice[0], family))

    choices = _MASKS.get(data_class, ())
    best = max(choices, key=fitting, default=_SUPPRESS)
    return best if fitting(best) else _SUPPRESS


def usual_mask(data_class: DataClass) -> str:
    """Return the mask to propose for a class of which no types are known, as the file writes it."""
    return _MASKS.get(data_class, (_SUPPRESS,))[0][1]


def _head(profile: SourceProfile, tables: Sequence[TableProfile], day: date) -> Iterator[str]:
    columns = [v for t in tables for v in t.verdicts]
    doubtful = sum(v.doubtful for v in columns)
    quasi = sum(v.quasi for v in columns)
    counted = f"{len(columns)} columns in {len(tables)} tables and views"
    yield f"# Proposed on {day.isoformat()} by `sluicegate init --source {profile.source}`,"
    yield "# for a person to go through. It permits nothing until a rule is written at its end."
    yield "#"
    yield f"# {counted}; {doubtful} marked `# check:`: look at those first."
    yield f"# {quasi} are quasi-identifiers: harmless alone, but several together single a person"
    yield "# out."
    yield "# Scores compare classes with each other and are no probabilities. No value stands here."
    yield "# `sluicegate classify` shows what changes later."
    for name in profile.unread:
        yield f"# not found under its name, left out: {one_line(str(name))}"
    for table in profile.tables:
        if table not in tables:
            yield f"{_LEFT_OUT} {one_line(str(table.relation.name))}"
    yield ""
    yield "version: 1"
    yield "name: proposed"


def _columns(
    source: str,
    tables: Sequence[TableProfile],
    chosen: Mapping[DataClass, tuple[masks.Mask, str]],
) -> Iterator[str]:
    yield ""
    yield "sources:"
    yield f"  {written_key(source)}:"
    yield "    unclassified: refuse # a column that appears later is not read until it is listed"
    yield "    tables:" if tables else "    tables: {}"
    for table in tables:
        note = f"; {table.note}" if table.note else ""
        sampled = f"{table.rows} rows sampled ({table.how})" if table.rows else "no row sampled"
        yield (
            f"      {written_key(write_table(table.relation.name))}:"
            f" # {table.relation.kind}, {sampled}{note}"
        )
        yield "        columns:"
        for column, verdict in _pairs(table):
            if _may_stand(column.name):
                entry = f"          {written_key(column.name)}: {verdict.data_class}"
                yield f"{entry} # {_comment(column, verdict, chosen)}"
            else:
                yield f"          {_LEFT_OUT} {one_line(column.name)}"


def _comment(
    column: CatalogColumn,
    verdict: ColumnVerdict,
    chosen: Mapping[DataClass, tuple[masks.Mask, str]],
) -> str:
    reasons = [r.text for r in verdict.reasons if r.weight > 0][:_MOST_REASONS]
    told = f"{verdict.score:.2f}: {'; '.join(reasons) or 'nothing speaks for another class'}"
    if verdict.quasi:
        told += "; quasi-identifier"
    mask = chosen.get(verdict.data_class)
    if mask and not fits(mask[0], column.family):
        told = f"its type {column.family} does not take the mask of its class; {told}"
        return one_line(f"check: {told}")
    if verdict.doubtful:
        others = ", ".join(str(a.data_class) for a in verdict.alternatives[:2])
        return one_line(f"check: {told}" + (f"; or {others}" if others else ""))
    return one_line(told)


def _classes(chosen: Mapping[DataClass, tuple[masks.Mask, str]]) -> Iterator[str]:
    yield "# How each class leaves. Built in: `public` is kept, `free_text` is redacted,"
    yield "# `secret` is suppressed."
    if not chosen:
        yield "classes: {}"
        return
    yield "classes:"
    for name, (_, text) in chosen.items():
        yield f"  {name}: {text}"


def _rules(source: str) -> Iterator[str]:
    yield "# Nothing is permitted yet. A rule looks like this:"
    yield "# rules:"
    yield "#   - id: churn-training"
    yield "#     effect: permit"
    yield "#     principals: [{orchestrator: cli}]"
    yield "#     purposes: [churn_training]"
    yield f"#     sources: [{source}]"
    yield "#     tables: ['*']"
    yield "#     limits: {rows: 1000000, seconds: 600}"


def _pairs(table: TableProfile) -> list[tuple[CatalogColumn, ColumnVerdict]]:
    return list(zip(table.relation.columns, table.verdicts, strict=True))


def _may_be_listed(table: TableProfile) -> bool:
    name = table.relation.name
    columns = any(_may_stand(c.name) for c in table.relation.columns)
    return columns and _may_stand(name.schema) and _may_stand(name.name)


def _may_stand(name: str) -> bool:
    return (
        bool(name)
        and name == name.strip()
        and len(name) <= _LONGEST
        and name.isprintable()
        and not hidden_in(name)
    )


def written_key(text: str) -> str:
    """Write a key so that every reader of YAML takes it for this text."""
    plain = all(_PLAIN.fullmatch(part) for part in text.split("."))
    return text if plain and text.lower() not in _TAKEN else json.dumps(text, ensure_ascii=False)


def one_line(text: str) -> str:
    """Make a comment of one line of what may hold anything."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
