"""The texts that ``sluicegate init`` writes."""

from __future__ import annotations

from typing import Final

SETTINGS: Final = """\
# Settings of Sluicegate. Relative paths are relative to this file. Each setting can also come from
# the environment, as SLUICEGATE_POLICY, SLUICEGATE_KEY ...

policy = "policy.yaml"
home = ".sluicegate"                  # ledger, keys of purposes and quarantine
key = "file:.sluicegate/root.key"     # or "env:VARIABLE", which holds 32 bytes in base64
public_keys = ".sluicegate/public_keys"
# environment = "prod"                # rules of the policy may ask for it
# allow = "allow.yaml"                # values that may leave although a detector fires
# detectors = ["detectors.yaml"]      # detectors of your own

[sources]
# Name the environment variable that holds the URL; a password has no place in this file.
# shop_prod = "env:SHOP_PROD_URL"     # postgresql://..., duckdb:///path, sqlite:///path
"""

POLICY: Final = """\
# What may leave which source, for whom, for which purpose, and how. As it stands nothing may:
# what no rule permits is refused, and a forbid rule beats every permit.
# `sluicegate policy check policy.yaml` checks it; `sluicegate policy schema` documents each field;
# `sluicegate init --source NAME` proposes one from what a source holds.

version: 1
name: first

# 1. Classify the columns. What is not listed is refused, never passed.
# sources:
#   shop_prod:
#     tables:
#       public.customers:
#         columns:
#           id: customer_id
#           email: email
#           plan: public          # built in: leaves as it is
#           notes: free_text      # built in: findings in it are redacted

# 2. Say what is done to each data class.
# classes:
#   customer_id: {mask: pseudonymize}
#   email: {mask: pseudonymize}

# 3. Permit one purpose to one kind of run.
# rules:
#   - id: churn-training
#     effect: permit
#     principals: [{orchestrator: cli}]
#     purposes: [churn_training]
#     sources: [shop_prod]
#     tables: [public.customers]
#     limits: {rows: 1000000, seconds: 600}
"""

IGNORE: Final = """\
# Keys and the ledger are not for version control; the public keys are.
*
!.gitignore
!public_keys
"""
