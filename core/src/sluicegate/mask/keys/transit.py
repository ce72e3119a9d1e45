"""The root key wrapped by HashiCorp Vault's transit engine.

Address, token and namespace are found as Vault's own tools find them: ``VAULT_ADDR``,
``VAULT_TOKEN`` or ``~/.vault-token``, ``VAULT_NAMESPACE``, ``VAULT_CACERT``. A Vault that does not
answer costs some fifteen seconds, then the error says that another try may help.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sluicegate.errors import KeyProviderUnavailable, KeyUnavailable, MissingDependencyError
from sluicegate.mask.keys.material import Answer, from_text, settled
from sluicegate.model.sensitive import Sensitive

_SECONDS: Final = 4
_RETRIES: Final = 2
_PASSING: Final = (412, 429, 472, 473, 500, 502, 503, 504)
"""412: a replica is behind; 472, 473: a standby that does not serve; 503: sealed or in upkeep."""
_LOCAL: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class TransitKey:
    """The root key as a data key that a transit key encrypted, in a file (``vault:v1:…``).

    Args:
        path: File of the ciphertext; not secret by itself.
        key: Name of the transit key.
        mount: Where the engine is mounted.
    """

    __slots__ = ("_key", "_mount", "_path")

    def __init__(self, path: Path, key: str, mount: str = "transit") -> None:
        self._path = path
        self._key = key
        self._mount = mount

    def root(self) -> Sensitive[bytes]:
        """Let Vault decrypt the file's content."""
        address = _address()
        ciphertext = self._ciphertext()
        return settled(self._decrypt(address, ciphertext))

    def _decrypt(self, address: str, ciphertext: str) -> Answer:
        place = f"Vault's transit key {self._key}"
        try:
            decrypt = _client(address).secrets.transit.decrypt_data
            answer = Sensitive(decrypt(self._key, ciphertext, mount_point=self._mount))
            return from_text(Sensitive(answer.reveal()["data"]["plaintext"]), place)
        except ImportError:
            raise
        except Exception as error:  # noqa: BLE001 - its text holds the response's body
            code, passing = _code_of(error)
        kind = KeyProviderUnavailable if passing else KeyUnavailable
        what = "cannot be reached now" if passing else "was not given"
        return kind(f"{place} {what} ({code})", hint="check VAULT_ADDR, the token and its policy")

    def _ciphertext(self) -> str:
        try:
            text = self._path.read_text("ascii").strip()
        except (OSError, UnicodeDecodeError):
            text = ""
        if not text.startswith("vault:v"):
            raise KeyUnavailable(
                f"the wrapped key {self._path} is missing or not Vault's",
                hint="see the how-to of keys",
            )
        return text

    def __repr__(self) -> str:
        return f"TransitKey({str(self._path)!r}, key={self._key!r}, mount={self._mount!r})"


def _address() -> str:
    """Return where Vault is: over TLS, or on this machine.

    Raises:
        KeyUnavailable: nothing is set, or a token would travel in the clear.
    """
    address = os.environ.get("VAULT_ADDR", "")
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL):
        return address
    what = "is not https" if address else "is not set"
    raise KeyUnavailable(
        f"VAULT_ADDR {what}", hint="a token and a key go over this connection: use https"
    )


def _client(address: str) -> Any:
    try:
        import hvac  # noqa: PLC0415 - an extra
        from requests import Session  # noqa: PLC0415 - comes with it
        from requests.adapters import HTTPAdapter  # noqa: PLC0415 - comes with it
        from urllib3.util import Retry  # noqa: PLC0415 - comes with it
    except ImportError:
        raise MissingDependencyError.of("a key at Vault", "vault") from None
    retry = Retry(
        total=_RETRIES,
        backoff_factor=0.2,
        status_forcelist=_PASSING,
        allowed_methods=None,  # decrypting changes nothing, so asking twice does no harm
        raise_on_status=False,
        respect_retry_after_header=False,  # it could ask for hours
    )
    session = Session()
    session.mount("https://", HTTPAdapter(max_retries=retry))
    session.mount("http://", HTTPAdapter(max_retries=retry))
    session.verify = os.environ.get("VAULT_CACERT") or True
    # no redirects: they would carry the token to another host
    return hvac.Client(url=address, timeout=_SECONDS, session=session, allow_redirects=False)


def _code_of(error: Exception) -> tuple[str, bool]:
    """Tell an error's kind, and whether another try may help."""
    from hvac import exceptions  # noqa: PLC0415 - an extra
    from requests import exceptions as network  # noqa: PLC0415 - comes with it

    passing = (
        exceptions.BadGateway,
        exceptions.InternalServerError,
        exceptions.PreconditionFailed,
        exceptions.RateLimitExceeded,
        exceptions.VaultDown,
        network.ConnectionError,
        network.Timeout,
    )
    broken = isinstance(error, network.SSLError)  # a wrong certificate does not mend itself
    return type(error).__name__, isinstance(error, passing) and not broken
