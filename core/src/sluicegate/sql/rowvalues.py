"""``VALUES (1, 'a'), (2, 'b')`` of MariaDB and MySQL, written out as SELECTs with UNION ALL.

The parser knows ``VALUES ROW(…)`` of MySQL and no rows without ROW, and MariaDB no names of columns
beside a derived table; SELECTs are read by both.
"""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from sluicegate.sql.refusal import place_of, refuse

_MOST_ROWS = 200
"""Each row is one more level of the tree."""
_BEFORE = {TokenType.L_PAREN, TokenType.ALL, TokenType.UNION, TokenType.DISTINCT}
_ROW = "row"


def with_row_words(tokens: list[Token]) -> list[Token]:
    """Put ROW before each row of ``VALUES (…), (…)`` where a query may stand."""
    found: list[Token] = []
    depth: int | None = None
    for index, token in enumerate(tokens):
        if token.token_type is TokenType.VALUES and _is_query(tokens, index):
            depth = 0
        elif depth is not None:
            if depth == 0 and token.token_type is TokenType.L_PAREN:
                place = {n: getattr(token, n) for n in ("line", "col", "start", "end")}
                found.append(Token(TokenType.ROW, _ROW, **place))
            depth = _deeper(depth, token.token_type)
        found.append(token)
    return found


def _is_query(tokens: list[Token], index: int) -> bool:
    before = tokens[index - 1].token_type if index else None
    after = tokens[index + 1].token_type if index + 1 < len(tokens) else None
    return (before is None or before in _BEFORE) and after is TokenType.L_PAREN


def _deeper(depth: int, kind: TokenType) -> int | None:
    """Return how deep in a row the next token stands, ``None`` after the last row."""
    if kind is TokenType.L_PAREN:
        return depth + 1
    if kind is TokenType.R_PAREN:
        return depth - 1 if depth else None
    return depth if depth or kind is TokenType.COMMA else None


def without_values(tree: exp.Expr) -> exp.Expr:
    """Replace each VALUES that is a query; return the tree, or what takes its place.

    Raises:
        SqlRefused: the rows are of unequal width, or there are more than 200.
    """
    for node in list(tree.find_all(exp.Values)):
        rows = [_cells(row) for row in node.expressions]
        if isinstance(node.parent, exp.In):
            node.set("expressions", [exp.Tuple(expressions=row) for row in rows])
            continue
        query = _selects(rows, node)
        select = node.parent.parent if isinstance(node.parent, exp.From) else None
        if isinstance(select, exp.Select) and _is_made_by_parser(select, node):
            select.replace(query)
        elif isinstance(node.parent, (exp.From, exp.Join)):
            alias = node.args.get("alias")
            node.replace(exp.Subquery(this=query, alias=alias.copy() if alias else None))
    return tree


def _is_made_by_parser(select: exp.Select, values: exp.Values) -> bool:
    """Tell whether the query is nothing but ``SELECT * FROM`` these values."""
    parts = {name for name, value in select.args.items() if value}
    return parts == {"expressions", "from_"} and values.alias == "_values" and select.is_star


def _cells(row: exp.Expr) -> list[exp.Expr]:
    cells: list[exp.Expr] = row.expressions if isinstance(row, exp.Tuple) else [row]
    one = cells[0] if len(cells) == 1 else None
    if isinstance(one, exp.Anonymous) and str(one.this).lower() == _ROW:
        cells = one.expressions
    return cells


def _selects(rows: list[list[exp.Expr]], node: exp.Values) -> exp.Query:
    if len({len(row) for row in rows}) != 1 or len(rows) > _MOST_ROWS:
        hint = f"give each row as many values, and at most {_MOST_ROWS} rows"
        raise refuse("G09", "VALUES of this form", hint, place_of(node))
    query: exp.Query | None = None
    for row in rows:
        named = [exp.alias_(cell.copy(), f"column_{n}", quoted=True) for n, cell in enumerate(row)]
        select = exp.Select(expressions=named)
        query = exp.Union(this=query, expression=select, distinct=False) if query else select
    assert query is not None
    return query
