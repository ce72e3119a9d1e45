"""What is pinned for a session: what SQL means must not hang on the login or the server."""

from __future__ import annotations

from typing import Final

NAMES: Final = "SET NAMES utf8mb4"
"""Text is UTF-8. Literals and parameters take the server's own collation for it, which its tables
have too unless somebody chose another: two implicit collations cannot be compared.
"""

_SQL_MODE = (
    "STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO,PIPES_AS_CONCAT,"
    "NO_ZERO_IN_DATE"
)
_PINS = {
    "time_zone": "'+00:00'",
    "lc_time_names": "'en_US'",
    "default_week_format": "0",
    "div_precision_increment": "4",
    # A limit of the server's own would cut results without an error.
    "sql_select_limit": "18446744073709551615",
    "sql_big_selects": "1",
    "sql_auto_is_null": "0",
    "group_concat_max_len": "16777216",
    "lock_wait_timeout": "10",
    "innodb_lock_wait_timeout": "10",
    # Between two batches the server waits for the guard.
    "net_write_timeout": "600",
    "wait_timeout": "600",
}

ISOLATION: Final = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
"""For whatever may end the transaction without our doing: the next one is read-only too."""
BEGIN: Final = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"

CHANGING_ISOLATION: Final = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE"
CHANGING_BEGIN: Final = "START TRANSACTION READ WRITE"

_HOUR = 3600.0


def pins(*, mariadb: bool) -> str:
    """Build the statement that pins the settings of a session.

    ONLY_FULL_GROUP_BY is MySQL's default and not MariaDB's, which knows no column that depends on
    what is grouped by and so refuses good queries with it.
    """
    mode = _SQL_MODE if mariadb else f"{_SQL_MODE},ONLY_FULL_GROUP_BY"
    pins = {"sql_mode": f"'{mode}'", **_PINS}
    return "SET SESSION " + ", ".join(f"{name} = {value}" for name, value in pins.items())


def time_limit(seconds: float | None, *, mariadb: bool) -> str:
    """Build the statement that sets the server's time limit; without ``seconds`` there is none.

    MariaDB counts seconds for every statement, MySQL milliseconds for those that read.
    """
    if mariadb:
        return f"SET SESSION max_statement_time = {0 if seconds is None else max(seconds, 1e-3):f}"
    most = 0 if seconds is None else min(max(1, int(seconds * 1000)), 2**32 - 1)
    return f"SET SESSION max_execution_time = {most}"


def default_limit(*, mariadb: bool) -> str:
    """Build the statement that sets the limit for a session that was given none: an hour."""
    return time_limit(_HOUR, mariadb=mariadb)
