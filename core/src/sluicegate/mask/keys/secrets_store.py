"""A key store in AWS Secrets Manager: a secret for each entry, for hosts that share no folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from sluicegate.errors import KeyUnavailable
from sluicegate.mask.keys.aws import asked, client

_ABSENT: Final = "ResourceNotFoundException"
_THERE: Final = "ResourceExistsException"


class SecretsManagerStore:
    """Keeps each content in a secret named ``<prefix>/<name>``.

    Erasing deletes a secret without the recovery window that AWS would give otherwise; AWS does
    so in the background, soon after. An entry is a secret of its own, so that the deletion of a key
    leaves no earlier version of a shared secret behind.

    Args:
        prefix: Begins the names; only this store's secrets may have it.
    """

    __slots__ = ("_prefix",)

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix.rstrip("/")

    @property
    def place(self) -> str:
        """The secrets' prefix."""
        return f"aws-secretsmanager:{self._prefix}"

    def names(self) -> tuple[str, ...]:
        """List the secrets of the prefix."""

        def ask() -> tuple[str, ...]:
            pages = (
                client("secretsmanager")
                .get_paginator("list_secrets")
                .paginate(Filters=[{"Key": "name", "Values": [f"{self._prefix}/"]}])
            )
            found = (secret["Name"] for page in pages for secret in page["SecretList"])
            begins = f"{self._prefix}/"
            return tuple(sorted(n.removeprefix(begins) for n in found if n.startswith(begins)))

        names: tuple[str, ...] = self._settled(ask)
        return names

    def read(self, name: str) -> bytes | None:
        """Get a secret's current version."""

        def ask() -> bytes | None:
            content: bytes = client("secretsmanager").get_secret_value(SecretId=self._id(name))[
                "SecretBinary"
            ]
            return content

        content: bytes | None = self._settled(lambda: _unless(_ABSENT, ask))
        return content

    def add(self, name: str, content: bytes) -> None:
        """Create a secret; AWS refuses a name that is taken."""
        self._settled(
            lambda: client("secretsmanager").create_secret(
                Name=self._id(name), SecretBinary=content
            )
        )

    def replace(self, name: str, content: bytes) -> None:
        """Put a new version, or create the secret."""

        def ask() -> Any:
            secrets, place = client("secretsmanager"), self._id(name)

            def put() -> Any:
                return secrets.put_secret_value(SecretId=place, SecretBinary=content)

            def create() -> Any:
                return secrets.create_secret(Name=place, SecretBinary=content)

            # another host may create it in between
            return _unless(_ABSENT, put) or _unless(_THERE, create) or put()

        self._settled(ask)

    def erase(self, name: str) -> None:
        """Delete a secret for good."""
        self._settled(
            lambda: _unless(
                _ABSENT,
                lambda: client("secretsmanager").delete_secret(
                    SecretId=self._id(name), ForceDeleteWithoutRecovery=True
                ),
            )
        )

    def _id(self, name: str) -> str:
        return f"{self._prefix}/{name}"

    def _settled(self, ask: Callable[[], Any]) -> Any:
        answer = asked(ask, f"the key store {self.place}", "check who may read and write it")
        if isinstance(answer, KeyUnavailable):
            raise answer
        return answer

    def __repr__(self) -> str:
        return f"SecretsManagerStore({self._prefix!r})"


def _unless(code: str, ask: Callable[[], Any]) -> Any:
    """Return ``None`` where AWS answers with this code."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - an extra

    try:
        return ask()
    except ClientError as error:
        if error.response["Error"]["Code"] == code:
            return None
        raise
