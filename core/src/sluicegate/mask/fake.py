"""Consistent fakes: invented values that look like the real ones, chosen by the keyed digest.

Equal values get equal fakes under one key, but **two values may share a fake**, most of all where
few can be told apart at all. So a fake is for looks, a pseudonym for joins that must be exact. A
fake may by chance be the value itself, or a person, place or company that exists.

=============== ============== ==================== ============================
kind            fakes          even odds that two   of 10^6 distinct values,
                               values share one, at those that share theirs
=============== ============== ==================== ============================
first_name      301            21 values            all
last_name       356            23                   all
city            3,724          72                   all
name            2.8 million    2,000                30 %
company         10.2 million   3,800                9 %
street_address  18.1 million   5,000                5 %
phone           1.25 × 10^13   4.2 million          8 in 10^8
email           3.2 × 10^14    21 million           3 in 10^9
=============== ============== ==================== ============================

Emails stand at the domains that RFC 2606 reserves. Phone numbers are +1, an area code and 555-0100
to 555-0199, which the North American Numbering Plan keeps for fiction: 12,500 in all, so that each
has an extension of nine digits, which makes them many and rings nowhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from sluicegate.errors import UnknownNameError
from sluicegate.mask.limbs import Bytes
from sluicegate.mask.pseudonym import Pseudonymizer
from sluicegate.model.sensitive import NeverPickled

_VERSION: Final = 1
_DOMAINS: Final = ["example.com", "example.net", "example.org"]
_INITIALS: Final = [f"{chr(code)}." for code in range(ord("A"), ord("Z") + 1)]
_EXTENSION_DIGITS: Final = 9


class Faker(NeverPickled):
    """Invents values.

    Args:
        pseudonymizer: The keyed step of the purpose; each kind is drawn apart from the others and
            from pseudonyms, so that none tells anything of another.
    """

    __slots__ = ("_pseudonymizer",)

    def __init__(self, pseudonymizer: Pseudonymizer) -> None:
        self._pseudonymizer = pseudonymizer

    def apply(self, digests: pa.Array, kind: str) -> pa.Array:
        """Invent a value for each inner digest.

        Args:
            digests: Strings of 64 lower-case hex digits, or NULL; plain or dictionary-encoded.
            kind: ``first_name``, ``last_name``, ``name``, ``email``, ``street_address``, ``city``,
                ``phone`` or ``company``.

        Returns:
            A ``string`` array of ASCII; NULL stays NULL.

        Raises:
            MaskingError: a value is not a digest, so the source did not mask it.
            UnknownNameError: there is no such kind.
        """
        build = _KINDS.get(kind)
        if build is None:
            raise UnknownNameError.of("kind of fake", kind, _KINDS)
        label = hashlib.sha256(f"sluicegate:{_VERSION}:fake:{kind}".encode()).digest()[:16]
        return self._pseudonymizer.map(digests, lambda blocks: build(_Lots(blocks)), label)

    def __repr__(self) -> str:
        return "Faker(***)"


class _Lots:
    """64 keyed bits a row, from which choices are drawn one after the other.

    A choice among ``n`` takes the remainder by ``n`` and leaves the quotient. All choices of a fake
    together are among fewer than 2^49, so that none is favoured by more than 2^-15.
    """

    def __init__(self, blocks: Bytes) -> None:
        first = np.ascontiguousarray(blocks[:, :8])
        self._rest: npt.NDArray[np.uint64] = first.view(">u8")[:, 0].astype(np.uint64)

    def number(self, count: int) -> npt.NDArray[np.uint64]:
        """Draw from 0 to ``count - 1``."""
        quotient = self._rest // np.uint64(count)
        drawn = self._rest - quotient * np.uint64(count)
        self._rest = quotient
        return drawn

    def one_of(self, words: list[str]) -> pa.Array:
        """Draw a word."""
        return pa.array(words, pa.string()).take(pa.array(self.number(len(words))))

    def digits(self, count: int) -> pa.Array:
        """Draw so many digits, zeros in front among them."""
        return pc.utf8_lpad(pa.array(self.number(10**count)).cast(pa.string()), count, "0")


@cache
def words(name: str) -> list[str]:
    """Return one of the lists of ``words.yaml``."""
    text = resources.files("sluicegate.mask").joinpath("words.yaml").read_text("utf-8")
    found: list[str] = str(yaml.safe_load(text)[name]).split()
    return found


def _name(lots: _Lots) -> pa.Array:
    first, last = lots.one_of(words("first_names")), lots.one_of(words("last_names"))
    return _joined(first, lots.one_of(_INITIALS), last, between=" ")


def _email(lots: _Lots) -> pa.Array:
    first, last = lots.one_of(words("first_names")), lots.one_of(words("last_names"))
    number, domain = lots.digits(9), lots.one_of(_DOMAINS)
    return pc.ascii_lower(_joined(first, ".", last, number, "@", domain))


def _street_address(lots: _Lots) -> pa.Array:
    number = pa.array(lots.number(9_999) + np.uint64(1)).cast(pa.string())
    street, kind = lots.one_of(words("streets")), lots.one_of(words("street_kinds"))
    return _joined(number, street, kind, between=" ")


def _city(lots: _Lots) -> pa.Array:
    return _joined(lots.one_of(words("town_beginnings")), lots.one_of(words("town_endings")))


def _phone(lots: _Lots) -> pa.Array:
    area, line = lots.one_of(words("area_codes")), lots.digits(2)
    return _joined("+1-", area, "-555-01", line, " x", lots.digits(_EXTENSION_DIGITS))


def _company(lots: _Lots) -> pa.Array:
    beginning, middle = (
        lots.one_of(words("company_beginnings")),
        lots.one_of(words("company_middles")),
    )
    trade, form = lots.one_of(words("company_trades")), lots.one_of(words("company_forms"))
    return _joined(beginning, middle, trade, form, between=" ")


def _joined(*parts: pa.Array | str, between: str = "") -> pa.Array:
    return pc.binary_join_element_wise(*parts, between)


_KINDS: Final[dict[str, Callable[[_Lots], pa.Array]]] = {
    "first_name": lambda lots: lots.one_of(words("first_names")),
    "last_name": lambda lots: lots.one_of(words("last_names")),
    "name": _name,
    "email": _email,
    "street_address": _street_address,
    "city": _city,
    "phone": _phone,
    "company": _company,
}
