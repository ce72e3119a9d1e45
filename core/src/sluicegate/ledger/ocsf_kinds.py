"""Which OCSF class, activity and outcome each kind of record is. Numbers are those of OCSF 1.8.0.

Every kind that the code writes is here, on purpose: a test finds the kinds in the code. A kind of a
later version is OCSF's base event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

BASE: Final = 0
JOB: Final = 1006
COMPLIANCE: Final = 2003
FINDING: Final = 2006
SESSION: Final = 3003
ENTITY: Final = 3004
USER_ACCESS: Final = 3005
DATASTORE: Final = 6005
SCAN: Final = 6007

LEAK: Final = "LEAK"
"""Code of the reason that a scan gives; every other reason to quarantine is a check's."""

_SUCCESS, _FAILURE, _NEW = 1, 2, 1
_INFORMATIONAL, _LOW, _MEDIUM, _HIGH = 1, 2, 3, 4
_ALLOW, _DENY, _OBSERVE, _MODIFY = 1, 2, 3, 4
_ALLOWED, _BLOCKED, _QUARANTINED, _APPROVED, _CORRECTED, _DETECTED = 1, 2, 3, 8, 11, 15
_NO_ACTION, _ACCESS_REVOKED, _REJECTED, _ERROR = 16, 24, 25, 27
# activities, each class with numbers of its own
_CREATED: Final = 1
_ENTITY_READ, _ENTITY_UPDATED, _ENTITY_DELETED = 2, 3, 4
_READ, _UPDATE, _CONNECT, _QUERY, _DECRYPT = 1, 2, 3, 4, 10
_SCAN_STARTED, _SCAN_COMPLETED, _SCAN_ERROR = 1, 2, 6
_ASSIGN, _REVOKE = 1, 2
_JOB_STARTED: Final = 6
_OTHER: Final = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Class and activity of an event, and how it ended."""

    class_uid: int
    activity: int
    severity: int = _INFORMATIONAL
    status: int = _SUCCESS
    action: int = 0
    """Of the profile ``security_control``; 0 where it does not apply, or is not known."""
    disposition: int = 0
    name: str = ""
    """Of an activity that OCSF has no number for."""
    entity: str = ""
    """Type of the managed entity, of class 3004."""

    @property
    def profiles(self) -> tuple[str, ...]:
        """What the event has beside its class: ``host`` gives an actor where a class has none."""
        hosted = self.class_uid in {BASE, COMPLIANCE, SCAN}
        secured = self.disposition != 0
        return ("host",) * hosted + ("security_control",) * secured

    @property
    def status_text(self) -> str:
        """Caption of the status."""
        if self.class_uid in {COMPLIANCE, FINDING}:
            return "New"
        return "Failure" if self.status == _FAILURE else "Success"

    @property
    def is_alert(self) -> bool:
        """Whether a person should look."""
        return self.severity > _INFORMATIONAL


_JOB = Shape(class_uid=JOB, activity=_JOB_STARTED)
_JOB_ENDED = Shape(class_uid=JOB, activity=_OTHER, name="End")
_CHANGE = Shape(class_uid=DATASTORE, activity=_UPDATE)
_DENIAL = Shape(
    class_uid=DATASTORE, activity=_QUERY, severity=_MEDIUM, status=_FAILURE,
    action=_DENY, disposition=_BLOCKED,
)  # fmt: skip
_RELEASE = Shape(class_uid=DATASTORE, activity=_QUERY, action=_MODIFY, disposition=_CORRECTED)
_LET = Shape(class_uid=DATASTORE, activity=_READ, action=_ALLOW, disposition=_ALLOWED)
_FAILED = Shape(
    class_uid=DATASTORE, activity=_QUERY, severity=_LOW, status=_FAILURE, disposition=_ERROR
)
_LEAKED = Shape(
    class_uid=FINDING, activity=_CREATED, severity=_HIGH, status=_NEW,
    action=_DENY, disposition=_QUARANTINED,
)  # fmt: skip
_NOT_MET = replace(_LEAKED, class_uid=COMPLIANCE, severity=_MEDIUM)
_ASSIGNED = Shape(class_uid=USER_ACCESS, activity=_ASSIGN, action=_ALLOW, disposition=_APPROVED)
_SCANNED = Shape(class_uid=SCAN, activity=_SCAN_COMPLETED)


def _entity(kind: str, activity: int) -> Shape:
    return Shape(class_uid=ENTITY, activity=activity, entity=kind)


_KINDS: Final[Mapping[str, Shape]] = {
    "extract.intent": _JOB,
    "preview.intent": _JOB,
    "read.intent": _JOB,
    "extract.refused": _DENIAL,
    "preview.refused": _DENIAL,
    "read.refused": _DENIAL,
    "extract.verified": _SCANNED,
    "extract.charge": _entity("budget", _ENTITY_UPDATED),
    "extract.baseline": _entity("baseline", _ENTITY_UPDATED),
    "scan.intent": replace(_SCANNED, activity=_SCAN_STARTED),
    "scan.refused": replace(_DENIAL, activity=_READ),
    "run.started": _JOB,
    "run.ended": _JOB_ENDED,
    "run.sealed": _entity("run seal", _CREATED),
    "task.started": _JOB,
    "task.succeeded": _JOB_ENDED,
    "task.skipped": _JOB_ENDED,
    "task.failed": replace(_JOB_ENDED, severity=_LOW, status=_FAILURE),
    "statement.intent": _CHANGE,
    "statement.changed": _CHANGE,
    "statement.refused": replace(_DENIAL, activity=_UPDATE),
    "login.refused": replace(_DENIAL, activity=_CONNECT),
    "login.intent": Shape(class_uid=DATASTORE, activity=_CONNECT),
    "login.revoked": Shape(
        class_uid=USER_ACCESS, activity=_REVOKE, action=_DENY, disposition=_ACCESS_REVOKED
    ),
    "unmask.intent": replace(_LET, activity=_DECRYPT),
    "unmask.refused": replace(_DENIAL, activity=_DECRYPT),
    "subject.intent": _LET,
    "approval.requested": _entity("approval", _CREATED),
    "approval.approved": _ASSIGNED,
    "approval.rejected": replace(
        _ASSIGNED, status=_FAILURE, action=_DENY, disposition=_REJECTED
    ),
    "approval.used": Shape(class_uid=SESSION, activity=_ASSIGN),
    "key.created": _entity("purpose key", _CREATED),
    "key.destroyed": _entity("purpose key", _ENTITY_DELETED),
    "key.erased": _entity("purpose key", _ENTITY_DELETED),
    "key.root_replaced": _entity("signing key", _ENTITY_UPDATED),
    "ledger.checkpoint": _entity("ledger checkpoint", _CREATED),
    "ledger.dropped": _entity("ledger record body", _ENTITY_DELETED),
    "ledger.held": _entity("legal hold", _CREATED),
    "ledger.hold_ended": _entity("legal hold", _ENTITY_DELETED),
    "ledger.exported": _entity("ledger", _ENTITY_READ),
}  # fmt: skip
_ACTIVITIES: Final[Mapping[str, int]] = {
    "extract": _QUERY,
    "preview": _QUERY,
    "read": _QUERY,
    "scan": _READ,
    "subject": _READ,
    "statement": _UPDATE,
    "login": _CONNECT,
    "unmask": _DECRYPT,
}
"""What was asked of a datastore; each of these ends with an outcome."""
_ENDS: Final[Mapping[str, Shape]] = {
    "released": _RELEASE,
    "executed": _LET,
    "dry_run": replace(_LET, disposition=_NO_ACTION),
    "lent": replace(_ASSIGNED, class_uid=SESSION),
    "searched": _LET,
    "unmasked": _LET,
    "clean": _SCANNED,
    "findings": replace(_LEAKED, action=_OBSERVE, disposition=_DETECTED),
    "refused": _DENIAL,
    "quarantined": _LEAKED,
    "failed": _FAILED,
}
"""What the ``status`` of an outcome is."""


def shape_of(kind: str, body: Mapping[str, Any]) -> Shape:
    """Return the shape of a record; of a kind that is not known, OCSF's base event."""
    if kind in _KINDS:
        return _KINDS[kind]
    verb, _, what = kind.partition(".")
    if what != "outcome" or verb not in _ACTIVITIES:
        return Shape(class_uid=BASE, activity=_OTHER, name="Other")
    status = str(body.get("status"))
    ended = _ENDS.get(status, _FAILED)
    if status == "quarantined" and not _leaked(body):
        return _NOT_MET
    if ended is _FAILED and verb == "scan":
        return replace(_SCANNED, activity=_SCAN_ERROR, severity=_LOW, status=_FAILURE)
    return replace(ended, activity=_ACTIVITIES[verb]) if ended.class_uid == DATASTORE else ended


def reason_codes(body: Mapping[str, Any]) -> list[str]:
    """Return the codes of the reasons that a body gives, each once, in order."""
    reasons = body.get("reasons")
    listed = reasons if isinstance(reasons, (list, tuple)) else ()
    codes = (str(r["code"]) for r in listed if isinstance(r, Mapping) and r.get("code"))
    return list(dict.fromkeys(codes))


def known_kinds() -> frozenset[str]:
    """Return the kinds that have a class of their own."""
    return frozenset(_KINDS) | {f"{verb}.outcome" for verb in _ACTIVITIES}


def known_ends() -> frozenset[str]:
    """Return every ``status`` of an outcome that has a meaning here."""
    return frozenset(_ENDS)


def _leaked(body: Mapping[str, Any]) -> bool:
    """Tell whether a scan is among what stopped a result; in doubt it is."""
    codes = reason_codes(body)
    return not codes or LEAK in codes
