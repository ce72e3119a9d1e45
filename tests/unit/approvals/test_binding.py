from __future__ import annotations

import re
from typing import Any

import pytest

from sluicegate.approvals import approval_digest
from sluicegate.model.identity import Trust


def test_it_is_a_digest(make_digest: Any) -> None:
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", make_digest())


@pytest.mark.parametrize(
    "change",
    [
        {"orchestrator": "cli"},
        {"pipeline": "dailx"},
        {"task": "customers2"},
        {"map_index": 0},
        {"partition": "2026-03-01"},
        {"environment": "prod"},
        {"owner": "olga"},
        {"owner": None},
        {"team": "growth"},
        {"triggered_by": "bob"},
        {"triggered_by": None},
        {"trust": Trust.ASSERTED},
        {"code_digest": "sha256:" + "0" * 64},
        {"code_digest": None},
        {"window": "2026-03"},
    ],
)
def test_any_change_of_what_is_bound_asks_again(make_digest: Any, change: dict[str, Any]) -> None:
    assert make_digest(**change) != make_digest()


@pytest.mark.parametrize(
    "change",
    [
        {"try_number": 2},
        {"run": "manual__2"},
        {"host": "worker-7"},
        {"versions": {"pyarrow": "99"}},
        {"trigger": "backfill"},
        {"database_login": "v-token-42"},
        {"code_version": "abc123"},  # the digest of the code is known
    ],
)
def test_what_differs_between_the_tries_of_a_run_does_not_ask_again(
    make_digest: Any, change: dict[str, Any]
) -> None:
    assert make_digest(**change) == make_digest()


def test_without_a_digest_of_the_code_its_version_is_bound(make_digest: Any) -> None:
    one = make_digest(code_digest=None, code_version="1")
    assert one != make_digest(code_digest=None, code_version="2")


def test_plan_and_policy_are_bound_and_not_exchangeable(make_identity: Any) -> None:
    a, b = "sha256:" + "a" * 64, "sha256:" + "b" * 64
    identity = make_identity()
    digests = {
        approval_digest(a, b, identity, ""),
        approval_digest(b, a, identity, ""),
        approval_digest(a, a, identity, ""),
        approval_digest(a, b, identity, a),
    }
    assert len(digests) == 4
