"""Evidence for controls: a report, OSCAL and a bundle, made of records and their proofs.

Nothing is claimed that no record shows, and nothing says "compliant": records *support evidence
for* a control, people judge it. Every document is made of records alone, with no clock and no
random part, so whoever makes it again from the same records gets the same bytes.
"""

from sluicegate.evidence.reporting.bundle import write_bundle
from sluicegate.evidence.reporting.croissant import croissant_card
from sluicegate.evidence.reporting.dossier import Dossier
from sluicegate.evidence.reporting.framework import Framework, frameworks
from sluicegate.evidence.reporting.oscal import assessment_results
from sluicegate.evidence.reporting.passport import Passport, passport_page
from sluicegate.evidence.reporting.report import report_page
from sluicegate.evidence.reporting.scope import Scope
from sluicegate.evidence.reporting.selecting import select

__all__ = [
    "Dossier",
    "Framework",
    "Passport",
    "Scope",
    "assessment_results",
    "croissant_card",
    "frameworks",
    "passport_page",
    "report_page",
    "select",
    "write_bundle",
]
