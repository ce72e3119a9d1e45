"""From names and measured values to evidence: who speaks for which class, how loudly, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sluicegate.detect.columns.lexicon import Lexicon, lexicon
from sluicegate.detect.columns.profile import Profile
from sluicegate.detect.columns.verdict import ColumnFacts, Contribution, Kind
from sluicegate.model.data import FREE_TEXT, PUBLIC, SECRET, DataClass, TypeFamily

IDENTIFIER: Final = DataClass("identifier")
BIRTH: Final = DataClass("birth_date")
TIME: Final = DataClass("event_time")
ADDRESS: Final = DataClass("address")
PERSON: Final = DataClass("person_name")
BINARY: Final = DataClass("binary")
"""Bytes that were not looked at: suppressed."""

SAME: Final = {DataClass("date_of_birth"): BIRTH}
"""A class of the detectors that policies call otherwise."""

_NUMBERS: Final = frozenset({TypeFamily.INTEGER, TypeFamily.DECIMAL, TypeFamily.FLOAT})
_DATES: Final = frozenset({TypeFamily.DATE, TypeFamily.TIMESTAMP})
PROVEN: Final = frozenset(map(DataClass, ("email", "ip", "mac", "iban", "card", "imei", "vin")))
"""Classes whose every value the catalogue finds: a column of them is known by its values."""
_ENOUGH: Final = 10
"""Distinct values from which on their absence says something."""
_MOST: Final = 0.6
_ALL: Final = 0.9


def of_name(facts: ColumnFacts, *, people: bool) -> Iterator[Contribution]:
    """Tell what the name says.

    Args:
        facts: The column.
        people: Whether its table, or the columns beside it, are about people.
    """
    words = lexicon()
    for heard in words.hear(facts.name):
        if heard.people and not people:
            continue
        if heard.weight > 0 and not _can_hold(words, heard.data_class, facts.family):
            yield _say(
                "type", heard.data_class, -_NEVER, f"no {heard.data_class} has type {facts.family}"
            )
            continue
        verb = "says" if heard.weight > 0 else "speaks about, and is not,"
        text = f"name {verb} {_human(heard.data_class)} ({heard.words!r})"
        yield _say("name", heard.data_class, heard.weight, text)


def of_type(facts: ColumnFacts) -> Iterator[Contribution]:
    """Tell what the type says by itself."""
    family = facts.family
    if family is TypeFamily.BOOLEAN:
        yield _say("type", PUBLIC, 3.0, "type is boolean")
    elif family in {TypeFamily.TIMESTAMP, TypeFamily.DATE, TypeFamily.TIME}:
        yield _say("type", TIME, 4.0, f"type is {family}")
    elif family is TypeFamily.UUID:
        yield _say("type", IDENTIFIER, 6.0, "type is uuid")
    elif family in {TypeFamily.JSON, TypeFamily.ARRAY, TypeFamily.OTHER}:
        yield _say("type", FREE_TEXT, 3.0, f"type is {family}: anything may stand in it")
    elif family is TypeFamily.BINARY:
        yield _say("type", BINARY, 3.0, "type is binary: not looked at")
    elif family in _NUMBERS:
        yield _say("type", PUBLIC, 1.0, f"type is {family}")
    if facts.key and family in {TypeFamily.INTEGER, TypeFamily.TEXT, TypeFamily.UUID}:
        yield _say("key", IDENTIFIER, 4.0, "it is the primary key")


def of_values(facts: ColumnFacts, seen: Profile, *, people: bool) -> Iterator[Contribution]:
    """Tell what the sampled values say."""
    if not seen.distinct:
        return
    yield from _of_findings(facts, seen)
    if facts.family in _NUMBERS:
        yield from _of_numbers(facts, seen)
    elif facts.family in _DATES:
        yield from _of_dates(seen)
    elif seen.text:
        yield from _of_shapes(seen)
        yield from _of_words(seen, people=people)
        yield from _of_codes(seen)


def _of_findings(facts: ColumnFacts, seen: Profile) -> Iterator[Contribution]:
    few = _damp(seen)
    numeric = facts.family in _NUMBERS
    for found, share in seen.whole.items():
        data_class = SAME.get(found, found)
        weight = 7.5 if share >= _ALL else 5.5 if share >= _MOST else 3.0 if share >= 0.3 else 0.0  # noqa: PLR2004  # shares of a column, measured on the labelled schemas
        if numeric:
            weight -= 3.0  # by chance one number in ten has the right check digit
        if weight > 0:
            yield _say("values", data_class, weight * few, _shown(share, seen, data_class))
        if share >= _MOST and not numeric:  # whatever the name promises
            yield _say("values", PUBLIC, -6.0, _shown(share, seen, data_class))
    if not numeric:
        yield from _of_rare_findings(seen)
    missing = PROVEN - set(seen.whole) - set(seen.inside)
    if seen.looked >= _ENOUGH:
        for data_class in sorted(missing):
            text = f"none of {seen.looked} values is {data_class}"
            yield _say("values", data_class, -4.0, text)


_WORDY: Final = 1.6


def _of_rare_findings(seen: Profile) -> Iterator[Contribution]:
    """Hear of a few findings in a column of something else: it may not leave as it is."""
    shares = dict(found_in(seen))
    rare = {c: s for c, s in shares.items() if s >= _LEAST or c == SECRET}
    if any(share >= _MOST for share in seen.whole.values()):  # it is that class
        return
    if shares.get(ADDRESS, 0.0) >= _MOST:  # its detectors find a part of an address
        yield _say("values", ADDRESS, 6.0, f"{_percent(shares[ADDRESS])} hold an address")
    if shares.get(ADDRESS, 0.0) >= _MOST or seen.shape("street") >= 0.8:  # noqa: PLR2004  # nearly all
        rare.pop(ADDRESS, None)
    if rare:
        told = ", ".join(f"{_percent(s)} hold {_human(c)}" for c, s in sorted(rare.items()))
        text = f"of {seen.looked} sampled values {told}"
        yield _say("values", FREE_TEXT, 4.0, text)
        yield _say("values", PUBLIC, -6.0, text)


_LEAST: Final = 0.02
"""Share of values with a finding from which on it is no accident."""


def _of_numbers(facts: ColumnFacts, seen: Profile) -> Iterator[Contribution]:
    unique = seen.ratio > 0.99 and seen.filled >= _ENOUGH  # noqa: PLR2004  # keys repeat in no sample
    if facts.family is TypeFamily.INTEGER and unique and (seen.high or 0) >= seen.filled / 2:
        yield _say("values", IDENTIFIER, 3.5, f"all {seen.filled} values differ")
    if seen.categories:
        yield _say("values", PUBLIC, 1.5, f"{seen.distinct} values in {seen.filled} rows")
    low, high = seen.low or 0.0, seen.high or 0.0
    if low < 0:
        yield _say("values", DataClass("money"), -0.5, "some are negative")
        yield _say("values", IDENTIFIER, -2.0, "some are negative")
    if not (1000 <= high <= 99_999):  # noqa: PLR2004  # postcodes have four or five digits
        yield _say("values", DataClass("postcode"), -3.0, "numbers out of the range of postcodes")
    if high > 130 or low < 0:  # noqa: PLR2004  # the oldest person was 122
        yield _say("values", DataClass("age"), -4.0, "numbers out of the range of ages")
    if high < 10**6:
        for name in ("phone", "card", "us_ssn", "national_id", "bank_account", "imei", "tax_id"):
            yield _say("values", DataClass(name), -4.0, "numbers are too small for it")
    if seen.cents and not seen.categories:
        yield _say("values", DataClass("money"), 4.0, "amounts with two decimals")
    if seen.fine and low >= -180 and high <= 180:  # noqa: PLR2004  # degrees
        yield _say("values", DataClass("coordinates"), 4.0, "fine decimals within 180 degrees")


def _of_dates(seen: Profile) -> Iterator[Contribution]:
    if seen.born:
        yield _say("values", BIRTH, 6.5, f"{seen.looked} dates spread as births do")
    elif seen.looked >= _ENOUGH:
        yield _say("values", BIRTH, -1.5, "dates do not spread as births do")


def _of_shapes(seen: Profile) -> Iterator[Contribution]:
    few, many = _damp(seen), seen.ratio > 0.5  # noqa: PLR2004  # half of them differ
    for shape, name, weight, text in _SHAPED:
        share = seen.shape(shape)
        if share >= 0.8:  # noqa: PLR2004  # nearly all
            yield _say("values", DataClass(name), weight * few, _shown(share, seen, text))
    if seen.shape("date") >= _ALL and seen.born:
        yield _say("values", BIRTH, 6.5 * few, f"{seen.looked} dates spread as births do")
    if many and seen.shape("hex") < _ALL and seen.shape("code") >= _ALL and seen.words < _WORDY:
        weight = 3.0 if seen.shape("digits") < _ALL or seen.one_length else 1.5
        yield _say("values", IDENTIFIER, weight * few, "codes with digits that mostly differ")
    digits = seen.shape("digits")
    if digits >= _ALL and many and seen.shape("five") >= _ALL:
        yield _say("values", DataClass("postcode"), 5.0 * few, "all have five digits")


_SHAPED: Final = (
    ("uuid", "identifier", 6.0, "UUIDs"),
    ("hex", "identifier", 4.0, "digests in hex digits"),
    ("hash", "secret", 8.0, "hashes of passwords"),
    ("url", "free_text", 6.0, "URLs"),
    ("document", "free_text", 6.0, "JSON or XML documents"),
    ("phone", "phone", 4.5, "written like phone numbers"),
    ("postcode", "postcode", 5.0, "written like postcodes"),
    ("moment", "event_time", 6.0, "times"),
    ("date", "event_time", 4.0, "dates"),
    ("position", "coordinates", 6.0, "positions"),
    ("coin", "crypto_wallet", 4.5, "written like wallet addresses"),
)


def _of_words(seen: Profile, *, people: bool) -> Iterator[Contribution]:
    few = _damp(seen)
    plain = seen.shape("words")
    names = max(seen.given, seen.family_name)
    if plain >= 0.7 and names >= 0.25 and seen.words < 4.5 and not seen.genders:  # noqa: PLR2004  # shares of common names among all names
        weight = 3.5 + 3.0 * min(1.0, names / 0.6) + (0.7 if people else 0.0)
        text = f"{_percent(names)} of {seen.looked} values hold a common name"
        yield _say("values", PERSON, weight * few, text)
    elif seen.shape("name") >= 0.8 and plain >= 0.9 and seen.ratio > 0.5:  # noqa: PLR2004  # nearly all
        yield _say("values", PERSON, (3.0 if people else 1.5) * few, "written like names")
    street = seen.shape("street") >= 0.8 and 1.5 < seen.words < 12  # noqa: PLR2004  # a street, or a whole address
    long = seen.words >= 5 or (seen.characters >= 60 and seen.words >= _WORDY)  # noqa: PLR2004  # more than a name or a label
    if long and not street:
        yield _say("values", FREE_TEXT, 4.5, f"{seen.words:.0f} words a value on average")
    elif not seen.categories and seen.words >= _WORDY:
        yield _say("values", FREE_TEXT, 2.0, "several words that mostly differ")
    if street:
        yield _say(
            "values", DataClass("address"), 5.0 * few, "a number beside words, as in a street"
        )
    if not seen.categories and seen.words < _WORDY:
        yield _say("values", FREE_TEXT, 1.0, "single words that mostly differ")


def _of_codes(seen: Profile) -> Iterator[Contribution]:
    icd = seen.shape("icd") >= _ALL and seen.dotted >= 0.3  # noqa: PLR2004  # many codes have no dot
    people = seen.words > _WORDY and max(seen.given, seen.family_name) >= 0.5  # noqa: PLR2004  # half of them
    told = (
        people or seen.genders or seen.marital or seen.ethnicities or seen.religions or seen.nations
        or seen.degrees or seen.health or icd
    )  # fmt: skip
    if seen.categories and not told:
        yield _say("values", PUBLIC, 3.5, f"{seen.distinct} values in {seen.filled} rows")
    for known, name, weight in (
        (seen.genders, "gender", 7.0),
        (seen.marital, "marital_status", 7.0),
        (seen.ethnicities, "ethnicity", 6.0),
        (seen.religions, "religion", 6.0),
        (seen.nations, "nationality", 6.0),
        (seen.degrees, "education", 6.0),
        (seen.health, "diagnosis", 6.0),
        (icd, "diagnosis", 6.0),
    ):
        if known:
            text = f"its {seen.distinct} values are codes of {_human(DataClass(name))}"
            yield _say("values", DataClass(name), weight, text)


def content_of(seen: Profile) -> DataClass | None:
    """Return the class of which most sampled values are; ``None`` if of none."""
    best = max(seen.whole.items(), key=lambda item: (item[1], item[0]), default=None)
    if best is not None and best[1] >= _MOST:
        return SAME.get(best[0], best[0])
    if seen.shape("hash") >= _MOST:
        return SECRET
    return None


def found_in(seen: Profile) -> tuple[tuple[DataClass, float], ...]:
    """Return the share of values that are, or hold, a finding of each class."""
    shares: dict[DataClass, float] = {}
    for part in (seen.whole, seen.inside):
        for found, share in part.items():
            data_class = SAME.get(found, found)
            shares[data_class] = min(1.0, shares.get(data_class, 0.0) + share)
    return tuple((c, round(s, 4)) for c, s in sorted(shares.items()))


def _can_hold(words: Lexicon, data_class: DataClass, family: TypeFamily) -> bool:
    return family in words.families.get(data_class, frozenset(TypeFamily))


_NEVER: Final = 9.0


def _damp(seen: Profile) -> float:
    """Few values prove less than many."""
    return 1.0 if seen.looked >= _ENOUGH else 0.5 + 0.05 * seen.looked


def _shown(share: float, seen: Profile, what: str) -> str:
    return f"{_percent(share)} of {seen.looked} sampled values are {_human(DataClass(what))}"


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %" if share >= 0.01 else "under 1 %"  # noqa: PLR2004  # one in a hundred


def _human(data_class: DataClass) -> str:
    return str(data_class).replace("_", " ")


def _say(kind: Kind, data_class: DataClass, weight: float, text: str) -> Contribution:
    return Contribution(kind=kind, data_class=data_class, weight=round(weight, 3), text=text)
