"""Binding of expressions: each name resolved, each node from the vocabulary, each label known.

The rule for what is not finished: a digest may be compared for equality, counted, grouped, sorted
and carried; raw text may be carried, counted and tested for NULL. All else is refused, whatever the
expression is, because the rule is applied to each operand and not to a list of dangerous functions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from sluicegate.model.masks import Redact
from sluicegate.model.plan import Carries
from sluicegate.sql import structures, subqueries, windows
from sluicegate.sql.bounded import BOUNDED
from sluicegate.sql.compare import equal
from sluicegate.sql.context import Context, Used
from sluicegate.sql.labels import Label, computed, merge
from sluicegate.sql.leaves import (
    LEAVES,
    check_interval,
    check_sqlite_cast,
    check_text_arguments,
    check_unit,
    function_name,
)
from sluicegate.sql.names import fold, key, quoted
from sluicegate.sql.profiles import profile
from sluicegate.sql.refusal import only, place_of, refuse
from sluicegate.sql.resolve import Bind, resolve
from sluicegate.sql.rows import whole_row
from sluicegate.sql.scope import UNKNOWN, Scope
from sluicegate.sql.vocabulary import FUNCTIONS, NAMED_FUNCTIONS, OPERATORS

if TYPE_CHECKING:
    from sluicegate.sql.query import Binder

Handler = Callable[["Expressions", exp.Expr, Scope], Bind]

_CARRIERS = {
    **dict.fromkeys(("Min", "Max", "AnyValue", "Coalesce"), ("this", "expressions")),
    **dict.fromkeys(("FirstValue", "LastValue", "NthValue", "ArgMax", "ArgMin"), ("this",)),
    **dict.fromkeys(("Lag", "Lead"), ("this", "default")),
}
"""Function that gives a value as it is → the parts of it that hold such values."""


class Expressions:
    """Binds expressions of one statement."""

    def __init__(self, binder: Binder) -> None:
        self.binder = binder
        self.context: Context = binder.context

    def bind(self, node: exp.Expr, scope: Scope) -> Bind:
        """Return the resolved expression and its label.

        Raises:
            SqlRefused: for a node outside the vocabulary.
        """
        kind = type(node).__name__
        if kind in LEAVES:
            return LEAVES[kind](node, self.context)
        if kind in _HANDLERS:
            return _HANDLERS[kind](self, node, scope)
        if kind in OPERATORS:
            return self.pure(node, scope)
        if isinstance(node, exp.Func):
            return self._function(node, scope)
        raise refuse("G09", f"{kind} is not modelled", "write it another way", place_of(node))

    def value(self, node: exp.Expr, scope: Scope) -> Bind:
        """Bind what will be computed with: it must be finished."""
        bound, label = self.bind(node, scope)
        if label.finished:
            return bound, label
        self.unusable(label, node)
        return bound, UNKNOWN

    def key(self, node: exp.Expr, scope: Scope) -> Bind:
        """Bind what is grouped, sorted or partitioned by: raw text must not be."""
        bound, label = self.bind(node, scope)
        return bound, self.usable_key(label, node)

    def usable_key(self, label: Label, node: exp.Expr) -> Label:
        """Return the label if one may group or sort by it; note the fault otherwise."""
        if label.carries is Carries.RAW_TEXT:
            self.unusable(label, node)
            return UNKNOWN
        return label

    def unusable(self, label: Label, node: exp.Expr) -> None:
        """Note that a value which is not finished is computed with."""
        if label.carries is Carries.DIGEST:
            what = "a pseudonymized column is computed with"
            hint = (
                "use it bare, or with =, <>, IN, IS NULL, COUNT, MIN, MAX, LAG;"
                " in CASE and COALESCE beside columns of its class or NULL"
            )
        else:
            what = f"{_raw(label)} is used other than bare"
            hint = "select it as it is, without functions, DISTINCT, WHERE, GROUP BY or ORDER BY"
        self.context.problem("G13", what, hint, node)

    def _function(self, node: exp.Expr, scope: Scope) -> Bind:
        if array := structures.all_of_array(node):
            return self.bind(array, scope)
        if self.context.dialect == "duckdb" and structures.takes_lambda(node):
            return structures.with_lambda(self, node, scope)
        name = function_name(node)
        kind = type(node).__name__
        known = (kind in FUNCTIONS or kind in profile(self.context.dialect).functions) or (
            isinstance(node, exp.Anonymous)
            and isinstance(node.this, str)
            and name in NAMED_FUNCTIONS[self.context.dialect]
        )
        self.context.seen.functions.append(Used(name=name, place=place_of(node)))
        if not known:
            hint = "compute it after the extract, or ask for the function to be reviewed"
            self.context.problem("G07", f"function {name!r} is not on the list", hint, node)
            return node, UNKNOWN
        if bounded := BOUNDED.get(kind) or BOUNDED.get(name):
            bound, label = bounded(self, node, scope)
        elif kind in _CARRIERS:
            bound, label = self._carrier(node, scope)
        elif isinstance(node, exp.Count):
            bound, label = self._count(node, scope)
        else:
            bound, label = self.pure(node, scope)
        return bound, replace(label, aggregated=True) if isinstance(node, exp.AggFunc) else label

    def pure(self, node: exp.Expr, scope: Scope) -> Bind:
        """Bind a node that computes from its children alone: each of them must be finished."""
        labels = self.parts(node, scope)
        if isinstance(node, exp.Cast) and labels[0].null and node.to.is_type("text", "varchar"):
            return node, labels[0]
        return node, computed(labels)

    def parts(self, node: exp.Expr, scope: Scope) -> list[Label]:
        """Bind the children of a node in their places; return their labels."""
        labels: list[Label] = []

        def child(value: object) -> object:
            if not isinstance(value, exp.Expr):
                return value
            bound, label = self.value(value, scope)
            labels.append(label)
            return bound

        check_text_arguments(node)
        if self.context.dialect == "sqlite" and isinstance(node, exp.Cast):
            check_sqlite_cast(node)
        for name, value in list(node.args.items()):
            if isinstance(value, list):
                node.set(name, [child(item) for item in value])
            elif isinstance(value, exp.Expr):
                node.set(name, child(value))
        return labels

    def _carrier(self, node: exp.Expr, scope: Scope) -> Bind:
        """MIN, COALESCE, LAG and the like give one of their arguments as it is."""
        if node.args.get("count"):  # DuckDB's max(x, 3): a list of the three largest
            return self.pure(node, scope)
        given = _CARRIERS[type(node).__name__]
        only(node, *given, "offset", "expression", "is_null", "is_nvl")
        results: list[Label] = []
        others: list[Label] = []
        for name in list(node.args):
            if name in given:
                results += self._put(node, name, self.bind, scope)
            else:
                others += self._put(node, name, self.value, scope)
        compared = len(results) > 1 and isinstance(node, (exp.Min, exp.Max, exp.AnyValue))
        if compared and not all(label.finished for label in results):  # SQLite's min(a, b)
            self.unusable(next(label for label in results if not label.finished), node)
            return node, UNKNOWN
        return self._one_of(node, results, others)

    def case(self, node: exp.Expr, scope: Scope) -> Bind:
        """CASE and IF give one of their results as it is; what decides must be finished."""
        results: list[Label] = []
        others: list[Label] = []
        whole = isinstance(node, exp.Case)
        if whole:
            only(node, "this", "ifs", "default")
            others += self._put(node, "this", self.value, scope)
        for arm in node.args["ifs"] if whole else [node]:
            only(arm, "this", "true", "false")
            others += self._put(arm, "this", self.value, scope)
            results += self._put(arm, "true", self.bind, scope)
            results += self._put(arm, "false", self.bind, scope)
        results += self._put(node, "default", self.bind, scope)
        return self._one_of(node, results, others)

    @staticmethod
    def _put(
        node: exp.Expr, name: str, how: Callable[[exp.Expr, Scope], Bind], scope: Scope
    ) -> list[Label]:
        """Bind a part of a node in its place; return the labels, none if it is not there."""
        part = node.args.get(name)
        if isinstance(part, exp.Expr):
            bound, label = how(part, scope)
            node.set(name, bound)
            return [label]
        if not isinstance(part, list):
            return []
        pairs = [how(item, scope) for item in part]
        node.set(name, [bound for bound, _ in pairs])
        return [label for _, label in pairs]

    def _one_of(self, node: exp.Expr, results: list[Label], others: list[Label]) -> Bind:
        """Label a node that gives one of ``results``, which digests stand if they agree.

        What ``others`` are of decides which it is, as a filter would.
        """
        if all(label.finished for label in results):
            return node, computed([*results, *others])
        merged: Label | None = results[0]
        for other in results[1:]:
            merged = merge(merged, other) if merged else None
        if merged is None or merged.carries is Carries.RAW_TEXT:
            self.unusable(next(label for label in results if not label.finished), node)
            return node, UNKNOWN
        self.context.influence("filter", computed(others))
        aggregated = any(label.aggregated for label in (merged, *others))
        return node, replace(merged, aggregated=aggregated)

    def _count(self, node: exp.Expr, scope: Scope) -> Bind:
        only(node, "this", "big_int")
        this = node.this
        if this is None and self.context.dialect == "duckdb":  # count() is count(*)
            this = exp.Star()
            node.set("this", this)
        if isinstance(this, exp.Star):
            only(this)
            return node, Label()
        if isinstance(this, exp.Distinct):
            only(this, "expressions")
            keys = [self.key(item, scope) for item in this.expressions]
            this.set("expressions", [item for item, _ in keys])
            return node, computed(label for _, label in keys)
        inner, label = self.bind(this, scope)
        node.set("this", inner)
        return node, computed([label])

    def column(self, node: exp.Expr, scope: Scope) -> Bind:
        """A column by name; ``t.*`` is none here."""
        assert isinstance(node, exp.Column)
        if row := whole_row(node, scope, self):
            return row
        if isinstance(node.this, exp.Star):
            hint = "count(*) counts rows; name columns one by one"
            raise refuse("G09", "a whole row inside an expression", hint, place_of(node))
        return resolve(node, scope, self.context)

    def paren(self, node: exp.Expr, scope: Scope) -> Bind:
        """Brackets change nothing about a value."""
        inner, label = self.bind(node.this, scope)
        node.set("this", inner)
        return node, label

    def connector(self, node: exp.Expr, scope: Scope) -> Bind:
        """AND and OR chains, without recursion, since they get long."""
        assert isinstance(node, exp.Connector)
        parts = [self.value(part, scope) for part in list(node.flatten(unnest=False))]
        result = parts[0][0]
        for part, _ in parts[1:]:
            result = type(node)(this=result, expression=part)
        return result, computed(label for _, label in parts)

    def compare(self, node: exp.Expr, scope: Scope) -> Bind:
        """Equality: the one comparison that digests stand."""
        if member := subqueries.any_member(self, node, scope):
            return member
        left, right = self.bind(node.this, scope), self.bind(node.expression, scope)
        one, two = equal(left, right, self.context, node)
        node.set("this", one)
        node.set("expression", two)
        return node, computed([left[1], right[1]])

    def null_test(self, node: exp.Expr, scope: Scope) -> Bind:
        """IS NULL tells nothing about a value, so every label stands it."""
        if not isinstance(node.expression, exp.Null):
            return self.pure(node, scope)
        inner, label = self.bind(node.this, scope)
        node.set("this", inner)
        return node, computed([label])

    def collated(self, node: exp.Expr, scope: Scope) -> Bind:
        """COLLATE with one that is built in; others are objects of a database."""
        order = node.expression
        exact = self.context.dialect == "postgres" and isinstance(order, exp.Identifier)
        if exact:
            name = order.name if order.args.get("quoted") else ""
        else:
            name = fold(order.name) if isinstance(order, (exp.Var, exp.Column)) else ""
        if name not in profile(self.context.dialect).collations:
            hint = "compare lower(…) instead"
            raise refuse("G09", "COLLATE is not modelled", hint, place_of(node))
        inner, label = self.value(node.this, scope)
        node.set("this", inner)
        node.set("expression", quoted(name) if exact else exp.Var(this=name))
        return node, computed([label])

    def interval(self, node: exp.Expr, scope: Scope) -> Bind:
        """An interval of a literal; where a dialect computes it, of any finished value."""
        unit = node.args.get("unit")
        computes = profile(self.context.dialect).has("computed-interval")
        if not computes or isinstance(node.this, exp.Literal) or not isinstance(unit, exp.Var):
            return check_interval(node, self.context)
        only(node, "this", "unit")
        check_unit(unit, self.context)
        inner, label = self.value(node.this, scope)
        node.set("this", exp.Paren(this=inner))
        return node, computed([label])

    def dotted(self, node: exp.Expr, scope: Scope) -> Bind:
        """``pg_catalog.lower(x)`` is ``lower(x)``; every other dotted call is refused."""
        left, call = node.this, node.expression
        if self.context.dialect == "duckdb" and not isinstance(left, exp.Identifier):
            if method := structures.method(left, call):
                return self.bind(method, scope)
            return structures.field(self, node, scope)
        if method := self._method(left, call, scope):
            return self.bind(method, scope)
        if part := structures.row_part(self, node, scope):
            return part
        schema = left.name if isinstance(left, exp.Identifier) else ""
        if (
            schema == "pg_catalog"
            and isinstance(call, exp.Anonymous)
            and isinstance(call.this, str)
        ):
            arguments = [item.copy() for item in call.expressions]
            plain = exp.func(call.name, *arguments, dialect=self.context.dialect)
            return self.bind(plain, scope)
        named = (exp.Identifier, exp.Anonymous)
        name = ".".join(part.name for part in (left, call) if isinstance(part, named))
        if isinstance(call, exp.Func):
            hint = "call built-in functions without a schema"
            raise refuse("G07", f"function {name!r} is not on the list", hint, place_of(node))
        hint = "name columns one by one"
        raise refuse("G09", f"{name!r} is not a column of a table", hint, place_of(node))

    def _method(self, left: exp.Expr, call: exp.Expr, scope: Scope) -> exp.Expr | None:
        """``tags.list_sort()`` of DuckDB is ``list_sort(tags)`` where a column is called so."""
        if self.context.dialect != "duckdb" or not isinstance(left, exp.Identifier):
            return None
        if not isinstance(call, exp.Anonymous) or not isinstance(call.this, str):
            return None
        if len(scope.group.named(key(left, "duckdb"))) != 1:
            return None
        arguments = [exp.Column(this=left.copy()), *(item.copy() for item in call.expressions)]
        return exp.func(call.this, *arguments, dialect="duckdb")


def _raw(label: Label) -> str:
    """Name a column that leaves the source raw."""
    if label.mask is None or isinstance(label.mask, Redact):
        return "a free-text column"
    return f"a column that the guard masks ({label.mask.method})"


_HANDLERS: dict[str, Handler] = {
    "Column": Expressions.column,
    "Paren": Expressions.paren,
    "And": Expressions.connector,
    "Or": Expressions.connector,
    "EQ": Expressions.compare,
    "NEQ": Expressions.compare,
    "NullSafeEQ": Expressions.compare,
    "NullSafeNEQ": Expressions.compare,
    "IgnoreNulls": Expressions.paren,
    "RespectNulls": Expressions.paren,
    "Is": Expressions.null_test,
    "Case": Expressions.case,
    "If": Expressions.case,
    "In": subqueries.membership,
    "Exists": subqueries.exists,
    "Subquery": subqueries.subquery,
    "Any": subqueries.quantified,
    "All": subqueries.quantified,
    "Filter": windows.filtered,
    "Window": windows.window,
    "Collate": Expressions.collated,
    "Interval": Expressions.interval,
    "Dot": Expressions.dotted,
    "WithinGroup": structures.within_group,
    "Bracket": structures.bracket,
    "Struct": structures.struct,
    "JSONKeyValue": structures.pair,
    "Kwarg": structures.keyword,
    "PropertyEQ": structures.named_field,
    "Lambda": structures.arrow,
    "Transform": structures.over_list,
    "ArrayFilter": structures.over_list,
    "Comprehension": structures.comprehension,
    "Array": subqueries.array,
}
