"""The policy: its file, the decision on a request, and the explanation of that decision."""

from sluicegate.policy.allow import AllowFile, load_allow_list, parse_allow_list
from sluicegate.policy.allow_document import allow_schema
from sluicegate.policy.explain import Explanation, RuleVerdict, decide, explain
from sluicegate.policy.faults import Fault
from sluicegate.policy.granting import (
    Granted,
    Wanted,
    decide_execute,
    decide_login,
    decide_scan,
)
from sluicegate.policy.grants import ExecuteRule, LoginRule, ScanRule
from sluicegate.policy.load import check_policy, load_policy, parse_policy
from sluicegate.policy.schema_file import json_schema
from sluicegate.policy.unmasking import UnmaskDecision, decide_unmask, mask_name
from sluicegate.policy.values import ForbidRule, PermitRule, Policy

__all__ = [
    "AllowFile",
    "ExecuteRule",
    "Explanation",
    "Fault",
    "ForbidRule",
    "Granted",
    "LoginRule",
    "PermitRule",
    "Policy",
    "RuleVerdict",
    "ScanRule",
    "UnmaskDecision",
    "Wanted",
    "allow_schema",
    "check_policy",
    "decide",
    "decide_execute",
    "decide_login",
    "decide_scan",
    "decide_unmask",
    "explain",
    "json_schema",
    "load_allow_list",
    "load_policy",
    "mask_name",
    "parse_allow_list",
    "parse_policy",
]
