"""The policy: its file, the decision on a request, and the explanation of that decision."""

from sluicegate.policy.explain import Explanation, RuleVerdict, decide, explain
from sluicegate.policy.faults import Fault
from sluicegate.policy.load import check_policy, load_policy, parse_policy
from sluicegate.policy.schema_file import json_schema
from sluicegate.policy.values import ForbidRule, PermitRule, Policy

__all__ = [
    "Explanation",
    "Fault",
    "ForbidRule",
    "PermitRule",
    "Policy",
    "RuleVerdict",
    "check_policy",
    "decide",
    "explain",
    "json_schema",
    "load_policy",
    "parse_policy",
]
