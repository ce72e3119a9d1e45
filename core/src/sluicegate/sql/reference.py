"""The page of the documentation about dialects, written from their profiles."""

from __future__ import annotations

from sluicegate.sql.dialects import Dialect, Feature
from sluicegate.sql.profiles import PROFILES
from sluicegate.sql.vocabulary import NAMED_FUNCTIONS

_FEATURES: dict[Feature, str] = {
    "full-join": "`FULL JOIN`",
    "lateral": "`LATERAL`",
    "filter": "`FILTER (WHERE …)`",
    "qualify": "`QUALIFY`",
    "distinct-on": "`DISTINCT ON`",
    "functional-dependency": "Columns of a table whose primary key is grouped by",
    "group-by-all": "`GROUP BY ALL`",
    "group-by-position": "`GROUP BY 1`",
    "nulls-order": "`NULLS FIRST` and `LAST`",
    "values": "`VALUES` in `FROM`",
    "values-names": "column names on `VALUES`",
    "table-functions": "`generate_series` and `unnest` in `FROM`",
    "sample": "`TABLESAMPLE`",
    "collate": "`COLLATE`",
    "output-aliases": "aliases of the result in `WHERE`, `HAVING` and `GROUP BY`",
    "alias-in-list": "aliases inside the `SELECT` list",
    "computed-interval": "intervals of an expression",
}

_FOLDING = {
    "lower": "unquoted names fold to lower case, quoted ones are exact",
    "upper": "unquoted names fold to upper case, quoted ones are exact",
    "insensitive": "case never counts, in quotes either",
}
_PLACEHOLDERS = {"$n": "`$1`, `$2`, …", "?n": "`?1`, `?2`, …", "?": "`?`, one for each use"}
_SUPPORT = {
    "runs": "runs: the tests run the rewritten text and compare its results",
    "generated": "**generated, not run here**: the text is written and compared, no source runs it",
}

_HEAD = """\
# SQL dialects

<!-- Written from `sluicegate.sql.profiles`; a test compares the two. -->

The guard reads a statement in the dialect of its source, resolves every name, and writes a new
statement in the same dialect. The text that people wrote is never run.

In every dialect the guard takes one `SELECT`, or set operations and `WITH` (also recursive) around
such; joins with `ON`, `USING` and `NATURAL`; sub-queries; aggregates, `GROUP BY`, `HAVING`; window
functions; `ORDER BY` and limits; parameters as `:name`. It refuses everything else: writes, DDL,
`INTO`, locks, variables, table functions, catalogues, functions that are not on the list,
`COLLATE` with a collation that is not named here, and each node that it does not model.

A digest is SHA-256 over the UTF-8 of `t`, which is a tag (`sluicegate:1:<data class>:<kind>:`)
followed by the value as text. It is the same 64 hex digits in every dialect, and NULL for NULL.
"""


def page() -> str:
    """Return the whole page as Markdown."""
    return "\n".join([_HEAD, *(_section(own) for own in PROFILES.values())])


def _section(own: Dialect) -> str:
    has = [text for feature, text in _FEATURES.items() if own.has(feature)]
    lacks = [text for feature, text in _FEATURES.items() if not own.has(feature)]
    unit = "bytes" if own.counts_bytes else "characters"
    catalogues = [f"`{s}`" for s in sorted(own.catalogue_schemas)]
    catalogues += [f"`{p}…`" for p in own.catalogue_prefixes]
    rows = [
        ("support", _SUPPORT[own.support]),
        ("names", f"{_FOLDING[own.folding]}; at most {own.longest} {unit}"),
        ("parameters", _PLACEHOLDERS[own.placeholder]),
        ("digest", f"`{own.strings.digest_shown}`"),
        ("also taken", ", ".join(has)),
        ("refused", ", ".join(lacks) or "–"),
        ("never read", ", ".join(catalogues)),
        ("functions by name", _names(NAMED_FUNCTIONS.get(own.name, frozenset()))),
    ]
    if own.collations:
        rows.append(("collations", _names(own.collations)))
    table = "\n".join(f"| {name} | {text} |" for name, text in rows)
    notes = "".join(f"- {note}\n" for note in own.notes)
    return f"## {own.name}: {own.title}\n\n| | |\n|---|---|\n{table}\n" + (
        f"\n{notes}" if notes else ""
    )


def _names(names: frozenset[str]) -> str:
    return " ".join(f"`{name}`" for name in sorted(names)) or "–"
