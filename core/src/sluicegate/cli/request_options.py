"""Options that say what is asked of which source."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from sluicegate.cli import parameters
from sluicegate.model.output_options import OutputOptions
from sluicegate.model.request import ExtractRequest

_SQL_BYTES: Final = 1 << 20
_RUN: Final = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


def _check_run(value: str | None) -> str | None:
    if value is not None and not _RUN.fullmatch(value):
        raise typer.BadParameter("at most 128 letters, digits and _ . : -")
    return value


SourceOption: TypeAlias = Annotated[
    str, typer.Option("--source", "-s", help="Name of the source in settings and policy.")
]
SqlOption: TypeAlias = Annotated[
    str | None, typer.Option("--sql", help="One read-only statement; parameters as :name.")
]
SqlFileOption: TypeAlias = Annotated[
    str | None, typer.Option("--sql-file", help="File that holds the statement; - is stdin.")
]
PurposeOption: TypeAlias = Annotated[
    str, typer.Option("--purpose", "-p", help="What the data is for, as the policy names it.")
]
ParamOption: TypeAlias = Annotated[
    list[str] | None, typer.Option("--param", help=parameters.HELP, metavar="NAME[:TYPE]=VALUE")
]
RunOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--run",
        callback=_check_run,
        metavar="ID",
        help="Try a run again; what it released is not read again. Default: a new run.",
    ),
]


OutputOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--output", "-o", help="Folder or s3://bucket/prefix/; nothing may stand there."),
]
OutputOptionsOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--output-option",
        "-O",
        metavar="NAME=VALUE",
        help="How to write, for example format=csv (parquet, arrow, csv, jsonl),"
        " compression=gzip, partition_by=plan,day, rows_per_file=100000, kms_key=alias/lake;"
        " docs/how-to/outputs.md lists all. Give once per option.",
    ),
]

QualityOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CHECK",
        help="A check that the result must pass too: gx:suite.json, pandera:schema.yaml."
        " Give once per check.",
    ),
]


def read_request(
    *,
    source: str,
    sql: str | None,
    sql_file: str | None,
    purpose: str,
    param: list[str] | None,
    output: str | None = None,
    output_option: list[str] | None = None,
    quality: list[str] | None = None,
) -> ExtractRequest:
    """Build the request of a call.

    Raises:
        typer.BadParameter: not exactly one of ``--sql`` and ``--sql-file``, or one is unreadable.
    """
    if (sql is None) == (sql_file is None):
        raise typer.BadParameter("give one of the two", param_hint="--sql / --sql-file")
    return ExtractRequest(
        source=source,
        sql=sql if sql is not None else _read_sql(str(sql_file)),
        purpose=purpose,
        output=_absolute(output) if output else "",
        output_options=_read_output_options(output_option or ()),
        quality=tuple(quality or ()),
        parameters=parameters.read_parameters(param or ()),
    )


def _absolute(output: str) -> str:
    return output if "://" in output else str(Path(output).resolve())


def _read_output_options(texts: Sequence[str]) -> OutputOptions:
    options: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name in options:
            raise typer.BadParameter(
                "give each as name=value, and once", param_hint="--output-option"
            )
        options[name] = value
    return OutputOptions.of(options)


def _read_sql(name: str) -> str:
    try:
        if name == "-":
            data = sys.stdin.buffer.read(_SQL_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(_SQL_BYTES + 1)
    except OSError as error:
        raise typer.BadParameter(
            f"{name} cannot be read: {error.strerror}", param_hint="--sql-file"
        ) from None
    if len(data) > _SQL_BYTES:
        raise typer.BadParameter(f"{name} is larger than 1 MiB", param_hint="--sql-file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{name} is not UTF-8", param_hint="--sql-file") from None
