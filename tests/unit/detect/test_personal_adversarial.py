"""Texts made to be slow: the work stays proportional to the bytes, whatever the detector."""

from __future__ import annotations

import time
from importlib import resources

import pytest
import yaml

from sluicegate.detect import Scanner
from sluicegate.detect.engine import Engine
from sluicegate.detect.loader import load_catalogue
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.text import Text, of_rows

_FILES = frozenset(
    {
        *("contact", "payment", "network", "place", "things", "passport", "records", "username"),
        *("bank", "government"),
    }
)
_PIECES = (
    *(b"1", b"0", b"1-1-", b"1 2 ", b"+", b"+1", b"4111 ", b"0 ", b"(1", b"1.1.", b"a@", b"a:"),
    *(b"1::", b"A1", b"A<", b"0x", b"GB12", b"GB12 ABCD ", b"a@a.", b"lat", b"2345678901 "),
    *(b" at ", b"a[at]a.", b"1 Street ", b"born on ", b"00 1", b"12-34-5678-", b"123.456."),
    *(b"phone 1 ", b"card 4111 1111 ", "é".encode(), "电话1".encode()),
)
_SIZE = 1 << 15
_SECONDS = 0.1
"""For 32 KiB: three seconds a megabyte, on a machine that does much else. What grows with the
square of the bytes takes far longer."""


def _personal() -> list[str]:
    folder = resources.files("sluicegate.detect") / "catalogue"
    return [
        entry["id"]
        for file in folder.iterdir()
        if file.name.removesuffix(".yaml") in _FILES or file.name.startswith("country_")
        for entry in yaml.safe_load(file.read_bytes())["detectors"]
    ]


_DETECTORS = {d.id: d for d in load_catalogue(shelf=Shelf.of_user()).detectors}


def _seconds(engine: Engine, text: Text) -> float:
    start = time.thread_time()
    engine.find(text)
    return time.thread_time() - start


@pytest.mark.parametrize("name", sorted(_personal()))
def test_no_text_makes_a_detector_slow(name: str) -> None:
    engine = Engine([_DETECTORS[name]])
    for piece in _PIECES:
        text = of_rows([(piece * (_SIZE // len(piece) + 1))[:_SIZE]])
        assert min(_seconds(engine, text) for _ in range(2)) < _SECONDS, piece


def test_there_are_many_detectors_of_many_countries() -> None:
    names = _personal()
    assert len(names) >= 60
    countries = {name[:2] for name in names if name[2:3] == "_"}
    assert len(countries) >= 25


def test_one_number_after_another_is_found_to_the_last(scanner: Scanner) -> None:
    text = "4111 1111 1111 1111 " * 50
    found = [span for span in scanner.scan_text(text) if span.data_class == "card"]
    assert len(found) == 50
