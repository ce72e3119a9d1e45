"""Which OCSF class, activity and outcome each kind of record is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

BASE: Final = 0
JOB: Final = 1006
FINDING: Final = 2006
SESSION: Final = 3003
ENTITY: Final = 3004
USER_ACCESS: Final = 3005
DATASTORE: Final = 6005
SCAN: Final = 6007

_SUCCESS, _FAILURE, _NEW = 1, 2, 1
_INFORMATIONAL, _LOW, _MEDIUM, _HIGH = 1, 2, 3, 4
_ALLOWED, _DENIED = 1, 2
_BLOCKED, _QUARANTINED, _APPROVED, _CORRECTED, _LOGGED, _REJECTED, _ERROR = 2, 3, 8, 11, 17, 25, 22
_CREATE, _READ, _UPDATE, _DELETE = 1, 2, 3, 4
_UPDATE_DATA, _CONNECT, _DECRYPT = 2, 3, 10
_OTHER: Final = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Class and activity of an event, and how it ended. Numbers are OCSF's."""

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
    def secured(self) -> bool:
        """Whether the profile ``security_control`` applies."""
        return self.disposition != 0


_JOB = Shape(class_uid=JOB, activity=6)
_JOB_ENDED = Shape(class_uid=JOB, activity=_OTHER, name="End")
_CHANGE = Shape(class_uid=DATASTORE, activity=_UPDATE_DATA)
_DENIAL = Shape(
    class_uid=DATASTORE, activity=4, severity=_MEDIUM, status=_FAILURE,
    action=_DENIED, disposition=_BLOCKED,
)  # fmt: skip
_RELEASE = Shape(class_uid=DATASTORE, activity=1, action=_ALLOWED, disposition=_CORRECTED)
_FAILED = Shape(class_uid=DATASTORE, activity=4, severity=_LOW, status=_FAILURE, disposition=_ERROR)
_LEAK = Shape(
    class_uid=FINDING, activity=1, severity=_HIGH, status=_NEW,
    action=_DENIED, disposition=_QUARANTINED,
)  # fmt: skip


def _entity(kind: str, activity: int) -> Shape:
    return Shape(class_uid=ENTITY, activity=activity, entity=kind)


_KINDS: Final[Mapping[str, Shape]] = {
    "extract.intent": _JOB,
    "preview.intent": _JOB,
    "extract.refused": _DENIAL,
    "preview.refused": _DENIAL,
    "extract.verified": Shape(class_uid=SCAN, activity=2),
    "extract.charge": _entity("budget", _UPDATE),
    "extract.baseline": _entity("baseline", _UPDATE),
    "run.started": _JOB,
    "run.ended": _JOB_ENDED,
    "run.sealed": _entity("run seal", _CREATE),
    "task.started": _JOB,
    "task.succeeded": _JOB_ENDED,
    "task.skipped": _JOB_ENDED,
    "task.failed": replace(_JOB_ENDED, severity=_LOW, status=_FAILURE),
    "statement.intent": _CHANGE,
    "statement.changed": _CHANGE,
    "statement.refused": replace(_DENIAL, activity=_UPDATE_DATA),
    "login.refused": replace(_DENIAL, activity=_CONNECT),
    "login.intent": Shape(class_uid=DATASTORE, activity=_CONNECT),
    "login.revoked": Shape(class_uid=USER_ACCESS, activity=2),
    "unmask.intent": Shape(
        class_uid=DATASTORE, activity=_DECRYPT, action=_ALLOWED, disposition=_LOGGED
    ),
    "unmask.refused": replace(_DENIAL, activity=_DECRYPT),
    "subject.intent": Shape(
        class_uid=DATASTORE, activity=_READ, action=_ALLOWED, disposition=_LOGGED
    ),
    "approval.requested": _entity("approval", _CREATE),
    "approval.approved": Shape(
        class_uid=USER_ACCESS, activity=1, action=_ALLOWED, disposition=_APPROVED
    ),
    "approval.rejected": Shape(
        class_uid=USER_ACCESS, activity=2, action=_DENIED, disposition=_REJECTED
    ),
    "approval.used": Shape(class_uid=SESSION, activity=1),
    "key.created": _entity("purpose key", _CREATE),
    "key.destroyed": _entity("purpose key", _DELETE),
    "key.erased": _entity("purpose key", _DELETE),
    "ledger.checkpoint": _entity("ledger checkpoint", _CREATE),
    "ledger.dropped": _entity("ledger record body", _DELETE),
    "ledger.held": _entity("legal hold", _CREATE),
    "ledger.hold_ended": _entity("legal hold", _DELETE),
    "ledger.exported": _entity("ledger", _READ),
}
_ENDS: Final[Mapping[str, Shape]] = {
    "released": _RELEASE,
    "planned": _RELEASE,
    "executed": replace(_RELEASE, disposition=_LOGGED),
    "dry_run": replace(_RELEASE, disposition=_LOGGED),
    "lent": replace(_RELEASE, disposition=_LOGGED),
    "searched": replace(_RELEASE, disposition=_LOGGED),
    "unmasked": replace(_RELEASE, activity=_DECRYPT, disposition=_LOGGED),
    "refused": _DENIAL,
    "quarantined": _LEAK,
    "failed": _FAILED,
}
"""What the ``status`` of an outcome is."""
_ACTIVITIES: Final[Mapping[str, int]] = {
    "unmask": _DECRYPT,
    "statement": _UPDATE_DATA,
    "login": _CONNECT,
}
"""What was asked of the datastore, where it was not to read."""


def shape_of(kind: str, body: Mapping[str, Any]) -> Shape:
    """Return the shape of a record; of a kind that is not known, OCSF's base event."""
    if kind in _KINDS:
        return _KINDS[kind]
    if kind.endswith(".outcome"):
        ended = _ENDS.get(str(body.get("status")), _FAILED)
        activity = _ACTIVITIES.get(kind.partition(".")[0])
        if activity is not None and ended.class_uid == DATASTORE:
            return replace(ended, activity=activity)
        return ended
    return Shape(class_uid=BASE, activity=_OTHER)


def known_kinds() -> frozenset[str]:
    """Return the kinds that have a class of their own, outcomes apart."""
    return frozenset(_KINDS)
