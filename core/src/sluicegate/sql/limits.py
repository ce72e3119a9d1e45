"""A row limit around a finished query, never raising one that is there."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.sql.names import column, quoted


def limited(query: exp.Query, rows: int, names: list[str], alias: str) -> exp.Query:
    """Return ``query`` cut to at most ``rows`` rows.

    Args:
        query: A bound query.
        rows: At least 0.
        names: Its result columns.
        alias: A name that nothing else in the statement has.
    """
    present = query.args.get("limit")
    if present is None and isinstance(query, (exp.Select, exp.SetOperation)):
        query.set("limit", exp.Limit(expression=exp.Literal.number(rows)))
        return query
    if isinstance(present, exp.Limit) and not present.args.get("limit_options"):
        own = present.expression
        if isinstance(own, exp.Literal) and own.name.isdigit():
            present.set("expression", exp.Literal.number(min(rows, int(own.name))))
            return query
    inner = query if isinstance(query, exp.Subquery) else exp.Subquery(this=query)
    inner.set("alias", exp.TableAlias(this=quoted(alias)))
    return exp.Select(
        expressions=[exp.Alias(this=column(alias, n), alias=quoted(n)) for n in names],
        from_=exp.From(this=inner),
        limit=exp.Limit(expression=exp.Literal.number(rows)),
    )
