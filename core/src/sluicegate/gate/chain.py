"""The chain of releases that a release came from and went into, by the digests of their files.

It does not matter which orchestrator made which: the ledger names each release by its manifest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sluicegate.errors import ConfigurationError

if TYPE_CHECKING:
    from sluicegate.model.events import EventLog, Record

_PREFIX: Final = re.compile(r"(?:sha256:)?([0-9a-f]{12,64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release of the chain."""

    manifest: str
    output: str
    source: str
    purpose: str
    producer: str
    """``orchestrator:pipeline.task``."""
    run: str
    record: int
    """Number of the record that the output passed."""
    parents: tuple[str, ...]
    """Manifests of the releases that it was made from."""


def chain_of(log: EventLog, name: str) -> tuple[Release, ...]:
    """Return a release with all that it was made from and all that was made from it.

    Reads the records ``extract.verified`` and, of the chain's own, the intents.

    Args:
        log: The ledger, opened so that it checks what it reads.
        name: At least 12 hex digits of the manifest's digest, or the output, whose newest release
            is meant.

    Raises:
        ConfigurationError: the ledger knows no such release, or several begin so.
        LedgerUnavailable: the ledger cannot be read now.

    Returns:
        In the ledger's order, so parents before what was made from them.
    """
    records: dict[str, Record] = {}
    for record in log.records(kind="extract.verified"):
        records[str(record.body["manifest"])] = record
    start = _find(records, name)
    wanted = {start, *_reach(start, _up(records)), *_reach(start, _down(records))}
    found = sorted((records[m] for m in wanted if m in records), key=lambda r: r.sequence)
    return tuple(_release(log, record) for record in found)


def _find(records: Mapping[str, Record], name: str) -> str:
    match = _PREFIX.fullmatch(name)
    if match:
        found = [m for m in records if m.startswith(f"sha256:{match[1]}")]
    else:
        place = name.rstrip("/")
        found = [m for m, r in records.items() if str(r.body["output"]).rstrip("/") == place][-1:]
    if len(found) != 1:
        what = "several releases begin so" if found else "the ledger knows no such release"
        raise ConfigurationError(what, hint="name its output, or the digest of its manifest")
    return found[0]


def _up(records: Mapping[str, Record]) -> dict[str, list[str]]:
    return {manifest: _parents(record) for manifest, record in records.items()}


def _down(records: Mapping[str, Record]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for manifest, record in records.items():
        for parent in _parents(record):
            found.setdefault(parent, []).append(manifest)
    return found


def _reach(start: str, edges: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield all that can be reached; a ring, which only a forged ledger holds, ends it too."""
    seen, waiting = {start}, [start]
    while waiting:
        for other in edges.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
                yield other


def _parents(record: Record) -> list[str]:
    return [str(parent) for parent in record.body.get("parents", ())]


def _release(log: EventLog, record: Record) -> Release:
    intents = [r for r in log.records(subject=record.subject) if r.kind == "extract.intent"]
    identity = intents[-1].body["identity"] if intents else {}
    names = [str(identity.get(n, "?")) for n in ("orchestrator", "pipeline", "task", "run")]
    return Release(
        manifest=str(record.body["manifest"]),
        output=str(record.body["output"]),
        source=str(record.body["source"]),
        purpose=str(record.body["purpose"]),
        producer=f"{names[0]}:{names[1]}.{names[2]}",
        run=names[3],
        record=record.sequence,
        parents=tuple(_parents(record)),
    )
