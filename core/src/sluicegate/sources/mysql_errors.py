"""Errors of MySQL and MariaDB by their number; the server's texts are dropped.

Source of the numbers: MySQL 8.4 Error Message Reference, MariaDB Error Code Reference.
"""

from __future__ import annotations

import ssl

from sluicegate.errors import BudgetExceeded, SluicegateError, SourceError, SourceUnavailable

_LATER = {
    *(1040, 1203, 1226),  # too many connections, of all or of this login
    *(1037, 1038, 1041),  # no memory now
    *(1053, 1927),  # the server goes down, the connection was killed
    *(1152, 1158, 1159, 1160, 1161, 1184, 1429),  # the line
    *(1205, 1206, 1213),  # locks
    1412,  # a table was altered after the transaction began
    *(2002, 2003, 2006, 2013, 2055),  # nobody answers; the line broke
    *(4031, 3169),  # idle too long, session killed
}

_TIME = {1969, 3024}
"""MariaDB's and MySQL's time limit of a statement."""

_KNOWN = {
    1044: ("the login may not enter the database", "grant it SELECT"),
    1045: ("the login or its password is wrong", "check the source's URI in the settings"),
    1317: ("somebody stopped the statement on the server", ""),
    1698: (
        "the login may not come in this way",
        "it may be bound to a user of that system",
    ),
    1130: ("this machine may not connect", "check the host of the account"),
    1129: ("this machine is blocked after many failed connections", "FLUSH HOSTS on the server"),
    1049: ("the database does not exist", "check the source's URI in the settings"),
    1142: ("the login may not read what the statement asks for", "grant it SELECT"),
    1143: ("the login may not read a column", "grant it SELECT"),
    1227: ("the statement asks for rights that a reader has not", ""),
    1146: ("a relation does not exist", "it may have been dropped or renamed"),
    1054: ("a column does not exist", "it may have been dropped or renamed"),
    1064: ("the statement is not one that can be read from", "ask with one SELECT"),
    1065: ("the statement is empty", "ask with one SELECT"),
    1295: ("the statement is not one that can be read from", "ask with one SELECT"),
    1792: ("the statement would write", "this connection only reads"),
    1305: ("a function does not exist", ""),
    1267: ("texts of two collations are compared", "name one with COLLATE"),
    1271: ("texts of several collations are compared", "name one with COLLATE"),
    1365: ("a division by zero", ""),
    1690: ("a number is out of range", ""),
    1055: ("a column is neither grouped nor aggregated", "sql_mode has ONLY_FULL_GROUP_BY here"),
    1153: ("a value or parameter is larger than max_allowed_packet", ""),
    1210: ("a parameter cannot stand there", ""),
    1820: ("the password of the login has expired", ""),
    1862: ("the password of the login has expired", ""),
    4151: ("the login is locked", ""),
    3118: ("the login is locked", ""),
    2026: ("TLS does not work between here and the server", "check the ssl options of the URI"),
    2061: ("the way to log in is not supported", "use caching_sha2_password or ed25519"),
    2059: ("the way to log in is not supported", "use caching_sha2_password or ed25519"),
}


def number_of(error: BaseException) -> int | None:
    """Return the number that an error of the driver carries."""
    first = error.args[0] if error.args else None
    return first if isinstance(first, int) and first > 0 else None


def of_number(source: str, number: int | None) -> SluicegateError:
    """Build the error for a number; without one, the connection is taken for lost."""
    if number is None:
        return SourceUnavailable(f"the connection to {source!r} broke")
    place = f"{source!r}, error {number}"
    if number in _TIME:
        return BudgetExceeded(
            f"{place}: the statement was stopped by its time limit",
            hint="ask for fewer rows, or have the policy grant more time",
        )
    if number in _LATER:
        return SourceUnavailable(f"{place}: it cannot answer now", hint="try again later")
    text, hint = _KNOWN.get(number, ("the statement failed", ""))
    return SourceError(f"{place}: {text}", hint=hint)


def of_statement(source: str, error: Exception) -> SluicegateError:
    """Translate what a statement or its stream raised."""
    number = number_of(error)
    if number is None and not isinstance(error, (OSError, EOFError)) and not _is_lost(error):
        return SourceError(f"{source!r}: the answer of the server cannot be read")
    return of_number(source, number)


def of_connection(source: str, error: Exception) -> SluicegateError:
    """Translate what opening a connection raised."""
    cause = getattr(error, "original_exception", error)
    if isinstance(cause, ssl.SSLError):
        return of_number(source, 2026)
    number = number_of(error)
    if number in {2002, 2003, 2006, 2013} or isinstance(cause, OSError):
        return SourceUnavailable(
            f"{source!r} cannot be reached",
            hint="check that the server runs and the address is right",
        )
    if number is None:
        return SourceError(f"{source!r} refused the connection", hint="see the server's log")
    return of_number(source, number)


def _is_lost(error: Exception) -> bool:
    """The driver says ``InterfaceError(0, '')`` of a connection that is closed already."""
    return type(error).__name__ == "InterfaceError"
