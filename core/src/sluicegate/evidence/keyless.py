"""Keyless signatures of attestations: a sigstore bundle beside the attestation, over its bytes.

The bundle signs the attestation's file and not the statement alone: it fits this release and no
other, and only a digest of it goes to the transparency log, where anybody may read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.evidence.files import UnreadableFile
from sluicegate.evidence.place import BUNDLE, MOST_BUNDLE_BYTES
from sluicegate.evidence.problem import DEMAND, Problem

if TYPE_CHECKING:
    from sluicegate.evidence.place import Place

MISSING: Final = f"{DEMAND}keyless-missing"
"""Code of the problem that signing the release would end."""
_NEEDED: Final = frozenset({"identity", "issuer"})
_NAMES: Final = _NEEDED | {"trust_config"}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeylessDemand:
    """Who must have signed an attestation through sigstore."""

    identity: str
    """As the certificate names it, in full: the address of a workflow, of a person …"""
    issuer: str
    """URL of the OIDC issuer that vouches for the identity."""
    trust_config: Path | None = None
    """File of a private instance's keys (``ClientTrustConfig``). Default: the public instance, as
    sigstore's client knows it without asking.
    """

    @classmethod
    def of(cls, name: str, value: object) -> Self:
        """Take a mapping of these fields, as a demand is written.

        Raises:
            UnknownNameError: it has another field.
            ConfigurationError: it is no mapping, a field is no text or empty, or identity or issuer
                is missing: an issuer alone would let anybody sign whom it knows.
        """
        if isinstance(value, cls):
            return value
        if not isinstance(value, Mapping):
            raise ConfigurationError(
                f"the demand {name!r} must be a mapping", hint="{identity: …, issuer: https://…}"
            )
        for field in value:
            if field not in _NAMES:
                raise UnknownNameError.of(f"field of the demand {name!r}", str(field), _NAMES)
        for field in sorted(_NEEDED | value.keys()):
            text = value.get(field)
            if not isinstance(text, (str, Path)) or not str(text).strip():
                raise ConfigurationError(f"the demand {name!r} needs a text as its {field}")
        trust = value.get("trust_config")
        return cls(
            identity=str(value["identity"]),
            issuer=str(value["issuer"]),
            trust_config=None if trust is None else Path(trust),
        )


def check_keyless(place: Place, attestation: bytes, demand: KeylessDemand) -> tuple[Problem, ...]:
    """Tell what is wrong with a release's keyless signature; empty if it is as demanded. Offline.

    Failure mode: closed.

    Args:
        place: Where the release stands.
        attestation: The bytes of its attestation.
        demand: Who must have signed them.

    Raises:
        MissingDependencyError: it needs ``sluicegate[sigstore]``.
        ConfigurationError: the file of trust cannot be read.
        SinkError: S3 refused or failed.
    """
    try:
        bundle = place.bundle()
    except FileNotFoundError:
        message = "the release has no keyless signature"
        return (Problem(code=MISSING, place=BUNDLE, message=message),)
    except UnreadableFile as error:
        return _unmet(error.message)
    if len(bundle) > MOST_BUNDLE_BYTES:
        return _unmet("it is too large to be a keyless signature")
    from sluicegate.evidence.sigstore_client import (  # noqa: PLC0415 - an optional library
        refusal_of,
    )

    refusal = refusal_of(attestation, bundle, demand)
    return _unmet(refusal) if refusal else ()


def not_looked_at(_: KeylessDemand) -> tuple[Problem, ...]:
    """Answer for whoever has the predicate only: what nobody looked at is not met."""
    return _unmet("the keyless signature was not looked at: verify the output with this demand")


def _unmet(message: str) -> tuple[Problem, ...]:
    return (Problem(code=f"{DEMAND}keyless", place=BUNDLE, message=message),)
