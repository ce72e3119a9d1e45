from __future__ import annotations

import base64
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sluicegate.evidence import verify_output
from sluicegate.evidence.statement import PREDICATE_TYPE, STATEMENT_TYPE
from sluicegate.ledger import Ed25519Signer
from sluicegate.model.outcome import OutputFile

NOBODY = 65534
PART = "part-00000.parquet"
NESTED = "day=1/part-00000.parquet"


def problems(release: Any) -> set[tuple[str, str]]:
    return {(p.code, p.place) for p in verify_output(release.folder, release.trusted).problems}


def test_an_untouched_output_holds(release: Any) -> None:
    verification = verify_output(release.folder, release.trusted)
    assert verification.ok
    assert verification.predicate["plan"]["source"] == "shop_prod"
    assert len(verification.predicate["files"]) == 3


def test_an_output_reached_through_a_link_holds(release: Any, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(release.folder)
    assert verify_output(tmp_path / "link", release.trusted).ok


def test_an_output_without_files_holds(tmp_path: Path, release: Any) -> None:
    for file in release.files():
        (release.folder / file.name).unlink()
    release.attest(())
    assert verify_output(release.folder, release.trusted).ok


@pytest.mark.parametrize("name", [PART, NESTED])
def test_every_flipped_byte_is_found(release: Any, name: str) -> None:
    path = release.folder / name
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert problems(release) == {("changed", name)}


@pytest.mark.parametrize("content", [b"", b"content", b"longer than it was before by far"])
def test_another_length_is_a_change(release: Any, content: bytes) -> None:
    (release.folder / PART).write_bytes(content)
    assert problems(release) == {("changed", PART)}


def test_two_files_that_were_exchanged_are_both_changed(release: Any) -> None:
    one, other = release.folder / PART, release.folder / "part-00001.parquet"
    a, b = one.read_bytes(), other.read_bytes()
    one.write_bytes(b)
    other.write_bytes(a)
    assert problems(release) == {("changed", PART), ("changed", "part-00001.parquet")}


@pytest.mark.parametrize("name", [PART, NESTED])
def test_a_removed_file_is_named(release: Any, name: str) -> None:
    (release.folder / name).unlink()
    assert problems(release) == {("removed", name)}


@pytest.mark.parametrize(
    "name",
    [
        "part-00002.parquet",
        ".hidden.parquet",
        ".hidden/x",
        "day=2/deep/er/part-00000.parquet",
        "_SUCCESS",
        "_SLUICEGATE/more.json",
        "_SLUICEGATE/.attestation.json.swp",
        "_SLUICEGATE/attestation.json.bak",
        "manifest",
        "PART-00000.parquet",
        "part-00000.parquet ",
        "pаrt-00000.parquet",  # a Cyrillic letter
    ],
)
def test_an_added_file_is_named(release: Any, name: str) -> None:
    path = release.folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    if path.name.casefold() == PART and path.samefile(release.folder / PART):
        pytest.fail("these tests need a file system that tells cases apart")
    assert problems(release) == {("added", name)}


def test_a_file_in_another_case_is_removed_and_added(release: Any) -> None:
    (release.folder / PART).rename(release.folder / "Part-00000.parquet")
    assert problems(release) == {("removed", PART), ("added", "Part-00000.parquet")}


def test_names_of_added_files_do_not_steer_the_terminal(release: Any) -> None:
    (release.folder / "\x1b[2J\u202egood").write_bytes(b"x")
    (release.folder / os.fsdecode(b"\xff\xfe")).write_bytes(b"x")
    found = verify_output(release.folder, release.trusted).problems
    assert len(found) == 2
    assert all(str(p).isprintable() and str(p).isascii() for p in found)


def _link_to_a_copy(path: Path) -> None:
    copy = path.parent.parent / "copy"
    shutil.move(path, copy)
    path.symlink_to(copy)


def _link_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "change", [_link_to_a_copy, _link_to_nowhere, _link_to_itself, _pipe, _folder]
)
def test_what_is_no_file_of_its_own_is_named(release: Any, change: Callable[[Path], None]) -> None:
    change(release.folder / PART)
    assert problems(release) == {("not-a-file", PART)}


@pytest.mark.parametrize("change", [_link_to_a_copy, _link_to_itself, _pipe, _folder])
def test_an_attestation_that_is_no_file_of_its_own_proves_nothing(
    release: Any, change: Callable[[Path], None]
) -> None:
    change(release.attestation)
    assert problems(release) == {("not-a-file", "_SLUICEGATE/attestation.json")}


def test_an_attestation_below_a_link_proves_nothing(release: Any, tmp_path: Path) -> None:
    shutil.move(release.attestation.parent, tmp_path / "elsewhere")
    release.attestation.parent.symlink_to(tmp_path / "elsewhere")
    assert problems(release) == {("not-a-file", "_SLUICEGATE/attestation.json")}


def test_a_folder_that_became_a_link_is_not_followed(release: Any, tmp_path: Path) -> None:
    shutil.move(release.folder / "day=1", tmp_path / "day=1")
    (release.folder / "day=1").symlink_to(tmp_path / "day=1")
    assert problems(release) == {("removed", NESTED), ("added", "day=1")}


@pytest.mark.parametrize("make", [lambda p: p.symlink_to("/etc"), os.mkfifo])
def test_added_links_and_pipes_are_named_and_not_followed(
    release: Any, make: Callable[[Path], None]
) -> None:
    make(release.folder / "extra")
    assert problems(release) == {("added", "extra")}


def test_what_may_not_be_read_is_named(signer: Ed25519Signer, release: Any) -> None:
    folder = Path(tempfile.mkdtemp())  # not below pytest's folder, which others may not enter
    try:
        shutil.copytree(release.folder, folder / "out")
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        (folder / "out" / PART).chmod(0)
        (folder / "out" / "closed").mkdir(mode=0)
        moved = replace(release, folder=folder / "out")
        child = os.fork()
        if child == 0:
            if os.geteuid() == 0:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            found = problems(moved)
            os._exit(0 if found == {("unreadable", PART), ("unreadable", "closed")} else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("folder", ["nowhere", "file"])
def test_where_no_output_is_there_is_no_attestation(
    tmp_path: Path, release: Any, folder: str
) -> None:
    (tmp_path / "file").write_text("")
    (problem,) = verify_output(tmp_path / folder, release.trusted).problems
    assert problem.code == "missing-attestation"


def test_without_a_trusted_signature_nothing_of_it_is_told(release: Any) -> None:
    for trusted in ({}, {release.signer.key_id: Ed25519Signer(bytes(32)).public_key}):
        verification = verify_output(release.folder, trusted)
        assert [p.code for p in verification.problems] == ["signature"]
        assert verification.predicate == {}


def test_the_attestation_of_another_output_does_not_fit(release: Any, tmp_path: Path) -> None:
    """It is signed with the true key, but for other files."""
    other = replace(release, folder=tmp_path / "other")
    other.folder.mkdir()
    (other.folder / "x.parquet").write_bytes(b"other")
    other.attest()
    shutil.copy(other.attestation, release.attestation)
    assert problems(release) == {
        ("removed", "x.parquet"),
        *(("added", file.name) for file in release.files()),
    }


def _signed(release: Any, change: Callable[[dict[str, Any]], None]) -> None:
    """Attest with the true key what our own code would not."""
    envelope = json.loads(release.attestation.read_bytes())
    statement = json.loads(base64.b64decode(envelope["payload"]))
    assert (statement["_type"], statement["predicateType"]) == (STATEMENT_TYPE, PREDICATE_TYPE)
    change(statement)
    from sluicegate.evidence import sign_statement

    release.attestation.write_bytes(sign_statement(statement, release.signer))


def _hide_a_file(statement: dict[str, Any]) -> None:
    statement["predicate"]["files"].pop()


def _hide_a_subject(statement: dict[str, Any]) -> None:
    statement["subject"].pop()


def _no_subjects(statement: dict[str, Any]) -> None:
    del statement["subject"]


def _other_subjects(statement: dict[str, Any]) -> None:
    statement["subject"] = [7]


def _lead_outside(statement: dict[str, Any]) -> None:
    statement["predicate"]["files"][0]["name"] = "../../etc/passwd"


def _files_no_list(statement: dict[str, Any]) -> None:
    statement["predicate"]["files"] = None


def _file_no_object(statement: dict[str, Any]) -> None:
    statement["predicate"]["files"] = ["x"]


def _size_no_number(statement: dict[str, Any]) -> None:
    statement["predicate"]["files"][0]["bytes"] = "22"


def _name_no_text(statement: dict[str, Any]) -> None:
    statement["predicate"]["files"][0]["name"] = 7


@pytest.mark.parametrize(
    "change",
    [
        _hide_a_file, _hide_a_subject, _no_subjects, _other_subjects, _lead_outside,
        _files_no_list, _file_no_object, _size_no_number, _name_no_text,
    ],
)  # fmt: skip
def test_a_signed_list_that_does_not_hold_together_is_refused(
    release: Any, change: Callable[[dict[str, Any]], None]
) -> None:
    _signed(release, change)
    assert problems(release) == {("manifest", "_SLUICEGATE/attestation.json")}


def test_a_thousand_files_are_verified(release: Any) -> None:
    for number in range(1000):
        (release.folder / f"more-{number:04}.parquet").write_bytes(b"x")
    release.attest()
    assert verify_output(release.folder, release.trusted).ok
    last: OutputFile = release.files()[-1]
    (release.folder / last.name).unlink()
    assert problems(release) == {("removed", last.name)}
