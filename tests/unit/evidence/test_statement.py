from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.errors import IntegrityError
from sluicegate.evidence import attestation_schema, manifest_digest
from sluicegate.evidence.detection import Detection
from sluicegate.model.canonical import digest
from sluicegate.model.outcome import OutputFile

Make = Callable[..., dict[str, Any]]


def file(name: str = "a.parquet", sha256: str = "a" * 64) -> OutputFile:
    return OutputFile(name=name, sha256=sha256, bytes=5, rows=2)


def check(statement: dict[str, Any]) -> None:
    schema = attestation_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    as_read = json.loads(json.dumps(statement))
    jsonschema.Draft202012Validator(schema).validate(as_read)


def test_the_statement_is_as_the_published_schema_says(make_statement: Make) -> None:
    check(make_statement((file(), file("b.parquet"))))
    check(make_statement((), approvals=(), redactions=(), blind_spots=()))


@pytest.mark.parametrize("path", ["predicate.plan.sql", "predicate.more", "more"])
def test_the_schema_lets_nothing_more_in(make_statement: Make, path: str) -> None:
    statement = make_statement((file(),))
    place = statement
    *parents, last = path.split(".")
    for name in parents:
        place = place[name]
    place[last] = "x"
    with pytest.raises(jsonschema.ValidationError):
        check(statement)


@pytest.mark.parametrize("name", sorted(attestation_schema()["$defs"]["predicate"]["required"]))
def test_the_schema_asks_for_everything(make_statement: Make, name: str) -> None:
    statement = make_statement((file(),))
    del statement["predicate"][name]
    with pytest.raises(jsonschema.ValidationError):
        check(statement)


def test_the_subjects_are_the_manifest_and_each_file(make_statement: Make) -> None:
    files = (file("b.parquet", "b" * 64), file())
    subjects = make_statement(files)["subject"]
    assert [s["name"] for s in subjects] == ["manifest", "b.parquet", "a.parquet"]
    assert "sha256:" + subjects[0]["digest"]["sha256"] == manifest_digest(files)
    assert subjects[1]["digest"] == {"sha256": "b" * 64}


def test_the_manifest_is_the_canonical_list_in_the_order_of_names() -> None:
    files = (file("b"), file("a"))
    entry = {"sha256": "a" * 64, "bytes": 5, "rows": 2}
    assert manifest_digest(files) == digest([{"name": "a", **entry}, {"name": "b", **entry}])
    assert manifest_digest(files) == manifest_digest(files[::-1])
    assert manifest_digest(files) != manifest_digest(files[:1])


def test_masks_are_told_with_method_parameters_and_key(make_statement: Make) -> None:
    identifier, email, notes = make_statement(())["predicate"]["columns"]
    assert identifier["masks"] == [
        {"origin": "public.customers.id", "method": "keep", "parameters": {}}
    ]
    assert (identifier["key_id"], email["key_id"]) == ("", "pseudonym-0123")
    assert email["masks"][0]["method"] == "pseudonymize"
    assert email["masks"][0]["parameters"] == {"length": 32, "form": "hex"}
    assert {m["method"] for m in notes["masks"]} == {"redact", "partial"}
    assert (email["type"], notes["bare"]) == ("string", False)


def test_no_sql_text_and_no_sample_is_told(make_statement: Make) -> None:
    text = json.dumps(make_statement(()))
    assert "canary-literal" not in text
    assert "samples" not in text
    assert "plan = ?" in text


BAD_NAMES = [
    "",
    "/etc/passwd",
    "../x",
    "a/../b",
    "a//b",
    "./a",
    "a/.",
    "..",
    "a\\b",
    "C:x",
    "a\nb",
    "a\x00b",
    "a\x1b[2Jb",
    "\u202ea",
    "manifest",
    "MANIFEST",
    "_SLUICEGATE/attestation.json",
    "_sluicegate/x",
    "_SLUICEGATE",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_that_lead_elsewhere_are_not_attested(make_statement: Make, name: str) -> None:
    with pytest.raises(IntegrityError):
        make_statement((file(name),))


@pytest.mark.parametrize("other", ["a.parquet", "A.parquet"])
def test_names_that_two_systems_read_differently_are_not_attested(
    make_statement: Make, other: str
) -> None:
    with pytest.raises(IntegrityError):
        make_statement((file(), file(other)))


@pytest.mark.parametrize("sha256", ["", "a" * 63, "A" * 64, "sha256:" + "a" * 64, "g" * 64])
def test_digests_that_are_none_are_not_attested(make_statement: Make, sha256: str) -> None:
    with pytest.raises(IntegrityError):
        make_statement((file(sha256=sha256),))


def test_the_detectors_are_told_with_how_good_they_are(make_statement: Make) -> None:
    scan = make_statement(())["predicate"]["scan"]
    assert scan["catalogue"] == digest("catalogue")
    assert scan["recognizers"] == ["names/1"]
    corpus = scan["scorecard"]["corpora"]["generated"]
    assert 0 < corpus["core"]["recall"]["low"] <= corpus["core"]["recall"]["value"] <= 1
    assert corpus["all"]["support"] > 1000


def test_measures_of_other_detectors_are_told_as_such() -> None:
    """An installation may add detectors; nobody has measured those."""
    measured = {"made": {"detectors": "1/2/x", "corpus": "c"}}
    known = Detection(catalogue=digest("x"), scorecard=measured)
    assert known.document("1/2/x")["scorecard"]["of_these_detectors"]
    assert not known.document("1/3/y")["scorecard"]["of_these_detectors"]
    older = {**measured, "kept": {"detectors": "1/1/w", "corpus": "c"}}
    mixed = Detection(catalogue=digest("x"), scorecard=older)
    assert not mixed.document("1/2/x")["scorecard"]["of_these_detectors"]
    assert not Detection(catalogue=digest("x")).document("1/2/x")["scorecard"]["of_these_detectors"]


def test_the_schema_of_the_source_is_told_by_a_digest(make_statement: Make) -> None:
    assert make_statement(())["predicate"]["plan"]["source_schema"] == digest("schema")


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=9),
        st.tuples(st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1)),
        max_size=5,
    )
)
def test_the_manifest_is_canonical_whatever_files_are_called(
    sizes: dict[str, tuple[int, int]],
) -> None:
    """It is written by a shorter way than all else that is digested."""
    files = [
        OutputFile(name=name, sha256="a" * 64, bytes=size, rows=rows)
        for name, (size, rows) in sizes.items()
    ]
    try:
        told = manifest_digest(files)
    except IntegrityError:  # a name that no release has
        return
    assert told == digest(sorted(files, key=lambda f: f.name))


@pytest.mark.parametrize("changes", [{"bytes": 2**53}, {"rows": 2**53}])
def test_sizes_that_two_readers_read_differently_are_not_attested(changes: Any) -> None:
    with pytest.raises(IntegrityError):
        manifest_digest((replace(file(), **changes),))
