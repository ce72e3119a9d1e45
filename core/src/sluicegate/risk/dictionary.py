"""Numbers the distinct values of a column over a whole stream."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sluicegate.errors import CombinationsExceeded, MaskingError
from sluicegate.risk.grouping import Ints


class Dictionary:
    """Equal values have equal numbers, and only they: no hash stands for a value.

    NULL is a value like another: whoever lacks a birth date is alike only to those who lack one.

    Args:
        name: Of the column, for messages.
        most: Distinct values that may be held.
    """

    def __init__(self, name: str, most: int) -> None:
        self._name = name
        self._most = most
        self.values: pa.Array | None = None
        """Each value at its number."""

    def encode(self, array: pa.Array) -> Ints:
        """Return the number of each value.

        Raises:
            CombinationsExceeded: there are too many distinct values.
            MaskingError: values are nested, so that none is equal to another by its bytes.
        """
        array = self._plain(array)
        if pa.types.is_dictionary(array.type):
            local, indices = array.dictionary, array.indices
            if indices.null_count:  # a NULL may stand in the indices as well as in the values
                local = pa.concat_arrays([local, pa.nulls(1, local.type)])
                indices = indices.fill_null(len(local) - 1)
        else:
            coded: Any = pc.dictionary_encode(array, null_encoding="encode")
            local, indices = coded.dictionary, coded.indices
        numbers: Ints = self._numbers(local)[indices.to_numpy(zero_copy_only=False)]
        return numbers

    def _plain(self, array: pa.Array) -> pa.Array:
        if isinstance(array.type, pa.BaseExtensionType):
            array = array.storage
        kind = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
        if pa.types.is_nested(kind):
            raise MaskingError(
                f"column {self._name!r}: the disclosure risk of {kind} cannot be measured",
                hint="leave the column out, or extract its parts as columns of their own",
            )
        if pa.types.is_null(kind):
            array = array.cast(pa.bool_())
        return array

    def _numbers(self, local: pa.Array) -> Ints:
        """Return the number of each value of a batch's dictionary, and learn what is new."""
        if self.values is None:
            self.values = local[:0]
        found = pc.index_in(local, value_set=self.values)
        if found.null_count:
            fresh = pc.unique(local.filter(found.is_null()))
            self.values = pa.concat_arrays([self.values, fresh])
            if len(self.values) > self._most:
                raise CombinationsExceeded.of(self._name, self._most)
            found = pc.index_in(local, value_set=self.values)
        numbers: Ints = found.to_numpy(zero_copy_only=False).astype(np.int64)
        return numbers
