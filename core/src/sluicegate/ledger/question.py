"""Questions to the ledger: which records are about a run, a column, a purpose, a table.

A record is turned into flat *facts*, names and numbers only, and a question compares some of them.
The same question is what a legal hold keeps, and what a query prints.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from sluicegate.model.events import EventLog, Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a record tells, flat; empty where it does not."""

    sequence: int
    time: datetime
    kind: str
    subject: str
    """Digest of the work, of the plan that an approval is for, or what else it is about."""
    orchestrator: str = ""
    pipeline: str = ""
    task: str = ""
    run: str = ""
    principal: str = ""
    """The person behind it, as far as it is known."""
    source: str = ""
    purpose: str = ""
    output: str = ""
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    """Columns of the source that were read (``schema.table.column``), and of the output."""
    plan: str = ""
    policy: str = ""
    """Digest of the policy that decided."""
    status: str = ""
    rows: int | None = None
    codes: tuple[str, ...] = ()
    """Codes of reasons or of an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which records are meant: those that fulfil all that is given. Names may have ``*``.

    ``column`` and ``table`` may leave out what stands before: ``email`` is ``public.users.email``
    too. Case does not count.
    """

    kind: str = ""
    subject: str = ""
    run: str = ""
    pipeline: str = ""
    principal: str = ""
    source: str = ""
    purpose: str = ""
    output: str = ""
    table: str = ""
    column: str = ""
    policy: str = ""
    status: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Read what ``told`` wrote.

        Raises:
            ValueError, TypeError: it is no question of this version.
        """
        given: dict[str, Any] = {name: str(value) for name, value in told.items()}
        times = {n: datetime.fromisoformat(given[n]) for n in _TIMES if given.get(n)}
        return cls(**{**given, **times})

    def told(self) -> dict[str, str]:
        """Write it as JSON types, only what is given."""
        given = {name: value for name, value in asdict(self).items() if value}
        return {n: v.isoformat() if isinstance(v, datetime) else v for n, v in given.items()}

    @property
    def empty(self) -> bool:
        """Whether it means every record."""
        return not self.told()

    def meets(self, facts: Facts) -> bool:
        """Tell whether a record is meant."""
        if (self.since and facts.time < self.since) or (self.until and facts.time >= self.until):
            return False
        if not all(
            _like(getattr(facts, name), getattr(self, name))
            for name in _PLAIN
            if getattr(self, name)
        ):
            return False
        several = ((self.table, facts.tables), (self.column, facts.columns))
        return all(not asked or any(_ends(n, asked) for n in names) for asked, names in several)


_TIMES = frozenset({"since", "until"})
_PLAIN = tuple(f.name for f in fields(Question) if f.name not in {*_TIMES, "table", "column"})


def answers(log: EventLog, question: Question) -> Iterator[Facts]:
    """Yield the facts of all records that a question means, in their order.

    Outcomes do not repeat who asked for what; they take it from the intent of the same work, which
    is always before them.
    """
    works: dict[str, Facts] = {}
    for record in log.records():
        facts = facts_of(record, works.get(record.subject))
        if record.kind.endswith((".intent", ".refused")):
            works[record.subject] = facts
        if question.meets(facts):
            yield facts


def facts_of(record: Record, work: Facts | None = None) -> Facts:
    """Flatten a record.

    Args:
        record: The record.
        work: Facts of the intent of the same work, for what the record itself does not tell.
    """
    body = record.body
    named = record.kind.startswith(("run.", "task."))  # these name the run in the body itself
    identity = _map(body.get("identity")) or (body if named else {})
    plan = _map(body.get("plan"))
    told: dict[str, Any] = {
        "orchestrator": _text(identity.get("orchestrator")),
        "pipeline": _text(identity.get("pipeline")),
        "task": _text(identity.get("task")),
        "run": _text(identity.get("run")),
        "principal": _text(identity.get("triggered_by") or body.get("person") or body.get("by")),
        "source": _text(plan.get("source") or body.get("source")),
        "purpose": _text(plan.get("purpose") or body.get("purpose")),
        "output": _text(plan.get("output") or body.get("output")),
        "tables": tuple(map(str, plan.get("relations") or ())),
        "columns": _columns(plan),
        "plan": _text(plan.get("digest") or body.get("plan")),
        "policy": _text(plan.get("policy") or body.get("policy") or identity.get("policy_digest")),
    }
    if work is not None:
        told = {name: value or getattr(work, name) for name, value in told.items()}
    rows = body.get("rows")
    return Facts(
        sequence=record.sequence,
        time=record.time,
        kind=record.kind,
        subject=record.subject,
        status=_text(body.get("status")),
        rows=rows if isinstance(rows, int) else None,
        codes=_codes(body),
        **told,
    )


def _columns(plan: Mapping[str, Any]) -> tuple[str, ...]:
    read = plan.get("reads") or ()
    return (*map(str, read), *map(str, _map(plan.get("columns"))))


def _codes(body: Mapping[str, Any]) -> tuple[str, ...]:
    found = [str(r["code"]) for r in body.get("reasons") or () if isinstance(r, Mapping)]
    return tuple(dict.fromkeys([*found, *([str(body["error"])] if body.get("error") else [])]))


def _like(value: str, asked: str) -> bool:
    return fnmatch.fnmatchcase(value.casefold(), asked.casefold())


def _ends(value: str, asked: str) -> bool:
    """Compare a name, or its end after a dot."""
    return _like(value, asked) or _like(value, f"*.{asked}")


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
