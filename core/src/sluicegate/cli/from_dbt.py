"""What ``sluicegate policy from-dbt`` does: writes a proposal, or shows drift."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sluicegate.cli.output import Format, note, print_json, print_lines, print_table
from sluicegate.cli.scaffold import write_new
from sluicegate.dbt import compare, propose, read_manifest, trace
from sluicegate.model.canonical import plain
from sluicegate.policy import load_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.dbt import DbtDrift

_HEADERS: Final = ("level", "what", "relation", "column", "dbt", "policy", "remedy")


def propose_policy(manifest: Path, *, source: str, output: Path | None) -> None:
    """Print a proposal, or write it where nothing stands yet.

    Raises:
        ConfigurationError: the manifest is none or says nothing, or a file stands at the output.
    """
    text = propose(trace(read_manifest(manifest)), source=source, manifest=manifest.name)
    if output is None:
        print_lines(text.splitlines())
    else:
        write_new(output, text)
        note(f"{output} is written; go through it, `# check:` first, and write a rule at its end")


def check_project(manifest: Path, policy: Path, *, source: str, strict: bool, form: Format) -> bool:
    """Show where project and policy differ; tell whether that ends the command with 1.

    Raises:
        ConfigurationError: the manifest is none.
        PolicyInvalid: the policy is wrong.
        UnknownNameError: the policy has no such source.
    """
    drifts = compare(trace(read_manifest(manifest)), load_policy(policy), source=source)
    if form is Format.JSON:
        print_json({"source": source, "drift": plain(drifts)})
    else:
        _show(drifts)
    return any(strict or drift.level == "error" for drift in drifts)


def _show(drifts: Sequence[DbtDrift]) -> None:
    if drifts:
        rows = [(d.level, d.what, d.relation, d.column, d.dbt, d.policy, d.remedy) for d in drifts]
        print_table("", _HEADERS, rows)
    errors = sum(d.level == "error" for d in drifts)
    counted = f"{errors} error(s), {len(drifts) - errors} warning(s)" if drifts else "no drift"
    print_lines([counted])
