"""Root keys at AWS: wrapped by a KMS key, or as a secret of Secrets Manager.

Region, credentials and endpoints are found as boto3 finds them. A service that does not answer
costs about twenty seconds, then the error says that another try may help.
"""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final, TypeVar

from sluicegate.errors import KeyProviderUnavailable, KeyUnavailable, MissingDependencyError
from sluicegate.mask.keys.material import Answer, checked, from_text, settled
from sluicegate.model.sensitive import Sensitive

T = TypeVar("T")

CONTEXT: Final = {"sluicegate": "root-key"}
"""Encryption context: a blob that was made for something else does not open."""
_TRIES: Final = 3
_CONNECT_SECONDS: Final = 2
_READ_SECONDS: Final = 4
_PASSING: Final = frozenset(
    {
        "DependencyTimeoutException", "InternalServiceError", "InternalServiceErrorException",
        "KMSInternalException", "KeyUnavailableException", "LimitExceededException",
        "RequestLimitExceeded", "ServiceUnavailable", "Throttling", "ThrottlingException",
        "TooManyRequestsException",
    }
)  # fmt: skip
_SERVER_ERROR: Final = 500
_ASKING: ContextVar[bool] = ContextVar("_ASKING", default=False)


class KmsKey:
    """The root key as a data key that a KMS key encrypted, in a file of base64.

    Args:
        path: File of the ciphertext; not secret by itself.
        key: Id, ARN or alias of the KMS key. KMS refuses a ciphertext of any other key, so that
            nobody can put in a root key of their own.
    """

    __slots__ = ("_key", "_path")

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self._key = key

    def root(self) -> Sensitive[bytes]:
        """Let KMS decrypt the file's content."""
        blob = read_blob(self._path)
        return settled(self._decrypt(blob))

    def _decrypt(self, blob: bytes) -> Answer:
        def ask() -> Answer:
            asking = client("kms").decrypt
            answer = Sensitive(
                asking(CiphertextBlob=blob, KeyId=self._key, EncryptionContext=CONTEXT)
            )
            return checked(Sensitive(answer.reveal()["Plaintext"]), f"the key in {self._path}")

        return asked(ask, f"the KMS key {self._key}", "check the key, its policy and the file")

    def __repr__(self) -> str:
        return f"KmsKey({str(self._path)!r}, key={self._key!r})"


class SecretsManagerKey:
    """The root key as a secret: base64 text, or 32 bytes of binary.

    Args:
        name: Name or ARN of the secret.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def root(self) -> Sensitive[bytes]:
        """Get the current version of the secret."""
        return settled(self._get())

    def _get(self) -> Answer:
        def ask() -> Answer:
            answer = Sensitive(client("secretsmanager").get_secret_value(SecretId=self._name))
            if "SecretBinary" in answer.reveal():
                return checked(Sensitive(answer.reveal()["SecretBinary"]), place)
            return from_text(Sensitive(answer.reveal()["SecretString"]), place)

        place = f"the secret {self._name}"
        return asked(ask, place, "check its name and who may read it")

    def __repr__(self) -> str:
        return f"SecretsManagerKey({self._name!r})"


def read_blob(path: Path) -> bytes:
    """Read a wrapped key: base64, as the AWS command line writes it.

    Raises:
        KeyUnavailable: the file is missing or holds something else.
    """
    try:
        with path.open("rb") as file:
            return base64.b64decode(file.read(65536).strip(), validate=True)
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
    except (binascii.Error, ValueError):
        reason = "does not hold base64"
    raise KeyUnavailable(f"the wrapped key {path} {reason}", hint="see the how-to of keys")


def client(service: str) -> Any:
    """Make a client with bounded waits.

    Raises:
        MissingDependencyError: boto3 is not installed.
    """
    try:
        import boto3  # noqa: PLC0415 - an extra
        from botocore.config import Config  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingDependencyError.of("a key at AWS", "aws") from None
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        retries={"total_max_attempts": _TRIES, "mode": "standard"},
    )
    return boto3.client(service, config=config)


def asked(ask: Callable[[], T], place: str, hint: str) -> T | KeyUnavailable:
    """Return what ``ask`` returns, or an error that names AWS's error code and nothing else.

    A response's body and its message may hold anything, and the exception's frames hold the
    request; so neither the text nor the exception goes any further.
    """
    # at level DEBUG botocore logs what a service answers
    logging.getLogger("botocore.parsers").addFilter(_unless_asking)
    token = _ASKING.set(True)
    try:
        return ask()
    except ImportError:
        raise
    except Exception as error:  # noqa: BLE001 - botocore makes its classes at run time
        code, passing = _code_of(error)
    finally:
        _ASKING.reset(token)
    kind = KeyProviderUnavailable if passing else KeyUnavailable
    what = "cannot be reached now" if passing else "was not given"
    return kind(f"{place} {what} ({code})", hint=hint)


def _unless_asking(_: logging.LogRecord) -> bool:
    return not _ASKING.get()


def _code_of(error: Exception) -> tuple[str, bool]:
    """Tell an error's code, and whether another try may help."""
    from botocore import exceptions  # noqa: PLC0415 - an extra

    unheard = (exceptions.HTTPClientError, exceptions.ConnectionError)
    answer = getattr(error, "response", None)
    if not isinstance(answer, Mapping):
        broken = isinstance(error, exceptions.SSLError)  # a wrong certificate does not mend itself
        return type(error).__name__, isinstance(error, unheard) and not broken
    code = str(answer.get("Error", {}).get("Code", ""))
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    named = code if code.isalnum() and len(code) <= 64 else "unnamed error"  # noqa: PLR2004
    return named, code in _PASSING or status >= _SERVER_ERROR
