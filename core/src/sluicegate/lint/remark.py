"""What lint says of a place in a file, and the rules that are lint's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from sluicegate.model.guardrails import GUARDRAILS, Severity

Level = Literal["error", "ask", "warn", "note"]
"""As a guardrail's severity; ``note`` tells what lint could not look at."""
LEVELS: Final[tuple[Level, ...]] = ("error", "ask", "warn", "note")
_LEVEL_OF: Final[Mapping[Severity, Level]] = MappingProxyType(
    {"error": "error", "ask": "ask", "warn": "warn", "ignore": "note"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing to look at. Holds names and places, no literal and no value."""

    rule: str
    """Id of a guardrail, of a rule of lint, or another code that a plan would be refused with."""
    level: Level
    message: str
    remedy: str
    file: str
    line: int = 1
    """From 1, as is the column."""
    column: int = 1
    anchors: tuple[int, ...] = ()
    """Other lines at which a suppression counts: where the call and the string begin."""
    context: str = field(default="", repr=False)
    """The line without literals and comments, by which a remark is known again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """A remark that a comment in the file answers."""

    remark: Remark
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What lint found in all files of a call."""

    files: int
    """Files that were read."""
    statements: int
    """Statements that were checked."""
    remarks: tuple[Remark, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    unchecked: tuple[str, ...] = ()
    """What was not checked, for a person."""

    def count(self, level: Level) -> int:
        """How many remarks have this level."""
        return sum(r.level == level for r in self.remarks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule that lint applies, for documents and for SARIF."""

    id: str
    level: Level
    title: str
    remedy: str
    example: str
    """What sets it off."""


LINT_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="L01",
        level="warn",
        title="template text becomes SQL",
        remedy="bind it as :name and give the template in `parameters`",
        example="sql=\"SELECT id FROM orders WHERE plan = '{{ params.plan }}'\"",
    ),
    Rule(
        id="L02",
        level="note",
        title="SQL that lint cannot see",
        remedy="write it as one constant or in a .sql file",
        example='sql=f"SELECT id FROM {table}"',
    ),
    Rule(
        id="L03",
        level="error",
        title="a file that cannot be read",
        remedy="save it as UTF-8, in small files",
        example="a .sql file in Latin-1",
    ),
    Rule(
        id="L04",
        level="error",
        title="a suppression without an id or a reason",
        remedy="name the ids and say why: `sluicegate: ignore G31 one row a day`",
        example="-- sluicegate: ignore G31",
    ),
    Rule(
        id="L05",
        level="warn",
        title="a suppression that nothing needs",
        remedy="remove it",
        example="-- sluicegate: ignore G31 wide on purpose",
    ),
)
"""Rules that only lint has: of files, templates and suppressions."""

DAG_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="A101",
        level="error",
        title="a guarded connection is used without the gate",
        remedy="read it with GuardedExtractOperator or the gate's `extract`",
        example='PostgresHook("shop_prod")',
    ),
    Rule(
        id="A102",
        level="error",
        title="a secret is written in the code",
        remedy="keep it in a connection or a secrets backend, and replace it: it is known now",
        example='default_args={"password": "…"}',
    ),
    Rule(
        id="A103",
        level="error",
        title="a guarded host is used without the gate",
        remedy="read it with GuardedExtractOperator or the gate's `extract`",
        example='create_engine("postgresql://shop-db.internal/shop")',
    ),
    Rule(
        id="A104",
        level="note",
        title="a connection is opened by an id that cannot be seen",
        remedy="write the id as a constant",
        example="PostgresHook(conn_id)",
    ),
    Rule(
        id="A105",
        level="error",
        title="a DAG file that cannot be checked",
        remedy="save it as UTF-8 source that this Python reads, in small files",
        example="an archive of compiled modules",
    ),
)
"""Rules for the code of DAGs, which the cluster policy of Airflow applies too."""

ALL_RULES: Final[tuple[Rule, ...]] = (
    *(
        Rule(
            id=g.id, level=_LEVEL_OF[g.severity], title=g.title, remedy=g.remedy, example=g.example
        )
        for g in GUARDRAILS
    ),
    *LINT_RULES,
    *DAG_RULES,
)
"""Every guardrail, then lint's own rules, then those for DAGs."""

_BY_ID: Final = MappingProxyType({rule.id: rule for rule in ALL_RULES})


def rule(id_: str) -> Rule | None:
    """Find a rule by its id."""
    return _BY_ID.get(id_)
