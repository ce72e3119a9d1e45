"""Scans of tables: the guard reads every value, and gives out places, classes and counts.

A grant of its own, an intent before the first row is asked for, an outcome after the last one.
Failure mode: closed. A table that cannot be read whole is an error, and is on record as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sluicegate.errors import ConfigurationError, SluicegateError
from sluicegate.gate.scan import ScanReport
from sluicegate.gate.scan_places import Place, TableTarget, find_places, split_targets
from sluicegate.model.canonical import digest, plain
from sluicegate.model.data import Relation, RelationName
from sluicegate.model.decision import Limits
from sluicegate.model.events import Event
from sluicegate.model.findings import Reason, ScanSummary
from sluicegate.model.plan import Statement
from sluicegate.policy import Wanted, decide_scan
from sluicegate.policy.names import parse_table

if TYPE_CHECKING:
    import pyarrow as pa

    from sluicegate.gate.scan_places import Target
    from sluicegate.gate.services import Services
    from sluicegate.model.identity import RunIdentity
    from sluicegate.sources.port import Session, Source

T = TypeVar("T")

_SECONDS: Final = 3600.0
"""Time limit of one table."""


@dataclass(slots=True)
class TableScans:
    """The tables of one call.

    Args:
        services: The opened parts of the gate.
        identity: Who asks.
    """

    services: Services
    identity: RunIdentity
    notes: list[str] = field(default_factory=list)
    """Blind spots that a source told of."""
    _facts: dict[str, Any] = field(default_factory=dict)
    _intent: int = 0

    def open(self, targets: Sequence[TableTarget]) -> list[Place] | tuple[Reason, ...]:
        """Return the places, with the intent on record; or why they may not be scanned.

        Raises:
            SourceUnavailable: a source cannot answer now.
            LedgerUnavailable: the record cannot be written; nothing is read.
        """
        found: list[tuple[Source, Relation]] = []
        reasons: list[Reason] = []
        rules: set[str] = set()
        identity = replace(self.identity, policy_digest=self.services.policy.digest)
        for target in targets:
            source = unscoped(self.services.resolve(target.source))
            relation, login = _look_up(source, target)
            identity = replace(identity, database_login=login)
            if relation is None:
                reasons.append(_missing(target))
                continue
            wanted = Wanted(
                identity=identity,
                source=target.source,
                relations=[relation],
                now=datetime.now(UTC),
            )
            decided = decide_scan(self.services.policy, wanted)
            reasons += decided.reasons
            rules |= {rule.id for rule in decided.rules}
            found.append((source, relation))
        self._facts = {
            "identity": plain(identity),
            "tables": [f"table://{t.source}/{t.table}" for t in targets],
            "policy": self.services.policy.digest,
            "rules": sorted(rules),
        }
        if reasons:
            self._append("refused", {"reasons": [plain(r) for r in reasons]})
            return tuple(reasons)
        self._intent = self._append("intent", {})
        return [self._place(source, relation) for source, relation in found]

    def run(self, scan: Callable[[], ScanReport]) -> ScanReport:
        """Scan, and record how it ended; a failure by its code only, without its frames."""
        try:
            report = scan()
        except SluicegateError as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - whatever it is, its text may quote a row
            failure = SluicegateError(f"the scan broke off: {type(error).__name__}")
        else:
            self._conclude(report)
            return report
        # the first error is the one to tell; the intent without an outcome tells of the second
        with suppress(SluicegateError):
            self._append("outcome", {"status": "failed", "error": failure.code})
        failure.__cause__ = failure.__context__ = None
        raise failure.with_traceback(None)

    def _conclude(self, report: ScanReport) -> None:
        body = {
            "status": "clean" if report.clean else "findings",
            "intent": self._intent,
            "rows": report.scan.rows,
            "findings": {str(k): v for k, v in report.scan.by_class().items()},
            "blind_spots": list(report.scan.blind_spots),
        }
        self._append("outcome", body)

    def _append(self, what: str, body: dict[str, Any]) -> int:
        event = Event(
            kind=f"scan.{what}",
            subject=digest(self.identity.work_key),
            body=self._facts | body,
        )
        return self.services.ledger.append(event).sequence

    def _place(self, source: Source, relation: Relation) -> Place:
        return Place(
            name=f"table://{source.name}/{relation.name}",
            stem=relation.name.name,
            batches=lambda: self._rows(source, relation),
        )

    def _rows(self, source: Source, relation: Relation) -> Iterator[pa.RecordBatch]:
        with source.connect() as session:
            session.limit(Limits(seconds=_SECONDS))
            yield from session.stream(Statement(sql=_all_of(relation, source.dialect)), {})
            self.notes += [f"{relation.name}: {note}" for note in session.notes]
        if source.dialect == "sqlite":
            self.notes.append(f"{relation.name}: cells that hold bytes were not scanned")


def scan_targets(
    services: Services,
    targets: Sequence[Target],
    identity: RunIdentity | None,
    scan: Callable[[Iterable[Place]], ScanReport],
) -> ScanReport:
    """Scan files and tables in one report; with a table among them, the scan is on record.

    Args:
        services: The opened parts of the gate.
        targets: What to scan.
        identity: Who asks; needed for tables only.
        scan: Scans places.

    Raises:
        ConfigurationError: a table without an identity, or a place that nothing reads.
        SluicegateError: a place cannot be read.
    """
    files, tables = split_targets(targets)
    if not tables:
        return scan(find_places(files))
    if identity is None:
        raise ConfigurationError("a scan of a table needs the identity of who asks")
    scans = TableScans(services, identity)
    opened = scans.open(tables)
    if isinstance(opened, tuple):
        return ScanReport(files=(), scan=ScanSummary(rows=0, bytes=0), reasons=opened)

    def whole() -> ScanReport:
        report = scan(chain(find_places(files), opened))
        spots = tuple(dict.fromkeys((*report.scan.blind_spots, *scans.notes)))
        return replace(report, scan=replace(report.scan, blind_spots=spots))

    return scans.run(whole)


def unscoped(source: Source) -> Source:
    """Read as the account itself: there is no masking view to read through."""
    if getattr(source, "scoped_role", False):
        return replace(source, scoped_role=False)  # type: ignore[type-var]  # a dataclass
    return source


def _look_up(source: Source, target: TableTarget) -> tuple[Relation | None, str]:
    name = parse_table(target.table)
    with source.connect() as session:
        return _relation(session, name, target.table), session.login


def _relation(session: Session, name: RelationName | None, text: str) -> Relation | None:
    if name is not None:
        return session.relation(name.schema, name.name, quoted=True)
    if "." in text or not text:
        raise ConfigurationError(
            "the target names no table", hint='table://source/schema.table; a."b.c" in quotes'
        )
    return session.relation(None, text, quoted=True)


def _missing(target: TableTarget) -> Reason:
    return Reason(
        code="SCAN-NO-TABLE",
        message=f"the source {target.source!r} shows no table {target.table!r}",
        hint="check its name and schema, and that the login may see it",
    )


def _all_of(relation: Relation, dialect: str) -> str:
    """Return the query for all rows; names come from the catalogue and are quoted."""
    mark = "`" if dialect in {"mysql", "bigquery"} else '"'

    def quote(name: str) -> str:
        return mark + name.replace(mark, mark * 2) + mark

    def read(name: str) -> str:
        column = quote(name)
        if dialect != "sqlite":
            return column
        # a cell of SQLite may be of another type than its column
        return f"CASE WHEN typeof({column}) <> 'blob' THEN CAST({column} AS TEXT) END AS {column}"

    columns = ", ".join(read(column.name) for column in relation.columns)
    table = f"{quote(relation.name.schema)}.{quote(relation.name.name)}"
    return f"SELECT {columns} FROM {table}"  # noqa: S608  # as above
