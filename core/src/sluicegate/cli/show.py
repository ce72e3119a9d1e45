"""Shows outcomes and previews."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sluicegate.cli.output import Format, note, print_json, print_lines, print_table
from sluicegate.gate.present import outcome_facts, outcome_lines

if TYPE_CHECKING:
    from sluicegate.gate import Preview
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.outcome import Outcome


def show_outcome(outcome: Outcome, identity: RunIdentity, form: Format) -> None:
    """Print an outcome."""
    if form is Format.JSON:
        print_json(outcome_document(outcome, identity))
    else:
        print_lines(outcome_lines(outcome))


def show_preview(preview: Preview, identity: RunIdentity, form: Format) -> None:
    """Print the masked rows, and what happened to them (on stderr in table form)."""
    table = preview.table
    if form is Format.JSON:
        names = table.column_names if table is not None else []
        rows = [[_cell(v) for v in row] for row in _rows(table)]
        print_json(outcome_document(preview.outcome, identity) | {"columns": names, "data": rows})
        return
    if table is None:
        print_lines(outcome_lines(preview.outcome))
        return
    print_table("", table.column_names, _rows(table))
    for line in outcome_lines(preview.outcome):
        note(line)


def outcome_document(outcome: Outcome, identity: RunIdentity) -> dict[str, Any]:
    """Build the JSON document of an outcome."""
    names = {"approval": outcome.approval, "run": identity.run, "run_key": outcome.run_key}
    return outcome_facts(outcome) | names


def _rows(table: Any) -> list[tuple[Any, ...]]:
    if table is None:
        return []
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)  # JSON has no NaN and no infinity
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_cell(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _cell(item) for key, item in value.items()}
    return value.hex() if isinstance(value, bytes) else str(value)
