"""A time stamp authority as witness: real tokens of ``openssl ts``, and attempts to pass with others."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st
from tests.timestamp_authority import DAY, Authority, Issuer, reply, running

from sluicegate.errors import (
    ConfigurationError,
    LedgerUnavailable,
    SignatureInvalid,
    SluicegateError,
)
from sluicegate.ledger import Checkpoint, Ed25519Signer, Ledger, open_ledger, open_witness
from sluicegate.ledger.timestamp_order import in_order
from sluicegate.model.events import Event

pytest.importorskip("rfc3161_client", reason='needs pip install "sluicegate[timestamp]"')
if shutil.which("openssl") is None and not os.environ.get("CI"):
    pytest.skip("the authority of these tests is the program openssl", allow_module_level=True)

from sluicegate.ledger.witness_timestamp import TimestampWitness


@pytest.fixture(scope="module")
def root() -> Issuer:
    return Issuer.root("root of the tests")


@pytest.fixture(scope="module")
def signer_certificate(root: Issuer) -> Issuer:
    return root.issue("authority of the tests")


@pytest.fixture
def authority(tmp_path: Path, signer_certificate: Issuer) -> Iterator[Authority]:
    with running(tmp_path / "authority", signer_certificate) as found:
        yield found


@pytest.fixture
def ca(tmp_path: Path, root: Issuer) -> Path:
    return root.pem(tmp_path / "ca.pem")


@pytest.fixture
def keep(tmp_path: Path) -> Path:
    return tmp_path / "stamps"


@pytest.fixture
def witness(authority: Authority, keep: Path, ca: Path) -> TimestampWitness:
    return TimestampWitness(authority.url, keep=keep, ca=ca, seconds=5)


def signed(ledger: Ledger) -> Checkpoint:
    ledger.append_all([Event(kind="k", subject="s", body={})] * 3)
    return ledger.checkpoint()


def folders(keep: Path) -> list[Path]:
    return sorted(keep.glob("*/*"))


def test_what_was_stamped_comes_back_with_its_time_offline(
    ledger: Ledger, authority: Authority, keep: Path, ca: Path
) -> None:
    address = f"rfc3161:{authority.url}?keep={keep}&ca={ca}"
    made = [signed(ledger), signed(ledger)]
    for checkpoint in (*made, made[0]):
        open_witness(address).keep(checkpoint)
    assert len(authority.queries) == 2, "one that is kept is not asked for again"
    nobody = open_witness(f"rfc3161:http://127.0.0.1:1/?keep={keep}&ca={ca}")
    assert [c.note for c in nobody.kept()] == [c.note for c in made]
    for checkpoint in nobody.kept():
        assert checkpoint.seen is not None
        assert abs((checkpoint.seen - checkpoint.time).total_seconds()) < 60


def test_openssl_accepts_what_is_kept(
    ledger: Ledger, witness: TimestampWitness, keep: Path, ca: Path
) -> None:
    witness.keep(signed(ledger))
    (folder,) = folders(keep)
    call: list[str | Path] = ["openssl", "ts", "-verify", "-data", folder / "checkpoint.note", "-in", folder / "stamp.tsr"]  # fmt: skip
    done = subprocess.run([*call, "-CAfile", ca], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (folder / "checkpoint.note").write_text("another")
    assert subprocess.run([*call, "-CAfile", ca], capture_output=True, check=False).returncode != 0


def test_only_a_digest_leaves(
    ledger: Ledger, witness: TimestampWitness, authority: Authority
) -> None:
    checkpoint = signed(ledger)
    witness.keep(checkpoint)
    (query,) = authority.queries
    assert len(query) < 100
    assert checkpoint.origin.encode() not in query
    assert checkpoint.root not in query


def test_it_shows_a_ledger_that_was_put_back(
    ledger: Ledger, witness: TimestampWitness, path: Path, signer: Ed25519Signer
) -> None:
    signed(ledger)
    ledger.close()
    backup = path.read_bytes()
    trusted = {signer.key_id: signer.public_key}
    with closing(open_ledger(str(path), signer)) as later:
        witness.keep(signed(later))
        assert later.verify(trusted, witnessed=witness.kept()).ok
    path.write_bytes(backup)
    with closing(open_ledger(str(path), signer)) as again:
        report = again.verify(trusted, witnessed=witness.kept())
    assert report.fault is not None
    assert report.fault.code == "truncated"


def test_a_certificate_between_comes_with_the_token_or_the_file(
    ledger: Ledger, authority: Authority, root: Issuer, keep: Path, ca: Path
) -> None:
    """In whatever order the certificates of a token stand."""
    between = root.issue("between", ca=True)
    authority.signer = between.issue("authority below")
    for _ in range(2):
        TimestampWitness(authority.url, keep=keep, ca=ca).keep(signed(ledger))
        authority.signer = Issuer(
            authority.signer.certificate,
            authority.signer.key,
            [between.certificate, root.certificate],
        )
    authority.signer.above.clear()
    with pytest.raises(SignatureInvalid):
        TimestampWitness(authority.url, keep=keep, ca=ca).keep(signed(ledger))
    ca.write_bytes(ca.read_bytes() + between.certificate.public_bytes(Encoding.PEM))
    witness = TimestampWitness(authority.url, keep=keep, ca=ca)
    witness.keep(signed(ledger))
    assert len(witness.kept()) == 3


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory, root: Issuer) -> bytes:
    """A token with two certificates."""
    folder = tmp_path_factory.mktemp("token")
    query = ["openssl", "ts", "-query", "-digest", "00" * 32, "-sha256", "-cert"]
    asked = subprocess.run(query, check=True, capture_output=True).stdout
    signer = root.issue("between", ca=True).issue("below")
    with running(folder / "authority", signer) as authority:
        return authority.stamp(asked)


@given(
    data=st.binary(max_size=9) | st.just(b"\x84\xff\xff\xff\xff"),
    cut=st.integers(0, 300),
    put=st.integers(0, 1200),
)
def test_ordering_certificates_moves_bytes_and_changes_none(
    token: bytes, data: bytes, cut: int, put: int
) -> None:
    assert in_order(token) in {token, in_order(in_order(token))}
    broken = token[:put] + data + token[put + cut :]
    assert sorted(in_order(broken)) == sorted(broken)


def other_nonce(authority: Authority, query: bytes) -> bytes:
    return authority.stamp(query[:-8] + bytes(b ^ 1 for b in query[-8:-4]) + query[-4:])


def other_imprint(authority: Authority, query: bytes) -> bytes:
    place = query.index(b"\x04\x20") + 2  # the digest, an OCTET STRING of 32 bytes
    return authority.stamp(query[:place] + bytes(32) + query[place + 32 :])


def of_a_stranger(authority: Authority, query: bytes) -> bytes:
    return authority.stamp(query, Issuer.root("a stranger").issue("authority of the tests"))


def of_a_root_with_the_same_name(authority: Authority, query: bytes) -> bytes:
    return authority.stamp(query, Issuer.root("root of the tests").issue("authority of the tests"))


def expired(authority: Authority, query: bytes) -> bytes:
    return authority.stamp(query, ROOTS[-1].issue("expired", since=-9 * DAY, until=-DAY))


def not_yet(authority: Authority, query: bytes) -> bytes:
    return authority.stamp(query, ROOTS[-1].issue("early", since=DAY, until=9 * DAY))


def for_something_else(authority: Authority, query: bytes) -> bytes:
    """``openssl`` signs with no such certificate, so it is exchanged for one of its name and key."""
    right = ROOTS[-1].issue("two faces")
    der = right.certificate.public_bytes(Encoding.DER)
    token = authority.stamp(query, right)
    same: dict[str, Any] = {"key": right.key, "serial": right.certificate.serial_number}
    usage = ExtendedKeyUsageOID.SERVER_AUTH
    while True:  # until the signature is as long
        other = ROOTS[-1].issue("two faces", usage=usage, **same).certificate
        if len(made := other.public_bytes(Encoding.DER)) == len(der):
            assert der in token
            return token.replace(der, made)


def changed(authority: Authority, query: bytes) -> bytes:
    whole = bytearray(authority.stamp(query))
    whole[-3] ^= 1  # in the signature, which ends the token
    return bytes(whole)


ROOTS: list[Issuer] = []
"""The root of the running test, for lies that need one."""


@pytest.mark.parametrize(
    "lie",
    [
        other_nonce, other_imprint, of_a_stranger, of_a_root_with_the_same_name, expired, not_yet, changed,
        for_something_else,
    ],
)  # fmt: skip
def test_a_token_that_is_not_what_was_asked_for_is_refused(
    ledger: Ledger,
    witness: TimestampWitness,
    authority: Authority,
    keep: Path,
    root: Issuer,
    lie: Callable[[Authority, bytes], bytes],
) -> None:
    ROOTS[:] = [root]
    honest = authority.answer
    authority.answer = lambda handler, query: reply(handler, lie(authority, query))
    checkpoint = signed(ledger)
    with pytest.raises(SignatureInvalid, match="does not hold"):
        witness.keep(checkpoint)
    assert folders(keep) == [], "nothing is kept of it"
    authority.answer = honest
    witness.keep(checkpoint)
    assert [c.note for c in witness.kept()] == [checkpoint.note]


def test_a_rejection_is_told(
    ledger: Ledger, witness: TimestampWitness, authority: Authority, keep: Path
) -> None:
    refused = authority.stamp(b"no query at all")
    authority.answer = lambda handler, _: reply(handler, refused)
    with pytest.raises(LedgerUnavailable, match=r"refuses to stamp \(status 2\)"):
        witness.keep(signed(ledger))
    assert folders(keep) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200), (b"<html>no</html>", 200), (b"\x30\x03\x02\x01\x00", 200), (bytes(100_000), 200),
        (b"", 500), (b"", 302), (b"", 204),
    ],
)  # fmt: skip
def test_garbage_is_no_time_stamp(
    ledger: Ledger, witness: TimestampWitness, authority: Authority, body: bytes, status: int
) -> None:
    authority.answer = lambda handler, _: reply(handler, body, status)
    with pytest.raises((LedgerUnavailable, SignatureInvalid)):
        witness.keep(signed(ledger))


def test_no_mutation_of_a_token_tells_something_else_or_breaks_out(
    ledger: Ledger, witness: TimestampWitness, keep: Path
) -> None:
    """What is told is signed. A few bytes that tell nothing are not: versions, names of algorithms."""
    checkpoint = signed(ledger)
    witness.keep(checkpoint)
    (folder,) = folders(keep)
    whole, note = (folder / "stamp.tsr").read_bytes(), checkpoint.note.encode()
    seen = witness._authority.verify(whole, note, place="it")
    digest = whole.index(hashlib.sha256(note).digest())
    time_ = whole.index(f"{seen:%Y%m%d%H%M%SZ}".encode())
    told = {
        *range(digest, digest + 32),
        *range(time_, time_ + 15),
        *range(len(whole) - 60, len(whole)),
    }
    for place in range(len(whole)):
        mutated = bytearray(whole)
        mutated[place] ^= 0x55
        try:
            assert witness._authority.verify(bytes(mutated), note, place="it") == seen
        except SluicegateError:
            continue
        assert place not in told
    for length in range(0, len(whole), 13):
        with pytest.raises(SignatureInvalid):
            witness._authority.verify(whole[:length], note, place="it")


def hangs(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    RELEASE.wait(20)


def drips(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n")
    while not RELEASE.wait(0.05):
        handler.wfile.write(b"x")


RELEASE = threading.Event()


@pytest.mark.parametrize("behave", [hangs, drips])
def test_an_authority_that_hangs_is_given_up(
    ledger: Ledger,
    authority: Authority,
    keep: Path,
    ca: Path,
    behave: Callable[[BaseHTTPRequestHandler, bytes], None],
) -> None:
    RELEASE.clear()
    authority.answer = behave
    began = time.monotonic()
    try:
        with pytest.raises(LedgerUnavailable, match="does not answer"):
            TimestampWitness(authority.url, keep=keep, ca=ca, seconds=0.3).keep(signed(ledger))
        assert time.monotonic() - began < 5
    finally:
        RELEASE.set()


def test_a_token_of_another_checkpoint_is_none_of_this(
    ledger: Ledger, witness: TimestampWitness, keep: Path
) -> None:
    """Somebody with the ledger's key makes another history and puts an old time stamp beside it."""
    for _ in range(2):
        witness.keep(signed(ledger))
    first, second = folders(keep)
    shutil.copy(first / "stamp.tsr", second / "stamp.tsr")
    with pytest.raises(SignatureInvalid, match=second.name):
        witness.kept()


@pytest.mark.parametrize("name", ["checkpoint.note", "stamp.tsr"])
@pytest.mark.parametrize("act", ["delete", "empty", "double", "long"])
def test_what_was_tampered_with_is_no_empty_witness(
    ledger: Ledger, witness: TimestampWitness, keep: Path, name: str, act: str
) -> None:
    witness.keep(signed(ledger))
    (folder,) = folders(keep)
    file = folder / name
    data = file.read_bytes()
    if act == "delete":
        file.unlink()
    else:
        file.write_bytes({"empty": b"", "double": data * 2, "long": data + bytes(10**6)}[act])
    with pytest.raises(SignatureInvalid):
        witness.kept()


def test_a_crash_before_the_end_leaves_nothing_that_counts(
    ledger: Ledger, witness: TimestampWitness, keep: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = signed(ledger)

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", broken)
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # the process is gone
        with pytest.raises(KeyboardInterrupt):
            witness.keep(checkpoint)
    assert len(folders(keep)) == 1
    assert witness.kept() == []
    witness.keep(checkpoint)
    assert [c.note for c in witness.kept()] == [checkpoint.note]


def test_a_folder_that_is_not_there_or_not_ours_is_unavailable(
    ledger: Ledger, authority: Authority, tmp_path: Path, ca: Path
) -> None:
    witness = TimestampWitness(authority.url, keep=tmp_path / "no" / "folder", ca=ca)
    with pytest.raises(LedgerUnavailable):
        witness.kept()
    with pytest.raises(LedgerUnavailable):
        witness.keep(signed(ledger))
    assert authority.queries == [], "what cannot be kept is not asked for"


@pytest.mark.parametrize(
    "text",
    [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"],
)
def test_a_ca_file_without_a_root_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "bad.pem").write_bytes(text)
    with pytest.raises(ConfigurationError):
        open_witness(f"rfc3161:http://127.0.0.1:1/?keep={tmp_path}&ca={tmp_path / 'bad.pem'}")
    with pytest.raises(ConfigurationError):
        open_witness(f"rfc3161:http://127.0.0.1:1/?keep={tmp_path}&ca={tmp_path / 'none.pem'}")


@pytest.mark.parametrize(
    "rest",
    [
        "", "https://h/", "https://h/?keep=x", "https://h/?ca=x", "ftp://h/?keep=x&ca=y", "https:///?keep=x&ca=y",
        "https://user:canary@h/?keep=x&ca=y", "https://h:port/?keep=x&ca=y", "https://[::1?keep=x&ca=y",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(rest: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_witness(f"rfc3161:{rest}")
    assert "canary" not in str(caught.value)


def test_the_authority_gets_its_own_query_and_no_message_has_it(
    ledger: Ledger, authority: Authority, keep: Path, ca: Path
) -> None:
    paths: list[str] = []

    def refuse(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        paths.append(handler.path)
        reply(handler, b"", 403)

    authority.answer = refuse
    witness = open_witness(f"rfc3161:{authority.url}?account=canary&keep={keep}&ca={ca}")
    with pytest.raises(LedgerUnavailable, match="403") as caught:
        witness.keep(signed(ledger))
    assert paths == ["/tsr?account=canary"]
    assert "canary" not in str(caught.value) + witness.place + repr(vars(witness))
