"""Kept ends: the quick way for ASCII gives what the definition gives, whatever stands beside it."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.mask.ends import keep_ends

TEXTS = st.lists(st.none() | st.text("aZ9 -@", max_size=60) | st.text(max_size=12))


def by_definition(text: str, first: int, last: int) -> str:
    if len(text) <= first + last:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]


@given(TEXTS, st.integers(0, 20), st.integers(0, 20), st.integers(0, 2))
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_it_follows_the_definition(
    kind: pa.DataType, texts: list[str | None], first: int, last: int, skip: int
) -> None:
    array = pa.array(texts, kind)[skip:]
    result = keep_ends(array, first, last, "*")
    result.validate(full=True)
    assert result.type == kind
    assert result.to_pylist() == [
        None if t is None else by_definition(t, first, last) for t in array.to_pylist()
    ]


def test_bytes_under_a_null_do_not_come_out() -> None:
    offsets = pa.py_buffer(pa.array([0, 6, 9], pa.int32()).buffers()[1])
    hidden = pa.StringArray.from_buffers(
        2, offsets, pa.py_buffer(b"secretabc"), pa.py_buffer(b"\x02"), 1
    )
    assert hidden.to_pylist() == [None, "abc"]
    result = keep_ends(hidden, 2, 0, "*")
    assert result.to_pylist() == [None, "ab*"]
    assert b"se" not in b"".join(bytes(b) for b in result.buffers() if b)
