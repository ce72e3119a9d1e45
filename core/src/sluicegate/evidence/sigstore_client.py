"""Signs and verifies by sigstore's own client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cryptography.x509 import Certificate, ObjectIdentifier, SubjectAlternativeName

from sluicegate.errors import (
    ConfigurationError,
    KeylessSigningFailed,
    LedgerUnavailable,
    MissingDependencyError,
    SluicegateError,
)
from sluicegate.ledger.bounded import within
from sluicegate.model.sensitive import Sensitive

try:
    from sigstore.errors import VerificationError
    from sigstore.models import Bundle, ClientTrustConfig
    from sigstore.oidc import IdentityError, IdentityToken, detect_credential
    from sigstore.sign import SigningContext
    from sigstore.verify import Verifier
    from sigstore.verify.policy import Identity, VerificationPolicy
except ImportError:  # pragma: no cover - the tests have it
    raise MissingDependencyError.of("a keyless signature", "sigstore") from None

if TYPE_CHECKING:
    from sluicegate.evidence.keyless import KeylessDemand

_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_ISSUER: Final = ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
_HINT: Final = "the release stands as it is, without a keyless signature; sign it again"


def sign(
    content: bytes, token: Sensitive[str] | None, trust_config: Path | None, *, seconds: float
) -> bytes:
    """Sign through sigstore and return the bundle, after it was verified.

    Fulcio is sent the identity token and a new key's certificate request; the log is sent a digest
    of the content, the signature and the certificate, which names the identity and stays public.

    Failure mode: closed. Nothing is tried twice. No browser is opened.

    Args:
        content: What to sign.
        token: An identity token for the audience ``sigstore``; that of the CI, if not given.
        trust_config: File of a private instance (``ClientTrustConfig``), or the public one.
        seconds: Longest that all of it may take, however slowly a server answers.

    Raises:
        ConfigurationError: there is no token or none that can be used, or the file of trust is
            wrong or would send the token in the clear.
        KeylessSigningFailed: sigstore cannot be reached, did not answer in time, or refused.
    """
    try:
        return within(
            seconds, lambda: _signed(content, token, trust_config).encode(), place="sigstore"
        )
    except LedgerUnavailable as error:
        failure: SluicegateError = KeylessSigningFailed(error.message, hint=_HINT)
    except SluicegateError:
        raise
    except Exception as error:  # noqa: BLE001 - its text may be a server's
        failure = KeylessSigningFailed(f"keyless signing failed: {_told(error)}", hint=_HINT)
    raise failure


def refusal_of(content: bytes, bundle: bytes, demand: KeylessDemand) -> str:
    """Tell why a bundle is no signature of ``content`` by whom is demanded; empty if it is one.

    Offline: the keys of the public instance are those that sigstore's client keeps.

    Raises:
        ConfigurationError: the file of trust cannot be read.
    """
    verifier = _verifier(demand.trust_config)
    wanted = Identity(identity=demand.identity, issuer=demand.issuer)
    try:
        read = Bundle.from_json(bundle)
    except Exception:  # noqa: BLE001 - whatever it holds, it is none
        return "what stands there is no sigstore bundle"
    if _fails(lambda: wanted.verify(read.signing_certificate)):
        return f"it names another signer than {demand.identity!r} by {demand.issuer!r}"
    if _fails(lambda: verifier.verify_artifact(content, read, wanted)):
        return "it is no signature of this attestation that the trusted sigstore vouches for"
    return ""


def holds_as_well(content: bytes, bundle: bytes, other: bytes, trust_config: Path | None) -> bool:
    """Tell whether ``other`` is a signature of ``content`` by whoever made ``bundle``."""
    verifier = _verifier(trust_config)
    signer = _SameSigner(Bundle.from_json(bundle).signing_certificate)
    return not _fails(lambda: verifier.verify_artifact(content, Bundle.from_json(other), signer))


def _fails(check: Callable[[], None]) -> bool:
    """Whatever the client stumbles over in a bundle that anybody may have written is a refusal."""
    try:
        check()
    except Exception:  # noqa: BLE001 - as above
        return True
    return False


class _SameSigner:
    """Accepts certificates of the same identity by the same issuer."""

    def __init__(self, certificate: Certificate) -> None:
        self._signer = _signer(certificate)

    def verify(self, cert: Certificate) -> None:
        if _signer(cert) != self._signer:
            raise VerificationError("another signer")


def _signer(certificate: Certificate) -> tuple[object, object]:
    names = certificate.extensions.get_extension_for_class(SubjectAlternativeName).value
    return names, certificate.extensions.get_extension_for_oid(_ISSUER).value


def _signed(content: bytes, token: Sensitive[str] | None, trust_config: Path | None) -> str:
    identity = _identity(token)
    trust = _trust(trust_config, offline=False)
    _check_address(trust.signing_config.get_fulcio().url)
    with SigningContext.from_trust_config(trust).signer(identity) as signer:
        bundle = signer.sign_artifact(content)
    same: VerificationPolicy = _SameSigner(bundle.signing_certificate)
    Verifier(trusted_root=trust.trusted_root).verify_artifact(content, bundle, same)
    return bundle.to_json()


def _identity(token: Sensitive[str] | None) -> IdentityToken:
    try:
        raw = token.reveal() if token else detect_credential()
    except IdentityError:
        raise KeylessSigningFailed(
            "the CI's identity token cannot be had", hint="on GitHub: permissions: id-token: write"
        ) from None
    if not raw:
        raise ConfigurationError(
            "there is no identity token to sign with",
            hint="run in a CI that issues one, or name the file of one for the audience 'sigstore'",
        )
    try:
        return IdentityToken(raw)
    except IdentityError:
        raise ConfigurationError(
            "the identity token cannot be used",
            hint="it must be a JSON Web Token for the audience 'sigstore' that has not expired",
        ) from None


def _verifier(path: Path | None) -> Verifier:
    try:
        return Verifier(trusted_root=_trust(path, offline=True).trusted_root)
    except SluicegateError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the keys, none is trusted
        reason = type(error).__name__
    raise ConfigurationError(
        f"the keys of {path or 'the public sigstore'} cannot be used: {reason}"
    )


def _trust(path: Path | None, *, offline: bool) -> ClientTrustConfig:
    if path is None:
        return ClientTrustConfig.production(offline=offline)
    if not path.is_file():  # a pipe or device would block or never end
        raise ConfigurationError(f"there is no file of trust {path}")
    try:
        return ClientTrustConfig.from_json(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise ConfigurationError(
            f"the file of trust {path} cannot be read",
            hint="it must be a ClientTrustConfig in JSON, as a private sigstore hands it out",
        ) from None


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise ConfigurationError(
            "the file of trust names a Fulcio that is asked in the clear",
            hint="the identity token goes there: https, or http to this machine",
        )


def _told(error: BaseException) -> str:
    """Name an error by its type, and the status that a server answered."""
    seen: BaseException | None = error
    while seen is not None:
        status = getattr(getattr(seen, "response", None), "status_code", None)
        if isinstance(status, int):
            return f"{type(error).__name__}, HTTP {status}"
        seen = seen.__context__
    return type(error).__name__
