"""Named parameters in, positional ones out."""

from __future__ import annotations

from sqlglot import exp


def marker(name: str, use: str) -> exp.Placeholder:
    """Return the stand-in of a named parameter until positions are given.

    Args:
        name: As the user wrote it, without the colon.
        use: What it is compared as. Each use gets a position of its own, since a source gives a
            position one type.
    """
    return exp.Placeholder(this=name, kind=use)


def number(query: exp.Query, dialect: str) -> tuple[str, ...]:
    """Give each stand-in in ``query`` its position; return the names in the order of positions.

    Only parameters that the statement still holds are counted: PostgreSQL refuses a gap.
    """
    sign = "?" if dialect == "sqlite" else "$"
    positions: dict[tuple[str, str], int] = {}
    for node in list(query.find_all(exp.Placeholder)):
        use = (str(node.this), str(node.args.get("kind")))
        position = positions.setdefault(use, len(positions) + 1)
        node.replace(exp.Var(this=f"{sign}{position}"))
    return tuple(name for name, _ in positions)
