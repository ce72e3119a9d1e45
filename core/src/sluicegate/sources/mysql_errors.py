"""Errors of MySQL and MariaDB by their number; their texts may quote values and are dropped.

Source of the numbers: MySQL 8 error reference and MariaDB error codes.
"""

from __future__ import annotations

from sluicegate.errors import BudgetExceeded, SluicegateError, SourceError, SourceUnavailable

_LATER = frozenset(
    {
        1040, 1053, 1158, 1159, 1160, 1161, 1203, 1205, 1213, 1226, 1412, 1637, 1927,
        2002, 2003, 2006, 2013, 2055,
    }
)  # fmt: skip
"""Connection lost, too many connections, shutdown, locks, deadlocks, altered tables."""

_TIME = frozenset({1969, 3024})
_STOPPED = 1317

_KNOWN = {
    1044: ("the login may not use the database", "grant it SELECT"),
    1045: ("the login or its password is wrong", "check the source's URL in the settings"),
    1049: ("the database does not exist", "check the source's URL in the settings"),
    1054: ("a column does not exist", "it may have been dropped or renamed"),
    1060: ("two result columns have one name", "give one of them an alias"),
    1064: ("the statement is not one that can be read from", "ask with one SELECT"),
    1142: ("the login may not read what the statement asks for", "grant it SELECT"),
    1143: ("the login may not read a column that the statement asks for", "grant it SELECT"),
    1146: ("a relation does not exist", "it may have been dropped or renamed"),
    1264: ("a number is out of range", ""),
    1267: ("texts of two collations are compared", "cast one of them, or use one collation"),
    1292: ("a value or parameter is not of the type it is cast to", ""),
    1365: ("a division by zero", ""),
    1690: ("a number is out of range", ""),
    1698: ("the login may not come in so", "check the source's URL in the settings"),
    1792: ("the statement would write", "this connection only reads"),
    2026: ("its TLS settings do not work", "check ssl_ca in the source's URL"),
    3159: ("the server takes encrypted connections only", "set ssl_ca in the source's URL"),
}


def of_statement(source: str, error: Exception) -> SluicegateError:
    """Translate what a statement or its stream raised."""
    code = code_of(error)
    if code is None:
        if isinstance(error, (OSError, EOFError)) or type(error).__name__ == "InterfaceError":
            return SourceUnavailable(f"the connection to {source!r} broke")
        return SourceError(
            f"{source!r}: the result cannot be read",
            hint="cast unusual types to text in the statement",
        )
    place = f"{source!r}, error {code}"
    if code in _TIME:
        return BudgetExceeded(
            f"{place}: the statement was stopped by its time limit",
            hint="ask for fewer rows, or have the policy grant more time",
        )
    if code == _STOPPED:
        return SourceError(f"{place}: the statement was stopped")
    if code in _LATER:
        return SourceUnavailable(f"{place}: it cannot answer now", hint="try again later")
    text, hint = _KNOWN.get(code, ("the statement failed", ""))
    return SourceError(f"{place}: {text}", hint=hint)


def of_connection(source: str, error: Exception) -> SluicegateError:
    """Translate what opening a connection raised."""
    code = code_of(error)
    if code in {2002, 2003}:
        return SourceUnavailable(
            f"{source!r} cannot be reached",
            hint="check that the server runs and the address is right",
        )
    if code is None and not isinstance(error, OSError):
        return SourceError(f"{source!r}: its address or its TLS settings do not work")
    return of_statement(source, error)


def code_of(error: Exception) -> int | None:
    """Return the server's number of an error, if it has one."""
    first = error.args[0] if error.args else None
    return first if isinstance(first, int) and first > 0 else None
