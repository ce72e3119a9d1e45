"""A server that keeps to the documented API of Vault's transit engine.

There is no Vault here. What the server does is what Vault's documentation says of one request: its
path, method, header, body, answer and statuses. It shows that the client asks and reads as
documented, not that a real Vault was ever asked.
"""

from __future__ import annotations

import base64
import http.server
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "hvs.a-token-of-the-test"


@dataclass(kw_only=True)
class Transit:
    """A transit engine with one key, at ``/v1/transit``."""

    url: str = ""
    status: int = 200
    """Other than 200: what every request gets."""
    body: bytes | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    _key: AESGCM = field(default_factory=lambda: AESGCM(AESGCM.generate_key(256)))

    def datakey(self) -> tuple[bytes, str]:
        """Make a data key, as ``POST /transit/datakey/plaintext/:name`` does."""
        key, nonce = secrets.token_bytes(32), secrets.token_bytes(12)
        sealed = nonce + self._key.encrypt(nonce, base64.b64encode(key), None)
        return key, f"vault:v1:{base64.b64encode(sealed).decode()}"

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> tuple[int, bytes]:
        self.asked.append({"method": method, "path": path, "headers": headers, "body": body})
        if self.status != 200 or self.body is not None:
            return self.status, self.body or b'{"errors": ["the body holds %s"]}' % TOKEN.encode()
        if headers["X-Vault-Token"] != TOKEN:
            return 403, b'{"errors": ["permission denied"]}'
        if (method, path) != ("POST", "/v1/transit/decrypt/sluicegate"):
            return 404, b'{"errors": []}'
        return self._decrypt(json.loads(body)["ciphertext"])

    def _decrypt(self, ciphertext: str) -> tuple[int, bytes]:
        try:
            sealed = base64.b64decode(ciphertext.removeprefix("vault:v1:"), validate=True)
            plaintext = self._key.decrypt(sealed[:12], sealed[12:], None)
        except (InvalidTag, ValueError):
            return 400, b'{"errors": ["cipher: message authentication failed"]}'
        return 200, json.dumps({"data": {"plaintext": plaintext.decode()}}).encode()


@contextmanager
def serving(engine: Transit) -> Iterator[Transit]:
    """Serve an engine over HTTP on this machine."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, answer = engine.answer("POST", self.path, self.headers, body)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{engine.url}/v1/elsewhere")
            if status == 429:
                self.send_header("Retry-After", "3600")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_PUT = do_POST  # noqa: N815 - names of the standard library

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    engine.url = f"http://127.0.0.1:{server.server_port}"
    yield engine
    server.shutdown()
    server.server_close()


def uri(folder: Path, ciphertext: str, name: str = "sluicegate") -> str:
    (folder / "root.vault").write_text(ciphertext + "\n")
    return f"vault-transit:{folder}/root.vault?key={name}"
