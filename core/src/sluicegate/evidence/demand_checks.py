"""One check a demand: a predicate in, what is wrong with it out, empty if nothing is.

A check may raise whatever a predicate of an odd shape makes it raise; the caller takes that for a
demand that is not met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, Final

from sluicegate.evidence.manifest import manifest_digest, read_files

Check = Callable[[Mapping[str, Any]], str]

CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""How far ahead of the consumer's clock a release may lie."""


def scan_passed(predicate: Mapping[str, Any]) -> str:
    """Check that detectors looked, and saw each canary masked (promise P9)."""
    planted, seen = (_count(predicate["canaries"][k]) for k in ("planted", "seen_masked"))
    if not _text(predicate["scan"]["detectors"]) or planted < 1:
        return "no scan proves what it found"
    return "" if seen == planted else f"the scan saw {seen} of {planted} canaries masked"


def not_ahead(now: datetime) -> Check:
    """Check that the release does not lie ahead: one of the two clocks is wrong then."""

    def check(predicate: Mapping[str, Any]) -> str:
        ahead = _released(predicate) - now > CLOCKS_DIFFER
        return "it was released later than it is now: a clock is wrong" if ahead else ""

    return check


def not_older(now: datetime, most: timedelta) -> Check:
    """Check the time since the release."""

    def check(predicate: Mapping[str, Any]) -> str:
        released = _released(predicate)
        old = now - released > most
        return (
            f"it was released at {released:%Y-%m-%dT%H:%M:%SZ}, {most} is demanded" if old else ""
        )

    return check


def purpose_in(wanted: Sequence[str]) -> Check:
    """Check the purpose that it was released for."""
    return _one_of(wanted, lambda p: p["plan"]["purpose"], "it was released for the purpose")


def source_in(wanted: Sequence[str]) -> Check:
    """Check the source that was read."""
    return _one_of(wanted, lambda p: p["plan"]["source"], "it comes from the source")


def policy_in(wanted: Sequence[str]) -> Check:
    """Check the policy that decided."""
    return _one_of(wanted, lambda p: p["policy"]["digest"], "it was decided by the policy")


def environment_in(wanted: Sequence[str]) -> Check:
    """Check the deployment that released it."""
    return _one_of(wanted, lambda p: p["identity"]["environment"], "it was released in")


def dataset_in(wanted: Sequence[str]) -> Check:
    """Check that it is one of certain datasets, to the byte."""
    return _one_of(wanted, lambda p: manifest_digest(read_files(p)), "it is the dataset")


def producer_like(patterns: Sequence[str]) -> Check:
    """Check the task that released it."""

    def check(predicate: Mapping[str, Any]) -> str:
        who = predicate["identity"]
        name = f"{who['orchestrator']}:{who['pipeline']}.{who['task']}"
        fits = any(fnmatchcase(name, pattern) for pattern in patterns)
        return "" if fits else f"it was released by {name!r}"

    return check


def relations_within(wanted: Sequence[str]) -> Check:
    """Check that nothing else was read; what names no relation at all does not pass."""

    def check(predicate: Mapping[str, Any]) -> str:
        read = _texts(predicate["plan"]["relations"])
        others = [name for name in read if name not in wanted]
        if not read:
            return "it names no relation that was read"
        return f"it was made from {', '.join(map(repr, others))} too" if others else ""

    return check


def made_from(wanted: Sequence[str]) -> Check:
    """Check the datasets that it was made from."""

    def check(predicate: Mapping[str, Any]) -> str:
        parents = _texts(predicate["parents"])
        missing = [digest for digest in wanted if digest not in parents]
        return f"it was not made from {', '.join(missing)}" if missing else ""

    return check


def approved_by(least: int) -> Check:
    """Check the number of consents on record; one that is named twice counts once."""

    def check(predicate: Mapping[str, Any]) -> str:
        number = len(set(_texts(predicate["approvals"])))
        return f"it has {number} approval(s), {least} are demanded" if number < least else ""

    return check


def blind_spots_within(most: int) -> Check:
    """Check how much went unchecked."""

    def check(predicate: Mapping[str, Any]) -> str:
        number = len(_texts(predicate["blind_spots"]))
        return (
            f"it has {number} blind spot(s), at most {most} are accepted" if number > most else ""
        )

    return check


def proves_its_record(predicate: Mapping[str, Any]) -> str:
    """Check that there is a proof of the ledger; whoever verifies checks that it holds."""
    return "" if "inclusion" in predicate else "it does not prove that the ledger holds its record"


def _one_of(wanted: Sequence[str], told: Callable[[Mapping[str, Any]], Any], what: str) -> Check:
    def check(predicate: Mapping[str, Any]) -> str:
        found = _text(told(predicate))
        return "" if found in wanted else f"{what} {found!r}"

    return check


def _released(predicate: Mapping[str, Any]) -> datetime:
    released = datetime.fromisoformat(_text(predicate["released_at"]))
    if released.tzinfo is None:
        raise ValueError
    return released


def _text(value: object) -> str:
    if type(value) is not str:
        raise TypeError
    return value


def _texts(value: object) -> list[str]:
    if type(value) is not list:
        raise TypeError
    return [_text(item) for item in value]


def _count(value: object) -> int:
    if type(value) is not int:
        raise TypeError
    return value
