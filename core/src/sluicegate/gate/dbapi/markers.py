"""Parameters as drivers write them, as the names that the guard binds.

``:name`` stays, ``%(name)s`` becomes it, ``?`` and ``%s`` are numbered. A text that is read wrongly
here binds wrongly and is refused later: no value is ever put into a statement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sluicegate.gate.dbapi.errors import ProgrammingError

Given = Mapping[str, Any] | Sequence[Any] | None

_TOKEN: Final = re.compile(
    r"""
      (?P<kept>'(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*`
        | \$(?P<tag>[A-Za-z_]*)\$.*?\$(?P=tag)\$
        | --[^\n]* | /\*.*?\*/)
    | %\((?P<name>[A-Za-z_][A-Za-z0-9_]*)\)s
    | (?P<place>%s | \?)
    | (?P<percent>%%)
    """,
    re.VERBOSE | re.DOTALL,
)


def named(sql: str, parameters: Given) -> tuple[str, dict[str, Any]]:
    """Return the statement with ``:name`` markers, and the values by name.

    Raises:
        ProgrammingError: there are more or fewer values than places.
    """
    if not parameters:
        return sql, {}
    if isinstance(parameters, Mapping):
        values = {str(name): value for name, value in parameters.items()}
        return _rewritten(sql, formatted="%(" in sql, numbered=False)[0], values
    if isinstance(parameters, (str, bytes)):
        raise ProgrammingError("parameters are a mapping or a sequence", code="SG-PARAMETER")
    text, count = _rewritten(sql, formatted="%s" in sql, numbered=True)
    if count != len(parameters):
        raise ProgrammingError(
            f"the statement has {count} places for {len(parameters)} values", code="SG-PARAMETER"
        )
    return text, {f"p{i}": value for i, value in enumerate(parameters, 1)}


def _rewritten(sql: str, *, formatted: bool, numbered: bool) -> tuple[str, int]:
    count = 0

    def one(match: re.Match[str]) -> str:
        nonlocal count
        found = match[0]
        if match["kept"]:
            return found.replace("%%", "%") if formatted else found
        if match["name"]:
            return f":{match['name']}"
        if match["percent"]:
            return "%" if formatted else found
        if numbered and (found == "%s") == formatted:
            count += 1
            return f":p{count}"
        return found

    return _TOKEN.sub(one, sql), count
