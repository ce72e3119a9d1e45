"""How each dialect computes on text: length, parts, repetition, digest."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.sql.dialects import Strings
from sluicegate.sql.functions import call, cast, number, text


def _text(value: exp.Expr) -> exp.Expr:
    return cast(value, "TEXT")


def _pipes(parts: list[exp.Expr]) -> exp.Expr:
    joined = parts[0]
    for part in parts[1:]:
        joined = exp.DPipe(this=joined, expression=part)
    return joined


def _length(value: exp.Expr) -> exp.Expr:
    return call("length", value)


def _substr(value: exp.Expr, start: exp.Expr, count: exp.Expr) -> exp.Expr:
    return call("substr", value, start, count)


def _repeat(char: str, _longest: exp.Expr, count: exp.Expr) -> exp.Expr:
    return call("repeat", text(char), count)


def _strpos(value: exp.Expr, char: str) -> exp.Expr:
    return call("strpos", value, text(char))


def _instr(value: exp.Expr, char: str) -> exp.Expr:
    return call("instr", value, text(char))


def _charindex(value: exp.Expr, char: str) -> exp.Expr:
    return call("charindex", text(char), value)


def _without(value: exp.Expr, char: str) -> exp.Expr:
    return call("replace", value, text(char), text(""))


def _postgres_sha256(whole: exp.Expr) -> exp.Expr:
    hashed = call("sha256", call("convert_to", whole, text("UTF8")))
    return call("encode", hashed, text("hex"))


def _sqlite_repeat(char: str, longest: exp.Expr, count: exp.Expr) -> exp.Expr:
    zeros = call("hex", call("zeroblob", longest))
    return call("substr", call("replace", zeros, text("0"), text(char)), number(1), count)


def _mysql_text(value: exp.Expr) -> exp.Expr:
    # Whatever the column's character set is: the bytes have to be UTF-8, of all of Unicode.
    charset = exp.DataType(this=exp.DataType.Type.CHARACTER_SET, kind=exp.Var(this="utf8mb4"))
    return exp.Cast(this=value, to=charset)


def _trino_repeat(char: str, _longest: exp.Expr, count: exp.Expr) -> exp.Expr:
    # Trino's repeat() gives an array.
    return call("lpad", text(""), count, text(char))


def _trino_sha256(whole: exp.Expr) -> exp.Expr:
    return call("lower", call("to_hex", call("sha256", call("to_utf8", whole))))


def _sha2(whole: exp.Expr) -> exp.Expr:
    return call("sha2", whole, number(256))


def _nvarchar() -> exp.DataType:
    longest = exp.DataTypeParam(this=exp.Var(this="MAX"))
    return exp.DataType(this=exp.DataType.Type.NVARCHAR, expressions=[longest])


def _tsql_text(value: exp.Expr) -> exp.Expr:
    return cast(value, _nvarchar())


def _tsql_join(parts: list[exp.Expr]) -> exp.Expr:
    # CONCAT would take NULL for an empty text.
    joined = _national(parts[0])
    for part in parts[1:]:
        joined = exp.Add(this=joined, expression=_national(part))
    return joined


def _national(part: exp.Expr) -> exp.Expr:
    # 'é' is stored in the code page of the database, N'é' in Unicode.
    return exp.National(this=part.this) if isinstance(part, exp.Literal) else part


def _tsql_length(value: exp.Expr) -> exp.Expr:
    # LEN leaves trailing blanks out, so something stands behind them.
    longer = _tsql_join([value, text("|")])
    return exp.Paren(this=exp.Sub(this=call("len", longer), expression=number(1)))


def _tsql_part(value: exp.Expr, start: exp.Expr, count: exp.Expr) -> exp.Expr:
    return call("substring", value, start, count)


def _tsql_repeat(char: str, _longest: exp.Expr, count: exp.Expr) -> exp.Expr:
    return call("replicate", _tsql_text(_national(text(char))), count)


def _tsql_sha256(whole: exp.Expr) -> exp.Expr:
    # A VARCHAR is stored in the code page of its collation; that of a _UTF8 collation is UTF-8.
    collation = exp.Var(this="Latin1_General_100_BIN2_UTF8")
    collated = exp.Collate(this=exp.Paren(this=whole), expression=collation)
    longest = exp.DataTypeParam(this=exp.Var(this="MAX"))
    varchar = exp.DataType(this=exp.DataType.Type.VARCHAR, expressions=[longest])
    hashed = call("hashbytes", text("SHA2_256"), cast(collated, varchar))
    digits = exp.DataType(
        this=exp.DataType.Type.VARCHAR, expressions=[exp.DataTypeParam(this=number(64))]
    )
    return call("lower", call("convert", digits, hashed, number(2)))


POSTGRES = Strings(
    as_text=_text,
    join=_pipes,
    length=_length,
    part=_substr,
    repeat=_repeat,
    find=_strpos,
    without=_without,
    sha256=_postgres_sha256,
    digest_shown="ENCODE(SHA256(CONVERT_TO(t, 'UTF8')), 'hex')",
    last=lambda value, count: call("right", value, count),
)

DUCKDB = Strings(
    as_text=_text,
    join=_pipes,
    length=_length,
    part=_substr,
    repeat=_repeat,
    find=_strpos,
    without=_without,
    sha256=lambda whole: call("sha256", whole),
    digest_shown="SHA256(t)",
)

SQLITE = Strings(
    as_text=_text,
    join=_pipes,
    length=_length,
    part=_substr,
    repeat=_sqlite_repeat,
    find=_instr,
    without=_without,
    sha256=lambda whole: call("sluicegate_sha256", whole),
    digest_shown="SLUICEGATE_SHA256(t), a function that the source registers",
)

MYSQL = Strings(
    as_text=_mysql_text,
    join=lambda parts: call("concat", *parts),
    length=lambda value: call("char_length", value),
    part=_substr,
    repeat=_repeat,
    find=_instr,
    without=_without,
    sha256=_sha2,
    digest_shown="SHA2(t, 256), with t as CHAR CHARACTER SET utf8mb4",
)

SHA2 = Strings(
    as_text=_text,
    join=_pipes,
    length=_length,
    part=_substr,
    repeat=_repeat,
    find=_charindex,
    without=_without,
    sha256=_sha2,
    digest_shown="SHA2(t, 256)",
)

BIGQUERY = Strings(
    as_text=_text,
    join=_pipes,
    length=_length,
    part=_substr,
    repeat=_repeat,
    find=_strpos,
    without=_without,
    sha256=lambda whole: call("to_hex", call("sha256", whole)),
    digest_shown="TO_HEX(SHA256(t))",
)

TRINO = Strings(
    as_text=_text,
    join=_pipes,
    length=_length,
    part=_substr,
    repeat=_trino_repeat,
    find=_strpos,
    without=_without,
    sha256=_trino_sha256,
    digest_shown="LOWER(TO_HEX(SHA256(TO_UTF8(t))))",
)

TSQL = Strings(
    as_text=_tsql_text,
    join=_tsql_join,
    length=_tsql_length,
    part=_tsql_part,
    repeat=_tsql_repeat,
    find=_charindex,
    without=_without,
    sha256=_tsql_sha256,
    digest_shown=(
        "LOWER(CONVERT(VARCHAR(64), HASHBYTES('SHA2_256', CAST((t) COLLATE "
        "Latin1_General_100_BIN2_UTF8 AS VARCHAR(MAX))), 2))"
    ),
    literal=lambda value: exp.National(this=value),
)
