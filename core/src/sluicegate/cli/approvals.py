"""``sluicegate approvals``: consent to a plan, as the person who is logged in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from sluicegate.cli.examples import example
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines, print_table

app = typer.Typer(no_args_is_help=True)
_Digest: TypeAlias = Annotated[
    str, typer.Argument(help="Digest of the request, or its first 12 hex digits or more.")
]


@app.callback()
def _group() -> None:
    """Consent to plans that the policy lets run only with approval."""


@app.command("list", epilog=example("approvals list"))
def list_requests(
    *,
    every: Annotated[bool, typer.Option("--all", help="Also those that are decided.")] = False,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the requests that wait for an answer."""
    from sluicegate.approvals import Approvals, ApprovalStatus
    from sluicegate.cli.ledger_reading import reading
    from sluicegate.cli.show_approvals import HEADERS, request_document, request_row
    from sluicegate.cli.trust import trusted

    with reading(load_settings(config), trusted(config, None)) as ledger:
        requests = Approvals(ledger).list()
    shown = [r for r in requests if every or r.state.status is ApprovalStatus.PENDING]
    if form is Format.JSON:
        print_json({"requests": [request_document(request) for request in shown]})
    elif shown:
        print_table("", HEADERS, [request_row(request) for request in shown])
    else:
        print_lines(["no request waits for an answer"])


@app.command("approve", epilog=example("approvals approve"))
def approve(
    *,
    digest: _Digest,
    reason: Annotated[str, typer.Option(help="Why; goes on record.")] = "",
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Approve a plan, once.

    You answer as the operating system's user; environment variables cannot change who that is.
    """
    _answer(digest, reason, config, form, approves=True)


@app.command("reject", epilog=example("approvals reject"))
def reject(
    *,
    digest: _Digest,
    reason: Annotated[str, typer.Option(help="Why; goes on record.")],
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Reject a plan. That is final for it."""
    _answer(digest, reason, config, form, approves=False)


def _answer(digest: str, reason: str, config: Path | None, form: Format, *, approves: bool) -> None:
    from sluicegate.cli.identity import approving_person
    from sluicegate.cli.show_approvals import request_document
    from sluicegate.gate import Gate

    person = approving_person()
    with Gate.open(load_settings(config)) as gate:
        found = gate.approvals.find(digest)
        give = gate.approvals.approve if approves else gate.approvals.reject
        give(found.digest, person=person, reason=reason)
        answered = gate.approvals.find(found.digest)
    if form is Format.JSON:
        print_json(request_document(answered) | {"person": person})
    else:
        verb = "approved" if approves else "rejected"
        print_lines(
            [f"{person} {verb} {answered.digest}", f"status: {answered.state.status.value}"]
        )
