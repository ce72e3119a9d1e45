"""Objects of S3 as a source, over moto's server."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sluicegate.errors import SourceError, SourceUnavailable
from sluicegate.model.plan import Statement
from sluicegate.sources import Source, open_source
from sluicegate.sources.inventory import inventory
from sluicegate.testing.sources import collect, read

_NUMBERS = itertools.count(1)


@pytest.fixture
def put(s3: Any) -> Callable[[str, bytes], str]:
    bucket = f"lake-{next(_NUMBERS)}"
    s3.client.create_bucket(Bucket=bucket)

    def store(key: str, body: bytes) -> str:
        s3.client.put_object(Bucket=bucket, Key=key, Body=body)
        return f"s3://{bucket}"

    return store


def source(s3: Any, url: str) -> Source:
    mark = "&" if "?" in url else "?"
    return open_source("lake", f"{url}{mark}endpoint={s3.url}")


def parquet(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def test_one_object_is_a_relation(s3: Any, put: Callable[[str, bytes], str]) -> None:
    url = put("a/t.csv", b"id\n1\n")
    assert read(source(s3, f"{url}/a/t.csv"), "SELECT * FROM t").to_pylist() == [{"id": "1"}]
    with pytest.raises(SourceError), source(s3, f"{url}/a/t").connect():
        pass


@pytest.mark.parametrize(
    "name", ["a b", "a%20b", "a+b", "a'b", "a?b", "a#b", "a[1]", "ünï", "a&b=c", "a,b;c"]
)
def test_odd_keys_are_names(s3: Any, put: Callable[[str, bytes], str], name: str) -> None:
    url = put(f"p/{name}.csv", b"id\nright\n")
    put(f"p/{name}x/part.parquet", parquet(pa.table({"id": ["right"]})))
    for relation in (name, f"{name}x"):
        found = read(source(s3, f"{url}/p"), f'SELECT id FROM "{relation}"')
        assert found.to_pylist() == [{"id": "right"}]


def test_keys_that_only_look_like_paths_are_left_out(
    s3: Any, put: Callable[[str, bytes], str]
) -> None:
    url = put("p/t.csv", b"id\n1\n")
    for key in ("p//t.csv", "p/folder/", "p/back\\slash.csv", "p/bell\x07.csv"):
        put(key, b"id\n2\n")
    put("private/u.csv", b"id\n3\n")
    with source(s3, f"{url}/p").connect() as session:
        assert [r.name.name for r in inventory(session, "duckdb").relations] == ["t"]
        assert "3 files" in session.notes[0]
        assert session.relation(None, "u") is None


def test_an_object_that_is_replaced_is_not_read(s3: Any, put: Callable[[str, bytes], str]) -> None:
    table = pa.table({"id": list(range(200_000))})
    url = put("t.parquet", parquet(table, row_group_size=5000))
    with source(s3, url).connect() as session:
        session.relation(None, "t")
        put("t.parquet", parquet(pa.table({"id": list(range(200_000, 0, -1))})))
        with pytest.raises(SourceUnavailable, match="was changed"):
            collect(session, "SELECT * FROM t")
    with source(s3, url).connect() as session:
        stream = session.stream(Statement(sql="SELECT id FROM t"), {}, batch_rows=1000)
        next(stream)
        put("t.parquet", parquet(table, compression="none"))
        with pytest.raises(SourceUnavailable, match="was changed"):
            list(stream)


def test_what_s3_refuses_is_told_by_its_code(s3: Any) -> None:
    with pytest.raises(SourceError, match="NoSuchBucket"), source(s3, "s3://nope").connect():
        pass


def test_an_empty_prefix_is_an_error(s3: Any, put: Callable[[str, bytes], str]) -> None:
    url = put("t.csv", b"id\n")
    with pytest.raises(SourceError, match="nothing"), source(s3, f"{url}/other").connect():
        pass


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    place = open_source("lake", "s3://b/p?endpoint=http://127.0.0.1:9")
    with pytest.raises(SourceUnavailable), place.connect():
        pass


def test_only_the_columns_that_are_asked_for_are_fetched(
    s3: Any, put: Callable[[str, bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sluicegate.sources.file_s3 import S3Store

    fetched: list[int] = []
    get = S3Store._get

    def counting(self: S3Store, file: Any, start: int, end: int) -> bytes:
        fetched.append(end - start)
        return get(self, file, start, end)

    monkeypatch.setattr(S3Store, "_get", counting)
    rng = [f"{i:064x}" * 8 for i in range(60_000)]
    body = parquet(pa.table({"id": list(range(60_000)), "big": rng}), compression="none")
    url = put("t.parquet", body)
    read(source(s3, url), "SELECT sum(id) AS s FROM t")
    assert len(body) > 3 * sum(fetched)
