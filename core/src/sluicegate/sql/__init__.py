"""The SQL guard: parse, gather facts, check guardrails, rewrite to masked scans."""

from sluicegate.sql.context import Lookup
from sluicegate.sql.digests import digest_expression
from sluicegate.sql.facts import Facts, gather, named_relations
from sluicegate.sql.guardrails import check, check_columns, check_obligations, in_order
from sluicegate.sql.parse import Parsed, parse
from sluicegate.sql.pushdown import push_down
from sluicegate.sql.refusal import SqlRefused, SqlSyntaxRefused, reasons_of
from sluicegate.sql.rewrite import Rewritten, rewrite
from sluicegate.sql.row_shape import row_shape
from sluicegate.sql.shape import shape

__all__ = [
    "Facts",
    "Lookup",
    "Parsed",
    "Rewritten",
    "SqlRefused",
    "SqlSyntaxRefused",
    "check",
    "check_columns",
    "check_obligations",
    "digest_expression",
    "gather",
    "in_order",
    "named_relations",
    "parse",
    "push_down",
    "reasons_of",
    "rewrite",
    "row_shape",
    "shape",
]
