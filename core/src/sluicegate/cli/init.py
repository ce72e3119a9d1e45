"""``sluicegate init``: the files that a first extract needs, and a policy to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, note, print_json, print_lines
from sluicegate.cli.profile_options import SampleOption, SchemaOption, TablesOption


def init(
    *,
    folder: Annotated[Path, typer.Argument(help="Made if it is missing.")] = Path(),
    source: Annotated[
        str | None,
        typer.Option("--source", "-s", help="Propose a policy for this source of the settings."),
    ] = None,
    schema: SchemaOption = None,
    tables: TablesOption = "*",
    sample: SampleOption = 1000,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Write settings, a policy that permits nothing yet, a root key and its public key.

    With --source the policy lists the columns of that source, each with its data class and why:
    from its name, type, and a bounded sample of values that stays in this process. Go through it.

    Never overwrites a file: what is there is kept, and the policy gets another name.
    """
    from sluicegate.cli.scaffold import NEXT_STEPS, NEXT_WITH_SOURCE, write_proposal, write_scaffold

    files = write_scaffold(folder, policy=source is None)
    if source is not None:
        text = _propose(source, folder, config, schema, tables, sample)
        files.append((write_proposal(folder, text), True))
    if form is Format.JSON:
        print_json({"files": [{"file": str(path), "written": new} for path, new in files]})
        return
    print_lines(f"{'wrote' if new else 'kept '} {path}" for path, new in files)
    print_lines(NEXT_STEPS if source is None else NEXT_WITH_SOURCE)


def _propose(
    source: str, folder: Path, config: Path | None, schema: str | None, tables: str, sample: int
) -> str:
    from datetime import UTC, datetime

    from sluicegate.cli.profile_options import make_scope, shown_progress
    from sluicegate.detect import open_scanner
    from sluicegate.gate.profiling import profile_source
    from sluicegate.gate.proposal import check_size, propose
    from sluicegate.settings import FILE_NAME
    from sluicegate.sources import open_source

    settings = load_settings(config or folder / FILE_NAME)
    opened = open_source(source, settings.source_url(source))
    scope = make_scope(schema, tables, sample)
    with shown_progress() as progress:
        scanner = open_scanner(settings.detectors)
        profile = profile_source(opened, scanner, scope, progress=progress, check_size=check_size)
    for table in profile.tables:
        if table.note:
            note(f"{table.relation.name}: {table.note}")
    return propose(profile, day=datetime.now(UTC).date())
