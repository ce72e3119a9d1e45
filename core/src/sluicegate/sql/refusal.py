"""How this package says no: an error that carries one reason per fault, with its place."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.errors import SqlError, SqlParseError, SqlUnsupported
from sluicegate.model.findings import Reason


class SqlRefused(SqlUnsupported):
    """The statement parses, but a guardrail or the policy refuses it.

    Args:
        reasons: At least one; the first becomes the message. They hold names and places, no values.
    """

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        first = reasons[0]
        more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        where = f" at {first.place}" if first.place else ""
        super().__init__(f"{first.code}: {first.message}{where}{more}", hint=first.hint)
        self.reasons = reasons


class SqlSyntaxRefused(SqlParseError):
    """The text is not a statement that the parser and the source would read alike."""

    def __init__(self, reason: Reason) -> None:
        where = f" at {reason.place}" if reason.place else ""
        super().__init__(f"{reason.message}{where}", hint=reason.hint)
        self.reasons = (reason,)


def refuse(code: str, message: str, hint: str, place: str = "") -> SqlRefused:
    """Build the error for one fault."""
    return SqlRefused((Reason(code=code, message=message, hint=hint, place=place),))


def reasons_of(error: SqlError) -> tuple[Reason, ...]:
    """Return the reasons an error carries, whatever part of the package raised it."""
    if isinstance(error, (SqlRefused, SqlSyntaxRefused)):
        return error.reasons
    return (Reason(code=error.code, message=error.message, hint=error.hint),)


def place_of(node: exp.Expr | None) -> str:
    """Return ``line L, column C`` of the first token under ``node`` that knows it, or ``""``."""
    if node is None:
        return ""
    for part in node.walk():
        line, column = part.meta.get("line"), part.meta.get("col")
        if line and column:
            # The parser notes the column of a token's last character, and where it lies.
            width = part.meta.get("end", 0) - part.meta.get("start", 0) + 1
            return f"line {line}, column {max(1, column - width + 1)}"
    return ""


def only(node: exp.Expr, *known: str) -> None:
    """Refuse a node that carries anything beyond the parts that are handled."""
    for name, value in node.args.items():
        if value and name not in known:
            raise refuse(
                "G09",
                f"{type(node).__name__} with {name.strip('_')} is not modelled",
                "write it another way",
                place_of(node),
            )
