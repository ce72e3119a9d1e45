"""``sluicegate doctor``: does everything open, is anything too open, was anything left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.model.health import Check


def doctor(
    *,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="Drop what crashed runs left in sources and has expired."),
    ] = False,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Examine settings, policy, key, ledger and every source. Reads no row.

    Exit codes: 0 all is fine, 1 findings, 2 something is configured wrong, 3 something could not
    be reached.
    """
    from sluicegate.gate.doctor import examine

    checks = list(examine(load_settings(config), fix=fix))
    if form is Format.JSON:
        print_json({"checks": checks})
    else:
        rows = [(c.area, c.health.value, c.message, c.hint) for c in checks]
        print_table("", ("area", "health", "what", "remedy"), rows)
    code = _exit_code(checks)
    if code is not ExitCode.CLEAN:
        raise typer.Exit(code)


def _exit_code(checks: Sequence[Check]) -> ExitCode:
    from sluicegate.model.health import Health

    found = {check.health for check in checks}
    for health, code in (
        (Health.WRONG, ExitCode.USAGE),
        (Health.UNAVAILABLE, ExitCode.UNAVAILABLE),
        (Health.FINDING, ExitCode.REFUSED),
    ):
        if health in found:
            return code
    return ExitCode.CLEAN
