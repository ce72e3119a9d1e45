"""One statement of a file: its template, its dialect, its judgements, each as a remark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sluicegate.lint.catalogue import catalogue_of
from sluicegate.lint.checking import Checker
from sluicegate.lint.options import Options
from sluicegate.lint.places import context_of
from sluicegate.lint.remark import Remark
from sluicegate.lint.remarks import Builder, lint_reason
from sluicegate.lint.template import Filled, fill
from sluicegate.lint.text import Statement
from sluicegate.model.findings import Reason
from sluicegate.sql.names import DIALECTS

_DIRECTIVE: Final = re.compile(r"\s*--[ \t]*sluicegate:[ \t]*((?:\w+[ \t]*=[ \t]*\S+[ \t]*)+)")
_SETTING: Final = re.compile(r"(\w+)[ \t]*=[ \t]*(\S+)")


class StatementLint:
    """Lints statements under the options of one call."""

    def __init__(self, options: Options, checker: Checker) -> None:
        self._options = options
        self._checker = checker

    def remarks(self, statement: Statement, builder: Builder) -> Iterator[Remark]:
        """Yield all that is to say of a statement."""
        found = _DIRECTIVE.match(statement.sql)
        given = dict(_SETTING.findall(found[1])) if found else {}
        source = given.get("source") or statement.source or self._options.source
        dialect = given.get("dialect") or self._dialect(source)
        filled = fill(statement.sql) if statement.rendered else Filled(sql=statement.sql)
        for expression in filled.expressions:
            others = ", ".join(expression.others)
            detail = f"from {others}, which others fill" if others else ""
            reason = lint_reason("L01", detail)
            yield builder.within(statement, "warn" if others else "note", reason, expression.start)
        if dialect not in DIALECTS:
            message = "the first line names a dialect that the guard does not model"
            reason = Reason(code="G09", message=message, hint=f"known: {', '.join(DIALECTS)}")
            yield builder.of_reason(statement, "error", reason)
            return
        yield from self._judged(statement, filled, dialect, source, builder)

    def _judged(
        self,
        statement: Statement,
        filled: Filled,
        dialect: str,
        source: str | None,
        builder: Builder,
    ) -> Iterator[Remark]:
        catalogue = catalogue_of(self._options.policy, source, dialect)
        found = self._checker.judge(filled.sql, dialect, catalogue)
        if filled.steered is not None and any(j.reason.code == "G09" for j in found):
            reason = lint_reason("L02", "{% … %} decides what the statement is")
            yield builder.within(statement, "note", reason, filled.steered)
            return
        contexts = context_of(filled.sql, dialect) if found else {}
        for judged in found:
            remark = builder.of_reason(statement, judged.level, judged.reason)
            line, _ = statement.lines.place(statement.within(judged.reason.place))
            yield replace(remark, context=contexts.get(line, ""))

    def _dialect(self, source: str | None) -> str:
        options = self._options
        known = options.source_dialects.get(source or "")
        return options.dialect or known or options.default_dialect
