"""What an approval is bound to."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from sluicegate.model.canonical import digest

if TYPE_CHECKING:
    from sluicegate.model.identity import RunIdentity


def approval_digest(
    plan_digest: str, policy_digest: str, identity: RunIdentity, window: str
) -> str:
    """Bind a consent to plan, policy, identity and window (promise P6).

    Of the identity, all that stays the same over the tries of one run is bound: the work key, the
    code, the owner, the team, the environment, who triggered it and the database login. The number
    of the try and the host are not, so that a retry passes with the consent that its run was given.

    Returns:
        ``sha256:<64 hex>``; any changed byte gives another, and so asks again.
    """
    return digest(
        {
            "plan": plan_digest,
            "policy": policy_digest,
            "work": identity.work_key,
            "owner": identity.owner,
            "team": identity.team,
            "environment": identity.environment,
            "triggered_by": identity.triggered_by,
            "trust": identity.trust,
            "code": identity.code_digest,
            "code_version": identity.code_version,
            "login": identity.database_login,
            "window": window,
        }
    )


def person_key(name: str) -> str:
    """Fold a name so that one person cannot count as two: NFKC, case, white space, marks, order.

    Letters of other alphabets that look alike stay different people, and neither is on the list.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    visible = (c for c in folded if unicodedata.category(c) not in {"Cf", "Cc", "Mn"})
    return "".join("".join(visible).split())
