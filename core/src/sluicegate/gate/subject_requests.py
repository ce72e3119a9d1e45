"""Finds one person in released data sets, without any of them being turned back.

Whoever asks what is held of them (GDPR Art. 15), or wants it erased (Art. 17), gives an identifier.
Its keyed pseudonym is computed for each key that a released column names, and counted there. The
identifier is in no record, no message and no result; who asked for which class and purposes is.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import ConfigurationError, SluicegateError
from sluicegate.evidence import Demands, manifest_digest, verify_output
from sluicegate.evidence.manifest import read_files
from sluicegate.gate.dataset import open_dataset
from sluicegate.gate.keys import open_keyring, opened_keys
from sluicegate.gate.trust import trusted_keys
from sluicegate.mask import MaskKeys, inner_digest
from sluicegate.mask.forms import pseudonym
from sluicegate.model.canonical import digest, plain
from sluicegate.model.data import DataClass
from sluicegate.model.events import Event, EventLog

if TYPE_CHECKING:
    from sluicegate.mask import Keyring, PurposeKeys
    from sluicegate.model.identity import RunIdentity
    from sluicegate.model.sensitive import Sensitive
    from sluicegate.settings import Settings

_REQUEST: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
_METHOD: Final = "pseudonymize"
_MOST_TOLD: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRequest:
    """Who is looked for, and where."""

    identifier: Sensitive[str] = field(repr=False)
    """As the source writes it: an address with its case, a number in digits."""
    data_class: DataClass
    purposes: tuple[str, ...]
    """What the data sets were released for: each purpose has a key of its own."""
    request: str = ""
    """Name of the request, as a ticket has one; goes on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A column in which the person is."""

    output: str
    column: str
    rows: int
    manifest: str
    """Digest of the data set."""
    key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsearched:
    """A data set or column that could not be searched, so that nothing is known of it."""

    output: str
    column: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectReport:
    """Where the person is. Holds no value."""

    places: tuple[Place, ...]
    unsearched: tuple[Unsearched, ...]
    searched: int
    """Columns that were searched."""
    intent_sequence: int
    outcome_sequence: int


def find_subject(
    settings: Settings, request: SubjectRequest, identity: RunIdentity
) -> SubjectReport:
    """Look a person up in all that was released for some purposes, as the ledger tells it.

    Each data set is verified, and what does not hold is not searched but told. Columns of other
    masks than pseudonyms are told too: only their own means find somebody there.

    Failure mode: closed. Nothing is read before the intent is on record, and nothing is told
    before the outcome is.

    Args:
        settings: Of the installation; its root key must be at hand.
        request: Who, and where.
        identity: Who asks.

    Raises:
        ConfigurationError: the request names no purpose, or is not named as one can be.
        KeyUnavailable: the root key cannot be had.
        LedgerUnavailable: a record could not be written; nothing is told.
    """
    _check(request)
    trusted = trusted_keys(settings)
    with opened_keys(settings, change=True) as (keys, ledger):
        facts = {
            "identity": plain(identity),
            "data_class": str(request.data_class),
            "purposes": list(request.purposes),
            "request": request.request,
        }
        subject = digest(identity.work_key)
        intent = ledger.append(Event(kind="subject.intent", subject=subject, body=facts))
        search = _Search(request, keys, open_keyring(settings), trusted)
        for purpose in request.purposes:
            for output in _outputs(ledger, purpose):
                search.output(output, purpose)
        body = {"intent": intent.sequence, "status": "searched", **search.told()}
        outcome = ledger.append(Event(kind="subject.outcome", subject=subject, body=body))
    return SubjectReport(
        places=tuple(search.places),
        unsearched=tuple(search.unsearched),
        searched=search.searched,
        intent_sequence=intent.sequence,
        outcome_sequence=outcome.sequence,
    )


def _check(request: SubjectRequest) -> None:
    if not request.purposes:
        raise ConfigurationError("a request names at least one purpose")
    if request.request and not _REQUEST.fullmatch(request.request):
        raise ConfigurationError(
            "the name of a request has at most 64 letters, digits and _ . : -",
            hint="it goes on record, so it must not tell who it is about",
        )
    if not request.identifier.reveal().strip():
        raise ConfigurationError("there is no identifier to look for")


def _outputs(log: EventLog, purpose: str) -> list[str]:
    """Name the outputs that were released for a purpose, each once, in their order."""
    found = (r.body for r in log.records(kind="extract.verified"))
    return list(dict.fromkeys(str(b["output"]) for b in found if b.get("purpose") == purpose))


class _Search:
    """One search over several data sets."""

    def __init__(
        self,
        request: SubjectRequest,
        keys: PurposeKeys,
        keyring: Keyring,
        trusted: Mapping[str, bytes],
    ) -> None:
        self._request = request
        self._keys = keys
        self._keyring = keyring
        self._trusted = trusted
        self.places: list[Place] = []
        self.unsearched: list[Unsearched] = []
        self.searched = 0

    def told(self) -> dict[str, Any]:
        """Sum it up for the record."""
        return {
            "places": [plain(place) for place in self.places[:_MOST_TOLD]],
            "found": len(self.places),
            "searched": self.searched,
            "unsearched": len(self.unsearched),
        }

    def output(self, output: str, purpose: str) -> None:
        """Search one data set; whatever keeps that from being done is told, without its text."""
        try:
            self._search(output, purpose)
        except SluicegateError as error:
            self._skip(output, "", error.code)
        except Exception as error:  # noqa: BLE001 - its text may quote a value
            self._skip(output, "", type(error).__name__)

    def _search(self, output: str, purpose: str) -> None:
        if output.lower().startswith("table://"):
            self._skip(output, "", "a table is searched by SQL")
            return
        verification = verify_output(output, self._trusted)
        if not verification.ok:
            self._skip(output, "", verification.problems[0].code)
            return
        told = verification.predicate
        if told["plan"]["purpose"] != purpose:
            return  # it was replaced by a release for another purpose
        manifest = manifest_digest(read_files(told))
        wanted = {
            column["name"]: values
            for column in told["columns"]
            if (values := self._wanted(output, column, purpose)) is not None
        }
        for name, rows in self._count(output, manifest, wanted).items():
            self.searched += 1
            if rows:
                key_id = next(c["key_id"] for c in told["columns"] if c["name"] == name)
                self.places.append(
                    Place(output=output, column=name, rows=rows, manifest=manifest, key_id=key_id)
                )

    def _wanted(self, output: str, column: Mapping[str, Any], purpose: str) -> pa.Array | None:
        """Compute what the person would be in a column; ``None`` if it is not searched."""
        if self._request.data_class not in column["data_classes"]:
            return None
        masks = {(m["method"], *sorted(m["parameters"].items())) for m in column["masks"]}
        methods = {mask[0] for mask in masks}
        if methods != {_METHOD} or len(masks) != 1 or not column["bare"]:
            why = f"masked by {', '.join(sorted(methods)) or 'nothing that finds anybody'}"
            self._skip(output, column["name"], why)
            return None
        parameters = column["masks"][0]["parameters"]
        try:
            key = self._keys.named(purpose, column["key_id"])
        except SluicegateError as error:
            self._skip(output, column["name"], error.code)
            return None
        pseudonymizer = MaskKeys(self._keyring.holding(key), purpose).pseudonymizer()
        made = [
            pseudonym(digests, pseudonymizer, parameters["form"], parameters["length"])
            for digests in _digests(self._request)
        ]
        return pa.concat_arrays(made)

    def _count(self, output: str, manifest: str, wanted: Mapping[str, pa.Array]) -> dict[str, int]:
        if not wanted:
            return {}
        demands = Demands(datasets=(manifest,))  # the very one that was verified above
        dataset = open_dataset(output, trusted_keys=self._trusted, demands=demands)
        rows = dict.fromkeys(wanted, 0)
        for batch in dataset.to_batches(columns=list(wanted)):
            for name, values in wanted.items():
                column = batch.column(name)
                found = pc.is_in(column, value_set=values.cast(column.type))
                rows[name] += pc.sum(found).as_py() or 0
        return rows

    def _skip(self, output: str, column: str, why: str) -> None:
        self.unsearched.append(Unsearched(output=output, column=column, why=why))


def _digests(request: SubjectRequest) -> Iterator[pa.Array]:
    """Digest the identifier as each type that the column of the source may have had."""
    for array in _typed(request.identifier.reveal()):
        yield inner_digest(array, request.data_class)


def _typed(identifier: str) -> Sequence[pa.Array]:
    arrays = [pa.array([identifier], pa.large_string())]
    if re.fullmatch(r"-?[0-9]{1,19}", identifier, re.ASCII):
        with suppress(pa.ArrowInvalid, OverflowError):
            arrays.append(pa.array([int(identifier)], pa.int64()))
    with suppress(ValueError):
        arrays.append(pa.array([uuid.UUID(identifier).bytes], pa.uuid()))
    return arrays
