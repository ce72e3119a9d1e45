"""Keyless signatures: sigstore's own client against a private sigstore, and attempts to pass without."""

from __future__ import annotations

import base64
import errno
import json
import os
import shutil
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from tests.sigstore_stand_in import IDENTITY, ISSUER, Sigstore, new_key, running

from sluicegate.errors import (
    ConfigurationError,
    IntegrityError,
    KeylessSigningFailed,
    MissingDependencyError,
    SinkError,
    SluicegateError,
    UnknownNameError,
)
from sluicegate.evidence import Demands, Verification, attestation_digest, verify_output
from sluicegate.evidence.keyless import KeylessDemand
from sluicegate.evidence.keyless_signing import sign_output
from sluicegate.evidence.place import BUNDLE, MOST_BUNDLE_BYTES
from sluicegate.model.sensitive import Sensitive

pytest.importorskip("sigstore", reason='needs pip install "sluicegate[sigstore]"')

BAD, MISSING = "demand-keyless", "demand-keyless-missing"


@pytest.fixture(scope="module")
def server() -> Iterator[Sigstore]:
    with running() as found:
        yield found


@pytest.fixture
def sigstore(server: Sigstore) -> Iterator[Sigstore]:
    server.asked.clear()
    yield server
    server.fulcio, server.rekor = server.certify, server.log_entry


@pytest.fixture
def trust(sigstore: Sigstore, tmp_path: Path) -> Path:
    return sigstore.trust_file(tmp_path / "trust.json")


@pytest.fixture
def sign(sigstore: Sigstore, trust: Path, release: Any) -> Callable[..., bool]:
    def act(**changes: Any) -> bool:
        token = Sensitive(changes.pop("raw", None) or sigstore.token())
        given: dict[str, Any] = {"token": token, "trust_config": trust, "seconds": 20.0} | changes
        return sign_output(release.folder, release.trusted, **given)

    return act


@pytest.fixture
def look(trust: Path, release: Any) -> Callable[..., Verification]:
    def act(**changes: Any) -> Verification:
        given = {"identity": IDENTITY, "issuer": ISSUER, "trust_config": str(trust)}
        demands = Demands.of({"keyless": given | changes})
        return verify_output(release.folder, release.trusted, demands=demands)

    return act


def codes(verification: Verification) -> list[str]:
    return [problem.code for problem in verification.problems]


def bundle_of(release: Any) -> Path:
    path: Path = release.folder / BUNDLE
    return path


def no_network(*_: Any, **__: Any) -> Any:
    raise AssertionError("verifying asks nobody")


def test_a_signed_release_is_what_is_demanded_offline(
    release: Any, sign: Any, look: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = release.attestation.read_bytes()
    assert sign()
    monkeypatch.setattr(socket.socket, "connect", no_network)
    assert look().ok
    assert verify_output(release.folder, release.trusted).ok, "the bundle disturbs no other reader"
    assert release.attestation.read_bytes() == before
    assert [p.name for p in release.folder.parent.glob(".*")] == []
    assert bundle_of(release).stat().st_mode == release.attestation.stat().st_mode


def test_the_log_is_told_a_digest_and_no_statement(
    release: Any, sign: Any, sigstore: Sigstore
) -> None:
    sign()
    (_, asked), (path, logged) = sigstore.asked
    assert path == "/api/v1/log/entries"
    envelope = json.loads(release.attestation.read_bytes())
    for told in (asked, logged):
        assert envelope["payload"].encode() not in told
        assert b"customers" not in told
    assert json.loads(logged)["kind"] == "hashedrekord"


@pytest.mark.parametrize(
    "other",
    [
        {"identity": IDENTITY.replace("main", "fork")},
        {"identity": IDENTITY[:-1]},
        {"identity": IDENTITY.upper()},
        {"issuer": "https://other.example"},
        {"issuer": f"{ISSUER}/"},
    ],
)
def test_another_signer_is_not_the_one_demanded(sign: Any, look: Any, other: Any) -> None:
    sign()
    found = look(**other)
    assert codes(found) == [BAD]
    assert not found.to_come
    assert "identity" not in other or f"{IDENTITY!r}" not in str(found.problems[0])


def test_a_signature_that_is_missing_may_still_come(release: Any, sign: Any, look: Any) -> None:
    assert codes(look()) == [MISSING]
    assert look().to_come
    before = attestation_digest(release.folder)
    sign()
    assert attestation_digest(release.folder) not in {before, ""}, "whoever waits looks again"
    bundle_of(release).unlink()
    assert attestation_digest(release.folder) == before
    assert codes(look()) == [MISSING]


def test_a_signature_of_another_release_is_none_of_this(release: Any, sign: Any, look: Any) -> None:
    sign()
    (release.folder / "part-00000.parquet").write_bytes(b"another content")
    release.attest()
    assert verify_output(release.folder, release.trusted).ok, "our own key signed the second one"
    assert codes(look()) == [BAD]


def test_a_changed_attestation_does_not_come_to_the_question(
    release: Any, sign: Any, look: Any
) -> None:
    sign()
    envelope = json.loads(release.attestation.read_bytes())
    statement = base64.b64decode(envelope["payload"]).replace(b"churn", b"other")
    envelope["payload"] = base64.b64encode(statement).decode()
    release.attestation.write_text(json.dumps(envelope))
    assert codes(look()) == ["signature"]


def test_a_sigstore_that_is_not_trusted_vouches_for_nobody(
    release: Any, sign: Any, look: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    with running() as stranger:
        theirs = stranger.trust_file(tmp_path / "theirs.json")
        assert sign(trust_config=theirs, raw=stranger.token())
    assert codes(look()) == [BAD]
    assert look(trust_config=str(theirs)).ok
    public = Demands(keyless=KeylessDemand(identity=IDENTITY, issuer=ISSUER))
    found = verify_output(release.folder, release.trusted, demands=public)
    assert codes(found) == [BAD], "the public sigstore's keys, which come along, are others"


@pytest.mark.parametrize("key", ["ca", "ct_log", "log"])
def test_each_key_of_the_sigstore_counts(
    sign: Any, look: Any, sigstore: Sigstore, tmp_path: Path, key: str
) -> None:
    """An impostor who holds all keys but one, and runs the same services."""
    keys = {k: getattr(sigstore, k) for k in ("oidc", "ca", "ct_log", "log")} | {key: new_key()}
    with running(**keys) as impostor:
        theirs = impostor.trust_file(tmp_path / "theirs.json")
        assert sign(trust_config=theirs, raw=impostor.token())
    assert codes(look()) == [BAD]


def test_a_bundle_is_taken_as_a_whole(release: Any, sign: Any, look: Any) -> None:
    """Nothing in it can be changed or left out, whatever it is."""
    sign()
    good = bundle_of(release).read_text()
    material = json.loads(good)["verificationMaterial"]
    entry = material["tlogEntries"][0]
    changed = [good[:-40], "", "[]", "[" * 100_000, good.replace("0.3", "9.9"), "\ud7ff"]
    for text in (
        entry["canonicalizedBody"],
        entry["integratedTime"],
        entry["inclusionPromise"]["signedEntryTimestamp"],
        entry["inclusionProof"]["rootHash"],
        entry["inclusionProof"]["hashes"][0],
        material["certificate"]["rawBytes"],
        json.loads(good)["messageSignature"]["signature"],
        json.loads(good)["messageSignature"]["messageDigest"]["digest"],
    ):
        at = len(text) // 2
        other = text[:at] + ("1" if text[at] != "1" else "2") + text[at + 1 :]
        assert text in good
        changed.append(good.replace(text, other))
    for part in ("inclusionPromise", "inclusionProof", "canonicalizedBody", "logId"):
        without = json.loads(good)
        del without["verificationMaterial"]["tlogEntries"][0][part]
        changed.append(json.dumps(without))
    for text in changed:
        bundle_of(release).write_text(text)
        assert codes(look()) == [BAD], text[:200]
    bundle_of(release).write_text(good)
    assert look().ok


def test_what_is_no_file_is_no_signature(release: Any, sign: Any, look: Any) -> None:
    sign()
    kept = release.folder.parent / "kept.json"
    shutil.move(bundle_of(release), kept)
    bundle_of(release).symlink_to(kept)
    assert codes(look()) == [BAD]
    assert codes(verify_output(release.folder, release.trusted)) == ["added"]
    bundle_of(release).unlink()
    os.mkfifo(bundle_of(release))
    assert codes(look()) == [BAD]
    bundle_of(release).unlink()
    bundle_of(release).write_bytes(kept.read_bytes() + b" " * MOST_BUNDLE_BYTES)
    assert codes(look()) == [BAD]
    bundle_of(release).unlink()
    bundle_of(release).mkdir()
    (bundle_of(release) / "hidden").write_text("not attested")
    assert "added" in codes(verify_output(release.folder, release.trusted))


def test_only_what_verifies_is_signed(release: Any, sign: Any, sigstore: Sigstore) -> None:
    (release.folder / "added.csv").write_text("1")
    with pytest.raises(IntegrityError, match=r"added\.csv"):
        sign()
    with pytest.raises(IntegrityError, match="there is no attestation"):
        sign_output(release.folder / "day=1", release.trusted)
    with pytest.raises(ConfigurationError, match="a table has no place"):
        sign_output("table://shop/main.customers", release.trusted)
    assert not sigstore.asked


def test_signing_twice_is_signing_once_unless_somebody_else_has(
    release: Any, sign: Any, look: Any, sigstore: Sigstore
) -> None:
    assert sign()
    first = bundle_of(release).read_bytes()
    assert not sign()
    for raw in (
        sigstore.token(identity="https://ci.example/x"),
        sigstore.token(issuer="https://x"),
    ):
        with pytest.raises(IntegrityError, match="another signature stands"):
            sign(raw=raw)
    assert bundle_of(release).read_bytes() == first
    assert look().ok
    bundle_of(release).write_bytes(first[:100])
    with pytest.raises(IntegrityError, match="another signature stands"):
        sign()


def test_two_signers_at_once_leave_one_whole_signature(
    release: Any, sign: Any, look: Any, sigstore: Sigstore
) -> None:
    barrier = threading.Barrier(2)

    def certify(body: bytes, authorization: str) -> dict[str, Any]:
        barrier.wait(10)
        return sigstore.certify(body, authorization)

    sigstore.fulcio = certify
    done: list[bool] = []
    others = [threading.Thread(target=lambda: done.append(sign())) for _ in range(2)]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join(20)
    assert sorted(done) == [False, True]
    assert look().ok


def test_a_link_in_place_of_the_folder_is_not_followed(release: Any, sign: Any) -> None:
    folder = release.attestation.parent
    moved = folder.rename(release.folder.parent / "moved")
    folder.symlink_to(moved)
    with pytest.raises(IntegrityError):
        sign()
    assert not (moved / BUNDLE.rpartition("/")[2]).exists()


def test_a_file_system_that_refuses_is_told_and_nothing_stays(
    release: Any, sign: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    with monkeypatch.context() as patch:
        patch.setattr(os, "link", refuse)
        with pytest.raises(SinkError, match="may not be written"):
            sign()
    assert [p.name for p in release.folder.parent.glob(".*")] == []
    assert verify_output(release.folder, release.trusted).ok
    assert sign()


def test_without_a_token_nothing_is_signed(
    release: Any, trust: Path, sigstore: Sigstore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GITHUB_ACTIONS", "GITLAB_CI", "CIRCLECI", "BUILDKITE", "SIGSTORE_ID_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigurationError, match="no identity token") as caught:
        sign_output(release.folder, release.trusted, trust_config=trust)
    assert "browser" not in str(caught.value)
    assert not sigstore.asked
    assert not bundle_of(release).exists()


def test_the_token_of_a_ci_is_found(
    release: Any, trust: Path, sigstore: Sigstore, look: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("SIGSTORE_ID_TOKEN", sigstore.token())
    assert sign_output(release.folder, release.trusted, trust_config=trust)
    assert look().ok
    monkeypatch.delenv("SIGSTORE_ID_TOKEN")
    with pytest.raises(KeylessSigningFailed, match="CI's identity token"):
        sign_output(release.folder, release.trusted, trust_config=trust)


def test_a_token_that_cannot_be_used_goes_nowhere(sign: Any, sigstore: Sigstore) -> None:
    for raw in (
        "not.a.token",
        "x",
        sigstore.token(seconds=-60),
        sigstore.token(aud="somebody else"),
    ):
        with pytest.raises(ConfigurationError, match="cannot be used") as caught:
            sign(raw=raw)
        assert raw == "x" or raw not in f"{caught.value!r}{caught.value}"
    assert not sigstore.asked


def test_a_token_of_a_stranger_is_refused_and_not_shown(
    release: Any, sign: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    raw = Sigstore().token()
    with pytest.raises(KeylessSigningFailed, match="HTTP 401") as caught:
        sign(raw=raw)
    assert caught.value.retryable
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert raw not in f"{caught.value!r}{caught.value}{''.join(capfd.readouterr())}"
    assert not bundle_of(release).exists()


@pytest.mark.parametrize("hangs", ["fulcio", "rekor"])
def test_a_server_that_hangs_costs_a_bounded_time(
    release: Any, sign: Any, sigstore: Sigstore, hangs: str
) -> None:
    release_it, asked = threading.Event(), threading.Event()

    def hang(_: bytes, __: str) -> dict[str, Any]:
        asked.set()
        release_it.wait(30)
        return {}

    setattr(sigstore, hangs, hang)
    try:
        with pytest.raises(KeylessSigningFailed, match=r"does not answer in 0\.5 s") as caught:
            sign(seconds=0.5)
    finally:
        release_it.set()
    assert asked.is_set()
    assert "without a keyless signature" in caught.value.hint
    assert not bundle_of(release).exists()
    assert verify_output(release.folder, release.trusted).ok, "the release stands as it was"


def test_answers_that_do_not_hold_are_not_published(
    release: Any, sign: Any, sigstore: Sigstore
) -> None:
    def wrong_log(body: bytes, _: str) -> dict[str, Any]:
        return Sigstore().log_entry(body, _)

    def other_key(body: bytes, authorization: str) -> dict[str, Any]:
        answer = sigstore.certify(body, authorization)
        leaf = sigstore.leaf(new_key().public_key(), IDENTITY, ISSUER)
        chain = answer["signedCertificateEmbeddedSct"]["chain"]["certificates"]
        chain[0] = leaf.public_bytes(Encoding.PEM).decode()
        return answer

    for name, act in (
        ("rekor", wrong_log),
        ("rekor", lambda *_: {}),
        ("fulcio", other_key),
        ("fulcio", lambda *_: {}),
        ("fulcio", Sigstore(oidc=sigstore.oidc).certify),
    ):
        sigstore.fulcio, sigstore.rekor = sigstore.certify, sigstore.log_entry
        setattr(sigstore, name, act)
        with pytest.raises(KeylessSigningFailed, match="keyless signing failed"):
            sign()
        assert not bundle_of(release).exists()


def test_a_sigstore_that_is_away_is_told(
    release: Any, sign: Any, sigstore: Sigstore, tmp_path: Path
) -> None:
    with running() as gone:
        away = gone.trust_file(tmp_path / "away.json")
    with pytest.raises(KeylessSigningFailed, match="ConnectionError"):
        sign(trust_config=away)


def test_the_token_is_not_sent_in_the_clear(sign: Any, sigstore: Sigstore, tmp_path: Path) -> None:
    service = sigstore.trust()["signingConfig"]["caUrls"][0]
    for url in ("http://fulcio.example", "http://127.0.0.1.example", "ftp://localhost"):
        path = sigstore.trust_file(tmp_path / "clear.json", caUrls=[service | {"url": url}])
        with pytest.raises(ConfigurationError, match="in the clear"):
            sign(trust_config=path)


@pytest.mark.parametrize("text", [None, "", "{}", "[" * 100_000, '{"mediaType": 1}'])
def test_a_file_of_trust_that_is_none_is_refused(
    release: Any, sign: Any, look: Any, tmp_path: Path, text: str | None
) -> None:
    path = tmp_path / "other.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigurationError, match="file of trust"):
        sign(trust_config=path)
    assert sign()
    with pytest.raises(ConfigurationError, match="file of trust"):
        look(trust_config=str(path))


def test_a_demand_that_would_demand_little_is_refused() -> None:
    good = {"identity": IDENTITY, "issuer": ISSUER}
    with pytest.raises(UnknownNameError, match="isuer"):
        Demands.of({"keyless": good | {"isuer": "x"}})
    values: list[Any] = [True, "on", [], {}, {"issuer": ISSUER}, {"identity": IDENTITY}]
    for value in values:
        with pytest.raises(ConfigurationError):
            Demands.of({"keyless": value})
    for field in (*good, "trust_config"):
        for text in ("", " ", None, 1, [ISSUER]):
            with pytest.raises(ConfigurationError, match=field):
                Demands.of({"keyless": good | {field: text}})


def test_a_demand_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "demands.yaml"
    path.write_text(f"keyless:\n  identity: {IDENTITY}\n  issuer: {ISSUER}\n")
    expected = KeylessDemand(identity=IDENTITY, issuer=ISSUER)
    assert Demands.read(path).keyless == expected
    assert Demands.of({"keyless": expected}).keyless == expected


def test_a_predicate_alone_does_not_meet_the_demand(release: Any, sign: Any) -> None:
    sign()
    predicate = verify_output(release.folder, release.trusted).predicate
    demands = Demands(keyless=KeylessDemand(identity=IDENTITY, issuer=ISSUER))
    assert [p.code for p in demands.unmet(predicate)] == [BAD]


def test_without_the_extra_a_demand_is_an_error(
    release: Any, sign: Any, look: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign()
    monkeypatch.delitem(sys.modules, "sluicegate.evidence.sigstore_client")
    monkeypatch.setitem(sys.modules, "sigstore.sign", None)
    for act in (sign, look):
        with pytest.raises(MissingDependencyError, match=r"sluicegate\[sigstore\]"):
            act()
    assert verify_output(release.folder, release.trusted).ok
    assert issubclass(MissingDependencyError, SluicegateError)
