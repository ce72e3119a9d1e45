"""``sluicegate scan``: look for sensitive values in files that others wrote."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sluicegate.cli.allow_options import BaselineOption, WriteBaselineOption
from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.failures import FORMAT_KEY
from sluicegate.cli.options import ConfigOption, load_settings
from sluicegate.cli.output import Format, note, print_json, print_lines


class ScanFormat(StrEnum):
    """How a scan answers."""

    TABLE = "table"
    JSON = "json"
    SARIF = "sarif"


def _remember(ctx: typer.Context, value: ScanFormat) -> ScanFormat:
    ctx.meta[FORMAT_KEY] = Format.TABLE if value is ScanFormat.TABLE else Format.JSON
    return value


def scan(
    *,
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Files, folders to walk, patterns, s3://bucket/prefix/, table://source/schema.table."
        ),
    ],
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why the first findings scored as they did.")
    ] = False,
    names: Annotated[
        bool,
        typer.Option("--names", help="Look for people, places, organisations in text too (slow)."),
    ] = False,
    second_opinion: Annotated[
        list[str] | None,
        typer.Option(help="Ask another library about text too: scrubadub (slow)."),
    ] = None,
    baseline: BaselineOption = None,
    write_baseline: WriteBaselineOption = None,
    config: ConfigOption = None,
    form: Annotated[
        ScanFormat,
        typer.Option(
            "--format", "-f", callback=_remember, is_eager=True, help="sarif: SARIF 2.1.0."
        ),
    ] = ScanFormat.TABLE,
) -> None:
    """Scan Parquet, CSV, JSON lines, Arrow or text files, and tables; exit 1 on findings.

    Files need neither settings nor a policy; a table needs a rule with `effect: scan`. Shows
    places and classes, never a value. Fingerprints tell equal values apart; without a root key
    they hold for this call only. What the allow-list of the settings lets through, or a baseline
    knows, is counted and is no finding.
    """
    from sluicegate.cli.scan_answers import conclude, open_answers, with_answers
    from sluicegate.cli.scan_sarif import scan_sarif
    from sluicegate.cli.scanning import ephemeral_keyring, scan_each, with_tables
    from sluicegate.cli.show_scan import scan_document, show_scan
    from sluicegate.detect import open_recognizers, open_scanner
    from sluicegate.errors import KeyUnavailable
    from sluicegate.gate.scan_places import split_targets
    from sluicegate.mask import Keyring, open_key

    settings = load_settings(config)
    try:
        keyring, lasting = Keyring(open_key(settings.key).root()), True
    except KeyUnavailable:
        if config is not None:
            raise
        keyring, lasting = ephemeral_keyring(), False
        note("no root key: fingerprints hold for this call only")
    scanner = open_scanner(settings.detectors)
    answers = open_answers(
        settings, keyring if lasting else None, scanner, baseline, write_baseline
    )
    files, tables = split_targets(paths)
    report = scan_each(
        files,
        keyring,
        scanner=scanner,
        recognizers=open_recognizers("on" if names else "off", second_opinion or ()),
        answers=answers,
        explain=explain,
    )
    report = with_tables(report, tables, settings)
    lines = conclude(report, answers, keyring)
    if form is ScanFormat.SARIF:
        print_json(scan_sarif(report, Path.cwd(), lasting=lasting))
    elif form is ScanFormat.JSON:
        print_json(with_answers(scan_document(report, lasting=lasting), report, answers))
    else:
        show_scan(report)
        print_lines(lines)
    if not report.clean and write_baseline is None:
        raise typer.Exit(ExitCode.REFUSED)
