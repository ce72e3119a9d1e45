"""Validators: judge a match by what its form alone cannot tell. The catalogue names them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sluicegate.detect.detector import Check, Validator
from sluicegate.detect.validators.card import card, card_mistyped
from sluicegate.detect.validators.checks import host, iban_check, luhn, varied
from sluicegate.detect.validators.credentials import (
    header_value,
    passphrase,
    prose_password,
    prose_secret,
    url_password,
    user_password,
)
from sluicegate.detect.validators.email import email, email_international
from sluicegate.detect.validators.iban import iban
from sluicegate.detect.validators.network import ipv4, ipv6, ipv6_unspecified, mac
from sluicegate.detect.validators.phone import (
    phone_formatted,
    phone_international,
    phone_known,
    phone_nanp,
    phone_national,
)
from sluicegate.detect.validators.phone_cells import in_use
from sluicegate.detect.validators.phone_chains import national
from sluicegate.detect.validators.registered import GATES, LIFTS, MOST_LIFTS, registered
from sluicegate.detect.validators.secret import (
    assigned_password,
    assigned_secret,
    drawn_secret,
    quoted_password,
    strong_password,
    token,
)
from sluicegate.detect.validators.ssn import us_ssn
from sluicegate.detect.validators.structure import jwt, private_key
from sluicegate.detect.validators.things import account_name, dea, luhn_npi, sg_nric, us_mbi, vin
from sluicegate.detect.validators.wallets import ethereum, segwit
from sluicegate.detect.validators.weighted import (
    au_medicare,
    de_health,
    de_pension,
    hk_identity,
    hu_taj,
    hu_tax,
    nz_health,
    pl_identity,
    ru_snils,
    tw_identity,
)

VALIDATORS: Mapping[str, Validator] = MappingProxyType(
    {
        "account_name": account_name,
        "assigned_password": assigned_password,
        "assigned_secret": assigned_secret,
        "au_medicare": au_medicare,
        "card": card,
        "card_mistyped": card_mistyped,
        "de_health": de_health,
        "de_pension": de_pension,
        "dea": dea,
        "drawn_secret": drawn_secret,
        "email": email,
        "email_international": email_international,
        "ethereum": ethereum,
        "hk_identity": hk_identity,
        "hu_taj": hu_taj,
        "hu_tax": hu_tax,
        "header_value": header_value,
        "iban": iban,
        "ipv4": ipv4,
        "ipv6": ipv6,
        "ipv6_unspecified": ipv6_unspecified,
        "jwt": jwt,
        "luhn_npi": luhn_npi,
        "mac": mac,
        "nz_health": nz_health,
        "phone_formatted": phone_formatted,
        "passphrase": passphrase,
        "phone_international": phone_international,
        "phone_known": phone_known,
        "phone_nanp": phone_nanp,
        "phone_national": phone_national,
        "pl_identity": pl_identity,
        "private_key": private_key,
        "prose_password": prose_password,
        "ru_snils": ru_snils,
        "segwit": segwit,
        "prose_secret": prose_secret,
        "quoted_password": quoted_password,
        "sg_nric": sg_nric,
        "strong_password": strong_password,
        "token": token,
        "tw_identity": tw_identity,
        "url_password": url_password,
        "us_mbi": us_mbi,
        "us_ssn": us_ssn,
        "user_password": user_password,
        "vin": vin,
    }
)


CHECKS: Mapping[str, Check] = MappingProxyType(
    {"host": host, "iban": iban_check, "in_use": in_use, "luhn": luhn, "varied": varied}
)
"""Checks of whole cells, many at once."""

SIEVES: Mapping[str, Check] = MappingProxyType({"national": national})
"""What tells of many chains of digits which may be a value."""


def validator(name: str) -> Validator | None:
    """Return the validator of that name, ``None`` if there is none.

    Raises:
        DetectionError: the name is that of a register which the library does not know.
    """
    return registered(name) if name.startswith((LIFTS, GATES)) else VALIDATORS.get(name)


def most_lift(name: str) -> float:
    """Return the highest lift of a validator; 1 if only the validator itself knows."""
    return MOST_LIFTS.get(name.partition(":")[0] + ":", 1.0)


__all__ = ["CHECKS", "SIEVES", "VALIDATORS", "most_lift", "validator"]
