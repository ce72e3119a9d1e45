"""What is planted in a column that the guard finishes, and how it must come out.

The values are keyed for the run. Expected results are computed another way than the mask's own,
or the mask is undone; where neither can be, the result must lack what was planted.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.cmac import CMAC

from sluicegate.model.masks import (
    Fake,
    Keep,
    MaskJson,
    Noise,
    Partial,
    PreserveFormat,
    Pseudonymize,
    Redact,
    ShiftDate,
    Tokenize,
)

if TYPE_CHECKING:
    from sluicegate.mask import MaskKeys
    from sluicegate.model.plan import OutputColumn

_STEP: Final = re.compile(r"\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\*|\d+)\]")
_DAYS: Final = ("2001-02-03", "2011-11-30")


@dataclass(frozen=True, slots=True)
class Plant:
    """Canaries of one column."""

    values: pa.Array
    """As the source would send them."""
    masked: Callable[[pa.Array], bool]
    """Whether what came out is what the mask makes of them."""


@dataclass(frozen=True, slots=True)
class Plants:
    """Makes the canaries of one run.

    Args:
        keys: Of the run's purpose.
        secret: Of the run.
        texts: A text for each detector, in which it fires.
        clean: Whether a detector finds nothing in texts of a column.
    """

    keys: MaskKeys
    secret: str
    texts: Sequence[str]
    clean: Callable[[pa.Array, str], bool]

    def of(self, column: OutputColumn) -> Plant:  # noqa: PLR0911 - one return per mask
        """Make the canaries of a column that the guard finishes: as many as there are texts."""
        mask = next(iter(column.masks.values()))
        if isinstance(mask, Redact):
            planted = pa.array(self.texts, pa.large_string())
            return Plant(planted, lambda out: self._redacted(out, column.name))
        if isinstance(mask, Pseudonymize):
            return Plant(pa.array(self.digests), lambda out: self._pseudonyms(mask, out))
        if isinstance(mask, Fake):
            return Plant(pa.array(self.digests), self._faked)
        if isinstance(mask, (PreserveFormat, Tokenize)):
            return self._reversible(mask, column)
        if isinstance(mask, ShiftDate):
            return self._dates(mask, column)
        if isinstance(mask, Noise):
            return self._numbers(mask, column)
        if isinstance(mask, MaskJson):
            return self._documents(mask, column.name)
        assert isinstance(mask, Partial)
        return self._areas(mask)

    @property
    def digests(self) -> list[str]:
        """Inner digests, one for each text."""
        return [sha256(f"{self.secret}:{i}".encode()).hexdigest() for i in range(len(self.texts))]

    @property
    def numerals(self) -> list[str]:
        """Sixteen digits, one for each text."""
        return [f"{int(digest, 16) % 10**16:016d}" for digest in self.digests]

    def _redacted(self, out: pa.Array, name: str) -> bool:
        same = any(a == b for a, b in zip(self.texts, out.to_pylist(), strict=True))
        return not same and self.clean(out, name)

    def _pseudonyms(self, mask: Pseudonymize, out: pa.Array) -> bool:
        keyed = CMAC(AES(self.keys.key("pseudonym").reveal()))
        expected = []
        for digest in self.digests:
            mac = keyed.copy()
            mac.update(bytes.fromhex(digest))
            expected.append(_written(mask, mac.finalize()))
        return bool(out.to_pylist() == expected)

    def _faked(self, out: pa.Array) -> bool:
        shown = [str(value) for value in out.to_pylist()]
        told = any(digest[:8] in value for digest, value in zip(self.digests, shown, strict=True))
        return not told and not out.null_count and len(set(shown)) > 1

    def _reversible(self, mask: PreserveFormat | Tokenize, column: OutputColumn) -> Plant:
        # every canary of a vault stays in it, so there it is one, and the same for all runs
        steady = self.keys.key("canary").reveal().hex()
        one = f"{int(steady, 16) % 10**16:016d}"
        vault = isinstance(mask, Tokenize) and mask.store == "vault"
        planted = [one] * len(self.texts) if vault else self.numerals
        undo = self.keys.both_ways(mask, column.data_classes[0]).reveal

        def masked(out: pa.Array) -> bool:
            same = any(a == b for a, b in zip(planted, out.to_pylist(), strict=True))
            return not same and bool(undo(out).to_pylist() == planted)

        return Plant(pa.array(planted, pa.large_string()), masked)

    def _dates(self, mask: ShiftDate, column: OutputColumn) -> Plant:
        """Two dates a subject: both must move, alike, and not too far."""
        count = len(self.texts)
        days = [_DAYS[i % 2] for i in range(count)]
        planted = [f"{self.digests[i - i % 2]}:{day}" for i, day in enumerate(days)]
        kind = pa.timestamp("us") if column.returns != "date32[day]" else pa.date32()
        before = pa.array(days).cast(pa.date32()).cast(pa.timestamp("us"))

        def masked(out: pa.Array) -> bool:
            moved = pc.days_between(before, out.cast(kind).cast(pa.timestamp("us"))).to_pylist()
            near = all(0 < abs(days) <= mask.days for days in moved)
            return near and all(a == b for a, b in zip(moved[::2], moved[1::2], strict=False))

        return Plant(pa.array(planted, pa.large_string()), masked)

    def _numbers(self, mask: Noise, column: OutputColumn) -> Plant:
        """One number for many subjects: it must not come out of all of them as it was."""
        declared = re.fullmatch(r"decimal128\((\d+), (\d+)\)", column.returns)
        most = 10.0 ** (int(declared[1]) - int(declared[2])) if declared else 10.0**12
        value = min(max(1000, 100 / mask.scale) * mask.round_to, most / (100 * (1 + mask.scale)))
        places = int(declared[2]) if declared else 0
        shown = f"{value:.{places}f}"
        planted = [f"{digest}:{shown}" for digest in self.digests]
        return Plant(
            pa.array(planted, pa.large_string()),
            lambda out: len(set(out.to_pylist())) > 1 and not out.null_count,
        )

    def _areas(self, mask: Partial) -> Plant:
        planted = [f"+49 30 {numerals}" for numerals in self.numerals]
        expected = "+49 30 " + mask.fill * 16
        return Plant(
            pa.array(planted, pa.large_string()),
            lambda out: all(value == expected for value in out.to_pylist()),
        )

    def _documents(self, mask: MaskJson, name: str) -> Plant:
        """A document for each path and text; what is suppressed must be gone, the rest masked."""
        paths = [mask.paths[i % len(mask.paths)] for i in range(len(self.texts))]
        leaves = [
            text if isinstance(inner, (Redact, Keep)) else numerals
            for (_, inner), text, numerals in zip(paths, self.texts, self.numerals, strict=True)
        ]
        marks = [f"zq{digest[:16]}" for digest in self.digests]
        planted = [
            json.dumps({"sluicegate_canary": mark} | _nested(path, leaf))
            for (path, _), leaf, mark in zip(paths, leaves, marks, strict=True)
        ]

        def masked(out: pa.Array) -> bool:
            shown = out.to_pylist()
            kept = mask.others == "keep"
            if any((mark in text) is not kept for mark, text in zip(marks, shown, strict=True)):
                return False
            left = [
                text
                for (_, inner), leaf, text in zip(paths, leaves, shown, strict=True)
                if not isinstance(inner, (Redact, Keep)) and leaf in text
            ]
            redacted = [t for (_, m), t in zip(paths, shown, strict=True) if isinstance(m, Redact)]
            return not left and self.clean(pa.array(redacted, pa.large_string()), name)

        return Plant(pa.array(planted, pa.large_string()), masked)


def keyed_values(kind: pa.DataType, secret: str, count: int) -> pa.Array:
    """Make values of a type that only this run has, one of them NULL.

    They stand for values that the source has masked already. Types that hold neither texts nor
    numbers get NULLs.

    Args:
        kind: Type of the column.
        secret: Of the run.
        count: How many.
    """
    digests = [sha256(f"{secret}:value:{i}".encode()).hexdigest() for i in range(count)]
    # of a time in nanoseconds whole microseconds: a database may hold no more
    unit = 1_000 if kind == pa.timestamp("ns", getattr(kind, "tz", None)) else 1
    numbers = pa.array([int(digest[:8], 16) % 100 * unit for digest in digests], pa.int64())
    texts = pa.array([f"canary {digest}" for digest in digests])
    for values in (texts, numbers):
        try:
            made = values.cast(kind)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            continue
        return pc.if_else(pa.array([i > 0 for i in range(count)]), made, pa.scalar(None, kind))
    return pa.nulls(count, kind)


def _written(mask: Pseudonymize, mac: bytes) -> str | int:
    """Write a MAC in the form of a pseudonym, by other means than the mask's."""
    if mask.form == "integer":
        return int.from_bytes(mac[:8]) >> 1
    if mask.form == "uuid":
        bits = int.from_bytes(mac) & ~(0xF << 76) & ~(0x3 << 62) | (8 << 76) | (2 << 62)
        return str(uuid.UUID(int=bits))
    if mask.form == "base32":
        return base64.b32encode(mac).decode().lower()[: -(-mask.length * 4 // 5)]
    return mac.hex()[: mask.length]


def _nested(path: str, leaf: str) -> dict[str, Any]:
    """Build a document that has ``leaf`` at a path; empty if the document would be a list."""
    built: Any = leaf
    for name, place in reversed(_STEP.findall(path)):
        built = {name: built} if name else [*[None] * (int(place) if place != "*" else 0), built]
    return built if isinstance(built, dict) else {}
