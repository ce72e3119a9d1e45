"""The guardrails: stable ids, what each stops, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from sluicegate.model.findings import Reason

Severity = Literal["error", "ask", "warn", "ignore"]
"""``error`` refuses, ``ask`` needs an approval, ``warn`` tells, ``ignore`` is silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrail:
    """One rule; the documentation's table is generated from these."""

    id: str
    severity: Severity
    """Unless the policy says otherwise."""
    title: str
    remedy: str
    example: str
    """What sets it off."""
    tunable: bool = False
    """Whether a policy may give it another severity. What the guard cannot do without, it may not:
    without resolved names or a mask that holds there is no promise left to keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a guardrail says of one request."""

    guardrail: str
    severity: Severity
    reason: Reason


def _rule(id_: str, severity: Severity, title: str, remedy: str, example: str) -> Guardrail:
    tunable = id_ in _TUNABLE
    return Guardrail(
        id=id_, severity=severity, title=title, remedy=remedy, example=example, tunable=tunable
    )


_TUNABLE: Final = frozenset(
    ["G11", "G12", "G16", "G18", "G30", "G31", "G32", "G33", "G34", "G35", "G36", "G37"],
)

GUARDRAILS: Final[tuple[Guardrail, ...]] = (
    _rule("G01", "error", "more than one statement", "send one SELECT", "SELECT 1; SELECT 2"),
    _rule(
        "G02",
        "error",
        "a write anywhere in the statement",
        "only read",
        "WITH d AS (DELETE FROM orders RETURNING id) SELECT id FROM d",
    ),
    _rule("G03", "error", "a change of the database's objects", "only read", "DROP TABLE orders"),
    _rule(
        "G04",
        "error",
        "SELECT INTO or CREATE TABLE AS",
        "give the output to Sluicegate",
        "SELECT id INTO copied FROM orders",
    ),
    _rule(
        "G05",
        "error",
        "COPY, UNLOAD, EXPORT, ATTACH",
        "let Sluicegate write the output",
        "COPY orders TO 'orders.csv'",
    ),
    _rule(
        "G06",
        "error",
        "CALL, DO, EXECUTE, EXPLAIN, PREPARE",
        "write the query itself",
        "EXPLAIN ANALYZE DELETE FROM orders",
    ),
    _rule(
        "G07",
        "error",
        "a function that is not on the list",
        "compute it after the extract",
        "SELECT pg_read_file('x')",
    ),
    _rule(
        "G08",
        "error",
        "a change of rights, roles, settings or transaction",
        "only read",
        "SET ROLE admin",
    ),
    _rule(
        "G09",
        "error",
        "a part that is not parsed, modelled or resolved",
        "see the reason",
        "SELECT nickname FROM customers",
    ),
    _rule(
        "G10",
        "error",
        "a relation outside the policy",
        "add it to the policy",
        "SELECT id FROM archive.customers",
    ),
    _rule(
        "G11",
        "error",
        "a star over unclassified columns",
        "list columns or classify them",
        "SELECT * FROM customers",
    ),
    _rule(
        "G12",
        "error",
        "personal data or a secret as a literal",
        "bind it as :name",
        "SELECT id FROM customers WHERE email = 'someone@example.com'",
    ),
    _rule(
        "G13",
        "error",
        "a masked column used where its mask cannot hold",
        "use it bare",
        "SELECT upper(email) FROM customers",
    ),
    _rule(
        "G14",
        "error",
        "FOR UPDATE or FOR SHARE",
        "remove the lock",
        "SELECT id FROM orders FOR UPDATE",
    ),
    _rule(
        "G15",
        "error",
        "a system catalogue or statistics",
        "read the tables themselves",
        "SELECT most_common_vals FROM pg_stats",
    ),
    _rule(
        "G16",
        "error",
        "rows, bytes, time or cost over the policy's budget",
        "narrow the query, or ask for a larger limit in the policy",
        "a rule with `limits: {cost: 100000}` and a join without a condition",
    ),
    _rule(
        "G17",
        "error",
        "a file, an address or a table function",
        "read the source's tables",
        "SELECT * FROM read_csv('x.csv')",
    ),
    _rule(
        "G18",
        "error",
        "an output outside of the folders that the policy names",
        "write below one of them",
        "a rule with `outputs: ['lake/train/*']` and `output='/tmp/x/'`",
    ),
    _rule(
        "G19",
        "error",
        "card numbers both pseudonymized and in part",
        "leave one of them out: together they give the number back (PCI DSS 3.5.1)",
        "SELECT card, card_shown FROM payments",
    ),
    _rule(
        "G20",
        "error",
        "a sensitive column unmasked without a grant",
        "add the class to `unmask` of a permit rule",
        "a class that is kept, in a rule without `unmask`",
    ),
    _rule(
        "G30",
        "warn",
        "neither LIMIT nor WHERE",
        "filter by the partition or date",
        "SELECT id FROM orders",
    ),
    _rule("G31", "warn", "SELECT *", "list the columns that are needed", "SELECT * FROM orders"),
    _rule("G32", "warn", "a cross join", "write JOIN … ON", "SELECT 1 FROM orders, customers"),
    _rule(
        "G33",
        "warn",
        "the first run of this task over these relations",
        "look at the plan; the next run is known",
        "any first run",
    ),
    _rule(
        "G34",
        "warn",
        "half or twice as many rows as the last time",
        "look whether the source or the query has changed",
        "a partition that was loaded twice",
    ),
    _rule(
        "G35",
        "warn",
        "a new column at the source",
        "classify it in the policy",
        "ALTER TABLE customers ADD COLUMN nickname text, by its owner",
    ),
    _rule(
        "G36",
        "warn",
        "a sample that another run would draw otherwise",
        "add ORDER BY to LIMIT, or REPEATABLE (seed) to TABLESAMPLE",
        "SELECT id FROM orders LIMIT 100",
    ),
    _rule(
        "G37",
        "warn",
        "data of one environment is read from another",
        "run it where the data lives, or let the policy say that this is meant",
        "a source with `environment: prod`, read with SLUICEGATE_ENVIRONMENT=dev",
    ),
)
"""All guardrails, in order of id."""

_BY_ID: Final = MappingProxyType({g.id: g for g in GUARDRAILS})


def guardrail(code: str) -> Guardrail | None:
    """Find a guardrail by its id."""
    return _BY_ID.get(code)


def judge(
    code: str,
    detail: str = "",
    place: str = "",
    *,
    tuned: Mapping[str, Severity] = MappingProxyType({}),
    default: Severity | None = None,
) -> Verdict:
    """Return the verdict of one guardrail.

    Args:
        code: Its id.
        detail: What set it off; names and numbers only.
        place: Where.
        tuned: Severities that the policy gives.
        default: Severity where the policy says nothing; usually the guardrail's own.
    """
    rule = _BY_ID[code]
    message = f"{rule.title}: {detail}" if detail else rule.title
    return Verdict(
        guardrail=code,
        severity=tuned.get(code, default or rule.severity),
        reason=Reason(code=code, message=message, hint=rule.remedy, place=place),
    )
