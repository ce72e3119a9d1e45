"""Options that pick records of the ledger; the commands that ask and that hold share them."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

KindOption: TypeAlias = Annotated[str, typer.Option(help="Kind of record, as 'extract.*'.")]
RunOption: TypeAlias = Annotated[str, typer.Option(help="Run of the orchestrator.")]
PipelineOption: TypeAlias = Annotated[str, typer.Option(help="DAG or job.")]
PrincipalOption: TypeAlias = Annotated[str, typer.Option(help="Person behind it.")]
SourceOption: TypeAlias = Annotated[str, typer.Option("--source", "-s", help="Source.")]
PurposeOption: TypeAlias = Annotated[str, typer.Option("--purpose", "-p", help="Purpose.")]
TableOption: TypeAlias = Annotated[str, typer.Option(help="Table that was read.")]
ColumnOption: TypeAlias = Annotated[str, typer.Option(help="Column that was read or released.")]
