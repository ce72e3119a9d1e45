"""Evaluation: what counts as right, what the numbers are, and that no text gets out."""

from __future__ import annotations

import gzip
import json
import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.detect import Scanner
from sluicegate.detect.budget import UNREAD
from sluicegate.detect.evaluation import (
    CORE,
    OVERALL,
    ClassScore,
    CorpusScore,
    Found,
    Gold,
    Kind,
    Sample,
    compare,
    corpus_files,
    evaluate,
    read_corpus,
    read_scorecard,
    scanner_finder,
    scorecard_document,
    scorecard_markdown,
    standard_labels,
)
from sluicegate.detect.evaluation.matching import ENOUGH, Cover, Place, matched
from sluicegate.detect.evaluation.measures import COLUMNS, RIGHT, WRONG, measure
from sluicegate.errors import ConfigurationError, SluicegateError, SourceError, UnknownNameError

MARKER = "marker7f3a"
LABELS = standard_labels()


def gold(start: int, end: int, label: str = "EMAIL") -> Gold:
    return Gold(start=start, end=end, label=label)


def hit(start: int, end: int, data_class: str = "email") -> Found:
    return Found(start=start, end=end, data_class=data_class, detector=f"d_{data_class}", score=0.9)


def sample(
    *spans: Gold, number: int = 1, scope: tuple[str, ...] | None = None, length: int = 100
) -> Sample:
    return Sample(number=number, text="x" * length, spans=spans, scope=scope)


def score(
    *pairs: tuple[Sample, Sequence[Found]], only: frozenset[str] | None = None
) -> CorpusScore:
    answers = iter([list(found) for _, found in pairs])
    return evaluate(
        "made",
        [one for one, _ in pairs],
        lambda texts: [next(answers) for _ in texts],
        LABELS,
        only=only,
        keep_errors=True,
    )


def row(result: CorpusScore, name: str) -> ClassScore:
    return next(r for r in result.rows if r.name == name)


def counts(result: CorpusScore, name: str) -> tuple[int, int, int]:
    found = row(result, name)
    return found.right, found.wrong, found.missed


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ((10, 20, "email"), {0: 0}),
        ((10, 15, "email"), {0: 0}),  # exactly one half
        ((10, 14, "email"), {}),
        ((5, 25, "email"), {0: 0}),
        ((5, 26, "email"), {}),
        ((10, 20, "phone"), {}),
        ((20, 30, "email"), {}),
    ],
)
def test_half_of_the_union_and_the_same_class_make_a_match(
    found: tuple[int, int, str], expected: dict[int, int]
) -> None:
    assert matched([(10, 20, "email")], [found]) == expected


def test_the_best_overlap_is_paired_first_and_each_counts_once() -> None:
    labels = [(0, 10, "email"), (6, 16, "email")]
    assert matched(labels, [(5, 15, "email")]) == {1: 0}
    assert matched(labels, [(0, 10, "email"), (0, 9, "email")]) == {0: 0}
    assert matched([(0, 10, "email")] * 2, [(0, 10, "email")] * 2) == {0: 0, 1: 1}


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=6),
    st.integers(0, 20),
    st.integers(1, 20),
)
def test_covered_counts_characters_one_by_one(
    places: list[tuple[int, int]], start: int, size: int
) -> None:
    spans = [(low, low + length) for low, length in places]
    slow = sum(any(low <= c < high for low, high in spans) for c in range(start, start + size))
    assert Cover(spans).count(start, start + size) == slow


PLACES = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 12), st.sampled_from(["email", "phone"])).map(
        lambda t: (t[0], t[0] + t[1], t[2])
    ),
    max_size=8,
)


@given(PLACES, PLACES)
def test_pairs_are_those_of_a_look_at_every_pair(gold: list[Place], found: list[Place]) -> None:
    pairs = []
    for i, one in enumerate(gold):
        for j, other in enumerate(found):
            both = max(0, min(one[1], other[1]) - max(one[0], other[0]))
            share = both / (one[1] - one[0] + other[1] - other[0] - both)
            if one[2] == other[2] and share >= ENOUGH:
                pairs.append((-share, i, j))
    slow: dict[int, int] = {}
    for _, i, j in sorted(pairs):
        if i not in slow and j not in slow.values():
            slow[i] = j
    assert matched(gold, found) == slow


def test_work_grows_with_the_spans_and_not_with_their_pairs() -> None:
    """A document of 60,000 labels: pair by pair this would be billions of steps."""
    spans = tuple(gold(20 * n, 20 * n + 10) for n in range(60_000))
    found = [hit(g.start, g.end) for g in spans]
    result = score((sample(*spans, length=1_200_000), found))
    assert counts(result, "email") == (60_000, 0, 0)


def test_right_wrong_and_missed_are_counted_per_class_and_together() -> None:
    result = score(
        (sample(gold(0, 10), gold(20, 30, "PHONE")), [hit(0, 10), hit(50, 60, "card")]),
        (sample(gold(0, 10), number=2), []),
    )
    assert counts(result, "email") == (1, 0, 1)
    assert counts(result, "phone") == (0, 0, 1)
    assert counts(result, "card") == (0, 1, 0)
    assert counts(result, CORE) == counts(result, OVERALL) == (1, 1, 2)
    assert [(e.sample, e.kind, e.measured_class, e.start) for e in result.errors] == [
        (1, Kind.MISSED, "phone", 20),
        (1, Kind.WRONG, "card", 50),
        (2, Kind.MISSED, "email", 0),
    ]


def test_a_finding_outside_of_the_scope_is_neither_right_nor_wrong() -> None:
    result = score((sample(gold(0, 10), scope=("EMAIL",)), [hit(0, 10), hit(20, 30, "phone")]))
    assert counts(result, OVERALL) == (1, 0, 0)


def test_a_scope_of_everything_makes_any_finding_wrong() -> None:
    result = score((sample(scope=("*",)), [hit(0, 10, "vin")]))
    assert counts(result, "vin") == (0, 1, 0)


def test_a_class_that_a_corpus_never_labels_is_told_apart_unless_it_is_core() -> None:
    pairs = (sample(gold(0, 9)), [hit(0, 9), hit(20, 30, "vin"), hit(40, 50, "iban")])
    result = score(pairs)
    assert dict(result.unlabelled) == {"vin": 1}
    assert counts(result, OVERALL) == (1, 1, 0)


def test_in_texts_without_any_label_every_finding_is_wrong() -> None:
    result = score((sample(), [hit(0, 9, "vin")]), (sample(number=2), []))
    assert counts(result, OVERALL) == (0, 1, 0)


def test_an_unknown_label_is_reported_and_its_place_not_judged() -> None:
    spans = gold(0, 10, "STARSIGN"), gold(20, 30)
    result = score((sample(*spans), [hit(0, 10), hit(20, 30)]))
    assert dict(result.unknown_labels) == {"STARSIGN": 1}
    assert counts(result, OVERALL) == (1, 0, 0)


def test_leaks_are_counted_in_characters_whatever_class_covers_them() -> None:
    found = [hit(0, 4, "phone"), hit(20, 40)]
    result = row(score((sample(gold(0, 10), gold(20, 30)), found)), "email").measures
    assert result.leak is not None
    assert result.leak.value == pytest.approx(6 / 20)
    assert result.over is not None
    assert result.over.value == pytest.approx(10 / 20)


def test_several_classes_of_the_catalogue_answer_one_label() -> None:
    result = score((sample(gold(0, 9, "NATIONAL_ID")), [hit(0, 9, "passport")]))
    assert counts(result, "national_id") == (1, 0, 0)


def test_only_the_wanted_classes_are_scored() -> None:
    pair = sample(gold(0, 9), gold(20, 30, "PHONE")), [hit(0, 9)]
    result = score(pair, only=frozenset({"phone"}))
    assert [r.name for r in result.classes] == ["phone"]
    assert counts(result, OVERALL) == (0, 0, 1)


def test_a_corpus_without_samples_has_no_scores() -> None:
    result = score()
    assert (result.samples, result.rows, result.rate) == (0, (), 0.0)


# ------------------------------------------------------------------------------ the numbers


def test_the_interval_of_a_share_is_wilson_s() -> None:
    """Worked by hand for 8 of 10: (0.4902, 0.9433)."""
    made = np.zeros((10, COLUMNS), dtype=np.int64)
    made[:8, RIGHT] = 1
    made[8:, WRONG] = 1
    precision = measure(made, 10).precision
    assert precision is not None
    assert (precision.value, precision.low, precision.high) == (0.8, 0.4902, 0.9433)


def test_f_weighs_recall_as_it_says() -> None:
    result = score(
        *[(sample(gold(0, 9), number=n), [hit(0, 9)] if n < 4 else []) for n in range(8)]
    )
    measures = row(result, "email").measures
    assert measures.f1 is not None
    assert measures.f2 is not None
    assert measures.f1.value == pytest.approx(2 / 3, abs=1e-4)
    assert measures.f2.value == pytest.approx(5 / 9, abs=1e-4)
    assert measures.f2.low < measures.f2.value < measures.f2.high


def test_the_bootstrap_of_groups_is_that_of_single_samples() -> None:
    rng = np.random.default_rng(5)
    made = rng.integers(0, 3, size=(300, COLUMNS))
    slow = []
    for _ in range(2000):
        drawn = made[rng.integers(0, 300, size=300)].sum(axis=0)
        slow.append(2 * drawn[0] / (2 * drawn[0] + drawn[1] + drawn[2]))
    f1 = measure(made, 300).f1
    assert f1 is not None
    assert f1.low == pytest.approx(float(np.percentile(slow, 2.5)), abs=0.008)
    assert f1.high == pytest.approx(float(np.percentile(slow, 97.5)), abs=0.008)


def test_samples_without_anything_widen_no_interval_and_order_does_not_matter() -> None:
    pairs = [(sample(gold(0, 9), number=n), [hit(0, 9)] if n % 3 else []) for n in range(60)]
    one = score(*pairs)
    random.Random(1).shuffle(pairs)
    assert score(*pairs).rows == one.rows


@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=1, max_size=20), st.integers(0, 50))
def test_every_rate_lies_in_its_interval_and_between_0_and_1(
    spans: list[tuple[int, int, int]], empty: int
) -> None:
    made = np.zeros((len(spans), COLUMNS), dtype=np.int64)
    made[:, :3] = spans
    measures = measure(made, len(spans) + empty)
    for rate in (measures.precision, measures.recall, measures.f1, measures.f2):
        if rate is not None:
            assert 0 <= rate.low <= rate.high <= 1
            assert not math.isnan(rate.value)
    for rate in (measures.precision, measures.recall):
        assert rate is None or rate.low <= rate.value <= rate.high


def test_the_scanner_s_findings_are_those_of_single_texts(scanner: Scanner) -> None:
    texts = [
        "plain",
        "",
        "grüße an jane.roe@example.com 🙂 und 192.0.2.7",
        "lone \ud800 surrogate, mail jane@example.org",
        "ｊane@example.com",
    ]
    for text, found in zip(texts, scanner_finder(scanner)(texts), strict=True):
        single = [(s.start, s.end, s.detector) for s in scanner.scan_text(text)]
        assert [(f.start, f.end, f.detector) for f in found] == single


# ------------------------------------------------------------------------------ corpora


def corpus(folder: Path, *lines: object, name: str = "made.jsonl") -> Path:
    path = folder / name
    texts = [one if isinstance(one, str) else json.dumps(one) for one in lines]
    data = "".join(f"{text}\n" for text in texts).encode("utf-8", "surrogatepass")
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def span(**changes: Any) -> dict[str, Any]:
    return {"start": 0, "end": 5, "type": "EMAIL", **changes}


@pytest.mark.parametrize("name", ["made.jsonl", "made.jsonl.gz"])
def test_plain_and_zipped_corpora_are_read_alike(tmp_path: Path, name: str) -> None:
    line = {"text": "grün 7", "spans": [span()], "scope": ["EMAIL"], "source": "x", "generated": 1}
    path = corpus(tmp_path, line, "", line, name=name)
    read = list(read_corpus(path))
    assert [one.number for one in read] == [1, 3]
    assert read[0].spans == (gold(0, 5),)
    assert read[0].scope == ("EMAIL",)


BAD = {
    "no JSON": f"{{{MARKER}",
    "a list": [MARKER],
    "no text": {"texts": MARKER},
    "a number as text": {"text": 5, "note": MARKER},
    "spans of another kind": {"text": MARKER, "spans": {"start": 0}},
    "a span of another kind": {"text": MARKER, "spans": [MARKER]},
    "a start that is true": {"text": MARKER, "spans": [span(start=True)]},
    "a start that is a text": {"text": MARKER, "spans": [span(start=MARKER)]},
    "an end before the start": {"text": MARKER, "spans": [span(start=4, end=4)]},
    "an end outside": {"text": MARKER, "spans": [span(end=11)]},
    "a start outside": {"text": MARKER, "spans": [span(start=-1)]},
    "no type": {"text": MARKER, "spans": [{"start": 0, "end": 5}]},
    "a type that is data": {"text": MARKER, "spans": [span(type=f"{MARKER}@example.com")]},
    "a scope that is data": {"text": MARKER, "scope": [f"{MARKER}@example.com"]},
    "a deep nest": "[" * 100_000 + MARKER,
}


@pytest.mark.parametrize("kind", sorted(BAD))
def test_a_wrong_line_is_named_by_file_and_line_and_not_quoted(tmp_path: Path, kind: str) -> None:
    path = corpus(tmp_path, {"text": "fine"}, BAD[kind])
    with pytest.raises(ConfigurationError) as caught:
        list(read_corpus(path))
    assert f"{path}, line 2" in caught.value.message
    assert MARKER not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe\x00", gzip.compress(b'{"text": "a"}', mtime=0)[:-9], b"\x1f\x8b broken", b"plain"],
)
def test_a_damaged_file_is_an_error(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / ("a.jsonl" if data.startswith(b"\xff") else "a.jsonl.gz")
    path.write_bytes(data)
    with pytest.raises(SluicegateError, match=r"a\.jsonl"):
        list(read_corpus(path))


def test_folders_give_their_corpora_and_names_must_differ(tmp_path: Path) -> None:
    first = corpus(tmp_path, name="b.jsonl.gz")
    second = corpus(tmp_path, name="a.jsonl")
    (tmp_path / "README.md").write_text("no corpus")
    assert list(corpus_files([tmp_path]).items()) == [("a", second), ("b", first)]
    (tmp_path / "more").mkdir()
    again = corpus(tmp_path / "more", name="a.jsonl.gz")
    with pytest.raises(ConfigurationError, match="'a'"):
        corpus_files([tmp_path, again])
    with pytest.raises(SourceError):
        corpus_files([tmp_path / "nowhere"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError):
        corpus_files([tmp_path / "empty"])


# ------------------------------------------------------------------------------ labels


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("CREDIT_CARD", "card"),
        ("CREDITCARDNUMBER", "card"),
        ("PhoneNumber", "phone"),
        ("US_SSN", "us_ssn"),
        ("EMAIL_ADDRESS", "email"),
        ("IBAN_CODE", "iban"),
        ("ip address", "ip"),
        ("DATE_TIME", "date"),
        ("STARSIGN", None),
    ],
)
def test_labels_are_known_however_they_are_written(label: str, expected: str | None) -> None:
    assert LABELS.of_label(label) == expected


def test_every_class_of_the_catalogue_has_a_place_in_the_table(scanner: Scanner) -> None:
    """A class without an entry would be measured on no corpus, and nobody would notice."""
    classes = {str(d.data_class) for d in scanner.detectors if d is not UNREAD}
    assert {LABELS.of_data_class(c) for c in classes} <= LABELS.classes


def test_a_caller_s_pairs_win_over_the_table() -> None:
    labels = LABELS.extended(["STARSIGN=phone", "EMAIL=ignore", "BADGE=passport"], ["badge"])
    assert labels.of_label("starsign") == "phone"
    assert labels.of_label("EMAIL") == "ignore"
    assert labels.of_label("BADGE") == "national_id"
    assert LABELS.of_label("STARSIGN") is None


def test_a_wrong_pair_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        LABELS.extended(["STARSIGN"], [])
    with pytest.raises(UnknownNameError, match="phone"):
        LABELS.extended(["STARSIGN=phones"], [])


# ------------------------------------------------------------------------------ scorecards


def scored(right: int, missed: int, name: str = "made") -> CorpusScore:
    pairs = [
        (sample(gold(0, 9), number=n), [hit(0, 9)] if n < right else [])
        for n in range(right + missed)
    ]
    return CorpusScore(**{**_fields(score(*pairs)), "name": name})


def _fields(result: CorpusScore) -> dict[str, Any]:
    return {name: getattr(result, name) for name in CorpusScore.__dataclass_fields__}


def test_a_drop_of_more_than_a_hundredth_is_told_with_class_and_numbers() -> None:
    before = scorecard_document("1/2/x", [scored(100, 0)])
    drops = compare(before, [scored(97, 3)]).drops
    assert [(d.corpus, d.name, d.before, d.now) for d in drops] == [
        ("made", "email", 1.0, 0.9848),
        ("made", CORE, 1.0, 0.9848),
        ("made", OVERALL, 1.0, 0.9848),
    ]
    assert str(drops[0]) == "made: F1 of email is 0.9848, 0.0152 below the scorecard"
    assert compare(before, [scored(99, 1)]).drops == ()


def test_a_drop_of_exactly_a_hundredth_passes() -> None:
    document = scorecard_document("1/2/x", [scored(99, 1)])
    f1 = document["corpora"]["made"]["rows"]["email"]["f1"]["value"]
    for entry in document["corpora"]["made"]["rows"].values():
        entry["f1"]["value"] = round(f1 + 0.01, 4)
    assert compare(document, [scored(99, 1)]).drops == ()


def test_a_class_of_little_support_is_not_compared() -> None:
    before = scorecard_document("1/2/x", [scored(19, 0)])
    assert compare(before, [scored(0, 19)]).drops == ()


def test_what_cannot_be_compared_is_said() -> None:
    before = scorecard_document("1/2/x", [scored(30, 0), scored(30, 0, "gone")])
    notes = compare(before, [scored(31, 0), scored(30, 0, "new")]).notes
    assert [n.split(":")[0] for n in notes] == ["made", "new", "gone"]


def test_corpora_that_were_not_evaluated_are_kept_with_their_catalogue() -> None:
    old = scorecard_document("1/2/old", [scored(30, 0), scored(30, 0, "kept")])
    new = scorecard_document("1/2/new", [scored(30, 0)], old)
    assert {n: c["catalogue"] for n, c in new["corpora"].items()} == {
        "kept": "1/2/old",
        "made": "1/2/new",
    }


def test_the_document_is_the_same_at_every_run_and_holds_no_speed() -> None:
    one, other = (scorecard_document("1/2/x", [scored(30, 7)]) for _ in range(2))
    assert json.dumps(one) == json.dumps(other)
    assert "second" not in json.dumps(one)
    text = scorecard_markdown(one)
    assert "| email | 37 | 37 |" in text
    assert text == scorecard_markdown(json.loads(json.dumps(one)))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"version": 2}', '{"version": 1}', '{"version": 1, "corpora": {"a": {}}}'],
)
def test_what_is_no_scorecard_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "card.json"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"card\.json"):
        read_scorecard(path)
