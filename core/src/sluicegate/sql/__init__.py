"""The SQL guard: parse, gather facts, check guardrails, rewrite to masked scans."""

from sluicegate.sql.context import Lookup
from sluicegate.sql.facts import Facts, gather
from sluicegate.sql.guardrails import GUARDRAILS, Guardrail, Verdict, check
from sluicegate.sql.parse import Parsed, parse
from sluicegate.sql.pushdown import digest_expression, push_down
from sluicegate.sql.refusal import SqlRefused, SqlSyntaxRefused, reasons_of
from sluicegate.sql.rewrite import Rewritten, rewrite
from sluicegate.sql.shape import shape

__all__ = [
    "GUARDRAILS",
    "Facts",
    "Guardrail",
    "Lookup",
    "Parsed",
    "Rewritten",
    "SqlRefused",
    "SqlSyntaxRefused",
    "Verdict",
    "check",
    "digest_expression",
    "gather",
    "parse",
    "push_down",
    "reasons_of",
    "rewrite",
    "shape",
]
