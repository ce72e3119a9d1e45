"""The allow-list's file: what is read, and everything that is refused."""

from __future__ import annotations

import time
from pathlib import Path

import jsonschema
import pytest
import yaml

from sluicegate.errors import AllowListError
from sluicegate.policy import allow_schema, load_allow_list, parse_allow_list
from sluicegate.policy.allow_document import PUBLISHED, allow_schema_text

FINGERPRINT = "0123456789abcdef" * 2


def entry(**changes: object) -> dict[str, object]:
    given: dict[str, object] = {
        "path": "data/*.csv#contact",
        "detector": "email",
        "fingerprint": FINGERPRINT,
        "key_id": "0123456789abcdef",
        "owner": "data team",
        "reason": "our own help desk",
        "expires": "2027-05-01",
    }
    return {k: v for k, v in {**given, **changes}.items() if v is not None}


def text(*entries: dict[str, object]) -> str:
    return yaml.safe_dump({"version": 1, "entries": list(entries)}, sort_keys=False, width=500)


def test_an_entry_is_read_as_it_is_written() -> None:
    (one,) = parse_allow_list(text(entry(added="2026-11-01"))).entries
    assert (one.where, one.place, one.path) == ("data/*.csv", "contact", "data/*.csv#contact")
    assert (one.detector, one.fingerprint, one.owner) == ("email", FINGERPRINT, "data team")
    assert (one.expires.isoformat(), str(one.added), one.line) == ("2027-05-01", "2026-11-01", 3)
    assert one.of_files


def test_the_digest_is_of_the_meaning() -> None:
    two = entry(path="other/a.csv#x")
    one = parse_allow_list(text(entry(), two))
    assert one.digest == parse_allow_list("# a comment\n" + text(two, entry())).digest
    assert one.digest.startswith("sha256:")
    for field, value in [
        ("path", "data/a.csv#contact"),
        ("detector", "card"),
        ("fingerprint", "f" * 32),
        ("key_id", "f" * 16),
        ("owner", "others"),
        ("reason", "another"),
        ("expires", "2027-05-02"),
        ("added", "2026-11-01"),
    ]:
        assert parse_allow_list(text(entry(**{field: value}), two)).digest != one.digest, field


@pytest.mark.parametrize(
    "path",
    [
        "a.csv#c", "data/**/x.csv#c", "/abs/a.csv#c", "a#b.csv#c", "a.parquet#profile/tags/*",
        "extract:shop#ref", "extract:shop/public.orders#ref", "extract:shop#a~1b~2c~0",
        "withheld:" + "0" * 32 + "#text", "a.csv#(file name)", "a.csv#(column 2, name withheld)",
    ],
)  # fmt: skip
def test_paths_that_mean_something(path: str) -> None:
    assert parse_allow_list(text(entry(path=path))).entries[0].path == path


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fingerprint": None}, "`fingerprint` is missing"),
        ({"detector": None}, "`detector` is missing"),
        ({"owner": None}, "`owner` is missing"),
        ({"reason": None}, "`reason` is missing"),
        ({"expires": None}, "`expires` is missing"),
        ({"key_id": None}, "`key_id` is missing"),
        ({"owner": ""}, "must be a visible name"),
        ({"reason": " x "}, "must be a visible name"),
        ({"fingerprint": "*"}, "must be 32 hex digits"),
        ({"fingerprint": "F" * 32}, "must be 32 hex digits"),
        ({"fingerprint": "0" * 31}, "must be 32 hex digits"),
        ({"fingerprint": FINGERPRINT + "\n"}, "must be 32 hex digits"),
        ({"value": "x"}, "unknown key `value`"),
        ({"expires": "2027-02-30"}, "must be a date"),
        ({"expires": "20270201"}, "must be a date"),
        ({"expires": "2027-05-01T00:00:00"}, "must be a date"),
        ({"expires": "never"}, "must be a date"),
        ({"path": "data/*.csv"}, "must be place#column"),
        ({"path": "#contact"}, "must be place#column"),
        ({"path": "data/a.csv#"}, "must be place#column"),
        ({"path": "../secrets/*.csv#c"}, r"empty, \. or \.\."),
        ({"path": "data/../*.csv#c"}, r"empty, \. or \.\."),
        ({"path": "./a.csv#c"}, r"empty, \. or \.\."),
        ({"path": "data//a.csv#c"}, r"empty, \. or \.\."),
        ({"path": "data\\a.csv#c"}, r"empty, \. or \.\."),
        ({"path": "data/[ab].csv#c"}, "character sets"),
        ({"path": "**#c"}, "matches every file"),
        ({"path": "*/**/??#c"}, "matches every file"),
        ({"path": "a.csv#a~3"}, "no path"),
        ({"path": "a.csv#a~"}, "no path"),
        ({"path": "a.csv#/a"}, "no path"),
        ({"path": "extract:#c"}, "before # is wrong"),
        ({"path": "extract:*#c"}, "before # is wrong"),
        ({"path": "extract:shop/#c"}, "before # is wrong"),
        ({"path": "withheld:*#c"}, "before # is wrong"),
        ({"path": "a.csv#c\u202e"}, r"character U\+202E"),
    ],
)  # fmt: skip
def test_an_entry_that_is_not_whole_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(AllowListError, match=message) as caught:
        parse_allow_list(text(entry(**changes)))
    assert "allow.yaml:" in caught.value.message


def test_the_same_entry_twice_is_told_with_both_lines() -> None:
    both = text(entry(), entry(owner="someone else", expires="2027-06-01"))
    with pytest.raises(AllowListError, match=r"allow\.yaml:10:\d+: the same entry .* line 3"):
        parse_allow_list(both)


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nversion: 1\nentries: [*b, *b]\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, "anchor"),
        ("version: 1\nentries: !!python/object/apply:os.system [x]\n", "tag"),
        ("version: 1\nentries: []\nentries: []\n", "stands twice"),
        ("version: 1\nentries: []\n---\nversion: 1\n", "second document"),
        ("version: 2\nentries: []\n", "must be 1"),
        ("entries: []\n", "`version` is missing"),
        ("", "the file is empty"),
        ("[]", "must hold"),
        ("version: 1\nentries: {a: b}\n", "must be a list"),
        ("version: 1\nentries: [" + "[" * 30 + "]" * 30 + "]\n", "nested deeper"),
        ("version: 1\nentries:\n  - <<: {path: x}\n", "merge key"),
        ("version: 1\nentries: [\n", "not YAML"),
    ],
)
def test_a_file_that_is_no_allow_list_is_refused(content: str, message: str) -> None:
    with pytest.raises(AllowListError, match=message):
        parse_allow_list(content)


def test_what_is_no_file_or_too_large_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path, Path("/dev/zero"), Path("a\0b")):
        with pytest.raises(AllowListError):
            load_allow_list(path)
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * ((2 << 20) + 1))
    with pytest.raises(AllowListError, match="larger than 2 MiB"):
        load_allow_list(large)
    large.write_bytes(b"version: 1\nentries: [] # \xff\n")
    with pytest.raises(AllowListError, match="not UTF-8") as caught:
        load_allow_list(large)
    assert caught.value.__cause__ is None


def test_thousands_of_entries_are_read_in_some_seconds() -> None:
    many = text(*(entry(fingerprint=f"{n:032x}") for n in range(3000)))
    began = time.monotonic()
    assert len(parse_allow_list(many).entries) == 3000
    assert time.monotonic() - began < 10


def test_the_published_schema_is_the_code_s() -> None:
    assert PUBLISHED.read_text("utf-8") == allow_schema_text()
    schema = allow_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(yaml.safe_load(text(entry())))
    for wrong in ({"fingerprint": None}, {"more": 1}, {"fingerprint": "x"}):
        assert not validator.is_valid(yaml.safe_load(text(entry(**wrong))))
