"""Builds remarks."""

from __future__ import annotations

from pathlib import Path

from sluicegate.lint.reading import Unreadable
from sluicegate.lint.remark import Level, Remark, rule
from sluicegate.lint.text import Lines, Statement, Unseen
from sluicegate.model.findings import Reason


class Builder:
    """Puts what is to say at its place in one file."""

    def __init__(self, file: Path, text: str = "") -> None:
        self.file = file
        self.lines = Lines(text)

    def of_reason(self, statement: Statement, level: Level, reason: Reason) -> Remark:
        """Return the remark for a reason, which tells its place in the SQL."""
        return self.within(statement, level, reason, statement.within(reason.place))

    def within(self, statement: Statement, level: Level, reason: Reason, index: int) -> Remark:
        """Return a remark at a character of the SQL."""
        line, column = self.lines.place(statement.offsets[index])
        return self._build(level, reason, line, column, statement.anchors)

    def unseen(self, unseen: Unseen) -> Remark:
        """Return the remark for SQL that lint cannot see."""
        line, column = self.lines.place(unseen.offset)
        return self._build("note", lint_reason("L02", unseen.why), line, column, unseen.anchors)

    def unreadable(self, error: Unreadable) -> Remark:
        """Return the remark for a file that cannot be read."""
        return self._build("error", lint_reason("L03", str(error)), 1, 1)

    def comment(self, code: str, line: int, column: int) -> Remark:
        """Return a remark on a suppression."""
        known = rule(code)
        assert known is not None
        return self._build(known.level, lint_reason(code), line, column)

    def _build(
        self, level: Level, reason: Reason, line: int, column: int, anchors: tuple[int, ...] = ()
    ) -> Remark:
        return Remark(
            rule=reason.code,
            level=level,
            message=reason.message,
            remedy=reason.hint,
            file=str(self.file),
            line=line,
            column=column,
            anchors=anchors,
        )


def lint_reason(code: str, detail: str = "") -> Reason:
    """Return the reason of one of lint's own rules."""
    known = rule(code)
    assert known is not None
    message = f"{known.title}: {detail}" if detail else known.title
    return Reason(code=code, message=message, hint=known.remedy)
