"""One statement: parsed, walked and judged as a plan would be, as far as that goes unasked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from sluicegate.detect import Scanner
from sluicegate.errors import SqlError
from sluicegate.lint.catalogue import PolicyCatalogue
from sluicegate.lint.remark import Level
from sluicegate.model.data import Relation, RelationName
from sluicegate.model.findings import Reason
from sluicegate.model.guardrails import Severity, guardrail, judge
from sluicegate.sql import Facts, Lookup, Parsed, check, gather, parse, reasons_of

_WITHHELD: Final = "(withheld)"
_QUOTED: Final = re.compile(r"""'[^']*'|"[^"]*\"""")
_PLAIN: Final = re.compile(r"""['"][\w.*]{1,128}['"]""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is to say of one statement."""

    level: Level
    reason: Reason


class Checker:
    """Judges statements. Its messages hold no literal and nothing that a detector knows."""

    def __init__(self, scanner: Scanner, tuned: Mapping[str, Severity]) -> None:
        self._scanner = scanner
        self._tuned = tuned
        self._classes: dict[str, str | None] = {}

    def judge(self, sql: str, dialect: str, catalogue: PolicyCatalogue | None) -> list[Judgement]:
        """Judge one statement; never raises for what stands in it."""
        literals: list[str] = []
        try:
            parsed = parse(sql, dialect)
            literals = [literal.text.reveal() for literal in parsed.literals]
            found = list(self._walked(parsed, catalogue))
        except SqlError as error:
            found = [_error(reason) for reason in reasons_of(error)]
            found += self._in_text(sql)
        except Exception as error:  # noqa: BLE001 - a parser's own errors quote the statement
            found = [_error(_not_understood(error)), *self._in_text(sql)]
        return [replace(j, reason=self._clean(j.reason, literals)) for j in found]

    def data_class(self, text: str) -> str | None:
        """Return the data class that a text holds, ``None`` if no detector knows it."""
        if text not in self._classes:
            spans = self._scanner.scan_text(text, advisory=False)
            self._classes[text] = spans[0].data_class if spans else None
        return self._classes[text]

    def _walked(self, parsed: Parsed, catalogue: PolicyCatalogue | None) -> Iterator[Judgement]:
        lookup: Lookup = catalogue.lookup if catalogue else _nothing
        facts = gather(parsed, lookup, closed=False)
        guessed = bool(facts.unresolved) and bool(facts.stars)
        for verdict in check(
            _with_unresolved(facts), scan_literal=self.data_class, tuned=self._tuned
        ):
            level: Level = "note" if verdict.severity == "ignore" else verdict.severity
            if guessed and verdict.guardrail in {"G09", "SQL-DUPLICATE-COLUMN"}:
                # what a star stands for is not known here, so this may not be so
                level = "note"
            yield Judgement(level=level, reason=verdict.reason)
        for used in facts.unresolved if catalogue else ():
            assert catalogue is not None
            if used.name in catalogue.outside:
                yield _error(judge("G10", repr(used.name), used.place).reason)

    def _in_text(self, sql: str) -> Iterator[Judgement]:
        """Look for personal data and secrets in text that has no literals, since it is refused."""
        for span in self._scanner.scan_text(sql, advisory=False):
            line = sql.count("\n", 0, span.start) + 1
            column = span.start - sql.rfind("\n", 0, span.start)
            verdict = judge(
                "G12", span.data_class, f"line {line}, column {column}", tuned=self._tuned
            )
            if verdict.severity != "ignore":
                yield Judgement(level=verdict.severity, reason=verdict.reason)

    def _clean(self, reason: Reason, literals: list[str]) -> Reason:
        """Withhold what a name in a message may be beyond a name.

        In another dialect than its author's, a text may be read as a name: so only plain words are
        shown as names.
        """
        message = _QUOTED.sub(_if_plain, reason.message)
        for text in literals:
            message = message.replace(repr(text), _WITHHELD)
        if self.data_class(message):
            known = guardrail(reason.code)
            message = f"{known.title if known else reason.code}: {_WITHHELD}"
        return replace(reason, message=message)


def _if_plain(found: re.Match[str]) -> str:
    return found[0] if _PLAIN.fullmatch(found[0]) else _WITHHELD


def _error(reason: Reason) -> Judgement:
    return Judgement(level="error", reason=reason)


def _nothing(_schema: str | None, _name: str, _exact: bool) -> Relation | None:  # noqa: FBT001 - the port's order
    return None


def _with_unresolved(facts: Facts) -> Facts:
    """Count relations that nobody could look up as read, for the rules of the statement's shape."""
    unknown = tuple(
        Relation(name=RelationName(schema="", name=used.name), kind="unknown", columns=())
        for used in facts.unresolved
    )
    return replace(facts, relations=(*facts.relations, *unknown))


def _not_understood(error: Exception) -> Reason:
    return Reason(
        code="G09",
        message=f"the guard could not work the statement out ({type(error).__name__})",
        hint="write it more simply, and please report this",
    )
