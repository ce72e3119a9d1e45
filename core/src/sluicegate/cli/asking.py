"""Asks the policy about a request, and reads nothing of the source but its catalogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sluicegate.cli.identity import cli_identity
from sluicegate.gate.catalogue import catalogue
from sluicegate.model.identity import RunIdentity, Trust
from sluicegate.policy import explain, load_policy
from sluicegate.sources import open_source
from sluicegate.sql import gather, parse

if TYPE_CHECKING:
    from sluicegate.model.request import ExtractRequest
    from sluicegate.policy import Explanation
    from sluicegate.settings import Settings


def identity_to_ask_for(
    orchestrator: str, pipeline: str | None, task: str | None, environment: str
) -> RunIdentity:
    """Build the identity that a question is about: this call's, or a run of another kind.

    A run of another orchestrator is nobody's: who would trigger it is not known here.
    """
    mine = cli_identity("extract", environment)
    asked = replace(
        mine, orchestrator=orchestrator, pipeline=pipeline or mine.pipeline, task=task or mine.task
    )
    if orchestrator == "cli":
        return asked
    return replace(asked, triggered_by=None, trust=Trust.UNKNOWN, trigger="unknown")


def explain_request(
    settings: Settings, request: ExtractRequest, identity: RunIdentity
) -> Explanation:
    """Explain the decision about a request.

    Raises:
        SqlError: the statement does not parse or cannot be guarded.
        SourceError: the catalogue cannot be read.
    """
    policy = load_policy(settings.policy)
    source = open_source(request.source, settings.source_url(request.source))
    with source.connect() as session:
        parsed = parse(request.sql, source.dialect)
        facts = gather(parsed, catalogue(session, parsed))
        return explain(
            policy,
            request=request,
            identity=replace(identity, database_login=session.login),
            relations=facts.relations,
            now=datetime.now(UTC),
        )
