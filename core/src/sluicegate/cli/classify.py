"""``sluicegate classify``: a source as it is now against what the policy says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, note, print_json, print_lines, print_table
from sluicegate.cli.profile_options import SampleOption, SchemaOption, TablesOption, make_scope
from sluicegate.cli.request_options import SourceOption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.gate.drift import Drift
    from sluicegate.gate.profiling import SourceProfile

_HEADERS = ("level", "what", "table", "column", "policy", "found", "score", "why")


def classify(
    *,
    source: SourceOption,
    schema: SchemaOption = None,
    tables: TablesOption = "*",
    sample: SampleOption = 1000,
    fail_on_drift: Annotated[
        bool, typer.Option("--fail-on-drift", help="Exit 1 on warnings too, not on errors only.")
    ] = False,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Compare a source with the policy: new, gone and changed columns, and what stands in them.

    Reads the catalogue and a bounded sample of each table; shows names, classes, scores and
    shares, never a value. What the policy does not list is told as new; --tables narrows it.

    Exit codes: 0 no drift that counts, 1 drift, 2 usage or configuration, 3 cannot do it now.
    """
    from sluicegate.cli.profile_options import shown_progress
    from sluicegate.detect import open_scanner
    from sluicegate.gate.drift import compare
    from sluicegate.gate.profiling import profile_source
    from sluicegate.policy import load_policy
    from sluicegate.sources import open_source

    settings = load_settings(config)
    policy = load_policy(settings.policy)
    scope = make_scope(schema, tables, sample)
    opened = open_source(source, settings.source_url(source))
    with shown_progress() as progress:
        scanner = open_scanner(settings.detectors)
        profile = profile_source(opened, scanner, scope, progress=progress)
    drifts = compare(policy, profile, scope)
    if form is Format.JSON:
        print_json(_document(profile, drifts))
    else:
        _show(profile, drifts)
    if fails(drifts, strict=fail_on_drift):
        raise typer.Exit(ExitCode.REFUSED)


def fails(drifts: Sequence[Drift], *, strict: bool) -> bool:
    """Tell whether the differences end the command with 1."""
    return any(strict or drift.level == "error" for drift in drifts)


def _show(profile: SourceProfile, drifts: Sequence[Drift]) -> None:
    if drifts:
        rows = [
            (d.level, d.what, d.relation, d.column, d.policy_class, d.found_class,
             "" if d.score is None else f"{d.score:.2f}", d.why)
            for d in drifts
        ]  # fmt: skip
        print_table("", _HEADERS, rows)
    errors = sum(d.level == "error" for d in drifts)
    columns = sum(len(t.verdicts) for t in profile.tables)
    counted = f"{errors} error(s), {len(drifts) - errors} warning(s)" if drifts else "no drift"
    print_lines([f"{counted}: {columns} column(s) of {len(profile.tables)} table(s)"])
    for table in profile.tables:
        if table.note:
            note(f"{table.relation.name}: {table.note}")


def _document(profile: SourceProfile, drifts: Sequence[Drift]) -> dict[str, Any]:
    return {
        "source": profile.source,
        "drift": [
            {
                "level": d.level,
                "what": d.what,
                "table": str(d.relation),
                "column": d.column or None,
                "policy_class": d.policy_class or None,
                "found_class": d.found_class or None,
                "score": d.score,
                "why": d.why,
            }
            for d in drifts
        ],
        "tables": [
            {
                "table": str(t.relation.name),
                "rows_sampled": t.rows,
                "sample": t.how,
                "note": t.note or None,
                "columns": [
                    {
                        "column": v.column,
                        "class": v.data_class,
                        "score": v.score,
                        "quasi_identifier": v.quasi,
                        "doubtful": v.doubtful,
                        "reasons": [
                            {"kind": r.kind, "weight": r.weight, "text": r.text} for r in v.reasons
                        ],
                        "alternatives": [
                            {"class": a.data_class, "score": a.score} for a in v.alternatives
                        ],
                    }
                    for v in t.verdicts
                ],
            }
            for t in profile.tables
        ],
    }
