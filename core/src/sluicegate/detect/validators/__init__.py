"""Validators: judge a match by what its form alone cannot tell. The catalogue names them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sluicegate.detect.detector import Validator
from sluicegate.detect.validators.card import card
from sluicegate.detect.validators.credentials import (
    header_value,
    login_password,
    passphrase,
    prose_password,
    prose_secret,
    url_password,
    user_password,
)
from sluicegate.detect.validators.email import email, email_international
from sluicegate.detect.validators.iban import iban
from sluicegate.detect.validators.network import ipv4, ipv6, mac
from sluicegate.detect.validators.phone import phone_international, phone_nanp, phone_national
from sluicegate.detect.validators.registered import GATES, LIFTS, registered
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
from sluicegate.detect.validators.things import account_name, dea, luhn_npi, sg_nric, vin

VALIDATORS: Mapping[str, Validator] = MappingProxyType(
    {
        "account_name": account_name,
        "assigned_password": assigned_password,
        "assigned_secret": assigned_secret,
        "card": card,
        "dea": dea,
        "drawn_secret": drawn_secret,
        "email": email,
        "email_international": email_international,
        "header_value": header_value,
        "iban": iban,
        "ipv4": ipv4,
        "ipv6": ipv6,
        "jwt": jwt,
        "login_password": login_password,
        "luhn_npi": luhn_npi,
        "mac": mac,
        "passphrase": passphrase,
        "phone_international": phone_international,
        "phone_nanp": phone_nanp,
        "phone_national": phone_national,
        "private_key": private_key,
        "prose_password": prose_password,
        "prose_secret": prose_secret,
        "quoted_password": quoted_password,
        "sg_nric": sg_nric,
        "strong_password": strong_password,
        "token": token,
        "url_password": url_password,
        "us_ssn": us_ssn,
        "user_password": user_password,
        "vin": vin,
    }
)


def validator(name: str) -> Validator | None:
    """Return the validator of that name, ``None`` if there is none.

    Raises:
        DetectionError: the name is that of a register which the library does not know.
    """
    return registered(name) if name.startswith((LIFTS, GATES)) else VALIDATORS.get(name)


__all__ = ["VALIDATORS", "validator"]
