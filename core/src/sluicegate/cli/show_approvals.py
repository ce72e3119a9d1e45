"""Shows requests for approval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sluicegate.model.canonical import plain

if TYPE_CHECKING:
    from sluicegate.approvals import ApprovalRequest

HEADERS: Final = ("digest", "status", "answers", "requested by", "source", "purpose", "until")
_DIGITS_SHOWN: Final = 16


def request_row(request: ApprovalRequest) -> tuple[Any, ...]:
    """Give one row of the table of requests."""
    return (
        request.digest.removeprefix("sha256:")[:_DIGITS_SHOWN],
        request.state.status.value,
        f"{request.state.approvals} of {request.state.required}",
        request.principal,
        request.summary.get("source", ""),
        request.summary.get("purpose", ""),
        f"{request.expires_at:%Y-%m-%d %H:%M} UTC",
    )


def request_document(request: ApprovalRequest) -> dict[str, Any]:
    """Build the JSON document of a request."""
    return {
        "digest": request.digest,
        "status": request.state.status.value,
        "round": request.round,
        "required": request.state.required,
        "approvers": list(request.terms.approvers),
        "principal": request.principal,
        "requester": request.requester,
        "owner": request.owner,
        "requested_at": request.requested_at.isoformat(),
        "expires_at": request.expires_at.isoformat(),
        "answers": [
            {
                "person": answer.person,
                "approved": answer.approved,
                "at": answer.at.isoformat(),
                "reason": answer.reason,
            }
            for answer in request.state.answers
        ],
        "plan": plain(request.summary),
    }
