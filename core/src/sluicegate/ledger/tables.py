"""Facts of records as an Arrow table, for Parquet, CSV and SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from sluicegate.errors import ConfigurationError, MissingDependencyError
from sluicegate.ledger.question import Facts

_LISTS: Final = frozenset({"tables", "columns", "codes"})
_TYPES: Final = {
    "sequence": pa.int64(),
    "time": pa.timestamp("us", tz="UTC"),
    "rows": pa.int64(),
    **{name: pa.list_(pa.string()) for name in _LISTS},
}
SCHEMA: Final = pa.schema([(f.name, _TYPES.get(f.name, pa.string())) for f in fields(Facts)])


def facts_table(facts: Iterable[Facts]) -> pa.Table:
    """Put facts in a table, a row each."""
    return pa.Table.from_pylist([asdict(one) for one in facts], schema=SCHEMA)


def write_table(table: pa.Table, path: Path) -> None:
    """Write a new file: Parquet or CSV, as its name ends. Lists are joined by spaces in CSV.

    Raises:
        ConfigurationError: it ends otherwise, is there already, or cannot be written.
    """
    if path.suffix not in {".parquet", ".csv"}:
        raise ConfigurationError(f"{path} is neither .parquet nor .csv")
    try:
        with path.open("xb") as file:
            if path.suffix == ".parquet":
                pyarrow.parquet.write_table(table, file)
            else:
                pyarrow.csv.write_csv(_flat(table), file)
    except FileExistsError:
        raise ConfigurationError(f"{path} is there already; it is not replaced") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from None


def run_sql(table: pa.Table, sql: str) -> pa.Table:
    """Run SQL over the table ``records``. Files, networks and extensions are out of its reach.

    Raises:
        ConfigurationError: the statement cannot be run.
        MissingDependencyError: DuckDB is not installed.
    """
    try:
        import duckdb  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingDependencyError.of("SQL over the ledger", "duckdb") from None
    options: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(config=options)
    try:
        connection.register("given", table)
        connection.execute("CREATE TABLE records AS SELECT * FROM given")
        connection.unregister("given")
        connection.execute("SET python_enable_replacements = false")
        connection.execute("SET lock_configuration = true")
        found = connection.sql(sql)
        if found is None:
            raise ConfigurationError("the statement has no result", hint="ask with SELECT")
        return found.to_arrow_table()
    except duckdb.Error as error:
        kind = type(error).__name__
        # what does not parse or bind is told by its own text; another error could quote a cell
        told = f": {error}" if kind in {"ParserException", "BinderException"} else ""
        message = f"the statement cannot be run ({kind}){told}"
        raise ConfigurationError(message, hint="the table is called records") from None
    finally:
        connection.close()


def _flat(table: pa.Table) -> pa.Table:
    """Join lists, which CSV does not have."""
    columns: dict[str, Any] = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_list(column.type):
            columns[name] = [" ".join(map(str, cell or ())) for cell in column.to_pylist()]
        else:
            columns[name] = column
    return pa.table(columns)
