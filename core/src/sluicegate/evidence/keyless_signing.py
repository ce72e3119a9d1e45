"""Adds a keyless signature to a release that stands and holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sluicegate.errors import ConfigurationError, IntegrityError, OutputExists
from sluicegate.evidence.envelope import read_envelope
from sluicegate.evidence.files import UnreadableFile
from sluicegate.evidence.place import BUNDLE, open_place
from sluicegate.evidence.verification import verify_place
from sluicegate.model.sensitive import Sensitive

SECONDS: Final = 60.0
"""Longest that sigstore may take."""


def sign_output(
    output: str | Path,
    trusted: Mapping[str, bytes],
    *,
    token: Sensitive[str] | None = None,
    trust_config: Path | None = None,
    seconds: float = SECONDS,
) -> bool:
    """Sign the attestation of a release through sigstore, and put the bundle beside it.

    The release must verify first: signature, proof of the ledger, manifest and every byte. Nothing
    of it is changed. A release that the same signer has signed already stays as it is.

    Failure mode: closed. Either a bundle that was verified stands there afterwards, or none does.

    Args:
        output: A folder or ``s3://bucket/prefix/``.
        trusted: Key id → raw public key: whose attestations are signed.
        token: Identity token for the audience ``sigstore``; that of the CI, if not given.
        trust_config: File of a private instance (``ClientTrustConfig``), or the public one.
        seconds: Longest that sigstore may take.

    Raises:
        IntegrityError: the release does not verify, or another signature stands there.
        KeylessSigningFailed: sigstore cannot be reached, did not answer in time, or refused.
        MissingDependencyError: it needs ``sluicegate[sigstore]``.
        ConfigurationError: there is no token or none that can be used, the file of trust is wrong,
            or the output is a table.
        SinkError: the bundle cannot be written.

    Returns:
        Whether it was signed now, and not before.
    """
    if str(output).lower().startswith("table://"):
        raise ConfigurationError("a table has no place for a keyless signature of its attestation")
    from sluicegate.evidence.sigstore_client import (  # noqa: PLC0415 - an optional library
        holds_as_well,
        sign,
    )

    place = open_place(output)
    verification = verify_place(str(output), place, trusted)
    if not verification.ok:
        problems = "; ".join(map(str, verification.problems[:5]))
        raise IntegrityError(
            f"the output {output} is not as attested: {problems}", hint="nothing was signed"
        )
    attestation = place.attestation()
    if read_envelope(attestation, trusted)["predicate"] != verification.predicate:
        raise IntegrityError(f"the attestation of {output} was changed while it was verified")
    made = sign(attestation, token, trust_config, seconds=seconds)
    try:
        place.add_bundle(made)
    except OutputExists:
        try:
            standing = place.bundle()
        except (FileNotFoundError, UnreadableFile):
            standing = b""
        if not holds_as_well(attestation, made, standing, trust_config):
            raise IntegrityError(
                f"another signature stands at {BUNDLE} of {output}; it was not replaced",
                hint="find out who made it; to sign anew, remove it",
            ) from None
        return False
    return True
