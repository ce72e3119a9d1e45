"""Explanations add up to the engine's own score, and hold no value."""

from __future__ import annotations

import pyarrow as pa
import pytest

from sluicegate.detect import Detector, Scanner
from sluicegate.detect.explain import Explainer
from sluicegate.detect.explanation import Explanation, Part
from sluicegate.detect.text import of_rows

MARKER = "marker7f3a"


def explained(scanner: Scanner, text: str | bytes, column: str = "") -> list[Explanation]:
    cell = text if isinstance(text, bytes) else text.encode()
    spans = scanner.spans(pa.array([cell], pa.large_binary()), column=column)
    explainer = Explainer(scanner.detectors)
    return [
        explainer.explain(
            cell,
            start=int(spans.start[i]),
            length=int(spans.end[i] - spans.start[i]),
            detector=scanner.detectors[int(spans.detector[i])].id,
            score=float(spans.score[i]),
            column=column,
        )
        for i in range(len(spans))
    ]


def test_whatever_a_detector_finds_in_an_example_is_explained_to_the_engine_s_score(
    scanner: Scanner,
) -> None:
    """Compared with what every pattern finds on its own, before overlaps are resolved."""
    cells = [text.encode() for d in scanner.detectors for text in d.examples.match]
    raw = scanner._engine.exhaustive(of_rows(cells))
    explainer, wrong = Explainer(scanner.detectors), []
    for row, start, end, number, score in zip(
        raw.row.tolist(), raw.start.tolist(), raw.end.tolist(), raw.detector.tolist(),
        raw.score.tolist(), strict=True,
    ):  # fmt: skip
        name = scanner.detectors[number].id
        why = explainer.explain(
            cells[row], start=start, length=end - start, detector=name, score=score
        )
        wrong += [why] if not adds_up(why) or why.disguised or why.rest else []
    assert len(raw) >= len(cells)
    assert wrong == []


def test_a_finding_that_stands_in_the_text_as_it_is_is_never_unexplained(scanner: Scanner) -> None:
    for detector in (d for d in scanner.detectors if not d.advisory):
        for text in detector.examples.match:
            found = explained(scanner, text)
            assert found, detector.id
            raw = scanner._engine.exhaustive(of_rows([text.encode()]))
            for why in found:
                number = [d.id for d in scanner.detectors].index(why.detector)
                same = (raw.detector == number) & (raw.start <= why.start)
                same &= raw.end >= why.start + why.length
                if same.any() and abs(raw.score[same].max() - why.score) < 1e-3:
                    assert adds_up(why), why.detector


def adds_up(why: Explanation) -> bool:
    parts = [one.part for one in why.contributions]
    total = sum(one.amount for one in why.contributions)
    return parts[0] is Part.PATTERN and abs(total - why.score) < 1e-3 and why.score >= why.threshold


def test_words_beside_a_value_and_in_the_column_s_name_are_told_apart(scanner: Scanner) -> None:
    (beside,) = explained(scanner, "her ssn is 219-09-9998")
    (named,) = explained(scanner, "219-09-9998", column="customer_ssn")
    words = [next(c for c in e.contributions if c.part is Part.CONTEXT) for e in (beside, named)]
    assert [(c.near, c.column) for c in words] == [(("ssn",), ()), ((), ("ssn",))]
    assert adds_up(beside)
    assert adds_up(named)


def test_only_words_that_the_detector_lists_are_shown(scanner: Scanner) -> None:
    for column in ("", f"card {MARKER}"):
        (why,) = explained(scanner, f"{MARKER} paid by card 4111 1111 1111 1111 {MARKER}", column)
        assert MARKER not in repr(why)
        assert "4111" not in repr(why)
        listed = by_id(scanner, why.detector).context
        assert {w for c in why.contributions for w in (*c.near, *c.column)} <= listed


def by_id(scanner: Scanner, name: str) -> Detector:
    return next(d for d in scanner.detectors if d.id == name)


def test_words_that_speak_against_it_lower_the_score(scanner: Scanner) -> None:
    """Searched in the catalogue, so that it holds whichever detectors list such words."""
    for detector in scanner.detectors:
        for text in detector.examples.match[:1]:
            word = next(iter(sorted(detector.against)), None)
            if word is None or not word.isascii():
                continue
            for why in explained(scanner, f"{word} {text}"):
                against = [c for c in why.contributions if c.part is Part.AGAINST]
                if against:
                    assert against[0].amount < 0
                    assert word in against[0].near
                    assert adds_up(why)
                    return
    pytest.fail("no detector was lowered by a word")


def test_a_number_with_wrong_check_digits_says_so(scanner: Scanner) -> None:
    (right,) = explained(scanner, "IBAN GB82 WEST 1234 5698 7654 32")
    assert {c.name for c in right.contributions if c.part is Part.VALIDATOR} == {"iban"}


def test_a_disguised_value_is_explained_as_one(scanner: Scanner) -> None:
    (why,) = explained(scanner, "write to jane.roe\N{FULLWIDTH COMMERCIAL AT}example.com today")
    assert why.disguised
    assert adds_up(why)


def test_what_lost_on_the_same_text_is_named_best_first(scanner: Scanner) -> None:
    whys = explained(scanner, "call 202-555-0143")
    (why,) = whys
    scores = [o.score for o in why.overcame]
    assert scores == sorted(scores, reverse=True)
    assert why.detector not in {o.detector for o in why.overcame}
    assert all(o.score <= why.score + 1e-3 for o in why.overcame)


def test_a_score_above_one_is_cut_and_the_cut_is_told(scanner: Scanner) -> None:
    (why,) = explained(scanner, "credit card 4111 1111 1111 1111")
    cut = [c for c in why.contributions if c.part is Part.LIMIT]
    assert why.score == 1.0
    assert cut
    assert cut[0].amount < 0


def test_a_finding_that_cannot_be_replayed_is_not_explained_away(scanner: Scanner) -> None:
    why = Explainer(scanner.detectors).explain(
        b"nothing here", start=0, length=7, detector="email", score=0.9
    )
    assert [c.part for c in why.contributions] == [Part.UNKNOWN]
    assert sum(c.amount for c in why.contributions) == 0.9


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000 + " jane@example.com " + "b" * 200_000,
        "jane@example.com " * 3_000,
        "é\u200b" * 20_000 + " jane@example.com",
        b"\xff\xfe jane@example.com \xf0\x9f",
        "AKIA" * 10_000,
    ],
)
def test_long_and_odd_texts_are_explained_too(scanner: Scanner, text: str | bytes) -> None:
    cell = text if isinstance(text, bytes) else text.encode()
    spans = scanner.spans(pa.array([cell], pa.large_binary()))
    explainer = Explainer(scanner.detectors)
    for i in range(min(3, len(spans))):
        why = explainer.explain(
            cell,
            start=int(spans.start[i]),
            length=int(spans.end[i] - spans.start[i]),
            detector=scanner.detectors[int(spans.detector[i])].id,
            score=float(spans.score[i]),
        )
        assert adds_up(why)
