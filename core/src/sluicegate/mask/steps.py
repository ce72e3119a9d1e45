"""What the guard does to one column that is not finished when it leaves the source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import MaskingError
from sluicegate.mask.canonical import inner_digest
from sluicegate.mask.fake import Faker
from sluicegate.mask.forms import pseudonym
from sluicegate.mask.jsonpath import mask_json
from sluicegate.mask.shift import noise, shift_dates
from sluicegate.mask.subjects import arrow_type, split, typed
from sluicegate.mask.transforms import transform
from sluicegate.model.data import DataClass
from sluicegate.model.masks import (
    Fake,
    Labels,
    Mask,
    MaskJson,
    Noise,
    PreserveFormat,
    Pseudonymize,
    Redact,
    ShiftDate,
    Tokenize,
)
from sluicegate.model.plan import Carries

if TYPE_CHECKING:
    from sluicegate.mask.mask_keys import MaskKeys
    from sluicegate.model.plan import OutputColumn

Apply = Callable[[pa.Array], pa.Array]
Redactor = Callable[[pa.Array, Labels], pa.Array]
"""Replaces findings in texts by labels, and counts them."""
MADE: Final = (Pseudonymize, Fake, PreserveFormat, Tokenize, ShiftDate, Noise)
"""Masks whose results hold nothing that came from the source: the guard makes every character of
them, or refuses. What looks like personal data in such a column is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The guard's own part of one column."""

    apply: Apply
    """What the source sent → what leaves; in full or an error."""
    scanned: Apply | None = None
    """What the source sent → what of the result the verifier has to look at, if that is not all."""
    made: bool = False
    """The guard made all of the result, so that there is nothing to look at."""
    read: bool = False
    """The result was redacted, and so read until nothing was found in it."""


def step_of(column: OutputColumn, keys: MaskKeys, redact: Redactor) -> Step | None:
    """Return the step of a column, or ``None`` if it leaves the source finished.

    Args:
        column: Of the plan.
        keys: Of the plan's purpose.
        redact: For texts of this column.

    Raises:
        MaskingError: the plan has no mask that finishes the column.
        ConfigurationError: a mask needs a vault that the settings do not name.
    """
    if column.carries is Carries.FINISHED:
        return None
    mask = mask_of(column)
    if column.carries is Carries.DIGEST:
        return Step(apply=_of_digests(mask, keys), made=True)
    if isinstance(mask, MaskJson):
        return _of_documents(mask, class_of(column), keys, redact)
    return Step(
        apply=_of_texts(mask, column, keys, redact),
        made=isinstance(mask, MADE),
        read=isinstance(mask, Redact),
    )


def mask_of(column: OutputColumn) -> Mask:
    """Return the mask that the guard has to finish.

    Raises:
        MaskingError: there is none, or more than one: the binder lets neither pass.
    """
    masks = set(column.masks.values())
    if len(masks) != 1:
        raise MaskingError(f"column {column.name!r} has {len(masks)} masks for the guard, not one")
    return masks.pop()


def class_of(column: OutputColumn) -> DataClass:
    """Return the data class that a mask of the guard depends on.

    Raises:
        MaskingError: there is none, or more than one.
    """
    if len(column.data_classes) != 1:
        raise MaskingError(f"column {column.name!r} is not of one data class")
    return column.data_classes[0]


def _of_digests(mask: Mask, keys: MaskKeys) -> Apply:
    if isinstance(mask, Pseudonymize):
        pseudonymizer = keys.pseudonymizer()
        return lambda array: pseudonym(array, pseudonymizer, mask.form, mask.length)
    if isinstance(mask, Fake):
        faker = Faker(keys.pseudonymizer("fake"))
        return lambda array: faker.apply(array, mask.kind)
    raise MaskingError("a digest arrived for which the plan has no keyed mask")


def _of_texts(mask: Mask, column: OutputColumn, keys: MaskKeys, redact: Redactor) -> Apply:
    if isinstance(mask, Redact):
        return lambda array: redact(array, mask.labels)
    if isinstance(mask, (PreserveFormat, Tokenize)):
        return _encrypting(keys.both_ways(mask, class_of(column)).apply)
    if isinstance(mask, (ShiftDate, Noise)):
        return _by_subject(mask, column, keys)
    return lambda array: transform(mask, array)


def _encrypting(apply: Apply) -> Apply:
    """Refuse a result that is, but for chance, what went in: then nothing was encrypted."""

    def checked(array: pa.Array) -> pa.Array:
        result = apply(array)
        same = pc.sum(pc.and_(pc.equal(result.cast(array.type), array), pc.not_equal(array, "")))
        # a permutation of a million values leaves one of them where it is, on average
        if (same.as_py() or 0) * 1000 > len(array) + 1000:
            raise MaskingError("encryption left values as they were; nothing was written")
        return result

    return checked


def _by_subject(mask: ShiftDate | Noise, column: OutputColumn, keys: MaskKeys) -> Apply:
    kind = arrow_type(column.returns)
    if isinstance(mask, ShiftDate):
        key = keys.key("shift_date")

        def shifted(array: pa.Array) -> pa.Array:
            digests, texts = split(array)
            return shift_dates(digests, typed(texts, kind), key, mask.days)

        return shifted
    key = keys.key("noise")
    # one origin: the binder lets no two columns pass for one where each has noise of its own
    name = ",".join(map(str, column.origins))

    def noisy(array: pa.Array) -> pa.Array:
        digests, texts = split(array)
        numbers = typed(texts, kind)
        return noise(digests, numbers, key, mask.scale, mask.round_to, column=name)

    return noisy


def _of_documents(mask: MaskJson, data_class: DataClass, keys: MaskKeys, redact: Redactor) -> Step:
    """Mask paths; show the verifier the same documents without what the guard made in them."""
    inner = {path: _within(own, data_class, keys, redact) for path, own in mask.paths}
    shown = {path: _hidden if isinstance(own, MADE) else inner[path] for path, own in mask.paths}
    return Step(
        apply=lambda array: mask_json(array, inner, mask.others),
        scanned=lambda array: mask_json(array, shown, mask.others),
    )


def _within(mask: Mask, data_class: DataClass, keys: MaskKeys, redact: Redactor) -> Apply:
    if isinstance(mask, Redact):
        return lambda array: redact(array, mask.labels)
    if isinstance(mask, (Pseudonymize, Fake)):
        finish = _of_digests(mask, keys)
        return lambda array: finish(inner_digest(array, data_class)).cast(pa.string())
    if isinstance(mask, (PreserveFormat, Tokenize)):
        return _encrypting(keys.both_ways(mask, data_class).apply)
    return lambda array: transform(mask, array)


def _hidden(array: pa.Array) -> pa.Array:
    return pc.if_else(array.is_valid(), pa.scalar("", pa.string()), pa.scalar(None, pa.string()))
