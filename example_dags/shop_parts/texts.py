"""Names, places and the sentences of the shop, with holes for personal data."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

GIVEN_NAMES = (
    "Ana", "Bjørn", "Chloé", "Dmitri", "Elif", "François", "Grace", "Hiroko", "İpek", "José",
    "Kwame", "Łukasz", "María", "Ngozi", "Oisín", "Priya", "Quỳnh", "Renée", "Søren", "Tomáš",
    "Ulrike", "Václav", "Wanda", "Xóchitl", "Yusuf", "Zoë", "伟", "さくら", "Ольга", "Νίκος",
)  # fmt: skip
FAMILY_NAMES = (
    "Almeida", "Bakker", "Çelik", "Dvořák", "Eriksson", "Fernández", "García", "Hansen", "Ivanova",
    "Jørgensen", "Kowalski", "Lindström", "Müller", "Nguyễn", "O'Brien", "Petrović", "Quispe",
    "Rossi", "Şahin", "Tanaka", "Ünal", "Vasquez", "Weiß", "Xu", "Yılmaz", "Zieliński", "王", "김",
)  # fmt: skip
CITIES = (
    "Ankara", "Berlin", "Brno", "Chicago", "Córdoba", "Dublin", "Gdańsk", "Kraków", "Kyoto",
    "Lagos", "Lyon", "Malmö", "München", "Nairobi", "Oslo", "Porto", "São Paulo", "Zürich",
)  # fmt: skip
REFERRALS = (
    "https://shop.example.com/landing?campaign=spring",
    "https://news.example.org/2025/deals",
    "https://partner.example.net/r/{number}",
    "https://shop.example.com/welcome?mail={email}",
    "https://feed:{password}@partner.example.net/export",
)
CUSTOMER_NOTES = (
    "Prefers deliveries in the morning.",
    "Asked for a paper invoice, none of the online forms worked.",
    "VIP since last spring. Please waive shipping.",
    "Reach them at {email}, not through the app.",
    "Second line: {phone}. Call after six.",
    "Paid with card {card} over the phone.",
    "Refund goes to IBAN {iban}.",
    "Gave social security number {ssn} unasked; told them not to.",
    "Moved house; parcels go to the neighbour – ring twice ☎.",
)
SHIPPING_NOTES = (
    "Leave it with the porter.",
    "Fragile: glass.",
    "Call {phone} on arrival.",
    "Send the tracking link to {email}.",
)
SUPPORT_NOTES = (
    "Customer reports that the parcel arrived damaged. Replacement sent.",
    "Asked when the blue edition is back in stock.",
    "Login trouble from IP address {ip}; reset link sent to {email}.",
    "Wants a call back at {phone} tomorrow before noon.",
    "Card {card} was charged twice. Refunded one charge.",
    "Direct debit bounced, new IBAN {iban} noted.",
    "Verified by SSN {ssn} (agent was told that this is not allowed).",
    "Chat transcript:\n> my mail is {email}\n> and my phone {phone}\nClosed.",
    "Changed the plan after comparing prices. Happy — 谢谢!",
    'Webhook of the partner failed: {{"ip": "{ip}", "mail": "{email}"}}',
    "Said thank you.",
    "",
)


def compose(
    random: np.random.Generator,
    count: int,
    sentences: Sequence[str],
    values: Mapping[str, pa.Array],
) -> pa.Array:
    """Draw a sentence per row and fill its holes from the same row of ``values``.

    Args:
        random: Decides which sentence a row gets.
        count: Rows.
        sentences: Texts in the notation of ``str.format``.
        values: For each hole's name an array of ``count`` texts; NULL is written as ``(none)``.
    """
    drawn = random.integers(0, len(sentences), count)
    rows = [np.flatnonzero(drawn == index) for index in range(len(sentences))]
    filled = [_fill(text, where, values) for text, where in zip(sentences, rows, strict=True)]
    order = np.argsort(np.concatenate(rows), kind="stable")
    return pa.concat_arrays(filled).take(pa.array(order))


def _fill(sentence: str, rows: np.ndarray, values: Mapping[str, pa.Array]) -> pa.Array:
    parts: list[pa.Array] = [pa.array([""] * len(rows), pa.string())]
    for text, name, _, _ in string.Formatter().parse(sentence):
        parts.append(pa.scalar(text, pa.string()))
        if name:
            parts.append(values[name].take(pa.array(rows)))
    return pc.binary_join_element_wise(
        *parts, "", null_handling="replace", null_replacement="(none)"
    )
