"""A baseline: the findings that some files are known to hold, so that a scan tells the new ones.

It holds places, detectors, keyed fingerprints and counts, never a value. One line a finding, in a
fixed order and form, so that two baselines of the same files are equal byte for byte; and a MAC
under the root key, so that nobody adds a line by hand.
"""

from __future__ import annotations

import hmac
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sluicegate.errors import AllowListError
from sluicegate.model.canonical import canonical_bytes

if TYPE_CHECKING:
    from sluicegate.gate.sift import Where
    from sluicegate.mask import Keyring

MOST: Final = 500_000
"""Findings of a baseline, equal ones counted once: beyond, the data wants masks, not a list."""
_LARGEST: Final = 512 << 20
_FIELDS: Final = ("count", "detector", "fingerprint", "path")
_HEX: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_ANEW: Final = "write it anew with `sluicegate scan PATH --write-baseline FILE`"


class Known(NamedTuple):
    """One finding, as a baseline names it."""

    path: str
    """File, ``#``, column and path within it; the file relative to the baseline's folder."""
    detector: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a scan against a baseline came to, in findings."""

    known: int
    """They are on the baseline and are there still."""
    vanished: int
    """They are on the baseline, in a file that was scanned, and are gone."""
    unseen: int
    """They are on the baseline, in files that were not scanned this time."""


def check_target(path: Path) -> None:
    """Refuse to write a baseline over something else, before anything is scanned.

    Raises:
        AllowListError: a file that is no baseline stands there, or it cannot be read.
    """
    try:
        other = path.exists() and (
            not path.is_file()
            or path.stat().st_size > _LARGEST
            or _parse(path.read_bytes()) is None
        )
    except OSError as error:
        raise AllowListError(f"{path} cannot be read: {error.strerror}") from None
    if other:
        raise AllowListError(
            f"{path} is no baseline and would be lost", hint="choose another file, or remove it"
        )


def write_baseline(path: Path, found: Mapping[Known, int], keyring: Keyring) -> None:
    """Write a baseline; an older one is replaced.

    Raises:
        AllowListError: the file cannot be written.
    """
    key_id = keyring.key_id("fingerprint")
    try:
        path.write_bytes(_text(key_id, found, keyring.mac("baseline", _signed(key_id, found))))
    except OSError as error:
        raise AllowListError(f"the baseline {path} cannot be written: {error.strerror}") from None


def read_baseline(path: Path, keyring: Keyring) -> dict[Known, int]:
    """Read a baseline.

    Raises:
        AllowListError: it cannot be read, was made with another key, or is not what was written.
    """
    try:
        if not path.is_file():
            raise AllowListError(f"there is no baseline {path}", hint=_ANEW)
        if path.stat().st_size > _LARGEST:
            raise AllowListError(f"the baseline {path} is larger than {_LARGEST >> 20} MiB")
        content = path.read_bytes()
    except OSError as error:
        raise AllowListError(f"the baseline {path} cannot be read: {error.strerror}") from None
    parsed = _parse(content)
    if parsed is None:
        raise AllowListError(f"the baseline {path} is malformed", hint=_ANEW)
    key_id, mac, found = parsed
    if key_id != keyring.key_id("fingerprint"):
        raise AllowListError(
            f"the baseline {path} was made with the key {key_id},"
            f" and the key in use is {keyring.key_id('fingerprint')}",
            hint=_ANEW,
        )
    right = keyring.mac("baseline", _signed(key_id, found))
    if not hmac.compare_digest(mac, right) or content != _text(key_id, found, mac):
        raise AllowListError(f"the baseline {path} was changed since it was written", hint=_ANEW)
    return found


def _rows(found: Mapping[Known, int]) -> Iterator[dict[str, Any]]:
    for known, count in sorted(found.items()):
        yield {"count": count, **known._asdict()}


def _signed(key_id: str, found: Mapping[Known, int]) -> bytes:
    return canonical_bytes({"findings": list(_rows(found)), "key_id": key_id, "version": 1})


def _text(key_id: str, found: Mapping[Known, int], mac: str) -> bytes:
    """Lay out: JSON of one finding a line. Keys stand in the order of RFC 8785."""
    # ASCII, so that a name cannot turn the text around or hide in it
    rows = [json.dumps(row, sort_keys=True, separators=(",", ":")) for row in _rows(found)]
    body = ",\n".join(rows)
    head = '{"findings":[' + (f"\n{body}\n" if body else "") + "],\n"
    return f'{head}"key_id":"{key_id}",\n"mac":"{mac}",\n"version":1}}\n'.encode()


def _parse(content: bytes) -> tuple[str, str, dict[Known, int]] | None:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or set(document) != {"findings", "key_id", "mac", "version"}:
        return None
    key_id, mac, rows = document["key_id"], document["mac"], document["findings"]
    if document["version"] != 1 or not isinstance(rows, list) or len(rows) > MOST:
        return None
    if not isinstance(key_id, str) or not isinstance(mac, str) or not mac.isascii():
        return None
    if not all(map(_is_row, rows)):
        return None
    found = {Known(r["path"], r["detector"], r["fingerprint"]): r["count"] for r in rows}
    return key_id, mac, found


def _is_row(row: object) -> bool:
    return (
        isinstance(row, dict)
        and tuple(sorted(row)) == _FIELDS
        and all(isinstance(row[name], str) for name in _FIELDS[1:])
        and type(row["count"]) is int
        and 0 < row["count"] < 1 << 53
        and _HEX.fullmatch(row["fingerprint"]) is not None
    )


class Recorder:
    """A sieve that answers nothing and notes everything, for a new baseline."""

    def __init__(self) -> None:
        self.found: Counter[Known] = Counter()
        self.file = ""

    def concerns(self, _step: str, _detector: str) -> bool:
        """See ``Sieve``."""
        return True

    def take(self, where: Where, rows: int) -> int:
        """See ``Sieve``.

        Raises:
            AllowListError: there is more than a baseline should hold.
        """
        key = Known(f"{self.file}#{where.place}", where.detector.id, where.fingerprint)
        self.found[key] += rows
        if len(self.found) > MOST:
            raise AllowListError(
                f"there are more than {MOST:,} findings, too many for a baseline",
                hint="scan fewer files, or mask the data",
            )
        return 0


class Baseline:
    """A sieve that answers what is known, as often as it was there.

    Args:
        found: What ``read_baseline`` returned.
    """

    def __init__(self, found: Mapping[Known, int]) -> None:
        self._left = dict(found)
        self._concerned = {(_file_of(k), _step_of(k), k.detector) for k in found}
        self._seen: set[str] = set()
        self._known = 0
        self._file = ""

    @property
    def file(self) -> str:
        """The file that is being scanned, relative to the baseline's folder."""
        return self._file

    @file.setter
    def file(self, path: str) -> None:
        self._file = path
        self._seen.add(path)

    def concerns(self, step: str, detector: str) -> bool:
        """See ``Sieve``."""
        return (self._file, step, detector) in self._concerned

    def take(self, where: Where, rows: int) -> int:
        """See ``Sieve``: what is there more often than before is new."""
        key = Known(f"{self._file}#{where.place}", where.detector.id, where.fingerprint)
        taken = min(rows, self._left.get(key, 0))
        if taken:
            self._left[key] -= taken
            self._known += taken
        return taken

    @property
    def tally(self) -> Tally:
        """What it came to so far."""
        vanished = sum(n for k, n in self._left.items() if _file_of(k) in self._seen)
        unseen = sum(self._left.values()) - vanished
        return Tally(known=self._known, vanished=vanished, unseen=unseen)


def _file_of(known: Known) -> str:
    return known.path.rpartition("#")[0]


def _step_of(known: Known) -> str:
    return known.path.rpartition("#")[2].partition("/")[0]
