"""Labelled texts of personal data: numbers by rule or from published examples, in many settings.

Phone numbers are the example numbers that libphonenumber publishes for each region, accounts are
computed from the registry's lengths, cards are the networks' test numbers, the rest is reserved
for documentation. Written before the rules were tuned, from what people write, not from a corpus.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from sluicegate.detect.validators.iban import IBAN_LENGTHS


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A text in which exactly one value of a class stands."""

    text: str
    value: str
    data_class: str
    setting: str


_SENTENCES = {
    "GB": "Please ring me on {} after six, or leave a message.",
    "US": "You can reach our office at {} between 9 and 5.",
    "DE": "Bitte rufen Sie uns an: Telefon {}, Fax auf Anfrage.",
    "AT": "Handy: {} (abends)",
    "CH": "Erreichbar unter Tel. {} oder per Post",
    "FR": "Appelez-moi au téléphone : {} merci",
    "BE": "GSM: {}",
    "ES": "Mi teléfono es {} y vivo en el centro",
    "MX": "Llámame al celular {} por favor",
    "AR": "Tel: {}",
    "CL": "Fono {}",
    "CO": "Celular: {}",
    "BR": "Meu telefone é {}, pode ligar",
    "PT": "Telemóvel: {}",
    "IT": "Il mio cellulare è {} grazie",
    "NL": "Bel mij op telefoonnummer {} a.u.b.",
    "PL": "Proszę o kontakt, numer telefonu {}",
    "CZ": "Telefonní číslo {} prosím",
    "HU": "Telefonszám: {}",
    "RO": "Sunați la telefon {}",
    "SE": "Ring mig på mobil {} ikväll",
    "NO": "Telefonnummer: {}",
    "DK": "Mobil {}",
    "FI": "Puhelin: {}",
    "GR": "Τηλέφωνο: {}",
    "RU": "Мой телефон {} звоните",
    "UA": "Телефон: {}",
    "TR": "Telefon numaram {} arayın",
    "IL": "הטלפון שלי {} תודה",
    "EG": "رقم الهاتف {} شكرا",
    "SA": "جوال {}",
    "IN": "Mera mobile number {} hai",
    "PK": "Mobile no. {}",
    "CN": "我的电话号码是{}，谢谢",
    "TW": "手機：{}",
    "HK": "電話 {}",
    "JP": "電話番号は{}です",
    "KR": "전화번호는 {} 입니다",
    "SG": "Contact: {} (mobile)",
    "MY": "No. telefon: {}",
    "TH": "โทร {}",
    "ID": "No HP / telepon: {}",
    "VN": "Số điện thoại: {}",
    "PH": "Pls text my cellphone {} asap",
    "AU": "Mobile: {}, happy to chat",
    "NZ": "phone {} ext. on request",
    "ZA": "Cell {}",
    "NG": "WhatsApp {} only",
    "KE": "Call {} for delivery",
}
_INTERNATIONAL = (
    "Dear team, the caller left {} and hung up.",
    '{{"customer": {{"contact": "{}", "plan": "basic"}}}}',
    "2024-01-15T10:30:00Z INFO sms queued to={} status=202",
    "name;number\nJane;{}\n",
    "[10:31] jane: its {} now, new sim",
)
_GROUPED = ("jane - {} - Mon to Fri", "Jane Roe\n{}\nExample Street", "| Jane | {} | 3 |")


def _phone(region: str, kind: int, form: int) -> str | None:
    number = phonenumbers.example_number_for_type(region, kind)
    return phonenumbers.format_number(number, form) if number is not None else None


def phones() -> Iterator[Sample]:
    """International and national form of every region's example numbers."""
    for index, (region, sentence) in enumerate(_SENTENCES.items()):
        for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
            national = _phone(region, kind, PhoneNumberFormat.NATIONAL)
            if national is not None:
                yield _sample(sentence, national, "phone", "national in a sentence")
        template = _INTERNATIONAL[index % len(_INTERNATIONAL)]
        for form in (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164):
            value = _phone(region, PhoneNumberType.MOBILE, form)
            if value is not None:
                yield _sample(template, value, "phone", "international")


_WITH_TRUNK = (
    *("GB", "FR", "DE", "CH", "BE", "AU", "NZ", "ZA", "SE", "JP", "KR"),
    *("IL", "TR", "NL", "AE", "NG", "KE", "VN", "TW", "UA", "PH"),
)


def grouped_phones() -> Iterator[Sample]:
    """National numbers in their region's own grouping, without a word beside them."""
    for index, region in enumerate(_WITH_TRUNK):
        value = _phone(region, PhoneNumberType.MOBILE, PhoneNumberFormat.NATIONAL)
        if value is not None:
            yield _sample(_GROUPED[index % len(_GROUPED)], value, "phone", "grouped, no word")


def _iban(country: str, length: int) -> str:
    account = "".join(str((i * 7 + 3) % 10) for i in range(length - 4))
    if country in _LETTERED:
        account = _LETTERED[country] + account[len(_LETTERED[country]) :]
    number = int("".join(str(int(c, 36)) for c in account + country + "00"))
    return f"{country}{98 - number % 97:02}{account}"


_LETTERED = {"GB": "NWBK", "IE": "AIBK", "NL": "ABNA", "RO": "AAAA", "BG": "BNBG", "LV": "BANK"}
_IBAN_TEXTS = (
    "Bitte überweisen Sie auf {} bis Freitag.",
    "Pay to {} today",
    '{{"beneficiary_account": "{}"}}',
    "transfer ref 4711 to {} done",
    "{}",
)


_COUNTRIES = (
    *("DE", "FR", "GB", "ES", "IT", "NL", "BE", "CH", "AT", "PL", "PT", "SE", "NO", "DK", "FI"),
    *("IE", "CZ", "HU", "RO", "BG", "GR", "HR", "SK", "SI", "LV", "TR", "SA", "AE", "BR", "IL"),
)


def ibans() -> Iterator[Sample]:
    """Accounts of thirty countries with right check digits, together and in groups of four."""
    for index, country in enumerate(_COUNTRIES):
        value = _iban(country, IBAN_LENGTHS[country])
        if index % 2:
            value = " ".join(value[i : i + 4] for i in range(0, len(value), 4))
        yield _sample(_IBAN_TEXTS[index % len(_IBAN_TEXTS)], value, "iban", "right check digits")


_CARDS = (
    *("4111111111111111", "4012888888881881", "5555555555554444", "5105105105105100"),
    *("2223003122003222", "378282246310005", "371449635398431", "6011111111111117"),
    *("6011000990139424", "3530111333300000", "3566002020360505", "30569309025904"),
    *("38520000023237", "6200000000000005", "4000056655665556"),
)
_CARD_TEXTS = (
    "paid with {} exp 12/28",
    '{{"pan":"{}","cvv":"000"}}',
    "Kreditkarte {} bitte belasten",
    "{}",
    "charge failed for card={} code=51",
)


def cards() -> Iterator[Sample]:
    """Test numbers of the networks, plain and grouped; then with a wrong check digit."""
    for index, digits in enumerate(_CARDS):
        yield _sample(_CARD_TEXTS[index % 5], _group(digits, " -"[index % 2]), "card", "grouped")
        yield _sample(_CARD_TEXTS[(index + 2) % 5], digits, "card", "plain")
        if len(digits) == 16:
            wrong = digits[:-1] + str((int(digits[-1]) + 1) % 10)
            text = "My credit card number is {}, thanks"
            yield _sample(text, _group(wrong, " "), "card", "wrong check digit")


def _group(digits: str, sign: str) -> str:
    sizes = {16: (4, 4, 4, 4), 15: (4, 6, 5), 14: (4, 6, 4)}[len(digits)]
    ends = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
    return sign.join(digits[a:b] for a, b in itertools.pairwise(ends))


_OTHERS = (
    ("us_ssn", "SSN: {}", "900-70-1234"),
    ("us_ssn", "My social security number is {}.", "900 70 1234"),
    ("us_ssn", '{{"ssn": "{}"}}', "900701234"),
    ("us_ssn", "Taxpayer SSN {} on file", "666-12-3456"),
    ("us_ssn", "employee_ssn={}&x=1", "000701234"),
    ("ip", "client {} connected", "192.0.2.44"),
    ("ip", '{} - - [15/Jan/2024:10:30:00 +0000] "GET / HTTP/1.1" 200', "198.51.100.7"),
    ("ip", '{{"remoteAddr":"{}"}}', "203.0.113.99"),
    ("ip", "X-Forwarded-For: {}, proxy", "2001:db8::7"),
    ("ip", "bind to [{}]:443", "2001:db8:0:1::15"),
    ("ip", "ssh root@{} refused", "192.0.2.200"),
    ("ip", "allow from {} to any", "203.0.113.0/24"),
    ("ip", "sshd[811]: Failed password from {} port 22", "198.51.100.23"),
    ("mac", "wlan0 {} up", "00:00:5e:00:53:01"),
    ("mac", "HWaddr {}", "00-00-5E-00-53-FF"),
    ("mac", "Physical address {}", "0000.5e00.5301"),
    ("mac", "arp who-has mac={} lease", "00:00:5E:00:53:AB"),
    ("email", "mail jane.roe@example.com", "jane.roe@example.com"),
    ("email", '{{"userEmail":"j_roe+x@mail.example.org"}}', "j_roe+x@mail.example.org"),
    ("email", "<jane@example.net> wrote:", "jane@example.net"),
    ("email", "email: jane [at] example [dot] com", "jane [at] example [dot] com"),
    ("email", "reach jane(at)example.com", "jane(at)example.com"),
    ("email", "用户邮箱jane@example.cn谢谢", "jane@example.cn"),
    ("email", "to=%22jane%40example.com%22", "jane%40example.com"),
    ("email", "o'brien@example.ie,ok", "o'brien@example.ie"),
    ("email", "user=JANE.ROE@EXAMPLE.COM;", "JANE.ROE@EXAMPLE.COM"),
)


def others() -> Iterator[Sample]:
    """Addresses of people and machines, and numbers of social security."""
    for data_class, text, value in _OTHERS:
        filled = text.format(value) if "{}" in text or "{{" in text else text
        yield Sample(text=filled, value=value, data_class=data_class, setting="other")


def samples() -> list[Sample]:
    """Return every labelled text."""
    return [*phones(), *grouped_phones(), *ibans(), *cards(), *others()]


def _sample(template: str, value: str, data_class: str, setting: str) -> Sample:
    return Sample(text=template.format(value), value=value, data_class=data_class, setting=setting)
