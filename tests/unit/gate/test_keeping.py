"""A look through anything that is about to be stored."""

from __future__ import annotations

from contextlib import suppress

import pandas as pd
import pyarrow as pa
import pytest

from sluicegate import Settings
from sluicegate.errors import ConfigurationError, MaskingError
from sluicegate.gate.keeping import look_through, redact_through
from sluicegate.gate.measure_files import measure_rows
from sluicegate.model.risk import RiskTerms

MAIL = "jane.roe@example.com"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings.load(home=str(tmp_path_factory.mktemp("home")))


def test_a_table_tells_columns_and_a_value_its_places(settings: Settings) -> None:
    table = look_through(settings, pa.table({"mail": [MAIL, MAIL]}), where="value")
    assert (dict(table.by_class), table.places) == ({"email": 2}, ("mail",))
    value = look_through(settings, {"rows": [MAIL]}, where="value")
    assert (dict(value.by_class), value.places) == ({"email": 1}, ("value.rows[0]",))
    assert MAIL not in repr((table, value))


def test_what_is_clean_is_kept_as_it_is(settings: Settings) -> None:
    rows = [{"plan": "pro", "n": 3}]
    looked = look_through(settings, rows, where="value")
    assert looked.clean
    assert looked.kept is rows


def test_text_is_redacted_and_looked_at_again(settings: Settings) -> None:
    looked = redact_through(settings, {"rows": [f"to {MAIL}"]}, where="value")
    assert looked.clean
    assert looked.kept == {"rows": ["to {EMAIL}"]}


def test_a_frame_is_refused_rather_than_stored_raw(settings: Settings) -> None:
    frame = pd.DataFrame({"mail": [MAIL]})
    kept = None
    with suppress(MaskingError):
        kept = redact_through(settings, frame, where="value").kept
    assert kept is None or MAIL not in kept.to_csv()


def test_what_cannot_be_looked_into_is_not_redacted(settings: Settings) -> None:
    with pytest.raises(MaskingError):
        redact_through(settings, iter([MAIL]), where="value")


def test_risk_is_measured_by_names() -> None:
    batch = pa.record_batch({"plan": ["a", "a", "b"], "ill": ["x", "y", "x"]})
    terms = RiskTerms(k=2, l=2)
    report, reasons = measure_rows([batch], terms, quasi_identifiers=["plan"], sensitive=["ill"])
    assert (report.k, report.classes) == (1, 2)
    assert [reason.code for reason in reasons] == ["RISK-K", "RISK-L"]
    with pytest.raises(ConfigurationError, match="no column 'city'"):
        measure_rows([batch], terms, quasi_identifiers=["city"])
