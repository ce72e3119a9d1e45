"""What the fast way accepts holds: no cell of a page can change without its noticing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.ledger import Ed25519Signer
from sluicegate.ledger.bulk import held
from sluicegate.ledger.row import Row, content_fault, link, seal
from sluicegate.ledger.tiles import record_leaf

SIGNERS = [Ed25519Signer(bytes([n]) * 32) for n in (1, 2)]
TRUSTED = {signer.key_id: signer.public_key for signer in SIGNERS}
KEYS = (0, 0, 1, 1, 1, 0, 1, 0)
GONE = (3, 6)
TIME = datetime(2026, 1, 1, tzinfo=UTC)


def _rows() -> list[Row]:
    """Eight records: with and without a name, of two keys, with bodies and without."""
    rows: list[Row] = []
    for at, key in enumerate(KEYS):
        row = seal(
            sequence=at + 1, time=TIME.replace(minute=at), kind=f"kind-{at % 2}", subject='s "ü"',
            body=f'{{"n":{at}}}', previous=rows[-1] if rows else None,
            once=f"once-{at}" if at % 3 else None, signer=SIGNERS[key],
        )  # fmt: skip
        rows.append(row)
    return [row._replace(body="", salt=None) if at in GONE else row for at, row in enumerate(rows)]


ROWS = _rows()
SIZE = len(ROWS)


def _changed(at: int, name: str, value: Any) -> list[tuple[Any, ...]]:
    return [tuple(row._replace(**{name: value}) if n == at else row) for n, row in enumerate(ROWS)]


@pytest.mark.parametrize("begin", range(SIZE))
@pytest.mark.parametrize("size", [1, 3, SIZE])
def test_a_page_that_holds_is_accepted_wherever_it_begins(begin: int, size: int) -> None:
    page = ROWS[begin : begin + size]
    found = held(page, ROWS[begin - 1] if begin else None, TRUSTED)
    assert found is not None
    assert found.leaves == [record_leaf(row.hash) for row in page]
    assert list(found.times) == [row.time for row in page]
    assert list(found.kinds) == [row.kind for row in page]
    assert [begin + at for at in found.dropped] == [at for at in GONE if begin <= at < begin + size]


@settings(max_examples=300, deadline=None)
@given(
    at=st.integers(0, SIZE - 1),
    name=st.sampled_from([n for n in Row._fields if n != "sequence"]),
    place=st.integers(0, 10_000),
    bit=st.integers(0, 7),
)
def test_a_flipped_bit_is_never_accepted(at: int, name: str, place: int, bit: int) -> None:
    cell = bytearray((getattr(ROWS[at], name) or "").encode())
    if not cell or (at, name) == (SIZE - 1, "signature"):  # that of the last is verified later
        return
    cell[place % len(cell)] ^= 1 << bit
    assert held(_changed(at, name, cell.decode(errors="surrogateescape")), None, TRUSTED) is None


@pytest.mark.parametrize("name", Row._fields)
@pytest.mark.parametrize("value", [None, b"", b"x", 1, 1.0, True, 1.5, "", "x", "\ud800"])
def test_another_value_or_type_is_never_accepted(name: str, value: Any) -> None:
    for at, row in enumerate(ROWS):
        before = getattr(row, name)
        last_signature = at == SIZE - 1 and name == "signature" and type(value) is str
        if (type(before), before) != (type(value), value) and not last_signature:
            assert held(_changed(at, name, value), None, TRUSTED) is None


@pytest.mark.parametrize("way", [str.upper, lambda text: text[:-1] + " ", lambda t: f" {t[1:]}"])
def test_a_salt_that_is_written_otherwise_is_never_accepted(way: Any) -> None:
    """``bytes.fromhex`` would read capitals and blanks as well."""
    salt = "ab" * 16
    body = '{"n":0}'
    row = seal(
        sequence=1, time=TIME, kind="k", subject="s", body=body, previous=None, once=None,
        signer=SIGNERS[0],
    )  # fmt: skip
    other = row._replace(salt=way(row.salt or salt))
    if other != row:
        assert content_fault(other) == "malformed"
        assert held([other], None, TRUSTED) is None


def test_a_missing_doubled_or_moved_record_is_never_accepted() -> None:
    for at in range(SIZE):
        gone = [*ROWS[:at], *ROWS[at + 1 :]]
        doubled = [*ROWS[: at + 1], *ROWS[at:]]
        moved = [*gone, ROWS[at]]
        for page in (gone, doubled, moved):
            if page not in (ROWS, ROWS[:-1]):
                assert held(page, None, TRUSTED) is None


@pytest.mark.parametrize("strangers", [0, 1])
def test_a_key_that_is_not_trusted_is_never_accepted(strangers: int) -> None:
    only = {SIGNERS[strangers].key_id: SIGNERS[strangers].public_key}
    assert held(ROWS, None, only) is None


def test_a_record_under_anothers_name_is_not_vouched_for_by_the_next_key() -> None:
    """Whoever holds one key writes a record in the other's name, and goes on with its own."""
    impostor = type("Impostor", (Ed25519Signer,), {"__slots__": ()})(bytes([2]) * 32)
    impostor.key_id = SIGNERS[0].key_id
    rows = ROWS[:3]
    for signer in (impostor, SIGNERS[1]):
        row = seal(
            sequence=len(rows) + 1, time=TIME, kind="k", subject="s", body="{}", previous=rows[-1],
            once=None, signer=signer,
        )  # fmt: skip
        rows = [*rows, row]
    assert rows[-1].previous == link(rows[-2], 2)
    assert held(rows, None, TRUSTED) is None
    assert held(rows[4:], rows[3], TRUSTED) is None
    assert held(rows[:4], None, TRUSTED) is not None, "the walk verifies the last one itself"
