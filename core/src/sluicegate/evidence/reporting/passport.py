"""The passport of a data set: what its attestation says, in the order in which auditors ask.

The questions are those of the EU AI Act, Art. 10(2) and Annex IV(2)(d). All answers come from the
signed attestation; what no extract can know is listed as missing, to be added by people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sluicegate.evidence.manifest import manifest_digest, read_files
from sluicegate.evidence.reporting.markup import Markup, element, join, row, table
from sluicegate.evidence.reporting.report import page

if TYPE_CHECKING:
    from sluicegate.evidence.verification import Verification

TYPE: Final = "urn:sluicegate:passport:v1"
MISSING: Final = (
    "how the data was collected first, and from whom (Art. 10(2)(b))",
    "labels and annotations that were added (Art. 10(2)(c), Annex IV(2)(d))",
    "assumptions, suitability and gaps of the data (Art. 10(2)(d), (e), (h))",
    "examination for bias and how representative it is (Art. 10(2)(f), (g), 10(3))",
)
_CLAIM: Final = (
    "Made from the signed attestation of the release, which holds for the files as they are. It "
    "supports evidence for Art. 10 and Annex IV(2)(d) of Regulation (EU) 2024/1689 and is no "
    "statement that they are met."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passport:
    """What is told about one data set."""

    name: str
    predicate: Mapping[str, Any]

    @classmethod
    def of(cls, verification: Verification, name: str = "") -> Passport:
        """Take it from an output that was verified.

        Args:
            verification: Of the output; it must hold.
            name: What to call it; the last part of its place if not given.

        Raises:
            ValueError: the output is not as it was attested, so nothing may be said of it.
        """
        if not verification.ok:
            raise ValueError("only an output that holds has a passport")
        last = verification.output.rstrip("/").rpartition("/")[2]
        return cls(name=name or last or "dataset", predicate=verification.predicate)

    @property
    def digest(self) -> str:
        """Digest of the manifest, which names the data set to the byte."""
        return manifest_digest(read_files(self.predicate))

    def document(self) -> dict[str, Any]:
        """Write it as JSON types."""
        told = self.predicate
        plan = told["plan"]
        return {
            "type": TYPE,
            "dataset": {
                "name": self.name,
                "manifest": self.digest,
                "released_at": told["released_at"],
                "files": len(told["files"]),
                "rows": sum(file["rows"] for file in told["files"]),
                "bytes": sum(file["bytes"] for file in told["files"]),
            },
            "origin": {
                "source": plan["source"],
                "relations": plan["relations"],
                "statement": plan["shape"],
                "parents": told.get("parents", []),
            },
            "purpose": plan["purpose"],
            "preparation": {
                "columns": told["columns"],
                "enforcement": plan["enforcement"],
                "policy": told["policy"],
                "redactions": told["redactions"],
            },
            "examination": {
                name: told.get(name)
                for name in ("scan", "canaries", "risk", "quality", "blind_spots")
            },
            "accountability": {
                "run": {k: told["identity"][k] for k in _RUN},
                "approvals": told["approvals"],
                "ledger": told["ledger"],
            },
            "to_be_added": list(MISSING),
        }


_RUN: Final = (
    "orchestrator", "pipeline", "task", "run", "triggered_by", "trust", "environment",
    "code_version", "code_digest",
)  # fmt: skip


def passport_page(passport: Passport) -> str:
    """Write it for people: HTML that needs nothing but itself."""
    told = passport.document()
    body = join(
        (
            element("h1", f"Passport of {passport.name}"),
            element("p", told["dataset"]["manifest"], class_="lead mono"),
            element("div", element("p", _CLAIM), class_="note"),
            *_section("Data set", told["dataset"].items()),
            *_section("Origin (Art. 10(2)(b), Annex IV(2)(d))", _origin(told)),
            *_columns(told["preparation"]["columns"]),
            *_section("How it was prepared (Art. 10(2)(c))", _preparation(told)),
            *_section("How it was examined", _examination(told["examination"])),
            *_section("Who answers for it", _accountability(told["accountability"])),
            element("h2", "To be added by people"),
            element("ul", *(element("li", one) for one in told["to_be_added"])),
        ),
        "\n",
    )
    return page(f"Passport of {passport.name}", body)


def _section(title: str, facts: Any) -> Iterator[Markup]:
    yield element("h2", title)
    yield table((), (row(name, _shown(value)) for name, value in facts), class_="facts")


def _origin(told: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield "purpose", told["purpose"]
    yield from told["origin"].items()


def _columns(columns: list[Mapping[str, Any]]) -> Iterator[Markup]:
    yield element("h2", "Columns and what was done to them (Art. 10(5)(b))")
    rows = (
        row(c["name"], c["type"], ", ".join(c["data_classes"]), _masks(c), c["key_id"])
        for c in columns
    )
    yield table(("column", "type", "data classes", "masks", "key"), rows)


def _masks(column: Mapping[str, Any]) -> str:
    return ", ".join(f"{m['origin']}: {m['method']}" for m in column["masks"]) or "computed"


def _preparation(told: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    prepared = told["preparation"]
    yield "where masks were applied", prepared["enforcement"]
    yield "policy", prepared["policy"]["digest"]
    yield "rules", prepared["policy"]["rules"]
    counts = [f"{r['column']}: {r['count']:,} {r['data_class']}" for r in prepared["redactions"]]
    yield "redacted from text", counts


def _examination(told: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield "rows scanned", told["scan"]["rows"]
    yield "detectors", told["scan"]["detectors"]
    yield "findings", [f"{name}: {n:,}" for name, n in told["scan"]["findings"].items()]
    canaries = told["canaries"]
    yield "canaries seen masked", f"{canaries['seen_masked']:,} of {canaries['planted']:,}"
    yield "disclosure risk", "measured, see the attestation" if told["risk"] else "not measured"
    yield "quality checks", len(told["quality"] or ())
    yield "blind spots", told["blind_spots"]


def _accountability(told: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    yield from ((name, value) for name, value in told["run"].items() if value is not None)
    yield "approvals", told["approvals"]
    yield "ledger", [f"record {p['sequence']} {p['hash']}" for p in told["ledger"].values()]


def _shown(value: object) -> object:
    if isinstance(value, list):
        return join(element("div", one) for one in value) if value else "none"
    return f"{value:,}" if isinstance(value, int) else value
