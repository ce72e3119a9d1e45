"""Reads the catalogue: YAML files of detectors, the ones that come along and the user's own.

A file holds a list ``detectors`` and, so that its entries need not repeat each other:

* ``fragments``: pieces of pattern by name. ``(?&name)`` in a pattern or in an expression of an
  anchor stands for one, in a group of its own; a fragment may use those above it.
* ``defaults``: fields of every entry that does not give them itself.
* ``lists``: lists to refer to by YAML's own ``*name``.

An anchor may give ``words`` and ``then``: each word followed by each of ``then`` is an expression.
The engine finds a word with one character behind it as fast as the word alone, and stops at far
fewer places; one expression for all words, or one with a tail, is several times slower.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import resources
from typing import Any, NamedTuple

import yaml

from sluicegate.detect.chain_run import run_in_chain
from sluicegate.detect.detector import CHAIN_REACH, Anchor, Detector, Examples, Shape, Whole
from sluicegate.detect.examples import expand
from sluicegate.detect.outline import runs
from sluicegate.detect.pattern import Reach, encoded, literal_expression, measure, widths
from sluicegate.detect.plugins import DetectorFile, PluginValidator, plugin_validator
from sluicegate.detect.shelf import Shelf
from sluicegate.detect.validators import CHECKS, SIEVES, most_lift
from sluicegate.detect.validators import validator as validator_named
from sluicegate.errors import DetectionError
from sluicegate.model.data import DataClass

CATALOGUE_VERSION = "1"
"""Raised when a detector is removed or its meaning changes."""

_REQUIRED = frozenset({"id", "data_class", "pattern", "anchor", "score", "examples", "source"})
_FIELDS = _REQUIRED | {
    "advisory",
    "caseless",
    "validator",
    "context",
    "against",
    "context_lift",
    "context_required",
    "most_lift",
    "threshold",
    "whole",
}
_FILE_FIELDS = frozenset({"detectors", "defaults", "fragments", "lists"})
_REFERENCE = re.compile(r"\(\?&(\w+)\)")
_ANCHOR_FIELDS = frozenset(
    {
        *("literals", "expressions", "words", "then", "caseless", "assigned"),
        *("shape", "digits", "sieve", "reach"),
    }
)


class Catalogue(NamedTuple):
    """Every detector, and a digest of the files they came from."""

    detectors: tuple[Detector, ...]
    digest: str


def load_catalogue(extra: Sequence[DetectorFile] = (), shelf: Shelf | None = None) -> Catalogue:
    """Read the files that come along, then ``extra``, in that order.

    The digest is also over the distributions that bring validators which detectors name.

    Raises:
        DetectionError: a file cannot be read or is wrong; the message names file and detector.
    """
    shelf = Shelf() if shelf is None else shelf
    folder = resources.files("sluicegate.detect") / "catalogue"
    own = sorted((e for e in folder.iterdir() if e.name.endswith(".yaml")), key=lambda e: e.name)
    hasher = hashlib.sha256()
    found: dict[str, Detector] = {}
    for entry in [*own, *extra]:
        try:
            text = entry.read_bytes()
        except OSError:
            raise DetectionError(f"the detector file {entry.name!r} cannot be read") from None
        hasher.update(len(text).to_bytes(8, "big") + text)
        for detector in _of_file(entry.name, text, shelf if entry in own else Shelf()):
            if detector.id in found:
                raise DetectionError(
                    f"detector {detector.id!r} is defined twice: in {found[detector.id].origin}"
                    f" and in {entry.name}"
                )
            found[detector.id] = replace(detector, origin=entry.name)
            if isinstance(detector.validator, PluginValidator):
                hasher.update(detector.validator.origin.encode())
    return Catalogue(tuple(found.values()), hasher.hexdigest())


def _of_file(file: str, text: bytes, shelf: Shelf) -> Iterable[Detector]:
    """Read a file; whatever is wrong with it is told with its name."""
    try:
        yield from _read(file, text, shelf)
    except DetectionError as error:
        if file in error.message:
            raise
        raise DetectionError(f"{error.message}, in {file}", hint=error.hint) from None


def _read(file: str, text: bytes, shelf: Shelf) -> Iterable[Detector]:
    try:
        document = shelf.get("yaml", text, lambda: yaml.safe_load(text))
    except yaml.YAMLError:
        raise DetectionError(f"the detector file {file!r} is not YAML") from None
    entries = document.get("detectors") if isinstance(document, dict) else None
    if not isinstance(entries, list) or set(document) - _FILE_FIELDS:
        raise DetectionError(
            f"the detector file {file!r} holds no list `detectors`, or what no such file holds",
            hint=f"it may hold {', '.join(sorted(_FILE_FIELDS))}",
        )
    fragments = _fragments(file, document.get("fragments", {}))
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            raise DetectionError(f"an entry of the detector file {file!r} has no id")
        try:
            yield _detector({**document.get("defaults", {}), **entry}, fragments, shelf)
        except (TypeError, ValueError, AttributeError) as error:
            raise DetectionError(
                f"detector {entry['id']!r} is malformed ({type(error).__name__})",
                hint="compare it with an entry of the catalogue",
            ) from None


def _fragments(file: str, pieces: Mapping[str, str]) -> Mapping[str, str]:
    """Resolve what fragments say about those above them."""
    if not isinstance(pieces, dict) or not all(isinstance(p, str) for p in pieces.values()):
        raise DetectionError(f"`fragments` of the detector file {file!r} are not texts by name")
    known: dict[str, str] = {}
    for name, piece in pieces.items():
        known[name] = _filled(f"fragment {name!r}", piece, known)
    return known


def _filled(where: str, text: str | list[str], fragments: Mapping[str, str]) -> str:
    """Put fragments in their places; a list of pieces is one text."""

    def one(match: re.Match[str]) -> str:
        if match.group(1) not in fragments:
            raise DetectionError(f"{where} uses the unknown fragment {match.group(1)!r}")
        return f"(?:{fragments[match.group(1)]})"

    return _REFERENCE.sub(one, "".join(text) if isinstance(text, list) else text)


def _detector(entry: Mapping[str, Any], fragments: Mapping[str, str], shelf: Shelf) -> Detector:
    name = entry["id"]
    _check_fields(name, entry, _FIELDS, _REQUIRED)
    caseless = bool(entry.get("caseless", False))
    expression = encoded(name, _filled(f"detector {name!r}", entry["pattern"], fragments))
    reach = Reach(
        *shelf.get(
            "reach", (expression, caseless), lambda: measure(name, expression, caseless=caseless)
        )
    )
    validator = entry.get("validator", "")
    judge = validator_named(validator) or plugin_validator(validator) if validator else None
    if validator and judge is None:
        raise DetectionError(f"detector {name!r} names an unknown validator {validator!r}")
    return Detector(
        id=name,
        data_class=DataClass(entry["data_class"]),
        expression=expression,
        caseless=caseless,
        anchor=_with_run(
            _anchor(name, {"caseless": caseless, **entry["anchor"]}, reach, fragments),
            expression,
            shelf,
        ),
        validator=judge,
        validator_name=validator,
        context=_words(entry.get("context", ())),
        against=_words(entry.get("against", ())),
        score=_share(name, entry["score"]),
        context_lift=_share(name, entry.get("context_lift", 0.35)),
        context_required=bool(entry.get("context_required", False)),
        most_lift=_share(name, entry.get("most_lift", most_lift(validator) if validator else 0.0)),
        advisory=bool(entry.get("advisory", False)),
        threshold=_share(name, entry.get("threshold", 0.5)),
        lookbehind=reach.lookbehind,
        lookahead=reach.lookahead,
        longest=reach.longest,
        outline=reach.outline,
        whole=tuple(_whole(name, form, shelf) for form in entry.get("whole", ())),
        examples=_examples(name, entry["examples"]),
        source=str(entry["source"]),
    )


def _check_fields(
    name: str, entry: Mapping[str, Any], known: frozenset[str], required: frozenset[str]
) -> None:
    unknown, missing = set(entry) - known, required - set(entry)
    if unknown or missing:
        wrong = [f"unknown {field!r}" for field in sorted(map(str, unknown))]
        wrong += [f"missing {field!r}" for field in sorted(missing)]
        raise DetectionError(f"detector {name!r}: {', '.join(wrong)}")


def _anchor(
    name: str, entry: Mapping[str, Any], reach: Reach, fragments: Mapping[str, str]
) -> Anchor:
    _check_fields(name, entry, _ANCHOR_FIELDS, frozenset())
    literals = tuple(literal_expression(text) for text in entry.get("literals", ()))
    texts = [*entry.get("expressions", ())]
    texts += [word + after for word in entry.get("words", ()) for after in entry.get("then", ())]
    patterns = tuple(
        _filled(f"detector {name!r}", text, fragments).encode("latin-1") for text in texts
    )
    shape = Shape(entry["shape"]) if "shape" in entry else None
    if bool(literals or patterns) == bool(shape):
        raise DetectionError(
            f"detector {name!r} needs an anchor: literals or expressions, or else a shape",
            hint="name texts of which every match holds at least one",
        )
    sieve = SIEVES.get(entry["sieve"]) if "sieve" in entry else None
    if "sieve" in entry and (sieve is None or shape is not Shape.DIGITS):
        raise DetectionError(
            f"detector {name!r} names an unknown sieve {entry['sieve']!r}, or is no chain of digits"
        )
    usual = CHAIN_REACH if shape is Shape.DIGITS else (reach.longest, reach.longest)
    before, after = entry.get("reach", usual)
    return Anchor(
        expressions=literals + patterns,
        caseless=bool(entry.get("caseless", False)),
        assigned=int(entry.get("assigned", 0)),
        shape=shape,
        digits=int(entry.get("digits", 1)),
        sieve=sieve,
        before=min(int(before), reach.longest),
        after=min(int(after), reach.longest),
    )


def _with_run(anchor: Anchor, expression: bytes, shelf: Shelf) -> Anchor:
    """Add how many digits stand side by side in every match."""
    if anchor.shape is not Shape.DIGITS:
        return anchor
    claim = (expression, anchor.digits, anchor.before, anchor.after)
    return replace(anchor, run=shelf.get("run", claim, lambda: run_in_chain(*claim)))


def _whole(name: str, entry: Mapping[str, Any], shelf: Shelf) -> Whole:
    _check_fields(name, entry, frozenset({"pattern", "lift", "check"}), frozenset({"pattern"}))
    check = CHECKS.get(entry["check"]) if "check" in entry else None
    if "check" in entry and check is None:
        raise DetectionError(f"detector {name!r} names an unknown check {entry['check']!r}")
    pattern = f"^(?:{entry['pattern']})$"
    sizes = shelf.get("whole", pattern, lambda: widths(pattern) if runs(pattern) else None)
    if sizes is None:
        raise DetectionError(
            f"the form of whole cells of detector {name!r} does not compile",
            hint="it runs in RE2, which has no lookaround and no references to groups",
        )
    shortest, longest = sizes
    lift = float(entry.get("lift", 0.0))
    return Whole(pattern=pattern, shortest=shortest, longest=longest, lift=lift, check=check)


def _words(words: Iterable[str]) -> frozenset[str]:
    """Lower the words as texts are lowered: ASCII letters only, so others in three spellings."""
    spelled = {form(word) for word in words for form in (str.lower, str.capitalize, str.upper)}
    return frozenset(word.encode().lower().decode() for word in spelled)


def _share(name: str, number: object) -> float:
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 <= number <= 1:
        raise DetectionError(f"detector {name!r}: a score lies between 0 and 1")
    return float(number)


def _examples(name: str, entry: Mapping[str, Any]) -> Examples:
    _check_fields(name, entry, frozenset({"match", "no_match"}), frozenset({"match"}))
    match = tuple(expand(text) for text in entry["match"])
    if not match:
        raise DetectionError(f"detector {name!r} has no example that must match")
    return Examples(match=match, no_match=tuple(expand(t) for t in entry.get("no_match", ())))
