"""INSERT, UPDATE, DELETE and MERGE, each taken apart into what it assigns and what it reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlglot import exp

from sluicegate.sql.changes.always import always_true
from sluicegate.sql.changes.change import Assignment, Change
from sluicegate.sql.names import check_identifier, quoted, written
from sluicegate.sql.refusal import only, place_of, refuse

_EXCLUDED = "excluded"
_PLAIN = (exp.Literal, exp.Null, exp.Boolean, exp.Placeholder)


def updating(tree: exp.Expr, dialect: str) -> Change:
    """Take an UPDATE apart."""
    only(tree, "this", "expressions", "from_", "where", "with_", "order", "limit")
    target = plain_target(tree.this)
    assigned = list(_sets(tree.expressions, dialect))
    start = tree.args.get("from_")
    reads = _reading(tree, assigned, target, [start.this] if start else [])
    return Change(
        dialect=dialect,
        kind="update",
        tree=tree,
        targets=(target,),
        assignments=tuple(assigned),
        reads=reads,
        whole=always_true(tree.args.get("where")) and not tree.args.get("limit"),
    )


def deletion(tree: exp.Expr, dialect: str) -> Change:
    """Take a DELETE apart."""
    only(tree, "this", "using", "where", "with_", "order", "limit")
    target = plain_target(tree.this)
    return Change(
        dialect=dialect,
        kind="delete",
        tree=tree,
        targets=(target,),
        reads=_reading(tree, (), target, tree.args.get("using") or []),
        whole=always_true(tree.args.get("where")) and not tree.args.get("limit"),
    )


def insertion(tree: exp.Expr, dialect: str) -> Change:
    """Take an INSERT apart; its SELECT is kept whole, since it may be masked."""
    only(tree, "this", "expression", "conflict", "with_", "default", "ignore")
    schema = tree.this if isinstance(tree.this, exp.Schema) else None
    target = plain_target(schema.this if schema else tree.this)
    # a catalogue may hide columns, so places would not be those of the source
    names = tuple(_name(item, dialect) for item in (schema.expressions if schema else ()))
    if len(set(names)) != len(names):
        raise refuse("G09", "a column is named twice in the list", "name each once")
    source = tree.args.get("expression")
    query = source if isinstance(source, exp.Query) and not isinstance(source, exp.Values) else None
    rows = _tuples(source) if query is None else []
    assigned = [
        Assignment(column=names[i] if names else None, position=i, expression=value)
        for row in rows
        for i, value in enumerate(row)
        if (not names or i < len(names)) and not _is_plain(value)
    ]
    if names and any(len(row) != len(names) for row in rows):
        raise refuse("G09", "a row has more or fewer values than columns", "give each one value")
    with_ = tree.args.get("with_")
    if query is not None and with_ is not None:
        if query.args.get("with_"):
            raise refuse("G09", "WITH before INSERT and before its SELECT", "write one of them")
        query = query.copy()
        query.set("with_", with_.copy())
    updates = _on_conflict(tree.args.get("conflict"), dialect)
    return Change(
        dialect=dialect,
        kind="insert",
        tree=tree,
        targets=(target,),
        columns=names,
        width=max((len(row) for row in rows), default=0),
        assignments=(*assigned, *updates),
        query=query,
        reads=_inserting(tree, assigned, updates, target, with_ if query is None else None),
    )


def merging(tree: exp.Expr, dialect: str) -> Change:
    """Take a MERGE apart."""
    only(tree, "this", "using", "on", "whens", "with_")
    target = plain_target(tree.this)
    assigned: list[Assignment] = []
    conditions = [tree.args["on"]]
    for when in tree.args["whens"].expressions:
        only(when, "matched", "source", "condition", "then")
        if condition := when.args.get("condition"):
            conditions.append(condition)
        assigned += _branch(when.args["then"], dialect)
    reads = _select(assigned, target, [tree.args["using"]], conditions, tree.args.get("with_"))
    return Change(
        dialect=dialect,
        kind="merge",
        tree=tree,
        targets=(target,),
        assignments=tuple(assigned),
        reads=reads,
        whole=always_true(tree.args["on"]),
    )


def plain_target(node: exp.Expr) -> exp.Table:
    """Return the table that is changed; a join, a query or a catalogue before it is refused."""
    if not isinstance(node, exp.Table) or not isinstance(node.this, exp.Identifier):
        raise refuse("G09", "what is changed is not one table", "name one table", place_of(node))
    if node.args.get("catalog"):
        hint = "give the source a login in that database, as a source of its own"
        raise refuse("STATEMENT-OTHER-DATABASE", "another database is named", hint, place_of(node))
    only(node, "this", "db", "alias", "only")
    return node


def _branch(then: exp.Expr, dialect: str) -> Iterator[Assignment]:
    if isinstance(then, exp.Var) and then.name.upper() in {"DELETE", "DO NOTHING"}:
        return
    if isinstance(then, exp.Update):
        only(then, "expressions")
        yield from _sets(then.expressions, dialect)
        return
    if isinstance(then, exp.Insert) and isinstance(then.args.get("expression"), exp.Tuple):
        only(then, "this", "expression")
        if not then.this:
            raise refuse("G09", "INSERT of MERGE without columns", "name the columns")
        names = [_name(c, dialect) for c in then.this.expressions]
        for i, value in enumerate(then.args["expression"].expressions):
            if not _is_plain(value):
                name = names[i] if i < len(names) else None
                yield Assignment(column=name, position=i, expression=value)
        return
    raise refuse("G09", "a branch of MERGE that is not modelled", "UPDATE SET, INSERT or DELETE")


def _sets(expressions: Iterable[exp.Expr], dialect: str) -> Iterator[Assignment]:
    for item in expressions:
        if not isinstance(item, exp.EQ) or not isinstance(item.this, exp.Column):
            hint = "write SET column = value for each column"
            raise refuse("G09", "an assignment that is not modelled", hint, place_of(item))
        only(item.this, "this")
        name = _name(item.this, dialect)
        if not _is_plain(item.expression):
            yield Assignment(column=name, position=-1, expression=item.expression)
        else:
            yield Assignment(column=name, position=-1, expression=exp.Null())


def _on_conflict(node: exp.Expr | None, dialect: str) -> list[Assignment]:
    if node is None:
        return []
    only(node, "duplicate", "action", "conflict_keys", "expressions", "where")
    for key in node.args.get("conflict_keys") or ():
        inner = key.this if isinstance(key, exp.Ordered) else key
        if not isinstance(inner, (exp.Column, exp.Identifier)):
            raise refuse("G09", "ON CONFLICT of an expression", "name columns", place_of(node))
    return list(_sets(node.expressions, dialect))


def _reading(
    tree: exp.Expr, assigned: Sequence[Assignment], target: exp.Table, others: Sequence[exp.Expr]
) -> exp.Select:
    conditions = [where.this] if (where := tree.args.get("where")) else []
    keys = [k.this for k in order.expressions] if (order := tree.args.get("order")) else []
    # what a row is chosen by first tells of the rows as a condition does
    conditions += [exp.Is(this=key, expression=exp.Null()) for key in keys]
    return _select(assigned, target, others, conditions, tree.args.get("with_"))


def _inserting(
    tree: exp.Expr,
    assigned: Sequence[Assignment],
    updates: Sequence[Assignment],
    target: exp.Table,
    with_: exp.Expr | None,
) -> exp.Select | None:
    """Read what VALUES and ON CONFLICT read: the row that is there, and the one that would come."""
    conflict = tree.args.get("conflict")
    where = conflict.args.get("where") if conflict else None
    if not assigned and not updates and where is None:
        return None
    new = exp.Table(this=target.this.copy(), db=_copied(target.args.get("db")))
    new.set("alias", exp.TableAlias(this=exp.to_identifier(_EXCLUDED)))
    parts = [a.expression.copy() for a in assigned]
    for update in updates:
        value = _told_new(update.expression.copy())
        parts.append(exp.Subquery(this=exp.Select(expressions=[value], from_=_from(target))))
    condition = None
    if where is not None:
        inner = exp.Select(expressions=[exp.Literal.number(1)], from_=_from(target))
        inner.set("where", exp.Where(this=_told_new(where.this.copy())))
        condition = exp.Where(this=exp.Exists(this=inner))
    select = exp.Select(expressions=_named(parts), from_=exp.From(this=new), where=condition)
    if not updates and where is None:
        select.set("from_", None)
    if with_ is not None:
        select.set("with_", with_.copy())
    return select


def _told_new(node: exp.Expr) -> exp.Expr:
    """Write MySQL's ``VALUES(column)`` as the column of the row that would come."""

    def one(part: exp.Expr) -> exp.Expr:
        if isinstance(part, exp.Anonymous) and str(part.this).upper() == "VALUES":
            (column,) = part.expressions
            name = column if isinstance(column, exp.Identifier) else column.this
            return exp.Column(this=name.copy(), table=exp.to_identifier(_EXCLUDED))
        return part

    return node.transform(one)


def _select(
    assigned: Sequence[Assignment],
    target: exp.Table,
    others: Sequence[exp.Expr],
    conditions: Sequence[exp.Expr],
    with_: exp.Expr | None,
) -> exp.Select:
    select = exp.Select(
        expressions=_named([a.expression.copy() for a in assigned] or [exp.Literal.number(1)]),
        from_=_from(target),
        joins=[exp.Join(this=other.copy()) for other in others],
    )
    if conditions:
        wrapped = [exp.Paren(this=c.copy()) for c in conditions]
        select.set("where", exp.Where(this=exp.and_(*wrapped, copy=False)))
    if with_ is not None:
        select.set("with_", with_.copy())
    return select


def _from(target: exp.Table) -> exp.From:
    table = target.copy()
    table.set("only", None)
    return exp.From(this=table)


def _named(parts: Sequence[exp.Expr]) -> list[exp.Expr]:
    return [exp.Alias(this=p, alias=quoted(f"c{i}")) for i, p in enumerate(parts)]


def _tuples(source: exp.Expr | None) -> list[list[exp.Expr]]:
    if source is None:
        return []
    if not isinstance(source, exp.Values):
        raise refuse("G09", "an INSERT that is not modelled", "VALUES (…) or SELECT")
    only(source, "expressions")
    rows = [r.expressions if isinstance(r, exp.Tuple) else [r] for r in source.expressions]
    return [list(row) for row in rows]


def _is_plain(value: exp.Expr) -> bool:
    inner = value.this if isinstance(value, (exp.Neg, exp.Paren)) else value
    return isinstance(inner, _PLAIN) or is_default(value)


def is_default(value: exp.Expr) -> bool:
    """Tell whether a value is the word DEFAULT."""
    if isinstance(value, exp.Var):
        return value.name.upper() == "DEFAULT"
    bare = isinstance(value, exp.Column) and not value.args.get("table")
    own = value.this if bare else None
    unquoted = isinstance(own, exp.Identifier) and not own.args.get("quoted")
    return unquoted and value.name.upper() == "DEFAULT"


def _name(node: exp.Expr, dialect: str) -> str:
    identifier = node if isinstance(node, exp.Identifier) else node.this
    if not isinstance(identifier, exp.Identifier):
        raise refuse("G09", "a column that is not named plainly", "name it", place_of(node))
    check_identifier(identifier, dialect)
    return written(identifier, dialect)


def _copied(node: exp.Expr | None) -> exp.Expr | None:
    return node.copy() if node is not None else None
