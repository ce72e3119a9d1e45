"""Errors of PostgreSQL by their SQLSTATE; its texts are read for classification and dropped.

Source of the codes: PostgreSQL manual, appendix A.
"""

from __future__ import annotations

import re

from sluicegate.errors import BudgetExceeded, SluicegateError, SourceError, SourceUnavailable

_LATER = ("08", "53", "40", "57P", "55P03", "58", "25P03")
"""Connection lost, resources, conflicts, shutdown, locks, system errors, idle too long."""

_TIME = {"57014", "25P04"}

_KNOWN = {
    "42501": ("the login may not read what the statement asks for", "grant it SELECT"),
    "42P01": ("a relation does not exist", "it may have been dropped or renamed"),
    "42703": ("a column does not exist", "it may have been dropped or renamed"),
    "42601": ("the statement is not one that can be read from", "ask with one SELECT"),
    "42P18": ("the type of a parameter cannot be told", "cast it in the statement"),
    "25006": ("the statement would write", "this connection only reads"),
    "23505": ("a value that must be unique is there already", ""),
    "23503": ("a foreign key forbids it", ""),
    "23502": ("a column that must be filled would be NULL", ""),
    "23514": ("a check of the table forbids it", ""),
    "22012": ("a division by zero", ""),
    "22P02": ("a value or parameter is not of the type it is cast to", ""),
    "22007": ("a value or parameter is not a date or time", ""),
    "22008": ("a date or time is out of range", ""),
    "22003": ("a number is out of range", ""),
    "22021": ("text that is not valid UTF-8", "convert it, or read it with convert_to as bytes"),
    "22P05": ("a character that UTF-8 or the database's encoding cannot hold", ""),
    "28P01": ("the password is wrong", "check the source's URI in the settings"),
    "28000": ("the login does not exist or may not come in", "check login and pg_hba.conf"),
    "3D000": ("the database does not exist", "check the source's URI in the settings"),
}

# libpq gives no SQLSTATE for a refused connection, so the server's words must do. A server that
# speaks another language ends in the general refusal.
_REFUSALS = (
    (r"password authentication failed|no password supplied", "28P01"),
    (r"database \".*\" does not exist", "3D000"),
    (r"role \".*\" does not exist|no pg_hba\.conf entry|authentication failed", "28000"),
    (r"not permitted to log in|permission denied for database", "28000"),
    (r"too many (clients|connections)|remaining connection slots", "53300"),
    (r"is (starting up|shutting down|in recovery mode|not accepting connections)", "57P03"),
)
_LOST = re.compile(
    r"PQgetCopyData|server closed|no connection|connection .*(lost|closed|reset)"
    r"|Failed to prepare query: *\n"
)
_SERVER_SPOKE = re.compile(r"failed: [^\s:]+:  ")


def of_code(source: str, code: str | None) -> SluicegateError:
    """Build the error for a SQLSTATE; without one, the connection is taken for lost."""
    if code is None:
        return SourceUnavailable(f"the connection to {source!r} broke")
    place = f"{source!r}, SQLSTATE {code}"
    if code in _TIME:
        return BudgetExceeded(
            f"{place}: the statement was stopped by its time limit",
            hint="ask for fewer rows, or have the policy grant more time",
        )
    text, hint = _KNOWN.get(code, ("", ""))
    if code.startswith(_LATER):
        return SourceUnavailable(f"{place}: it cannot answer now", hint="try again later")
    return SourceError(f"{place}: {text or 'the statement failed'}", hint=hint)


def of_statement(source: str, error: Exception) -> SluicegateError:
    """Translate what a statement or its stream raised."""
    code = _code(error)
    if code is None and not _is_io(error):
        return SourceError(
            f"{source!r}: the result cannot be read",
            hint="cast unusual types to text in the statement",
        )
    return of_code(source, code)


def of_connection(source: str, error: Exception) -> SluicegateError:
    """Translate what opening a connection raised."""
    text = str(error)
    code = _code(error) or next((c for words, c in _REFUSALS if re.search(words, text)), None)
    if code:
        return of_code(source, code)
    if _SERVER_SPOKE.search(text):
        return SourceError(f"{source!r} refused the connection", hint="see the server's log")
    if re.search(
        r"invalid (URI|percent|connection option|integer value)|missing .*in URI|SSL|certif"
        r"|authentication method requirement",
        text,
    ):
        return SourceError(f"{source!r}: its URI or its TLS settings do not work")
    return SourceUnavailable(
        f"{source!r} cannot be reached", hint="check that the server runs and the address is right"
    )


def _code(error: Exception) -> str | None:
    code = getattr(error, "sqlstate", None)
    if isinstance(code, str) and re.fullmatch(r"[0-9A-Z]{5}", code):
        return code
    return None


def _is_io(error: Exception) -> bool:
    status = getattr(getattr(error, "status_code", None), "name", "")
    return status == "IO" and _LOST.search(str(error)) is not None
