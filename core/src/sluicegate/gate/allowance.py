"""The allow-list at work: whether its entries hold today, and what they let through.

Failure mode: closed. An entry that has expired, that was made with another key or that names a
detector which does not exist stops the scan or the extract; it is neither applied nor passed over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from sluicegate.errors import AllowListError
from sluicegate.gate.glob import is_pattern, matches
from sluicegate.model.allow import EXTRACT, LONGEST_DAYS, Allowed, AllowEntry
from sluicegate.model.data import SECRET
from sluicegate.model.findings import Reason
from sluicegate.policy import AllowFile, load_allow_list

if TYPE_CHECKING:
    from sluicegate.detect import Detector
    from sluicegate.gate.sift import Where
    from sluicegate.model.findings import Finding
    from sluicegate.model.plan import OutputColumn, Plan

_MOST_TOLD: Final = 20
_Key: TypeAlias = tuple[str, str, str]
"""Place, detector and fingerprint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowList:
    """A checked allow-list and the folder that its paths of files begin at."""

    file: AllowFile = field(default_factory=AllowFile)
    folder: Path = field(default_factory=Path)

    @classmethod
    def open(cls, path: Path | None) -> AllowList:
        """Read the allow-list; without a path nothing is allowed.

        Raises:
            AllowListError: it cannot be read or is wrong.
        """
        if path is None:
            return cls()
        return cls(file=load_allow_list(path), folder=path.resolve().parent)

    @property
    def digest(self) -> str:
        """Digest of what the entries mean; empty if there is no allow-list."""
        return self.file.digest

    @property
    def for_files(self) -> tuple[AllowEntry, ...]:
        """The entries about files."""
        return tuple(e for e in self.file.entries if e.of_files)

    def for_source(self, source: str) -> tuple[AllowEntry, ...]:
        """The entries about extracts from a source."""
        head = EXTRACT + source
        return tuple(
            e for e in self.file.entries if e.where == head or e.where.startswith(f"{head}/")
        )


class Allowance:
    """Lets through what entries name, and counts it. A lookup takes as long among thousands.

    Args:
        entries: Those that hold at this place; ``where`` is not looked at any more.
    """

    def __init__(self, entries: Iterable[AllowEntry]) -> None:
        self._entries: dict[_Key, list[AllowEntry]] = {}
        for entry in entries:
            key = (entry.place, entry.detector, entry.fingerprint)
            self._entries.setdefault(key, []).append(entry)
        self._concerned = {(place.partition("/")[0], d) for place, d, _ in self._entries}
        self._rows: dict[_Key, int] = {}
        self._first: dict[_Key, Where] = {}

    def concerns(self, step: str, detector: str) -> bool:
        """See ``Sieve``."""
        return (step, detector) in self._concerned

    def take(self, where: Where, rows: int) -> int:
        """See ``Sieve``: all of them or none."""
        key = (where.place, where.detector.id, where.fingerprint)
        if key not in self._entries:
            return 0
        self._first.setdefault(key, where)
        self._rows[key] = self._rows.get(key, 0) + rows
        return rows

    @property
    def allowed(self) -> tuple[Allowed, ...]:
        """What was let through so far, in the order of paths."""
        found = (
            _allowed(self._entries[key][0], self._first[key], rows)
            for key, rows in self._rows.items()
        )
        return tuple(sorted(found, key=lambda a: (a.path, a.detector, a.fingerprint)))

    @property
    def used(self) -> tuple[AllowEntry, ...]:
        """Entries that matched something so far: of several that name the same, all."""
        return tuple(e for key in self._rows for e in self._entries[key])

    def unused(self) -> tuple[AllowEntry, ...]:
        """Entries that matched nothing so far."""
        return tuple(
            e for key, many in self._entries.items() if key not in self._rows for e in many
        )


def _allowed(entry: AllowEntry, where: Where, rows: int) -> Allowed:
    return Allowed(
        path=entry.path,
        column=where.column,
        data_class=where.detector.data_class,
        detector=entry.detector,
        fingerprint=entry.fingerprint,
        count=rows,
        owner=entry.owner,
        expires=entry.expires.isoformat(),
    )


def at_file(entries: Iterable[AllowEntry], path: str) -> tuple[AllowEntry, ...]:
    """Return the entries that hold at a file.

    Args:
        entries: Some about files.
        path: Of the file: relative to the allow-list, absolute if it lies elsewhere.
    """
    return tuple(
        e for e in entries if (matches(e.where, path) if is_pattern(e.where) else e.where == path)
    )


def at_plan(entries: Iterable[AllowEntry], plan: Plan) -> tuple[AllowEntry, ...]:
    """Return the entries that hold at an output column of a plan."""
    columns = {c.name: c for c in plan.columns}
    return tuple(e for e in entries if _holds_at(e, columns.get(column_of(e)), plan.source))


def column_of(entry: AllowEntry) -> str:
    """Name of the column that an entry is about."""
    step = entry.place.partition("/")[0]
    return step.replace("~2", "#").replace("~1", "/").replace("~0", "~")


def _holds_at(entry: AllowEntry, column: OutputColumn | None, source: str) -> bool:
    if column is None:
        return False
    head = EXTRACT + source
    relations = {str(ref.relation) for ref in column.origins}
    return entry.where == head or relations == {entry.where.removeprefix(f"{head}/")}


def faults(
    entries: Iterable[AllowEntry], *, today: dt.date, key_id: str, detectors: Collection[str]
) -> tuple[Reason, ...]:
    """Return why entries do not hold; empty if all do.

    Args:
        entries: Those that concern what is about to be scanned.
        today: The day in UTC.
        key_id: Of the key of fingerprints in use; empty: not looked at.
        detectors: Ids of all there are; empty: not looked at.
    """
    return tuple(r for e in entries if (r := _fault(e, today, key_id, detectors)))


def ready(allow: AllowList, *, key_id: str, detectors: Iterable[Detector]) -> None:
    """Check that files can be scanned with an allow-list.

    Raises:
        AllowListError: an entry about files does not hold.
    """
    ids = {d.id for d in detectors}
    require(faults(allow.for_files, today=utc_today(), key_id=key_id, detectors=ids))


def _fault(
    entry: AllowEntry, today: dt.date, key_id: str, detectors: Collection[str]
) -> Reason | None:
    begin = entry.added or today
    if entry.expires < today:
        what, hint = f"expired on {entry.expires}", "remove it, or have its owner renew it"
        return _reason("ALLOW-EXPIRED", entry, what, hint)
    if begin > today:
        what = f"was added on {entry.added}, and today is {today}"
        return _reason(
            "ALLOW-CLOCK", entry, what, "correct the date, or set the clock of this host"
        )
    if (entry.expires - begin).days > LONGEST_DAYS:
        what = f"holds until {entry.expires}, which is more than a year"
        return _reason(
            "ALLOW-TOO-LONG", entry, what, "choose a day within a year, and renew it then"
        )
    if key_id and entry.key_id != key_id:
        what = f"was made with the key {entry.key_id}, and the key in use is {key_id}"
        return _reason("ALLOW-KEY", entry, what, "scan again and copy the fingerprint anew")
    if detectors and entry.detector not in detectors:
        what = f"names the detector {entry.detector!r}, which does not exist"
        return _reason("ALLOW-DETECTOR", entry, what, "`sluicegate detectors list` shows all")
    return None


def _reason(code: str, entry: AllowEntry, what: str, hint: str) -> Reason:
    return Reason(code=code, message=f"{entry} of the allow-list {what}", hint=hint)


def require(reasons: Sequence[Reason]) -> None:
    """Go on only if there is no fault.

    Raises:
        AllowListError: with a line per fault.
    """
    if not reasons:
        return
    told = "\n".join(f"{r.message}: {r.hint}" for r in reasons[:_MOST_TOLD])
    more = len(reasons) - _MOST_TOLD
    raise AllowListError(
        "the allow-list does not hold, so nothing was scanned:\n"
        + told
        + (f"\nand {more:,} more" if more > 0 else ""),
        hint="`sluicegate allow check` tells all of them",
    )


def entries_to_copy(where: str, findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Return what a person copies into an entry, once for equal findings; never a value."""
    found = {
        (f"{where}#{f.place}", f.detector, f.fingerprint): f.key_id for f in findings if f.place
    }
    return [
        {"path": path, "detector": detector, "fingerprint": fingerprint, "key_id": key_id}
        for (path, detector, fingerprint), key_id in found.items()
    ]


def utc_today() -> dt.date:
    """Return the day in UTC: where a host stands does not change when an entry expires."""
    return dt.datetime.now(dt.UTC).date()


def remarks(allowance: Allowance) -> tuple[Reason, ...]:
    """Tell a person of secrets that were let through, and of entries that matched nothing."""
    secrets = (a for a in allowance.allowed if a.data_class == SECRET)
    return (
        *(
            Reason(
                code="ALLOW-SECRET",
                message=f"{a.count:,} × secret ({a.detector}) in {a.column!r} left by an entry"
                f" of the allow-list, of {a.owner}, until {a.expires}",
                hint="make sure that it opens nothing",
            )
            for a in secrets
        ),
        *(
            Reason(
                code="ALLOW-UNUSED",
                message=f"{entry} of the allow-list matched nothing",
                hint="remove it if it is not needed any more",
            )
            for entry in allowance.unused()
        ),
    )
