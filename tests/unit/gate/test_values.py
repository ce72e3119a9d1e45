"""The guard of values sees what is in a value, whatever it is wrapped in."""

from __future__ import annotations

import base64
import collections
import dataclasses
import datetime as dt
import enum
import gzip
import io
import json
import pathlib
import pickle
import types
import uuid
import zipfile
import zlib
from typing import Any, NamedTuple

import attrs
import pydantic
import pytest

from sluicegate.errors import DetectionError, MaskingError
from sluicegate.gate.values import TextRedactor, ValueFinding, ValueGuard
from sluicegate.settings import Settings

EMAIL = "jane.roe@shop.example.com"
CARD = 4111111111111111


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> ValueGuard:
    return ValueGuard.open(Settings.load(home=tmp_path_factory.mktemp("home")))


def classes(guard: ValueGuard, value: object) -> set[str]:
    return {f.data_class for f in guard.look(value, where="return_value")}


class Pair(NamedTuple):
    left: str
    right: int


@dataclasses.dataclass(frozen=True, slots=True)
class Slotted:
    contact: str


@attrs.define
class Defined:
    contact: str


class Model(pydantic.BaseModel):
    contact: str


class Colour(enum.Enum):
    RED = EMAIL


def _loop() -> list[Any]:
    loop: list[Any] = [EMAIL]
    loop.append(loop)
    return loop


def _noted() -> Exception:
    error = ValueError("a row")
    error.add_note(EMAIL)
    return error


def _caused() -> Exception:
    error = ValueError("a row")
    error.__cause__ = KeyError(EMAIL)
    return error


def _zipped(name: str = "a.txt") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, EMAIL)
    return file.getvalue()


HOLDING = {
    "text": EMAIL,
    "bytes": EMAIL.encode(),
    "bytearray": bytearray(EMAIL.encode()),
    "memoryview": memoryview(EMAIL.encode()),
    "utf-16": EMAIL.encode("utf-16"),
    "utf-16 without a mark": EMAIL.encode("utf-16-be"),
    "utf-32": EMAIL.encode("utf-32-le"),
    "gzip": gzip.compress(EMAIL.encode()),
    "gzip in gzip": gzip.compress(gzip.compress(EMAIL.encode())),
    "pickle": pickle.dumps({"a": [EMAIL]}),
    "pickle in pickle": pickle.dumps(pickle.dumps(EMAIL)),
    "pickle of old": pickle.dumps(EMAIL, protocol=0),
    "among other bytes": b"\x00\x81\xff" + EMAIL.encode() + b"\xff\x00",
    "base64": base64.b64encode(f"to {EMAIL}".encode()).decode(),
    "hex": f"to {EMAIL}".encode().hex(),
    "base64 of base64": base64.b64encode(base64.b64encode(b"%b " % EMAIL.encode() * 6)).decode(),
    "base64 of gzip": base64.b64encode(gzip.compress(EMAIL.encode())).decode(),
    "base64 of pickle": base64.urlsafe_b64encode(pickle.dumps([EMAIL])).decode(),
    "hex of gzip": gzip.compress(EMAIL.encode()).hex(),
    "zip": _zipped(),
    "zip, name": _zipped(name=EMAIL),
    "url": EMAIL.replace("@", "%40"),
    "json": json.dumps({"a": [{"b": EMAIL}]}),
    "value": {"a": EMAIL},
    "key": {EMAIL: 1},
    "nested": {"a": [({"b": EMAIL},)]},
    "set": {EMAIL},
    "frozenset": frozenset({EMAIL}),
    "deque": collections.deque([EMAIL]),
    "default": collections.defaultdict(list, a=[EMAIL]),
    "ordered": collections.OrderedDict(a=EMAIL),
    "proxy": types.MappingProxyType({"a": EMAIL}),
    "user": collections.UserDict({"a": EMAIL}),
    "chain": collections.ChainMap({"a": EMAIL}),
    "namespace": types.SimpleNamespace(a=EMAIL),
    "values": {"a": EMAIL}.values(),
    "named tuple": Pair(EMAIL, 1),
    "dataclass": Slotted(EMAIL),
    "attrs": Defined(EMAIL),
    "pydantic": Model(contact=EMAIL),
    "enum": Colour.RED,
    "path": pathlib.Path("/data") / EMAIL,
    "error": ValueError(EMAIL),
    "cause": _caused(),
    "note": _noted(),
    "group": ExceptionGroup("some", [ValueError(EMAIL)]),
    "loop": _loop(),
}


@pytest.mark.parametrize("name", HOLDING)
def test_an_address_is_seen_in_whatever_holds_it(guard: ValueGuard, name: str) -> None:
    found = guard.look(HOLDING[name], where="return_value")
    assert "email" in {f.data_class for f in found}
    assert "jane" not in repr(found)


@pytest.mark.parametrize("value", [CARD, float(CARD), {"n": CARD}, {CARD: 1}, [[CARD]]])
def test_a_card_is_seen_in_a_number(guard: ValueGuard, value: object) -> None:
    assert classes(guard, value) == {"card"}


def test_a_key_is_context_of_its_value(guard: ValueGuard) -> None:
    assert classes(guard, {"password": "hunter2"}) == {"secret"}
    assert classes(guard, {"ssn": {"value": "219-09-9999"}}) == {"us_ssn"}


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        1,
        2.5,
        "released",
        dt.datetime(2026, 11, 28, tzinfo=dt.UTC),
        dt.timedelta(days=1),
        uuid.UUID("8c4b1f52-9d0f-4a53-8c84-6a1f0c0f6f0e"),
        {"rows": 1234, "digest": "sha256:" + "ab12" * 16, "output": "s3://lake/customers/"},
        b"\x9f\x1c\x80\xff" * 8,
        range(3),
        Slotted("nobody"),
        [None, [], {}, ()],
    ],
)
def test_harmless_values_are_clean(guard: ValueGuard, value: object) -> None:
    assert guard.look(value, where="return_value") == ()


def test_places_are_told_and_keys_that_are_data_are_not(guard: ValueGuard) -> None:
    value = {"rows": [{"user": {"email": EMAIL}}], EMAIL: {"a": EMAIL}, "a b": [EMAIL]}
    assert {f.where for f in guard.look(value, where="return_value")} == {
        "return_value.rows[0].user.email",
        "return_value{1}",
        "return_value{1}.a",
        "return_value{2}[0]",
    }
    (named,) = guard.look(1, where=EMAIL)
    assert named.where == "(name withheld)"


def test_a_finding_is_one_line_without_the_value() -> None:
    one = ValueFinding(where="v.a", data_class="email", detector="email", score=0.9)  # type: ignore[arg-type]
    assert str(one) == "v.a: email (email, score 0.90)"


def test_redaction_keeps_the_shape(guard: ValueGuard) -> None:
    value = {
        "a": [f"to {EMAIL}", 1, None],
        "b": Pair(EMAIL, 2),
        "c": Slotted(EMAIL),
        "d": Model(contact=EMAIL),
        "e": Defined(EMAIL),
        "f": CARD,
        "g": EMAIL.encode(),
        "h": pathlib.PurePosixPath("/data") / EMAIL,
        EMAIL: {EMAIL},
    }
    redacted = guard.redact(value, where="return_value")
    assert redacted == {
        "a": ["to {EMAIL}", 1, None],
        "b": Pair("{EMAIL}", 2),
        "c": Slotted("{EMAIL}"),
        "d": Model(contact="{EMAIL}"),
        "e": Defined("{EMAIL}"),
        "f": "{CARD}",
        "g": b"{EMAIL}",
        "h": pathlib.PurePosixPath("/data/{EMAIL}"),
        "{EMAIL}": {"{EMAIL}"},
    }
    assert guard.look(redacted, where="return_value") == ()
    assert value["c"] == Slotted(EMAIL)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(EMAIL, "{EMAIL}"), (CARD, "{CARD}"), (float(CARD), "{CARD}"), (EMAIL.encode(), b"{EMAIL}")],
)
def test_a_single_value_is_redacted(guard: ValueGuard, value: object, shown: object) -> None:
    assert guard.redact(value, where="return_value") == shown
    with pytest.raises(MaskingError):
        guard.redact(1, where=EMAIL)


def test_a_label_is_context_and_stays() -> None:
    redact = TextRedactor.open(Settings.load())
    assert redact.labelled("password", "hunter2") == "{SECRET}"
    assert redact.labelled("word", "hunter2") == "hunter2"
    assert redact.labelled(EMAIL, "hello") == "hello"


def test_a_clean_value_stays_the_same_object(guard: ValueGuard) -> None:
    value = {"a": [1, "b"]}
    assert guard.redact(value, where="return_value") is value


def test_what_cannot_be_redacted_raises(guard: ValueGuard) -> None:
    for value in (gzip.compress(EMAIL.encode()), Colour.RED, ValueError(EMAIL), object(), _loop()):
        with pytest.raises(MaskingError) as caught:
            guard.redact([value], where="return_value")
        assert "jane" not in str(caught.value)


def test_text_is_redacted(guard: ValueGuard) -> None:
    assert guard.redact_text(f"mail to {EMAIL} now") == "mail to {EMAIL} now"
    assert guard.redact_text("nothing here") == "nothing here"


class Unknown:
    def __init__(self) -> None:
        self.contact = EMAIL


def test_an_unknown_object_is_unread(guard: ValueGuard) -> None:
    assert classes(guard, object()) == {"unread"}
    assert classes(guard, Unknown()) == {"unread", "email"}
    assert classes(guard, (n for n in [1])) >= {"unread"}
    assert guard.look(object(), where="v", strict=False) == ()
    allowing = guard.allowing([f"{__name__}.Unknown"])
    assert allowing.look(Unknown(), where="v") == ()
    assert classes(allowing, object()) == {"unread"}


@pytest.mark.parametrize(
    "value",
    [
        b"\x9f\x1c\x80\xff" * 40,
        base64.b64encode(b"\x9f\x1c\x80\xff" * 40).decode(),
        (b"\x9f\x1c\x80\xff" * 40).hex(),
        gzip.compress(b"\x00" * (20 << 20)),
        zlib.compress(b"abc") + b"\x00" * 80,
        gzip.compress(b"abc")[:-4],
        pickle.dumps("abc")[:-1] + b"\xff" * 80,
        1 << 5000,
    ],
    ids=[
        "bytes", "base64", "hex", "gzip bomb", "zlib and more", "gzip cut off", "pickle cut off",
        "huge number",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_unread(guard: ValueGuard, value: object) -> None:
    assert classes(guard, value) == {"unread"}


def test_a_generator_is_not_consumed(guard: ValueGuard) -> None:
    numbers = (n for n in range(3))
    guard.look(numbers, where="v")
    assert list(numbers) == [0, 1, 2]


class LyingText(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "nothing"

    def encode(self, *_: object) -> bytes:
        return b"nothing"


class LyingDict(dict[str, str]):
    def items(self) -> Any:
        return {}.items()

    def __iter__(self) -> Any:
        return iter(())


class Equal(type):
    def __eq__(cls, other: object) -> bool:
        return True

    def __hash__(cls) -> int:
        return hash(type(None))


class Disguised(metaclass=Equal):
    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return type(None)


class Attributed(list[int]):
    pass


@dataclasses.dataclass
class Hidden(Exception):
    contact: str


def test_lying_types_are_seen_through(guard: ValueGuard) -> None:
    assert classes(guard, LyingText(EMAIL)) == {"email", "unread"}
    assert classes(guard, LyingDict(a=EMAIL)) == {"email", "unread"}
    assert classes(guard, Disguised()) == {"unread"}
    attributed = Attributed()
    attributed.contact = EMAIL  # type: ignore[attr-defined]
    assert classes(guard, attributed) == {"email"}
    assert classes(guard, Hidden(EMAIL)) == {"email"}


def test_beyond_the_bounds_is_unread(guard: ValueGuard, monkeypatch: pytest.MonkeyPatch) -> None:
    deep: Any = [EMAIL]
    for _ in range(100):
        deep = [deep]
    assert classes(guard, deep) == {"unread"}
    wide: Any = [1]
    for _ in range(60):
        wide = [wide, wide]
    monkeypatch.setattr("sluicegate.gate.values.bounds.NODES", 10_000)
    assert classes(guard, wide[0]) == {"unread"}
    monkeypatch.setattr("sluicegate.gate.values.bounds.BYTES", 1000)
    assert classes(guard, ["a" * 600, "b" * 600]) == {"unread"}


class Pretending:
    """Says that it is an exception."""

    def __init__(self) -> None:
        self.contact = EMAIL

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return ValueError


class Holding(Exception):
    pass


def test_an_attribute_of_an_error_that_pretends_is_seen(guard: ValueGuard) -> None:
    error = Holding("a row")
    error.row = Pretending()  # type: ignore[attr-defined]
    assert classes(guard, error) == {"email", "unread"}


@pytest.mark.parametrize("value", [int, Unknown, len, pytest, (n for n in "ab"), lambda: EMAIL])
def test_what_leads_to_the_whole_program_is_not_followed(guard: ValueGuard, value: object) -> None:
    (found,) = guard.look(value, where="v")
    assert (found.where, found.data_class, found.detector) == ("v", "unread", "type")


def test_what_breaks_while_it_is_read_says_nothing(
    guard: ValueGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(EMAIL)

    monkeypatch.setattr("sluicegate.gate.values.walk.Walk.pairs", broken)
    with pytest.raises(DetectionError) as caught:
        guard.look({"a": 1}, where="v")
    assert "jane" not in str(caught.value)
    assert caught.value.__cause__ is None
