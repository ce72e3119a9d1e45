from __future__ import annotations

import gzip
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sluicegate.detect import Scanner

if TYPE_CHECKING:
    from tests.unit.cli.conftest import Project

MARKER = "marker7f3a"
EMAIL = f"{MARKER}@example.com"

_loaded = cache(Scanner.load)


@pytest.fixture(autouse=True)
def _load_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the catalogue once for all calls: it is the same in each."""
    monkeypatch.setattr(Scanner, "load", lambda *_: _loaded())


def span(text: str, value: str, label: str) -> dict[str, Any]:
    start = text.index(value)
    return {"start": start, "end": start + len(value), "type": label}


def line(text: str, *labels: tuple[str, str], **more: Any) -> str:
    return json.dumps({"text": text, "spans": [span(text, *pair) for pair in labels], **more})


def write(folder: Path, *lines: str, name: str = "made.jsonl") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(f"{one}\n" for one in lines).encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


GOOD = [line(f"grüße an {EMAIL}, ok", (EMAIL, "EMAIL")) for _ in range(30)]
MISSED = line(f"call {MARKER} now", (MARKER, "PHONE"))
FALSE = line(f"mail {EMAIL} now")


def test_the_table_has_a_line_per_class_and_the_sums(empty: Project) -> None:
    write(empty.folder, *GOOD)
    result = empty.run("detectors", "evaluate", "made.jsonl")
    assert result.exit_code == 0, result.output
    rows = {row.split()[0]: row.split() for row in result.stdout.splitlines() if row.strip()}
    assert rows["email"][1:4] == ["30", "30", "1.000"]
    assert "core" in rows
    assert "all" in rows
    assert "MB/s" in result.stdout


def test_errors_tell_the_place_and_never_the_text(empty: Project) -> None:
    write(empty.folder, MISSED, FALSE)
    for form in ("table", "json", "markdown"):
        result = empty.run("detectors", "evaluate", "made.jsonl", "--errors", "-f", form)
        assert result.exit_code == 0, result.output
        assert MARKER not in result.output
    document = empty.json("detectors", "evaluate", "made.jsonl", "--errors")
    errors = document["corpora"]["made"]["errors"]
    assert [(e["sample"], e["kind"], e["class"], e["start"], e["length"]) for e in errors] == [
        (1, "missed", "phone", 5, len(MARKER)),
        (2, "wrong", "email", 5, len(EMAIL)),
    ]
    assert errors[1]["detector"] == "email"
    assert document["corpora"]["made"]["megabytes_per_second"] > 0


def test_without_errors_none_are_listed(empty: Project) -> None:
    write(empty.folder, MISSED)
    assert empty.json("detectors", "evaluate", "made.jsonl")["corpora"]["made"]["errors"] == []


def test_a_folder_and_zipped_files_are_read(empty: Project) -> None:
    write(empty.folder, *GOOD, name="all/one.jsonl")
    write(empty.folder, *GOOD, name="all/two.jsonl.gz")
    document = empty.json("detectors", "evaluate", "all")
    assert list(document["corpora"]) == ["one", "two"]


@pytest.mark.parametrize(("least", "code"), [("0.9", 0), ("0.99", 1)])
def test_too_low_a_score_ends_with_one(empty: Project, least: str, code: int) -> None:
    write(empty.folder, *GOOD, FALSE)
    result = empty.run("detectors", "evaluate", "made.jsonl", "--min-f1", least)
    assert result.exit_code == code
    assert ("failed: made: F1 of all classes is 0.9836, below 0.99" in result.stderr) == bool(code)


def test_a_drop_against_the_stored_scorecard_ends_with_one(empty: Project) -> None:
    write(empty.folder, *GOOD)
    assert empty.run("detectors", "evaluate", "made.jsonl", "--save", "card.json").exit_code == 0
    assert (empty.folder / "card.md").read_text().startswith("# Detection scorecard")
    again = empty.run("detectors", "evaluate", "made.jsonl", "--baseline", "card.json")
    assert again.exit_code == 0, again.output
    write(empty.folder, *GOOD, MISSED.replace("PHONE", "EMAIL"), FALSE)
    document = empty.json("detectors", "evaluate", "made.jsonl", "--baseline", "card.json", code=1)
    assert document["passed"] is False
    assert document["failures"][0].startswith("made: F1 of email is 0.9677, 0.0323 below")
    assert any("another one" in note for note in document["notes"])


def test_a_stored_scorecard_is_the_same_at_each_run(empty: Project) -> None:
    write(empty.folder, *GOOD, MISSED, FALSE)
    texts = []
    for _ in range(2):
        empty.run("detectors", "evaluate", "made.jsonl", "--save", "card.json")
        texts.append((empty.folder / "card.json").read_bytes())
    assert texts[0] == texts[1]
    assert str(empty.folder).encode() not in texts[0]


def test_unknown_labels_are_reported_and_can_be_mapped(empty: Project) -> None:
    write(empty.folder, line(f"mail {EMAIL} now", (EMAIL, "POSTBOX")))
    result = empty.run("detectors", "evaluate", "made.jsonl")
    assert "label 'POSTBOX' (1 spans) is unknown" in result.stderr
    mapped = empty.json("detectors", "evaluate", "made.jsonl", "--map", "POSTBOX=email")
    assert mapped["corpora"]["made"]["rows"]["email"]["right"] == 1
    ignored = empty.run("detectors", "evaluate", "made.jsonl", "--map", "POSTBOX=ignore")
    assert "POSTBOX" not in ignored.output


def test_classes_can_be_chosen(empty: Project) -> None:
    write(empty.folder, MISSED, *GOOD, line("born 1.2.1990", ("1.2.1990", "DOB")))
    for wanted, rows in (("email", {"email"}), ("core", {"email", "phone"})):
        document = empty.json("detectors", "evaluate", "made.jsonl", "--class", wanted)
        assert set(document["corpora"]["made"]["rows"]) == rows | {"core classes", "all classes"}


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("nowhere.jsonl",),
        ("made.jsonl", "--map", "EMAIL"),
        ("made.jsonl", "--map", "EMAIL=mails"),
        ("made.jsonl", "--class", "mails"),
        ("made.jsonl", "--baseline", "made.jsonl"),
        ("made.jsonl", "--min-f1", "2"),
        ("made.jsonl", "--save", "card.md"),
        ("made.jsonl", "--save", "card.json", "--class", "email"),
        ("made.jsonl", "--save", "no/such/folder/card.json"),
        ("broken.jsonl",),
    ],
)
def test_a_wrong_call_ends_with_two_and_quotes_nothing(
    empty: Project, arguments: tuple[str, ...]
) -> None:
    write(empty.folder, *GOOD)
    write(empty.folder, GOOD[0], f'{{"text": "{MARKER}', name="broken.jsonl")
    result = empty.run("detectors", "evaluate", *arguments)
    assert result.exit_code == 2
    assert MARKER not in result.output
    if arguments == ("broken.jsonl",):
        assert "broken.jsonl, line 2: not a JSON document" in result.stderr


def test_an_escape_sequence_in_a_corpus_s_name_does_not_reach_the_terminal(empty: Project) -> None:
    write(empty.folder, *GOOD, name="a\x1b[2Jb.jsonl")
    assert "\x1b" not in empty.run("detectors", "evaluate", ".").output


def test_the_generated_corpus_needs_no_file(empty: Project) -> None:
    result = empty.run("detectors", "evaluate", "--generated", "--class", "iban", "--min-f1", "0.9")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("generated: 5,220 samples")


# ------------------------------------------------------------------------------ list, explain


def test_detectors_are_listed_by_class_and_counted(empty: Project) -> None:
    everything = Counter(str(d.data_class) for d in Scanner.load().detectors)
    document = empty.json("detectors", "list", "--class", "phone", "--class", "email")
    assert document["classes"] == {c: everything[c] for c in document["classes"]}
    assert set(document["classes"]) == {"phone", "email"}
    assert {d["data_class"] for d in document["detectors"]} == {"phone", "email"}
    assert empty.json("detectors", "list")["classes"] == dict(everything)


def test_an_unknown_class_brings_near_names(empty: Project) -> None:
    result = empty.run("detectors", "list", "--class", "fone")
    assert result.exit_code == 2
    assert "phone" in result.stderr


def test_a_text_from_stdin_is_explained_and_not_echoed(empty: Project) -> None:
    text = f"first\nwrite to {EMAIL} or\nssn 219-09-9998 {MARKER}\n"
    result = empty.run("detectors", "explain", stdin=text)
    assert result.exit_code == 0, result.output
    assert MARKER not in result.output
    assert "219-09" not in result.output
    assert f"line 2, column 10, {len(EMAIL)} bytes: email by email" in result.stdout
    assert "context beside it: ssn" in result.stdout
    assert result.stdout.endswith("2 findings\n")


def test_a_file_is_explained_as_a_document_that_adds_up(empty: Project) -> None:
    (empty.folder / "a.txt").write_text(f"{EMAIL} and {EMAIL}")
    document = empty.json("detectors", "explain", "a.txt", "--limit", "1")
    assert document["found"] == 2
    (finding,) = document["findings"]
    assert sum(c["amount"] for c in finding["contributions"]) == pytest.approx(finding["score"])
    assert MARKER not in json.dumps(document)
    assert (
        "1 not explained: --limit"
        in empty.run("detectors", "explain", "a.txt", "--limit", "1").stdout
    )


def test_the_words_of_a_column_s_name_count(empty: Project) -> None:
    shown = [
        empty.run("detectors", "explain", "--column", name, stdin="219-09-9998").stdout
        for name in ("x", "ssn")
    ]
    assert "in the column's name: ssn" not in shown[0]
    assert "in the column's name: ssn" in shown[1]


def test_a_text_that_is_missing_is_a_wrong_call(empty: Project) -> None:
    assert empty.run("detectors", "explain", "nowhere.txt").exit_code == 2
