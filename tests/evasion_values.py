"""What both suites of evasions share: how ways are collected, and values that hide another one.

Imported by the tests and by processes of Airflow and Dagster, so it imports neither.
"""

from __future__ import annotations

import base64
import dataclasses
import json
import pickle
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

Way = Callable[..., Any]


class Ways:
    """Collects functions that try a way each.

    Args:
        all_ways: Gets the name of each way and the kind of value that it tries, in their order.
    """

    def __init__(self, all_ways: MutableMapping[str, str]) -> None:
        self.found: dict[str, Way] = {}
        self._all = all_ways

    def __call__(self, way: str, kind: str = "email") -> Callable[[Way], Way]:
        self._all[way] = kind

        def keep(function: Way) -> Way:
            self.found[way] = function
            return function

        return keep


def forms_of(value: str) -> dict[str, bytes]:
    """Return what to search for: the value as it is, reversed, in hex, in base64 …"""
    raw = value.encode()
    shifted = (base64.b64encode(b"x" * n + raw)[4:-4] for n in range(3))
    return {
        "plain": raw,
        "reversed": raw[::-1],
        "hex": raw.hex().encode(),
        "utf-16": value.encode("utf-16-le"),
        "name": raw.replace(b"@", b"_").replace(b".", b"_"),
        "twice": base64.b64encode(base64.b64encode(raw)),
        **{f"base64 {n}": form for n, form in enumerate(shifted)},
    }


@dataclasses.dataclass
class Customer:
    """A record that does not show what it holds."""

    email: str

    def __repr__(self) -> str:
        return "Customer(withheld)"


class Quiet(str):
    """A text that pretends to be another one."""

    __slots__ = ()

    def __str__(self) -> str:
        return "nothing"

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[str]:
        return iter(())


class Odd:
    """An object that only pickle can look into."""

    def __init__(self, value: str) -> None:
        self._take = memoryview(value.encode())

    def __reduce__(self) -> Any:
        return bytes, (bytes(self._take),)


def _frame(value: str) -> Any:
    import pandas as pd

    return pd.DataFrame({"email": [value]})


def _index(value: str) -> Any:
    import pandas as pd

    return pd.DataFrame({"n": [1]}, index=[value])


def _attributes(value: str) -> Any:
    import pandas as pd

    frame = pd.DataFrame({"n": [1]})
    frame.attrs["made for"] = value
    return frame


HIDING: dict[str, Callable[[str], Any]] = {
    "nested": lambda value: {"rows": [({"email": [value]},)]},
    "key within": lambda value: {"by": {value: 1}},
    "dataclass": Customer,
    "bytes": lambda value: b"\x00\xff" + value.encode(),
    "UTF-16": lambda value: value.encode("utf-16"),
    "pickle": lambda value: pickle.dumps([value]),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "JSON in JSON": lambda value: json.dumps({"all": json.dumps([value])}),
    "lying text": lambda value: [Quiet(value)],
    "object": Odd,
    "exception": ValueError,
    "pandas frame": _frame,
    "pandas index": _index,
    "pandas attributes": _attributes,
}
"""What a text can hide in, by name."""
