"""A box for values that must not be shown, and a base for what holds such values."""

from __future__ import annotations

from typing import Generic, NoReturn, TypeVar

T = TypeVar("T")


class NeverPickled:
    """Base of what holds a key in whatever form: pickling and copying raise ``TypeError``.

    A copy of a key in another process, in a file or in a task's result is a copy that nobody
    knows of. A subclass shows no key in its ``repr`` either.
    """

    __slots__ = ()

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__} holds a secret and is neither pickled nor copied")

    def __reduce__(self) -> NoReturn:
        self.__reduce_ex__(None)

    def __getstate__(self) -> NoReturn:
        self.__reduce_ex__(None)


class Sensitive(NeverPickled, Generic[T]):
    """Holds a value; ``str``, ``repr``, formatting and pickling never give it away."""

    __slots__ = ("_value",)

    def __init__(self, value: T) -> None:
        self._value = value

    def reveal(self) -> T:
        """Return the value. Every call of this is a place to review."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sensitive) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Sensitive, self._value))
