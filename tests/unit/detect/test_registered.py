"""Validators of registers: what they judge, and that odd numbers never get through as errors."""

from __future__ import annotations

import pytest

from sluicegate.detect import Scanner
from sluicegate.detect.validators import validator
from sluicegate.errors import DetectionError


def test_a_right_check_digit_lifts_and_a_wrong_one_lowers() -> None:
    judge = validator("stdnum:luhn")
    assert judge is not None
    right, wrong = judge(b"0000000018"), judge(b"0000000019")
    assert right is not None
    assert wrong is not None
    assert right.lift > 0 > wrong.lift


def test_a_gate_drops_what_is_wrong() -> None:
    judge = validator("valid:luhn")
    assert judge is not None
    assert judge(b"0000000018") is not None
    assert judge(b"0000000019") is None


@pytest.mark.parametrize("name", ["stdnum:luhn", "valid:luhn"])
def test_one_digit_over_and_over_is_no_number(name: str) -> None:
    judge = validator(name)
    assert judge is not None
    assert judge(b"000-000-000") is None


def test_a_number_over_which_the_library_trips_is_a_wrong_one() -> None:
    judge = validator("stdnum:cn.ric")
    assert judge is not None
    verdict = judge(b"456343204401056479")  # raised KeyError in python-stdnum 2.2
    assert verdict is not None
    assert verdict.lift < 0


def test_a_register_that_the_library_lacks_is_an_error() -> None:
    with pytest.raises(DetectionError, match=r"no module 'xx\.none'"):
        validator("stdnum:xx.none")


@pytest.mark.parametrize(
    ("text", "detector"),
    [
        ("NIF 00000000T", "es_dni"),
        ("Pesel: 44000000000", "pl_pesel"),
        ("home is /home/jroe/work", "username_path"),
        ("MRN: 00012345", "medical_record_number"),
        ("born on 1 January 1900 in a small town", "date_of_birth"),
        ("Ship to 12 Example Street, please", "address_english"),
    ],
)
def test_it_is_found_in_a_sentence(scanner: Scanner, text: str, detector: str) -> None:
    assert detector in {span.detector for span in scanner.scan_text(text)}


@pytest.mark.parametrize(
    "text",
    [
        "/home/airflow/dags/shop.py",
        "order 00000000 of 2024-01-15",
        "nothing to see on Wall Street",
        "0x" + "0123456789abcdef" * 4,
        "latency: 0.12345",
        "passport control was quick",
        "birth rates fell by 2.1 in 2020",
        "the driver version 535.104.05 and its license",
    ],
)
def test_it_is_left_alone(scanner: Scanner, text: str) -> None:
    assert [span.detector for span in scanner.scan_text(text, advisory=False)] == []
