"""Partial masks of texts as SQL: the ends, or the domain of an email address, stay."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.model.masks import Partial
from sluicegate.sql.functions import number
from sluicegate.sql.names import column
from sluicegate.sql.profiles import profile


def partial(mask: Partial, raw: exp.Column, dialect: str) -> exp.Expr:
    """Return the text of ``raw`` with all but a part of it filled; its length stays."""
    parts = _Parts(mask, raw, dialect)
    return parts.domain() if mask.keep == "domain" else parts.ends()


class _Parts:
    def __init__(self, mask: Partial, raw: exp.Column, dialect: str) -> None:
        self._mask = mask
        self._raw = raw
        self._strings = profile(dialect).strings

    def ends(self) -> exp.Expr:
        mask, strings = self._mask, self._strings
        kept = mask.keep_first + mask.keep_last
        middle = exp.Sub(this=self._length(), expression=number(kept))
        pieces = [self._fill(middle)]
        if mask.keep_first:
            pieces.insert(0, strings.part(self._value(), number(1), number(mask.keep_first)))
        if mask.keep_last:
            pieces.append(self._last(mask.keep_last))
        short = exp.LTE(this=self._length(), expression=number(kept))
        return self._unless(short, strings.join(pieces))

    def domain(self) -> exp.Expr:
        """A second ``@`` could be part of the name before the first, so then nothing is kept."""
        strings = self._strings
        others = strings.length(strings.without(self._value(), "@"))
        signs = exp.Paren(this=exp.Sub(this=self._length(), expression=others))
        before = exp.Sub(this=strings.find(self._value(), "@"), expression=number(1))
        after = strings.part(self._value(), strings.find(self._value(), "@"), self._length())
        other = exp.NEQ(this=signs, expression=number(1))
        return self._unless(other, strings.join([self._fill(before), after]))

    def _unless(self, condition: exp.Expr, kept: exp.Expr) -> exp.Expr:
        hidden = exp.If(this=condition, true=self._fill(self._length()))
        return exp.Case(ifs=[hidden], default=kept)

    def _last(self, count: int) -> exp.Expr:
        strings = self._strings
        if strings.last is not None:
            return strings.last(self._value(), number(count))
        start = exp.Paren(this=exp.Sub(this=self._length(), expression=number(count - 1)))
        return strings.part(self._value(), start, number(count))

    def _value(self) -> exp.Expr:
        raw = self._raw
        return self._strings.as_text(column(raw.table, raw.name))  # a copy, and faster than one

    def _length(self) -> exp.Expr:
        return self._strings.length(self._value())

    def _fill(self, count: exp.Expr) -> exp.Expr:
        return self._strings.repeat(self._mask.fill, self._length(), count)
