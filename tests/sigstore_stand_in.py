"""A private sigstore for tests: an OIDC issuer, Fulcio, its CT log and Rekor (v1), with real keys.

It answers as those services do, so that sigstore's own client signs against it and verifies what
came of it. Nothing is stubbed: the token's signature is checked, certificates hold an SCT, and the
log is a Merkle tree with a signed checkpoint.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

ISSUER = "https://issuer.example"
IDENTITY = "https://ci.example/team/pipelines/customers@refs/heads/main"
ISSUER_OID = ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
SCT_OID = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
MEDIA = "application/vnd.dev.sigstore"
PAST = "2020-01-01T00:00:00Z"

Answer = Callable[[bytes, str], dict[str, Any]]


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def sign(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass
class Sigstore:
    """A running instance. ``fulcio`` and ``rekor`` may be replaced by a test, to behave badly."""

    oidc: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    ca: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    ct_log: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    log: ec.EllipticCurvePrivateKey = field(default_factory=new_key)
    url: str = ""
    entries: list[bytes] = field(default_factory=lambda: [b"the log's first entry"])
    asked: list[tuple[str, bytes]] = field(default_factory=list)
    """Path and body of each request."""

    def __post_init__(self) -> None:
        self.root = self._root()
        self.fulcio: Answer = self.certify
        self.rekor: Answer = self.log_entry

    def token(
        self, identity: str = IDENTITY, issuer: str = ISSUER, *, seconds: int = 600, **more: Any
    ) -> str:
        """Issue an identity token."""
        now = int(time.time())
        claims = {"iss": issuer, "sub": identity, "aud": "sigstore", "iat": now}
        return jwt.encode(claims | {"exp": now + seconds} | more, self.oidc, algorithm="ES256")

    def certify(self, body: bytes, authorization: str) -> dict[str, Any]:
        """Be Fulcio: check the token and who holds the key, and issue a certificate."""
        claims = jwt.decode(
            authorization.removeprefix("Bearer "),
            self.oidc.public_key(),
            algorithms=["ES256"],
            audience="sigstore",
        )
        pem = base64.b64decode(json.loads(body)["certificateSigningRequest"])
        request = x509.load_pem_x509_csr(pem)
        assert request.is_signature_valid
        leaf = self.leaf(request.public_key(), claims["sub"], claims["iss"])
        chain = [c.public_bytes(serialization.Encoding.PEM).decode() for c in (leaf, self.root)]
        return {"signedCertificateEmbeddedSct": {"chain": {"certificates": chain}}}

    def log_entry(self, body: bytes, _: str) -> dict[str, Any]:
        """Be Rekor: take an entry into the tree, promise it, and prove that it is in it."""
        entry = rfc8785.dumps(json.loads(body))
        self.entries.append(entry)
        index, size = len(self.entries) - 1, len(self.entries)
        leaves = [hashlib.sha256(b"\0" + e).digest() for e in self.entries]
        log_id = hashlib.sha256(spki(self.log)).digest()
        promised: dict[str, Any] = {
            "body": b64(entry),
            "integratedTime": int(time.time()),
            "logID": log_id.hex(),
            "logIndex": index,
        }
        note = f"rekor.example - 1\n{size}\n{b64(tree_root(leaves))}\n"
        signed = b64(log_id[:4] + sign(self.log, note.encode()))
        proof = {
            "logIndex": index,
            "rootHash": tree_root(leaves).hex(),
            "treeSize": size,
            "hashes": [h.hex() for h in tree_path(index, leaves)],
            "checkpoint": f"{note}\n— rekor.example {signed}\n",
        }
        set_ = b64(sign(self.log, rfc8785.dumps(promised)))
        verification = {"signedEntryTimestamp": set_, "inclusionProof": proof}
        return {leaves[index].hex(): promised | {"verification": verification}}

    def leaf(self, key: Any, identity: str, issuer: str) -> x509.Certificate:
        """Issue a certificate of ten minutes with the CT log's stamp in it."""
        now = datetime.now(UTC)
        name = x509.UniformResourceIdentifier(identity)
        alternative = x509.SubjectAlternativeName([name])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING])
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(self.root.subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(seconds=5))
            .not_valid_after(now + timedelta(minutes=10))
            .add_extension(_usage(sign=True), critical=True)
            .add_extension(usage, critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.ca.public_key()),
                critical=False,
            )
            .add_extension(alternative, critical=True)
            .add_extension(x509.UnrecognizedExtension(ISSUER_OID, issuer.encode()), critical=False)
        )
        before = builder.sign(self.ca, hashes.SHA256())
        stamp = x509.UnrecognizedExtension(SCT_OID, self._stamps(before.tbs_certificate_bytes))
        return builder.add_extension(stamp, critical=False).sign(self.ca, hashes.SHA256())

    def trust(self, **changes: Any) -> dict[str, Any]:
        """Tell how to reach this instance, and what to trust: a ``ClientTrustConfig``."""
        valid = {"validFor": {"start": PAST}}
        der = self.root.public_bytes(serialization.Encoding.DER)
        service = {"majorApiVersion": 1, "operator": "tests", **valid}
        root = {
            "mediaType": f"{MEDIA}.trustedroot+json;version=0.1",
            "tlogs": [_log(self.log)],
            "certificateAuthorities": [
                {
                    "subject": {"organization": "tests", "commonName": "tests"},
                    "uri": self.url,
                    "certChain": {"certificates": [{"rawBytes": b64(der)}]},
                    **valid,
                }
            ],
            "ctlogs": [_log(self.ct_log)],
            "timestampAuthorities": [],
        }
        signing = {
            "mediaType": f"{MEDIA}.signingconfig.v0.2+json",
            "caUrls": [{"url": self.url, **service}],
            "oidcUrls": [],
            "rekorTlogUrls": [{"url": self.url, **service}],
            "rekorTlogConfig": {"selector": "ANY"},
            "tsaUrls": [],
            "tsaConfig": {"selector": "ANY"},
        }
        return {
            "mediaType": f"{MEDIA}.clienttrustconfig.v0.1+json",
            "trustedRoot": root,
            "signingConfig": signing | changes,
        }

    def trust_file(self, path: Path, **changes: Any) -> Path:
        """Write the trust configuration."""
        path.write_text(json.dumps(self.trust(**changes)))
        return path

    def _root(self) -> x509.Certificate:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Fulcio of the tests")])
        key = self.ca.public_key()
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime.now(UTC) - timedelta(days=1))
            .not_valid_after(datetime.now(UTC) + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(sign=False), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .sign(self.ca, hashes.SHA256())
        )

    def _stamps(self, tbs: bytes) -> bytes:
        """Be the CT log: stamp a precertificate (RFC 6962, 3.2), as the list in an extension."""
        moment = int(time.time() * 1000)
        entry = hashlib.sha256(spki(self.ca)).digest() + len(tbs).to_bytes(3, "big") + tbs
        signed = sign(self.ct_log, struct.pack("!BBQH", 0, 0, moment, 1) + entry + b"\0\0")
        log_id = hashlib.sha256(spki(self.ct_log)).digest()
        stamp = b"\0" + log_id + struct.pack("!QH", moment, 0) + b"\4\3" + _sized(signed)
        listed = _sized(_sized(stamp))
        return b"\4" + bytes([len(listed)]) + listed  # an octet string of less than 128 bytes


@contextmanager
def running(**keys: Any) -> Iterator[Sigstore]:
    """Run an instance on this machine."""
    instance = Sigstore(**keys)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            instance.asked.append((self.path, body))
            act = instance.fulcio if self.path == "/api/v2/signingCert" else instance.rekor
            try:
                answer, status = act(body, self.headers.get("Authorization", "")), 201
            except jwt.InvalidTokenError as error:
                answer, status = {"code": 16, "message": str(error)}, 401
            except BrokenPipeError:
                return
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    instance.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield instance
    finally:
        server.shutdown()
        server.server_close()


def tree_root(leaves: list[bytes]) -> bytes:
    """Root of a Merkle tree (RFC 6962, 2.1)."""
    if len(leaves) == 1:
        return leaves[0]
    split = _split(len(leaves))
    return hashlib.sha256(b"\1" + tree_root(leaves[:split]) + tree_root(leaves[split:])).digest()


def tree_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """Proof that a leaf is in the tree (RFC 6962, 2.1.1)."""
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*tree_path(index, leaves[:split]), tree_root(leaves[split:])]
    return [*tree_path(index - split, leaves[split:]), tree_root(leaves[:split])]


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def _sized(data: bytes) -> bytes:
    return struct.pack("!H", len(data)) + data


def _log(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    der = spki(key)
    return {
        "baseUrl": "https://log.example",
        "hashAlgorithm": "SHA2_256",
        "publicKey": {
            "rawBytes": b64(der),
            "keyDetails": "PKIX_ECDSA_P256_SHA_256",
            "validFor": {"start": PAST},
        },
        "logId": {"keyId": b64(hashlib.sha256(der).digest())},
    }


def _usage(*, sign: bool) -> x509.KeyUsage:
    others = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    return x509.KeyUsage(
        digital_signature=sign,
        key_cert_sign=not sign,
        crl_sign=not sign,
        encipher_only=False,
        decipher_only=False,
        **dict.fromkeys(others, False),
    )
