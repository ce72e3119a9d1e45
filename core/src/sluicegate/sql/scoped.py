"""The second form of a rewritten statement: masking views, and a query over nothing else.

A source that gives the views to a login which may read only them enforces the masks itself.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from sqlglot import exp

from sluicegate.model.plan import ScopedForm
from sluicegate.sql.names import fold, quoted
from sluicegate.sql.proof import prove_scoped
from sluicegate.sql.refusal import SqlRefused, refuse
from sluicegate.sql.shape import write

_SCAN_PARTS: Final = {"this", "alias", "joins"}


def scoped_form(query: exp.Query, sql: str, dialect: str) -> ScopedForm:
    """Take the masked scans out of ``query`` as views. Equal scans share one.

    The views' names depend on the statement alone, so that the plan's digest does too.

    Args:
        query: The rewritten tree, its parameters numbered; it is not changed.
        sql: Its proven text: every view's query must stand in it.
        dialect: Of both.

    Raises:
        SqlRefused: a scan is not of the form that scans have; closed.
    """
    tree = query.copy()
    stem = _stem(tree)
    names: dict[str, str] = {}
    for table in [t for t in tree.find_all(exp.Table) if t.args.get("db")]:
        scan = table.parent_select.parent if table.parent_select else None
        if not isinstance(scan, exp.Subquery) or {k for k, v in scan.args.items() if v} - (
            _SCAN_PARTS
        ):
            raise _fault()
        text = write(scan.this, dialect)
        if f"({text})" not in sql:
            raise _fault()
        name = names.setdefault(text, f"{stem}{len(names) + 1}")
        view = exp.Table(
            this=quoted(name), alias=scan.args.get("alias"), joins=scan.args.get("joins")
        )
        if scan is tree:
            raise _fault()
        scan.replace(view)
    views = {name: text for text, name in names.items()}
    outer = write(tree, dialect)
    prove_scoped(outer, dialect, tree, views)
    return ScopedForm(views=MappingProxyType(views), sql=outer)


def _stem(tree: exp.Query) -> str:
    """Return a beginning that no name of the statement has: a CTE could hide a view."""
    taken = {fold(identifier.name) for identifier in tree.find_all(exp.Identifier)}
    stem, number = "scan_", 2
    while any(name.startswith(stem) for name in taken):
        stem, number = f"scan{number}_", number + 1
    return stem


def _fault() -> SqlRefused:
    hint = "this is a fault of Sluicegate: please report the shape of the statement"
    return refuse("G09", "a scan that cannot be made a view", hint)
