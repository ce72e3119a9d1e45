"""The profiles of all dialects that the guard models."""

from __future__ import annotations

from sluicegate.errors import ConfigurationError
from sluicegate.sql import strings
from sluicegate.sql.dialects import Dialect, Feature


def _features(*names: Feature) -> frozenset[Feature]:
    return frozenset(names)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ANSI_SCHEMAS = frozenset({"information_schema"})

_POSTGRES = Dialect(
    name="postgres",
    title="PostgreSQL 13 and later",
    support="runs",
    folding="lower",
    longest=63,
    counts_bytes=True,
    placeholder="$n",
    catalogue_schemas=_ANSI_SCHEMAS | {"pg_catalog", "pg_toast"},
    catalogue_prefixes=("pg_",),
    collations=frozenset({"C", "POSIX"}),
    features=_features(
        "collate",
        "distinct-on",
        "functional-dependency",
        "filter",
        "full-join",
        "group-by-position",
        "lateral",
        "nulls-order",
        "sample",
        "table-functions",
        "values",
        "values-names",
    ),
    strings=strings.POSTGRES,
    functions=_words(
        """
        Sinh Cosh Tanh JSONStripNulls Normalize RegexpInstr RegexpSubstr RegrSxx RegrSxy RegrSyy
        ToNumber Repeat Asinh Acosh Atanh MatchAgainst Factorial Decode
        ExplodingGenerateSeries Host
        """
    ),
    notes=(
        "`(jsonb_each(x)).key` and `(jsonb_each(x)).*` are parts of what a listed function gives.",
        "Intervals leave as text, as PostgreSQL writes them.",
        "`@x` is read as a variable and refused: write `abs(x)`.",
    ),
)

_DUCKDB = Dialect(
    name="duckdb",
    title="DuckDB 1 and later",
    support="runs",
    folding="insensitive",
    longest=255,
    counts_bytes=True,
    placeholder="$n",
    catalogue_schemas=_ANSI_SCHEMAS | {"pg_catalog", "duckdb_internal"},
    catalogue_prefixes=("duckdb_", "pragma_", "sqlite_", "pg_"),
    collations=frozenset({"nocase", "noaccent"}),
    functions=_words(
        """
        FromJson JarowinklerSimilarity EuclideanDistance RegexpFullMatch Repeat GenerateSeries
        Sinh Cosh Tanh Asinh Acosh Atanh RegrSxx RegrSxy RegrSyy SHA CosineDistance RegexpSplit
        ParseJSON ToBase64 FromBase64 Unhex Factorial JSONStripNulls
        """
    ),
    features=_features(
        "alias-in-list",
        "computed-interval",
        "distinct-on",
        "filter",
        "full-join",
        "group-by-all",
        "lateral",
        "group-by-position",
        "nulls-order",
        "output-aliases",
        "qualify",
        "sample",
        "table-functions",
        "values",
        "values-names",
    ),
    strings=strings.DUCKDB,
    notes=(
        "`PIVOT` and `UNPIVOT` are taken with what they list, `ON COLUMNS(…)` or `*`.",
        "`COLUMNS(…)` is taken with a pattern, a list or a test, and names such as `'max_\\0'`.",
        "`ASOF`, `SEMI`, `ANTI` and `POSITIONAL JOIN`, lambdas and calls after a dot are taken.",
        "`unnest` of structs is taken where its fields stand in the statement.",
        "Structs and maps leave as JSON; intervals as text.",
    ),
)

_SQLITE = Dialect(
    name="sqlite",
    title="SQLite 3.39 and later",
    support="runs",
    folding="insensitive",
    longest=255,
    counts_bytes=True,
    placeholder="?n",
    catalogue_schemas=_ANSI_SCHEMAS | {"sqlite_temp"},
    catalogue_prefixes=("sqlite_", "pragma_"),
    features=_features(
        "collate",
        "filter",
        "full-join",
        "group-by-position",
        "nulls-order",
        "output-aliases",
        "values",
    ),
    strings=strings.SQLITE,
    lower_uuid=True,
    collations=frozenset({"nocase", "binary", "rtrim"}),
    functions=_words("Sinh Cosh Tanh Asinh Acosh Atanh Unhex"),
)

_MYSQL = Dialect(
    name="mysql",
    title="MariaDB 10.6 and later, MySQL 8.0.31 and later",
    support="runs",
    folding="insensitive",
    longest=64,
    basic_plane_only=True,
    placeholder="?",
    catalogue_schemas=_ANSI_SCHEMAS | {"mysql", "performance_schema", "sys"},
    features=_features(
        "collate",
        "computed-interval",
        "group-by-position",
        "output-aliases",
    ),
    strings=strings.MYSQL,
    lower_uuid=True,
    ambiguous=frozenset({"DPIPE"}),
    collations=frozenset({"utf8mb4_bin", "utf8mb4_general_ci", "utf8mb4_unicode_ci"}),
    functions=_words(
        """
        TimestampDiff TimestampAdd TimestampSub SubstringIndex Elt NumberToStr StddevPop Stuff
        ConvertTimezone UtcTimestamp UtcTime UtcDate BitwiseAndAgg BitwiseOrAgg BitwiseXorAgg
        BitwiseCount Timestamp Pi Degrees Radians Sin Cos Tan Cot
        Asin Acos Atan Atan2 JSONType RegexpInstr RegexpSubstr SHA Soundex JSONKeys TimeFromParts
        JSONArrayContains Repeat Space ToBase64 FromBase64 Unhex Nvl2
        AddMonths JSONArrayAppend JSONArrayInsert
        """
    ),
    units=_words(
        """
        SECOND_MICROSECOND MINUTE_MICROSECOND MINUTE_SECOND HOUR_MICROSECOND HOUR_SECOND
        HOUR_MINUTE DAY_MICROSECOND DAY_SECOND DAY_MINUTE DAY_HOUR YEAR_MONTH
        """
    ),
    hints=_words(
        """
        STRAIGHT_JOIN SQL_NO_CACHE SQL_CACHE SQL_SMALL_RESULT SQL_BIG_RESULT
        SQL_BUFFER_RESULT HIGH_PRIORITY
        """
    ),
    notes=(
        '`"x"` is a string, as without `ANSI_QUOTES`; names stand in backticks.',
        "`||` is refused, since it is OR or CONCAT by the session's `sql_mode`: write one of them.",
        "Index hints, `STRAIGHT_JOIN` and the like are left out: they name no rows.",
        "`REGEXP` is written so, not as `REGEXP_LIKE`, which MariaDB lacks; nor are `->`, `->>`.",
        "Table names are compared as the server does; aliases ignore case.",
        "`VALUES (…), (…)` as a query, also in `WITH`, is written as SELECTs, of at most 200 rows.",
        "`seq_1_to_12` and its like are MariaDB's numbers unless a table is called so.",
        "MariaDB runs without `ONLY_FULL_GROUP_BY`, as by default; MySQL with it.",
    ),
)

_SNOWFLAKE = Dialect(
    name="snowflake",
    title="Snowflake",
    support="generated",
    folding="upper",
    longest=255,
    counts_bytes=True,
    placeholder="?",
    catalogue_schemas=_ANSI_SCHEMAS | {"account_usage", "reader_account_usage"},
    features=_features(
        "full-join",
        "group-by-all",
        "group-by-position",
        "nulls-order",
        "output-aliases",
        "qualify",
        "sample",
    ),
    strings=strings.SHA2,
    notes=("Stages (`@s`), `$1`, `TABLE(…)`, `FLATTEN` and `AT (…)` are refused.",),
)

_BIGQUERY = Dialect(
    name="bigquery",
    title="BigQuery (GoogleSQL)",
    support="generated",
    folding="insensitive",
    longest=300,
    placeholder="?",
    catalogue_schemas=_ANSI_SCHEMAS,
    catalogue_prefixes=("__tables", "information_schema"),
    features=_features(
        "full-join",
        "group-by-all",
        "group-by-position",
        "nulls-order",
        "output-aliases",
        "qualify",
    ),
    strings=strings.BIGQUERY,
    notes=(
        "A relation is `dataset.table`; a project before it is refused.",
        "Names of tables are exact: the catalogue decides.",
    ),
)

_REDSHIFT = Dialect(
    name="redshift",
    title="Amazon Redshift",
    support="generated",
    folding="insensitive",
    longest=127,
    counts_bytes=True,
    placeholder="$n",
    catalogue_schemas=_ANSI_SCHEMAS | {"pg_catalog", "pg_internal"},
    catalogue_prefixes=("pg_", "stl_", "stv_", "svl_", "svv_", "svcs_", "sys_"),
    features=_features(
        "full-join",
        "group-by-position",
        "nulls-order",
        "output-aliases",
        "qualify",
    ),
    strings=strings.SHA2,
    notes=("Quoted names ignore case too: `enable_case_sensitive_identifier` is off by default.",),
)

_TRINO = Dialect(
    name="trino",
    title="Trino",
    support="generated",
    folding="insensitive",
    longest=255,
    counts_bytes=True,
    placeholder="?",
    catalogue_schemas=_ANSI_SCHEMAS,
    features=_features(
        "filter",
        "full-join",
        "group-by-position",
        "lateral",
        "nulls-order",
        "sample",
    ),
    strings=strings.TRINO,
    lower_uuid=True,
    notes=("A relation is `schema.table` of the session's catalogue; three parts are refused.",),
)

_TSQL = Dialect(
    name="tsql",
    title="SQL Server 2022 and later, Azure SQL",
    support="generated",
    folding="insensitive",
    longest=128,
    placeholder="?",
    catalogue_schemas=_ANSI_SCHEMAS | {"sys"},
    catalogue_prefixes=("spt_", "#", "@"),
    features=_features("full-join"),
    strings=strings.TSQL,
    lower_uuid=True,
    notes=(
        "The code page of a `_UTF8` collation (SQL Server 2019 and later) makes the bytes UTF-8.",
        "Names ignore case, as with the default collations.",
        "`LEN` counts UTF-16 units unless the collation is an `_SC` one.",
    ),
)

PROFILES: dict[str, Dialect] = {
    p.name: p
    for p in (
        _POSTGRES, _DUCKDB, _SQLITE, _MYSQL, _SNOWFLAKE, _BIGQUERY, _REDSHIFT, _TRINO, _TSQL,
    )
}  # fmt: skip
"""Name → profile: those that run first."""


def profile(name: str) -> Dialect:
    """Return the profile of a dialect.

    Raises:
        ConfigurationError: the guard does not model it.
    """
    found = PROFILES.get(name)
    if found is None:
        known = ", ".join(sorted(PROFILES))
        raise ConfigurationError(f"no SQL dialect is called {name!r}", hint=f"known: {known}")
    return found
