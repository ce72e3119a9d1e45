"""Steps 4 to 6: extract, mask, verify, batch by batch. Nothing leaves the chamber unscanned.

Memory is bounded by a few batches. When a batch holds a leak, every finding in the leaking columns
is redacted before the batch is written: even the quarantine holds no raw value (promise P1).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from sluicegate.detect import ScanTotals
from sluicegate.detect.recognizer import prove
from sluicegate.errors import BudgetExceeded, SourceError
from sluicegate.gate.allowance import Allowance, at_plan, remarks
from sluicegate.gate.blind_spots import of_free_text, of_risk
from sluicegate.gate.canary import Canaries, CanaryResult
from sluicegate.gate.pipeline import side_by_side
from sluicegate.gate.sift import Sifter
from sluicegate.gate.sink_proof import without_dictionaries
from sluicegate.mask import Masker, TextFinder
from sluicegate.model.data import SECRET, DataClass
from sluicegate.model.findings import Reason

if TYPE_CHECKING:
    from sluicegate.detect import BatchFindings, Scanner, Spans
    from sluicegate.detect.recognizer import Recognizer
    from sluicegate.gate.services import Services
    from sluicegate.mask import Masked
    from sluicegate.model.findings import RedactionCount, ScanSummary
    from sluicegate.model.plan import OutputColumn, Plan


class Chamber:
    """Takes raw batches, gives masked and verified ones.

    Args:
        services: The opened parts of the gate.
        plan: What runs.
        run_key: Name of the run, for its canaries.
    """

    def __init__(self, services: Services, plan: Plan, run_key: str) -> None:
        scanner, keyring = services.scanner, services.keyring
        self._scanner = scanner
        self._plan = plan
        self._limits = plan.decision.obligations.limits
        texts = any(c.redacted for c in plan.columns)
        self._recognizers = services.recognizers if texts else ()
        finder, censor = _finders(scanner, self._recognizers)
        keys = services.mask_keys(plan.purpose)
        self._masker = Masker(plan.columns, keys, finder)
        # what a leak is redacted with does not count as a mask that acted
        self._censor = Masker((), keys, censor)
        self._canaries = Canaries(plan.columns, scanner, keyring, keys, run_key)
        fingerprint = keyring.fingerprints()
        self._totals = ScanTotals(scanner, fingerprint, keyring.key_id("fingerprint"))
        self._allowance = Allowance(at_plan(services.allow.for_source(plan.source), plan))
        self._sifter = Sifter((self._allowance,), scanner.detectors, fingerprint)
        self._permitted = {c.name: _permitted(c, plan) for c in plan.columns}
        self._leaks: Counter[tuple[str, DataClass]] = Counter()
        self._passed = 0
        self._raw = pa.schema([])
        self.rows = 0
        self.bytes = 0
        self.schema = pa.schema([])
        """Of the masked batches."""

    def pass_through(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Mask and verify each batch; canaries follow the first batch and the last one.

        No row leaves before the canaries behind the first batch were seen masked. Behind an only
        batch they go once: every row has passed by then, and none has left.

        Raises:
            BudgetExceeded: a row, byte or time budget of the policy ran out.
            MaskingError: a value is not as its mask leaves it.
            ScannerBlind: a canary was not seen masked.
            SourceError: the rows have more or fewer columns than the plan.
        """
        yield from side_by_side(self._arriving(batches), self._pass)
        if self._passed > 1:
            self._plant(self._raw)

    def _arriving(self, batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Yield each batch behind the number of its first row, while the budgets last."""
        deadline = _deadline(self._limits.seconds)
        for number, batch in enumerate(batches):
            first_row = self.rows
            self._spend(batch, deadline)
            if number == 0:
                self._check_width(batch.schema)
            yield first_row, batch

    def _pass(self, arrived: tuple[int, pa.RecordBatch]) -> pa.RecordBatch:
        """Mask and verify one batch; canaries follow the first one."""
        first_row, batch = arrived
        masked = self._masker.masked(batch)
        verified = self._verify(masked, first_row)
        if self._passed == 0:
            self._plant(batch.schema)
        self._passed += 1
        self.schema, self._raw = masked.batch.schema, batch.schema
        return verified

    def _check_width(self, schema: pa.Schema) -> None:
        """Refuse rows of another width than planned: a mask would meet another column."""
        if len(schema) != len(self._plan.columns):
            message = f"the source gives {len(schema)} columns, not {len(self._plan.columns)}"
            hint = "select each column by name; unnest of a struct becomes one for each field"
            raise SourceError(message, hint=hint)

    @property
    def leaks(self) -> tuple[Reason, ...]:
        """Why the output may not be released; empty if it may."""
        return tuple(
            Reason(
                code="LEAK",
                message=f"{count:,} × {data_class} in the output column {column!r}",
                hint=f"classify {column!r} in the policy so that it is masked, or leave it out",
                place=f"column {column}",
            )
            for (column, data_class), count in sorted(self._leaks.items())
        )

    @property
    def canaries(self) -> CanaryResult:
        """The canaries of the run."""
        return self._canaries.result

    @property
    def canaries_at_sink(self) -> pa.RecordBatch | None:
        """Canaries that the sink must write as they are; ``None`` if no row came."""
        canaries = self._canaries.at_sink()
        return None if canaries is None else canaries.cast(without_dictionaries(self.schema))

    @property
    def redactions(self) -> tuple[RedactionCount, ...]:
        """What the masks redacted from text."""
        return self._masker.redactions()

    def summary(self, notes: tuple[str, ...]) -> ScanSummary:
        """Summarize the scan; ``notes`` are blind spots that the source told."""
        summary = self._totals.summary(
            (*of_free_text(self._plan, self._recognizers), *of_risk(self._plan), *notes)
        )
        return replace(summary, allowed=self._allowance.allowed)

    @property
    def remarks(self) -> tuple[Reason, ...]:
        """What a person should know of the allow-list."""
        return remarks(self._allowance)

    def _plant(self, schema: pa.Schema) -> None:
        prove(self._recognizers)
        self._canaries.check(schema, self._masker)

    def _spend(self, batch: pa.RecordBatch, deadline: float) -> None:
        self.rows += batch.num_rows
        self.bytes += batch.nbytes
        for name, spent, budget in (
            ("rows", self.rows, self._limits.rows),
            ("bytes", self.bytes, self._limits.bytes),
            ("bytes of memory for one batch", batch.nbytes, self._limits.memory),
        ):
            if budget is not None and spent > budget:
                raise BudgetExceeded(
                    f"G16: the extract goes over the policy's budget of {budget:,} {name}",
                    hint="narrow the query, or ask for a larger limit in the policy",
                )
        if time.monotonic() > deadline:
            raise BudgetExceeded(
                f"G16: the extract goes over the policy's budget of {self._limits.seconds} seconds",
                hint="narrow the query, or ask for a larger limit in the policy",
            )

    def _verify(self, masked: Masked, first_row: int) -> pa.RecordBatch:
        # a pseudonym looks like a card number once in some thousand, and a fake always like what it
        # stands for; what is looked at is therefore all that came from the source, and no more
        batch, scanned = masked.batch, masked.scanned
        found = self._scanner.scan(scanned, first_row=first_row)
        found = replace(found, bytes=found.bytes + masked.read)
        found = self._sifter.sift(found, scanned.schema)
        self._totals.add(found, scanned.schema)
        leaking = self._note_leaks(found)
        return self._censored(masked, leaking) if leaking else batch

    def _note_leaks(self, found: BatchFindings) -> set[str]:
        leaking = set()
        for leaf in found.leaves:
            for number, count in leaf.counts().items():
                data_class = self._scanner.detectors[number].data_class
                if data_class not in self._permitted.get(leaf.column, frozenset()):
                    self._leaks[leaf.column, data_class] += count
                    leaking.add(leaf.column)
        return leaking

    def _censored(self, masked: Masked, leaking: set[str]) -> pa.RecordBatch:
        arrays, batch = [], masked.batch
        for name, array in zip(batch.schema.names, batch.columns, strict=True):
            is_text = pa.types.is_string(array.type) or pa.types.is_large_string(array.type)
            if name not in leaking:
                arrays.append(array)
            elif is_text and name not in masked.hidden:
                arrays.append(self._censor.redact(name, array).cast(array.type))
            else:
                arrays.append(pa.nulls(len(array), array.type))
        return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)


def _finders(scanner: Scanner, recognizers: Sequence[Recognizer]) -> tuple[TextFinder, TextFinder]:
    """Return what redacts free text, and what censors a leak, as the verifier sees it.

    Recognizers read only what a policy calls free text: a column that is kept may be full of names
    that nobody called personal.
    """

    def spans(of: Scanner) -> Callable[[pa.Array, str], Spans]:
        return lambda array, column: of.spans(array, column=column)

    reader = scanner.with_recognizers(recognizers)
    verifier = TextFinder(spans=spans(scanner), classes=[d.data_class for d in scanner.detectors])
    classes = [d.data_class for d in reader.detectors]
    return TextFinder(spans=spans(reader), classes=classes, again=spans(scanner)), verifier


def _permitted(column: OutputColumn, plan: Plan) -> frozenset[DataClass]:
    """Classes that may be found in a column: its own, and only by an ``unmask`` grant."""
    kept = plan.decision.obligations.keep_classes - {SECRET}
    return kept & frozenset(column.data_classes)


def _deadline(seconds: float | None) -> float:
    return float("inf") if seconds is None else time.monotonic() + seconds
