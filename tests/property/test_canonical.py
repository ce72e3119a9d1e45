"""Our canonical form is that of the library that is written after RFC 8785."""

from __future__ import annotations

import enum
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.evidence.reporting.markup import Markup
from sluicegate.model.canonical import canonical_bytes, plain


class Colour(enum.StrEnum):
    RED = "red\n"


class Number(enum.IntEnum):
    TWO = 2


@dataclass(frozen=True)
class Thing:
    name: str
    parts: tuple[object, ...]


TEXT = st.text() | st.text(
    st.sampled_from('"\\/\b\f\n\r\t\x00\x1f\x7f\u2028\ud7ff\ue000\uffff\U0001f600é')
)
LEAF = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**53 - 2, 2**53 + 2)
    | st.floats()
    | TEXT
    | st.sampled_from(
        [Colour.RED, Number.TWO, Markup("<b>"), Thing("ü", (1, Colour.RED)), b"x", -0.0]
    )
)
VALUE = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(TEXT | st.integers(0, 9) | st.sampled_from([Colour.RED, None]), inner)
        | st.dictionaries(TEXT, inner).map(OrderedDict)
        | st.builds(Thing, TEXT, st.tuples(inner))
        | st.frozensets(st.integers(0, 99))
    ),
    max_leaves=12,
)


def _end(write: Any, value: object) -> object:
    try:
        return write(value)
    except (ValueError, TypeError):
        return "refused"


@given(value=VALUE)
def test_it_is_the_form_of_the_rfc_and_refuses_the_same(value: object) -> None:
    assert _end(canonical_bytes, value) == _end(lambda v: rfc8785.dumps(plain(v)), value)


@pytest.mark.parametrize("value", ["\ud800", {"\ud800": 1}, ["a", {"b": "\udfff"}]])
def test_text_that_is_no_text_is_refused_and_not_quoted(value: object) -> None:
    with pytest.raises(rfc8785.CanonicalizationError) as caught:
        canonical_bytes(value)
    assert caught.value.__context__ is None
