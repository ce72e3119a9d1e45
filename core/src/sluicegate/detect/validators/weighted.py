"""Check digits of registers that python-stdnum does not know: weighted sums, most of them.

Sources of the rules: 1996. évi XX. törvény (Hungary: TAJ, adóazonosító jel); Registration of
Persons Regulations (Hong Kong); household registration of Taiwan; Social Fund of Russia (SNILS);
Deutsche Rentenversicherung (Versicherungsnummer); GKV-Spitzenverband (Krankenversichertennummer);
Services Australia (Medicare); HISO 10046 (New Zealand); Rozporządzenie w sprawie dowodu osobistego
(Poland).
"""

from __future__ import annotations

import string
from collections.abc import Iterable

from sluicegate.detect.detector import Verdict
from sluicegate.detect.validators.checked import checked
from sluicegate.detect.validators.digits_of import digits_of

_TAIWAN = {letter: 10 + n for n, letter in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO")}
"""Codes of the places, in the order in which they were given out."""
_NEW_ZEALAND = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_SNILS_PLAIN = 101


def _sum(numbers: Iterable[int], weights: Iterable[int]) -> int:
    return sum(n * w for n, w in zip(numbers, weights, strict=True))


def _numbers(value: bytes) -> list[int]:
    return [int(digit) for digit in digits_of(value)]


def _compact(value: bytes) -> str:
    return value.translate(None, b" -()/").decode("ascii").upper()


def _across(number: int) -> int:
    """Add up the digits of a number below 100."""
    return number // 10 + number % 10


def hu_taj(value: bytes) -> Verdict:
    """Judge a Hungarian social security number: weights 3 and 7, modulus 10."""
    numbers = _numbers(value)
    return checked(right=_sum(numbers[:8], (3, 7) * 4) % 10 == numbers[8], value=value)


def hu_tax(value: bytes) -> Verdict:
    """Judge a Hungarian tax number: weights 1 to 9, modulus 11."""
    numbers = _numbers(value)
    return checked(right=_sum(numbers[:9], range(1, 10)) % 11 == numbers[9], value=value)


def hk_identity(value: bytes) -> Verdict:
    """Judge a Hong Kong identity card: modulus 11, a blank before a single letter counts 36."""
    text = _compact(value).rjust(9)
    numbers = [36 if c == " " else int(c, 36) for c in text]
    return checked(right=_sum(numbers, range(9, 0, -1)) % 11 == 0, value=value)


def tw_identity(value: bytes) -> Verdict:
    """Judge an identity card of Taiwan: the place as two digits, modulus 10."""
    text = value.decode("ascii")
    place = _TAIWAN[text[0]]
    numbers = [place // 10, place % 10, *map(int, text[1:])]
    weights = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
    return checked(right=_sum(numbers, weights) % 10 == 0, value=value)


def ru_snils(value: bytes) -> Verdict:
    """Judge a Russian insurance number: weights 9 to 1, modulus 101."""
    numbers = _numbers(value)
    total = _sum(numbers[:9], range(9, 0, -1)) % _SNILS_PLAIN % 100
    return checked(right=total == numbers[9] * 10 + numbers[10], value=value)


def de_pension(value: bytes) -> Verdict:
    """Judge a German pension insurance number: the letter as two digits, sums of digits."""
    text = _compact(value)
    spelled = text[:8] + f"{ord(text[8]) - 64:02}" + text[9:11]
    products = zip(map(int, spelled), (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True)
    total = sum(_across(n * w) for n, w in products)
    return checked(right=total % 10 == int(text[11]), value=value)


def de_health(value: bytes) -> Verdict:
    """Judge a German health insurance number: the letter as two digits, weights 1 and 2."""
    text = value.decode("ascii")
    spelled = f"{ord(text[0]) - 64:02}" + text[1:9]
    total = sum(_across(int(n) * w) for n, w in zip(spelled, (1, 2) * 5, strict=True))
    return checked(right=total % 10 == int(text[9]), value=value)


def au_medicare(value: bytes) -> Verdict:
    """Judge an Australian Medicare number: weights 1, 3, 7, 9, modulus 10."""
    numbers = _numbers(value)
    return checked(right=_sum(numbers[:8], (1, 3, 7, 9) * 2) % 10 == numbers[8], value=value)


def nz_health(value: bytes) -> Verdict:
    """Judge a New Zealand health index number; of the newer form with letters only the form."""
    text = value.decode("ascii")
    if not text[3:].isdigit():
        return Verdict(0.0, len(value))
    numbers = [_NEW_ZEALAND.index(c) + 1 for c in text[:3]] + [int(c) for c in text[3:6]]
    rest = _sum(numbers, range(7, 1, -1)) % 11
    return checked(right=rest != 0 and (11 - rest) % 10 == int(text[6]), value=value)


def pl_identity(value: bytes) -> Verdict:
    """Judge a Polish identity card: letters from 10, weights 7, 3, 1; the first digit checks."""
    text = _compact(value)
    numbers = [10 + string.ascii_uppercase.index(c) for c in text[:3]] + [int(c) for c in text[4:]]
    total = _sum(numbers, (7, 3, 1, 7, 3, 1, 7, 3))
    return checked(right=total % 10 == int(text[3]), value=value)
