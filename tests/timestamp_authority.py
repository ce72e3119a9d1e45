"""A time stamp authority for tests: ``openssl ts`` behind a small HTTP server, with its own roots."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
default_tsa = test
[test]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256, sha512
signer_digest = sha256
"""
DAY = timedelta(days=1)


@dataclass
class Issuer:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    above: list[x509.Certificate] = field(default_factory=list)
    """Certificates between it and the root."""

    @classmethod
    def root(cls, name: str) -> Issuer:
        """Make a root."""
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(_certificate(name, key, name, key, ca=True), key)

    def issue(self, name: str, *, ca: bool = False, **more: Any) -> Issuer:
        """Issue a certificate; for time stamps unless it is a CA or ``usage`` says otherwise."""
        key = more.pop("key", None) or ec.generate_private_key(ec.SECP256R1())
        issuer = self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
        made = _certificate(name, key, str(issuer), self.key, ca=ca, **more)
        root = self.certificate.issuer == self.certificate.subject
        return Issuer(made, key, [] if root else [self.certificate, *self.above])

    def pem(self, path: Path) -> Path:
        """Write the certificate."""
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return path


@dataclass
class Authority:
    """A running authority. ``answer`` may be replaced by a test, to behave badly."""

    url: str
    folder: Path
    signer: Issuer
    answer: Callable[[BaseHTTPRequestHandler, bytes], None]
    queries: list[bytes] = field(default_factory=list)

    def stamp(self, query: bytes, signer: Issuer | None = None) -> bytes:
        """Answer a query as ``openssl ts`` does."""
        signer, folder = signer or self.signer, self.folder
        signer.pem(folder / "signer.pem")
        (folder / "key.pem").write_bytes(
            signer.key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        chain = [c.public_bytes(serialization.Encoding.PEM) for c in signer.above]
        (folder / "chain.pem").write_bytes(b"".join(chain))
        (folder / "query.tsq").write_bytes(query)
        more = ["-chain", str(folder / "chain.pem")] if chain else []
        subprocess.run(
            ["openssl", "ts", "-reply", "-config", str(folder / "openssl.cnf"), "-section", "test",
             "-queryfile", str(folder / "query.tsq"), "-signer", str(folder / "signer.pem"),
             "-inkey", str(folder / "key.pem"), *more, "-out", str(folder / "reply.tsr")],
            check=True, capture_output=True,
        )  # fmt: skip
        return (folder / "reply.tsr").read_bytes()


def reply(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
    """Send an answer."""
    handler.send_response(status)
    handler.send_header("Content-Type", "application/timestamp-reply")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@contextmanager
def running(folder: Path, signer: Issuer) -> Iterator[Authority]:
    """Run an authority on this machine."""
    folder.mkdir()
    (folder / "openssl.cnf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01")
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            authority.queries.append(query)
            authority.answer(self, query)

        def log_message(self, *_: Any) -> None:
            pass

    def answer(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        with lock:
            made = authority.stamp(query)
        reply(handler, made)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    authority = Authority(f"http://127.0.0.1:{server.server_port}/tsr", folder, signer, answer)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    *,
    ca: bool,
    since: timedelta = -DAY,
    until: timedelta = 30 * DAY,
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.TIME_STAMPING,
    serial: int = 0,
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(now + since)
        .not_valid_after(now + until)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
