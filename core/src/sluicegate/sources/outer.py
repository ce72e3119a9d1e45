"""An outer projection that casts columns of a statement, whatever they are called."""

from __future__ import annotations

from collections.abc import Sequence


def cast_columns(sql: str, casts: Sequence[str | None]) -> str:
    """Wrap ``sql`` so that column *i* is cast to the type ``casts[i]``; ``None`` leaves it.

    ``A::B`` casts to A and that to B.

    Columns are renamed to their positions, since two may share a name; the caller puts the names
    back. ``sql`` must have been parsed by the source as one statement before.
    """
    if not any(casts):
        return sql
    names = [f"c{number}" for number in range(1, len(casts) + 1)]
    items = [
        f"{_cast(f'q.{name}', kind)} AS {name}" if kind else f"q.{name}"
        for name, kind in zip(names, casts, strict=True)
    ]
    # The line break ends a comment that the statement may end with.
    return f"SELECT {', '.join(items)} FROM ({sql}\n) AS q ({', '.join(names)})"  # noqa: S608  # text of a parsed statement


def _cast(value: str, kind: str) -> str:
    for one in kind.split("::"):
        value = f"CAST({value} AS {one})"
    return value
