"""Names of outputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.sinks import LocalParquetSink, open_sink
from sluicegate.sinks.location import local_path


@pytest.mark.parametrize(
    ("output", "path"),
    [
        ("/lake/a", "/lake/a"),
        ("/lake/a/", "/lake/a"),
        ("/lake/./b//a", "/lake/b/a"),
        ("/lake/b/../a", "/lake/a"),
        ("/../../a", "/a"),
        ("file:///lake/a%20b", "/lake/a b"),
        ("FILE://localhost/lake/a", "/lake/a"),
        ("/lake/100%25", "/lake/100%25"),
        ("/lake/a:b", "/lake/a:b"),
    ],
)
def test_paths(output: str, path: str) -> None:
    assert local_path(output) == Path(path)
    assert isinstance(open_sink(output), LocalParquetSink)


def test_a_relative_path_starts_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert local_path("data/a") == tmp_path / "data" / "a"


@pytest.mark.parametrize("output", ["s3://lake/a", "S3A://lake/a"])
def test_s3_is_not_there_yet(output: str) -> None:
    with pytest.raises(ConfigurationError, match="local folder"):
        open_sink(output)
    with pytest.raises(ConfigurationError, match="local folder"):
        LocalParquetSink().check(output)


@pytest.mark.parametrize("output", ["gs://lake/a", "https://example.com/a", "hdfs://a/b"])
def test_other_systems_are_unknown(output: str) -> None:
    with pytest.raises(UnknownNameError):
        open_sink(output)


@pytest.mark.parametrize(
    "output",
    ["", "a\0b", "file://other-host/a", "file:///a?b", "file:///a#b", "file://", "file:///a%00b"],
)
def test_outputs_that_name_no_folder(output: str) -> None:
    with pytest.raises(ConfigurationError):
        local_path(output)
