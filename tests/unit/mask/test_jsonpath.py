"""Masks at JSON paths: what is named is masked, what is not is gone, and nothing slips past."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.errors import ConfigurationError, MaskingError
from sluicegate.mask.jsonpath import Apply, mask_json
from sluicegate.mask.preserve import FormatPreserver
from sluicegate.model.sensitive import Sensitive


def stars(array: pa.Array) -> pa.Array:
    assert array.type == pa.string()
    assert not array.null_count
    return pc.binary_join_element_wise("<", pc.utf8_length(array).cast(pa.string()), ">", "")


def keep(array: pa.Array) -> pa.Array:
    return array


def nothing(array: pa.Array) -> pa.Array:
    return pa.nulls(len(array), array.type)


def masked(*documents: Any, paths: dict[str, Apply], others: str = "suppress") -> list[Any]:
    array = pa.array([None if d is None else json.dumps(d) for d in documents], pa.string())
    result = mask_json(array, paths, others)
    assert result.type == array.type
    return [None if text is None else json.loads(text) for text in result.to_pylist()]


PATHS: dict[str, Apply] = {
    "$.user.email": stars,
    "$.user.id": keep,
    "$.tags[*].label": stars,
    "$.pair[0]": stars,
}


def test_what_no_path_names_is_gone_with_its_name() -> None:
    document = {
        "user": {"email": "ada@example.com", "id": 7, "name": "Ada"},
        "tags": [{"label": "vip", "by": "bob"}, {"by": "eve"}, {"label": None}],
        "pair": ["secret", "other"],
        "ada@example.com": 1,
        "more": {"deep": ["x"]},
    }
    assert masked(document, None, {}, paths=PATHS) == [
        {
            "user": {"email": "<15>", "id": 7},
            "tags": [{"label": "<3>"}, {}, {"label": None}],
            "pair": ["<6>", None],
        },
        None,
        {},
    ]


def test_what_no_path_names_can_be_kept() -> None:
    document = {"user": {"email": "a@x", "name": "Ada"}, "pair": ["s", 1.5], "more": [True, None]}
    assert masked(document, paths=PATHS, others="keep") == [
        {"user": {"email": "<3>", "name": "Ada"}, "pair": ["<1>", 1.5], "more": [True, None]}
    ]


def test_numbers_and_booleans_reach_the_mask_as_json_writes_them() -> None:
    seen: list[str] = []

    def spy(array: pa.Array) -> pa.Array:
        seen.extend(array.to_pylist())
        return array

    documents = [{"v": 42}, {"v": -1.5}, {"v": True}, {"v": "42"}, {"v": 10**30}]
    assert masked(*documents, paths={"$.v": spy}) == documents
    assert seen == ["42", "-1.5", "true", "42", str(10**30)]
    assert masked({"v": 42}, paths={"$.v": lambda a: a.cast(pa.int64())}) == [{"v": 42}]
    assert masked({"v": 42}, paths={"$.v": nothing}) == [{"v": None}]


def test_the_root_can_be_an_array_or_the_value_itself() -> None:
    assert masked(["a", "bb"], paths={"$[*]": stars}) == [["<1>", "<2>"]]
    assert masked("secret", paths={"$": stars}) == ["<6>"]
    assert masked("secret", paths={"$.a": stars}) == [None]


def test_a_mask_runs_once_over_the_values_of_all_documents() -> None:
    calls: list[int] = []

    def counting(array: pa.Array) -> pa.Array:
        calls.append(len(array))
        return stars(array)

    masked({"a": ["x", "y"]}, None, {"a": ["z"]}, {"b": 1}, paths={"$.a[*]": counting})
    masked({"b": 1}, paths={"$.a[*]": counting})
    assert calls == [3]


@pytest.mark.parametrize("others", ["keep", "suppress"])
@pytest.mark.parametrize("wrapped", [["ada@example.com"], {"v": "ada@example.com"}, [], {}])
def test_an_array_or_object_where_a_path_ends_is_refused(wrapped: object, others: str) -> None:
    with pytest.raises(MaskingError, match=r"row 1 of the batch .* \$\.email") as caught:
        masked({}, {"email": wrapped}, paths={"$.email": stars}, others=others)
    assert "ada" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("$.emails[*]", {"emails": "ada@example.com"}),
        ("$.emails[*]", {"emails": {"0": "ada@example.com"}}),
        ("$.user.email", {"user": "ada@example.com"}),
        ("$.user.email", {"user": [{"email": "ada@example.com"}]}),
        ("$.user.email", ["ada@example.com"]),
        ("$[0]", {"0": "ada@example.com"}),
    ],
)
def test_a_value_in_another_form_than_its_path_does_not_slip_past(
    path: str, document: object
) -> None:
    assert "ada" not in json.dumps(masked(document, paths={path: stars}))
    with pytest.raises(MaskingError, match="row 0 of the batch") as caught:
        masked(document, paths={path: stars}, others="keep")
    assert "ada" not in str(caught.value)


def test_a_name_that_stands_twice_leaves_nothing_of_the_first() -> None:
    array = pa.array(['{"a":"ada@example.com","a":"b","x":"ada@example.com","x":1}'])
    for others in ("keep", "suppress"):
        assert "ada" not in mask_json(array, {"$.a": stars}, others)[0].as_py()
    escaped = pa.array([r'{"\u0061":"ada@example.com"}'])
    assert mask_json(escaped, {"$.a": stars}, "keep").to_pylist() == ['{"a":"<15>"}']


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada@example.com",
        '{"a":"ada@example.com"',
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"b":1e400}',
        r'{"a":"ada \ud800"}',
        r'{"b":"ada \ud800"}',
        "[" * 100_000,
        '{"b":' + "9" * 5_000 + "}",
        '{"a":"ada"} x',
        "\ufeff{}",
    ],
)
def test_what_is_no_json_names_the_row_and_nothing_of_it(text: str) -> None:
    with pytest.raises(MaskingError, match="row 2 of the batch") as caught:
        mask_json(pa.array(['{"a":"x"}', None, text]), {"$.a": stars}, "keep")
    assert "ada" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_error_of_a_mask_names_the_path() -> None:
    preserver = FormatPreserver(Sensitive(bytes(32)), "digits", b"card")
    with pytest.raises(MaskingError, match=r"at \$\.card, among the values there: row 0") as caught:
        masked({}, {"card": "4711"}, paths={"$.card": preserver.apply})
    assert "4711" not in str(caught.value)
    with pytest.raises(MaskingError, match="neither texts nor whole numbers"):
        masked({"a": "x"}, paths={"$.a": lambda a: a.cast(pa.binary())})


@pytest.mark.parametrize(
    "paths",
    [
        ["$.a", "$.a.b"],
        ["$.a.b", "$.a"],
        ["$.a[*]", "$.a[0]"],
        ["$.a[0].b", "$.a[*].c"],
        ["$", "$.a"],
        ["a"],
        ["$a"],
        ["$.a b"],
        ["$..a"],
        ["$.a[-1]"],
        ["$.a[01]"],
        ["$.a[?(@.b)]"],
        [""],
    ],
)
def test_paths_that_contradict_or_cannot_be_read_are_refused(paths: list[str]) -> None:
    with pytest.raises(ConfigurationError):
        masked({}, paths=dict.fromkeys(paths, stars))


def test_the_type_stays_and_others_are_refused() -> None:
    texts = ['{"a": "ü"}', None]
    for kind in (pa.string(), pa.large_string()):
        result = mask_json(pa.array(texts, kind), {"$.a": keep}, "suppress")
        assert result.equals(pa.array(['{"a":"ü"}', None], kind))
    encoded = pa.array(texts * 2).dictionary_encode()
    assert len(mask_json(encoded, {"$.a": keep}, "keep")) == 4
    typed = pa.ExtensionArray.from_storage(pa.json_(pa.string()), pa.array(texts))
    assert mask_json(typed, {"$.a": keep}, "keep").type == typed.type
    with pytest.raises(MaskingError, match="int64"):
        mask_json(pa.array([1]), {"$.a": keep}, "keep")
    with pytest.raises(ConfigurationError):
        mask_json(pa.array(texts), {"$.a": keep}, "drop")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3)
    ),
    max_leaves=12,
)


def at(document: Any, steps: list[str | None]) -> list[Any]:
    """All values at a path, by hand; ``None`` is each item of an array."""
    found = [document]
    for step in steps:
        if step is None:
            found = [item for value in found if isinstance(value, list) for item in value]
        else:
            found = [v[step] for v in found if isinstance(v, dict) and step in v]
    return found


@given(st.lists(JSON, max_size=5))
def test_only_what_paths_name_comes_out(documents: list[Any]) -> None:
    steps: dict[str, list[str | None]] = {"$.a.b": ["a", "b"], "$.c[*]": ["c", None]}
    for document in documents:
        wanted = [value for path in steps.values() for value in at(document, path)]
        if any(isinstance(value, (dict, list)) for value in wanted):
            with pytest.raises(MaskingError):
                masked(document, paths=dict.fromkeys(steps, stars))
            continue
        (result,) = masked(document, paths=dict.fromkeys(steps, stars))
        masks = [value for path in steps.values() for value in at(result, path)]
        assert len(masks) == len(wanted)
        for before, after in zip(wanted, masks, strict=True):
            text = before if isinstance(before, str) else json.dumps(before)
            assert after == (None if before is None else f"<{len(text)}>")
