"""From a table's name in the statement to the relation of the catalogue."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.model.data import Relation
from sluicegate.sql.context import Context, Used
from sluicegate.sql.names import check_identifier, fold, written
from sluicegate.sql.profiles import profile
from sluicegate.sql.refusal import place_of


def find_relation(node: exp.Table, context: Context) -> Relation | None:
    """Return the relation that ``node`` names, or note why there is none."""
    name, db = node.this, node.args.get("db")
    for part in (name, db):
        if part:
            check_identifier(part, context.dialect)
    schema, table, exact = as_written(name, db, context.dialect)
    shown = f"{schema}.{table}" if schema else table
    if _is_catalogue(schema, table, context.dialect):
        _catalogue(shown, context, node)
        return None
    relation = context.lookup(schema, table, exact)
    if relation is None and not context.closed and not _is_place(table):
        context.seen.unresolved.append(Used(name=shown, place=place_of(node)))
    elif relation is None:
        code = "G17" if _is_place(table) else "G09"
        hint = "check its name and schema, and that the login may see it"
        context.problem(code, f"the source has no relation {shown!r}", hint, node)
    elif _is_catalogue(relation.name.schema, relation.name.name, context.dialect):
        _catalogue(str(relation.name), context, node)
        return None
    else:
        context.seen.relations.setdefault((relation.name.schema, relation.name.name), relation)
    return relation


def as_written(
    name: exp.Identifier, db: exp.Identifier | None, dialect: str
) -> tuple[str | None, str, bool]:
    """Return schema, name and whether they are exact, for the lookup.

    The lookup knows one flag for both parts, so a mixed spelling is folded and passed as exact.
    """
    exact = bool(name.args.get("quoted") or (db and db.args.get("quoted")))
    if not exact:
        return (db.name if db else None), name.name, False
    return (written(db, dialect) if db else None), written(name, dialect), True


def _is_place(table: str) -> bool:
    """Tell whether a name reads like a file or an address."""
    return any(c in table for c in "./:*?\\")


def _is_catalogue(schema: str | None, table: str, dialect: str) -> bool:
    own = profile(dialect)
    if schema and (fold(schema) in own.catalogue_schemas or fold(schema).startswith("pg_toast")):
        return True
    return fold(table).startswith(own.catalogue_prefixes)


def _catalogue(shown: str, context: Context, node: exp.Table) -> None:
    hint = "statistics and catalogues hold copies of values; read the tables themselves"
    context.problem("G15", f"{shown!r} is a system relation", hint, node)
