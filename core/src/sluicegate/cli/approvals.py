"""``sluicegate approvals``: consent to a plan, as the person who is logged in."""

from __future__ import annotations

from typing import Annotated

import typer

from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines, print_table

app = typer.Typer(no_args_is_help=True)_GROUP_EXAMPLE: Final = example('sluicegate approvals list --all')
APPROVE_EXAMPLE: Final = example('sluicegate approvals approve sha256:0123456789ab --reason "ticket 4711"')
REJECT_EXAMPLE: Final = example('sluicegate approvals reject sha256:0123456789ab --reason "purpose is not agreed"')

_Digest = Annotated[str, typer.Argument(help="Digest of the request, or its first 12 characters.")]


@app.callback()
def _group() -> None:
    """Consent to plans that the policy lets run only with approval."""


@app.command("list")
def list_requests(
    every: Annotated[bool, typer.Option("--all", help="Also those that are decided.")] = False,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the requests that wait for an answer.
    """
    from sluicegate.approvals import Approvals
    from sluicegate.cli.ledger_reading import reading
    from sluicegate.cli.show_approvals import is_open, request_document, request_row

    with reading(load_settings(config)) as ledger:
        approvals = Approvals(ledger)
        known = [(request, approvals.state(request.digest)) for request in approvals.list()]
    shown = [(request, state) for request, state in known if every or is_open(state)]
    if form is Format.JSON:
        print_json({"requests": [request_document(*pair) for pair in shown]})
    elif shown:
        headers = ("digest", "state", "answers", "requester", "plan", "until")
        print_table("", headers, [request_row(*pair) for pair in shown])
    else:
        print_lines(["no request waits for an answer"])


@app.command("approve", epilog=APPROVE_EXAMPLE)
def approve(
    *,
    digest: _Digest,
    reason: Annotated[str, typer.Option(help="Why; goes on record.")] = "",
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Approve a plan, once, for the run that asked.

    You answer as the operating system's user; environment variables cannot change who that is.
    """
    _answer(digest, reason, config, form, approving=True)


@app.command("reject", epilog=REJECT_EXAMPLE)
def reject(
    *,
    digest: _Digest,
    reason: Annotated[str, typer.Option(help="Why; goes on record.")],
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Reject a plan; this is final for this request."""
    _answer(digest, reason, config, form, approving=False)


def _answer(
    digest: str, reason: str, config: ConfigOption, form: Format, *, approving: bool
) -> None:
    from sluicegate.cli.identity import approving_person
    from sluicegate.cli.show_approvals import state_document
    from sluicegate.gate import Gate

    person = approving_person()
    with Gate.open(load_settings(config)) as gate:
        request = gate.approvals.find(digest)
        answer = gate.approvals.approve if approving else gate.approvals.reject
        answer(request.digest, person=person, reason=reason)
        state = gate.approvals.state(request.digest)
    document = {"digest": request.digest, "person": person} | state_document(state)
    if form is Format.JSON:
        print_json(document)
    else:
        verb = "approved" if approving else "rejected"
        print_lines([f"{person} {verb} {request.digest}", f"state: {document['state']}"])
