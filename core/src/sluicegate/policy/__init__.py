"""The policy: its file, the decision on a request, and the explanation of that decision."""

from sluicegate.policy.allow import AllowFile, load_allow_list, parse_allow_list
from sluicegate.policy.allow_document import allow_schema
from sluicegate.policy.explain import Explanation, RuleVerdict, decide, explain
from sluicegate.policy.faults import Fault
from sluicegate.policy.load import check_policy, load_policy, parse_policy
from sluicegate.policy.schema_file import json_schema
from sluicegate.policy.unmasking import UnmaskDecision, decide_unmask, mask_name
from sluicegate.policy.values import ForbidRule, PermitRule, Policy

__all__ = [
    "AllowFile",
    "Explanation",
    "Fault",
    "ForbidRule",
    "PermitRule",
    "Policy",
    "RuleVerdict",
    "UnmaskDecision",
    "allow_schema",
    "check_policy",
    "decide",
    "decide_unmask",
    "explain",
    "json_schema",
    "load_allow_list",
    "load_policy",
    "mask_name",
    "parse_allow_list",
    "parse_policy",
]
