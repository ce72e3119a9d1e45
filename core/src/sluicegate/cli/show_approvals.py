"""Shows requests for approval."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sluicegate.model.canonical import plain

if TYPE_CHECKING:
    from sluicegate.approvals import ApprovalRequest

HEADERS: Final = ("digest", "state", "answers", "requested by", "source", "purpose", "until")
_DIGITS_SHOWN: Final = 16


def request_row(request: ApprovalRequest) -> tuple[Any, ...]:
    """Give one row of the table of requests."""
    summary = _summary(request)
    given = sum(answer.approves for answer in request.answers)
    return (
        request.digest.removeprefix("sha256:")[:_DIGITS_SHOWN],
        request.state.value,
        f"{given} of {request.required}",
        request.requested_by,
        summary.get("source", ""),
        summary.get("purpose", ""),
        f"{request.expires_at:%Y-%m-%d %H:%M} UTC",
    )


def request_document(request: ApprovalRequest) -> dict[str, Any]:
    """Build the JSON document of a request."""
    return {
        "digest": request.digest,
        "state": request.state.value,
        "round": request.round,
        "required": request.required,
        "approvers": list(request.approvers),
        "excluded": list(request.excluded),
        "requested_by": request.requested_by,
        "requested_at": request.requested_at.isoformat(),
        "expires_at": request.expires_at.isoformat(),
        "answers": [
            {
                "person": answer.person,
                "approves": answer.approves,
                "reason": answer.reason,
                "time": answer.time.isoformat(),
                "record": answer.sequence,
            }
            for answer in request.answers
        ],
        "plan": plain(_summary(request)),
    }


def _summary(request: ApprovalRequest) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads(request.summary)
    return summary
