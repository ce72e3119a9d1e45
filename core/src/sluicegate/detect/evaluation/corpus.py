"""Reads labelled corpora: JSON lines, plain or gzipped, one sample a line.

A line is ``{"text": …, "spans": [{"start": …, "end": …, "type": …}], "scope": [labels]}``, places
in characters; other members are ignored. Failure mode: closed. A line that is wrong stops the
reading with its number; its content is never part of the error.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TextIO

from sluicegate.detect.evaluation.sample import EVERYTHING, Gold, Sample
from sluicegate.errors import ConfigurationError, SourceError

_ENDINGS: Final = (".jsonl.gz", ".jsonl")
_ENCODING: Final = "utf-8-sig"
_LONGEST_LINE: Final = 64 << 20
"""Characters. A longer line is rather another format than a sample."""
_LABEL: Final = re.compile(r"[A-Za-z][\w -]{0,63}")
"""A label is shown to people, so it must be a name: what looks like data is refused."""


def corpus_files(paths: Sequence[Path]) -> dict[str, Path]:
    """Find the corpora at ``paths`` by name: files, or all corpora directly in a folder.

    Raises:
        SourceError: a path does not exist, or a folder holds no corpus.
        ConfigurationError: two files would have the same name in the result.
    """
    found: dict[str, Path] = {}
    for path in paths:
        for file in _files(path):
            name = corpus_name(file)
            if name in found and found[name] != file:
                raise ConfigurationError(f"two corpora are called {name!r}", hint="rename one")
            found[name] = file
    return found


def corpus_name(path: Path) -> str:
    """Return the name of a corpus: its file's without the ending."""
    ending = next((e for e in _ENDINGS if path.name.endswith(e)), path.suffix)
    return path.name.removesuffix(ending)


def read_corpus(path: Path) -> Iterator[Sample]:
    """Yield the samples of a file.

    Raises:
        ConfigurationError: a line is no sample; the message names file and line.
        SourceError: the file cannot be read.
    """
    number = 0
    with _opened(path) as file:
        while line := file.readline(_LONGEST_LINE):
            number += 1
            if line.strip():
                yield _sample(line, number, f"{path}, line {number}")


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise SourceError(f"there is no file or folder {path}")
    files = sorted(f for f in path.iterdir() if f.is_file() and f.name.endswith(_ENDINGS))
    if not files:
        raise SourceError(f"the folder {path} holds no .jsonl or .jsonl.gz file")
    return files


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """Open a file and turn what goes wrong into errors of ours: a decoder's own quotes the data."""
    try:
        if path.name.endswith(".gz"):
            with gzip.open(path, "rt", encoding=_ENCODING) as zipped:
                yield zipped
        else:
            with path.open(encoding=_ENCODING) as file:
                yield file
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} is not UTF-8") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise ConfigurationError(f"{path} is not a whole gzip file") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from None


def _sample(line: str, number: int, place: str) -> Sample:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        raise ConfigurationError(f"{place}: not a JSON document") from None
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise ConfigurationError(f"{place}: not an object with a text `text`")
    text, spans = entry["text"], entry.get("spans", [])
    if not isinstance(spans, list):
        raise ConfigurationError(f"{place}: `spans` is not a list")
    return Sample(
        number=number,
        text=text,
        spans=tuple(
            _gold(span, len(text), f"{place}, span {n}") for n, span in enumerate(spans, 1)
        ),
        scope=_scope(entry.get("scope"), place),
    )


def _gold(span: Any, length: int, place: str) -> Gold:
    if not isinstance(span, dict):
        raise ConfigurationError(f"{place}: not an object")
    start, end, label = span.get("start"), span.get("end"), span.get("type")
    if type(start) is not int or type(end) is not int:
        raise ConfigurationError(f"{place}: `start` and `end` are not whole numbers")
    if not 0 <= start < end <= length:
        raise ConfigurationError(f"{place}: {start} to {end} is not inside {length} characters")
    if not isinstance(label, str) or not _LABEL.fullmatch(label):
        raise ConfigurationError(f"{place}: `type` is not a name")
    return Gold(start=start, end=end, label=label)


def _scope(scope: Any, place: str) -> tuple[str, ...] | None:
    if scope is None:
        return None
    names = scope if isinstance(scope, list) else [scope]
    if not all(isinstance(n, str) and (n == EVERYTHING or _LABEL.fullmatch(n)) for n in names):
        raise ConfigurationError(f"{place}: `scope` is not a list of names")
    return tuple(names)
