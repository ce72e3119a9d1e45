"""Attestations: what a release proves, and how anybody checks it offline."""

from sluicegate.evidence.demands import Demands
from sluicegate.evidence.envelope import read_envelope, sign_statement
from sluicegate.evidence.facts import attested_facts
from sluicegate.evidence.manifest import manifest_digest
from sluicegate.evidence.place import ATTESTATION
from sluicegate.evidence.presence import attestation_digest
from sluicegate.evidence.problem import Problem
from sluicegate.evidence.schema import attestation_schema
from sluicegate.evidence.statement import PREDICATE_TYPE, build_statement
from sluicegate.evidence.verification import Verification, verify_output

__all__ = [
    "ATTESTATION",
    "PREDICATE_TYPE",
    "Demands",
    "Problem",
    "Verification",
    "attestation_digest",
    "attestation_schema",
    "attested_facts",
    "build_statement",
    "manifest_digest",
    "read_envelope",
    "sign_statement",
    "verify_output",
]
