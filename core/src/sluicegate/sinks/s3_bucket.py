"""Whether a bucket may hold a release: nobody else reads it, and it encrypts what it stores.

What cannot be found out counts as not so. Sources of the rules: Amazon S3's Block Public Access
(its four settings), GetBucketPolicyStatus, the groups of access control lists.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from botocore.exceptions import ClientError

from sluicegate.errors import SinkError, SluicegateError
from sluicegate.model.decision import StoreTerms
from sluicegate.sinks.s3_client import code_of, of_answer, status_of
from sluicegate.sinks.s3_location import S3Location

_EVERYBODY: Final = ("/groups/global/AllUsers", "/groups/global/AuthenticatedUsers")
_BLOCKS: Final = (
    "BlockPublicAcls",
    "IgnorePublicAcls",
    "BlockPublicPolicy",
    "RestrictPublicBuckets",
)


def check_bucket(client: Any, location: S3Location, terms: StoreTerms, *, own_key: bool) -> None:
    """Raise unless the bucket is private and encrypts by default, or the policy bears it.

    Args:
        client: Of S3.
        location: The output.
        terms: What the policy bears.
        own_key: Whether each object is encrypted with a key that the request names.

    Raises:
        SinkError: the bucket is public or unencrypted, or that could not be found out.
        SinkUnavailable: S3 failed.
    """
    if not terms.public and _is_public(client, location):
        raise SinkError(
            f"the bucket of {location} can be read by others",
            hint="block public access, or set `outputs: {unsafe_public_bucket: true}` in the"
            " policy",
        )
    if not terms.unencrypted and not own_key and not _encrypts(client, location):
        raise SinkError(
            f"the bucket of {location} has no default encryption",
            hint="give it one, name a KMS key, or set `outputs: {unsafe_unencrypted_bucket: true}`"
            " in the policy",
        )


def _is_public(client: Any, location: S3Location) -> bool:
    blocks = _asked(
        location,
        lambda: client.get_public_access_block(Bucket=location.bucket),
        "NoSuchPublicAccessBlockConfiguration",
    ).get("PublicAccessBlockConfiguration", {})
    if all(blocks.get(name) for name in _BLOCKS):
        return False
    status = _asked(
        location,
        lambda: client.get_bucket_policy_status(Bucket=location.bucket),
        "NoSuchBucketPolicy",
    ).get("PolicyStatus", {})
    if status.get("IsPublic") and not blocks.get("RestrictPublicBuckets"):
        return True
    if blocks.get("IgnorePublicAcls"):
        return False
    acl = _asked(location, lambda: client.get_bucket_acl(Bucket=location.bucket))
    grantees = (grant.get("Grantee", {}).get("URI", "") for grant in acl.get("Grants", ()))
    return any(uri.endswith(_EVERYBODY) for uri in grantees)


def _encrypts(client: Any, location: S3Location) -> bool:
    answer = _asked(
        location,
        lambda: client.get_bucket_encryption(Bucket=location.bucket),
        "ServerSideEncryptionConfigurationNotFoundError",
    )
    return bool(answer.get("ServerSideEncryptionConfiguration", {}).get("Rules"))


def _asked(location: S3Location, ask: Callable[[], Any], none: str = "") -> dict[str, Any]:
    """Ask; the code ``none`` says that there is no such configuration."""
    failure: SluicegateError
    try:
        answer: dict[str, Any] = ask()
    except ClientError as error:
        if none and code_of(error) == none:
            return {}
        failure = of_answer(location, error)
        if status_of(error) == 403:  # noqa: PLR2004 - HTTP: forbidden
            failure = SinkError(
                f"whether the bucket of {location} is private and encrypted cannot be found out",
                hint="the role needs s3:GetBucketPublicAccessBlock, s3:GetBucketPolicyStatus,"
                " s3:GetBucketAcl and s3:GetEncryptionConfiguration",
            )
    else:
        return answer
    raise failure
