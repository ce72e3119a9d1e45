"""Names of outputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.model.output_options import OutputOptions
from sluicegate.sinks import LocalSink, open_sink
from sluicegate.sinks.location import local_path
from sluicegate.sinks.s3 import S3Sink


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
    assert isinstance(open_sink(output), LocalSink)


def test_a_relative_path_starts_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert local_path("data/a") == tmp_path / "data" / "a"


@pytest.mark.parametrize("output", ["s3://lake/a", "S3A://lake/a"])
def test_what_is_on_s3_is_no_path(output: str) -> None:
    assert isinstance(open_sink(output), S3Sink)
    with pytest.raises(ConfigurationError, match="not local"):
        LocalSink().check(output)


def test_options_that_do_not_go_with_the_output() -> None:
    with pytest.raises(ConfigurationError, match="S3"):
        open_sink("/lake/a", OutputOptions(kms_key="alias/lake"))
    with pytest.raises(ConfigurationError, match="tables"):
        open_sink("/lake/a", OutputOptions(if_exists="replace"))


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
