"""The words of names: which class they speak of, and which words take that back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from sluicegate.model.data import DataClass, TypeFamily

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_WEIGHTS: Final[Mapping[str, float]] = {"strong": 5.0, "likely": 3.2, "weak": 1.6, "people": 3.2}
_LONGEST_NAME: Final = 200
_FOLDED: Final = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "æ": "ae", "đ": "d", "ı": "i"})
_CAPITALS: Final = str.maketrans({"Ø": "O", "Ł": "L", "Æ": "AE", "Đ": "D", "İ": "I"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that speak of a class."""

    words: tuple[str, ...]
    data_class: DataClass
    weight: float
    people: bool = False
    """Counts only in a table about people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A phrase found in a name."""

    data_class: DataClass
    weight: float
    phrase: str
    """As the file writes it."""
    words: str
    """As the name writes it."""
    people: bool
    start: int
    end: int


class Lexicon:
    """``lexicon.yaml``, indexed."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.families: dict[DataClass, frozenset[TypeFamily]] = {}
        self._exact: dict[tuple[str, ...], list[Phrase]] = {}
        self._joined: dict[str, list[Phrase]] = {}
        self._wild: list[Phrase] = []
        for name, entry in document["classes"].items():
            families = entry.get("families", ["text"])
            self.families[DataClass(name)] = frozenset(TypeFamily(f) for f in families)
            for strength, weight in _WEIGHTS.items():
                for text in entry.get(strength, ()):
                    self._add(text, DataClass(name), weight, people=strength == "people")
        self.about = frozenset(document["about"])
        self.about_before = frozenset(tuple(words(text)) for text in document["about_before"])
        self.things = frozenset(document["things"])
        self.people = frozenset(tuple(words(text)) for text in document["people"])
        self._longest = max(map(len, self._exact))

    def _add(self, text: str, data_class: DataClass, weight: float, *, people: bool) -> None:
        phrase = Phrase(
            words=tuple(text.split()), data_class=data_class, weight=weight, people=people
        )
        if "~" in text:
            self._wild.append(phrase)
            return
        self._exact.setdefault(phrase.words, []).append(phrase)
        if len(phrase.words) > 1:
            self._joined.setdefault("".join(phrase.words), []).append(phrase)

    def hear(self, name: str) -> tuple[Heard, ...]:
        """Find the phrases of a name: of those that overlap the longest, the last words first."""
        said = words(name)
        found = [h for start in range(len(said)) for h in self._at(said, start)]
        kept = [h for h in found if not any(_within(h, other) for other in found)]
        return tuple(self._judged(h, said) for h in kept)

    def of_people(self, name: str) -> bool:
        """Whether a name of a table or column speaks of people."""
        said = [*words(name), *(w.removesuffix("s") for w in words(name))]
        return any((word,) in self.people for word in said)

    def of_things(self, name: str) -> bool:
        """Whether a name of a table speaks of things."""
        return any(word.removesuffix("s") in self.things for word in words(name))

    def _at(self, said: tuple[str, ...], start: int) -> Iterator[Heard]:
        for size in range(1, min(self._longest, len(said) - start) + 1):
            for phrase in self._exact.get(said[start : start + size], ()):
                yield _heard(phrase, said, start, start + size)
        for phrase in self._joined.get(said[start], ()):
            yield _heard(phrase, said, start, start + 1)
        for phrase in self._wild:
            if _matches(phrase.words[0], said[start]):
                yield _heard(phrase, said, start, start + 1)

    def _judged(self, heard: Heard, said: tuple[str, ...]) -> Heard:
        """Weigh a phrase by the words around it."""
        before, after = said[: heard.start], said[heard.end :]
        weight, data_class = heard.weight, heard.data_class
        if heard.phrase in _NAMES and heard.data_class == "person_name" and before:
            if any(word in self.things for word in before):
                return _changed(heard, DataClass("public"), _WEIGHTS["strong"])
            if any((word,) in self.people for word in before):
                return _changed(heard, data_class, _WEIGHTS["strong"])
        if data_class not in _THINGS_THEMSELVES:
            if (after and after[-1] in self.about) or _starts(before, self.about_before):
                weight = -weight / 2
            elif after:
                weight *= 0.7
        elif after:  # the last word tells what a thing is
            weight *= 0.25 if after[-1] in _KEYS else 0.5
        return _changed(heard, data_class, weight, people=heard.people)


_KEYS: Final = frozenset({"id", "ids", "uuid", "guid"})
_NAMES: Final = ("name", "names", "naam", "nom", "nome", "nombre")
_THINGS_THEMSELVES: Final = frozenset(
    map(DataClass, ("public", "identifier", "event_time", "free_text"))
)


def words(name: str) -> tuple[str, ...]:
    """Split a name into words: at signs and digits, and where camel case turns; without accents."""
    text = unicodedata.normalize("NFKD", name[:_LONGEST_NAME].translate(_CAPITALS))
    plain = "".join(c for c in text if not unicodedata.combining(c)).translate(_FOLDED)
    found = [w.lower() for w in _WORD.findall(plain)]
    return tuple(found)


def _matches(pattern: str, word: str) -> bool:
    if pattern.startswith("~"):
        return word.endswith(pattern[1:]) and len(word) > len(pattern)
    return word.startswith(pattern[:-1]) and len(word) >= len(pattern) - 1


def _starts(before: tuple[str, ...], phrases: Iterable[tuple[str, ...]]) -> bool:
    return any(before[: len(phrase)] == phrase for phrase in phrases if phrase)


def _within(one: Heard, other: Heard) -> bool:
    inside = other.start <= one.start and one.end <= other.end
    longer = (other.end - other.start, len(other.phrase)) > (one.end - one.start, len(one.phrase))
    return inside and longer


def _heard(phrase: Phrase, said: tuple[str, ...], start: int, end: int) -> Heard:
    return Heard(
        data_class=phrase.data_class,
        weight=phrase.weight,
        phrase=" ".join(phrase.words),
        words=" ".join(said[start:end]),
        people=phrase.people,
        start=start,
        end=end,
    )


def _changed(heard: Heard, data_class: DataClass, weight: float, *, people: bool = False) -> Heard:
    return replace(heard, data_class=data_class, weight=weight, people=people)


@cache
def lexicon() -> Lexicon:
    """Read the file that comes along, once a process."""
    return Lexicon(read_data("lexicon.yaml"))


def read_data(name: str) -> Any:
    """Read a data file of this package; every scalar is text (``no`` and ``on`` are words)."""
    text = (resources.files("sluicegate.detect.columns") / name).read_text("utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # BaseLoader builds only text, lists and maps
