"""Names and second opinions in real extracts: what is redacted, what is kept, what is said."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sluicegate import ExtractRequest, Gate, RunIdentity, Settings, Status
from sluicegate.cli.app import app
from sluicegate.detect import Scanner
from sluicegate.errors import ConfigurationError, UnknownNameError
from sluicegate.gate.blind_spots import NO_NAMES
from sluicegate.mask import MaskKeys, TextFinder
from sluicegate.mask.masker import Masker
from sluicegate.model.data import DataClass
from sluicegate.model.findings import RedactionCount
from sluicegate.model.outcome import Outcome

POLICY = """\
version: 1
name: shop
sources:
  shop:
    tables:
      main.tickets:
        columns: {id: public, shelf: public, note: free_text}
rules:
  - id: training
    effect: permit
    principals: [{orchestrator: cli}]
    purposes: [training]
    sources: [shop]
    tables: [main.tickets]
"""
EMAIL = "emily.johnson" + "@example.com"
ROWS = [
    (1, "Emily Johnson", "Spoke with Emily Johnson from Contoso GmbH about the bill"),
    (2, "Seattle", f"CUSTOMER OMAR KHALIL WROTE FROM {EMAIL}"),
    (3, "nothing", "the lamp is broken, ask @nobody"),
    (4, "nothing", None),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["init"], prog_name="sluicegate")
    assert result.exit_code == 0, result.output
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection, connection:
        connection.execute("CREATE TABLE tickets (id INTEGER, shelf TEXT, note TEXT)")
        connection.executemany("INSERT INTO tickets VALUES (?, ?, ?)", ROWS)
    (tmp_path / "policy.yaml").write_text(POLICY)
    return tmp_path


def extract(folder: Path, **settings: Any) -> tuple[Outcome, pa.Table]:
    loaded = Settings.load(folder / "sluicegate.toml", **settings).with_sources(
        {"shop": f"sqlite:///{folder}/shop.db"}
    )
    request = ExtractRequest(
        source="shop",
        sql="SELECT id, shelf, note FROM tickets ORDER BY id",
        purpose="training",
        output=str(folder / "out"),
    )
    identity = RunIdentity(
        orchestrator="cli", pipeline="p", task="extract", run="r", triggered_by="ann"
    )
    with Gate.open(loaded) as gate:
        foreseen = gate.plan(request, identity).blind_spots
        outcome = gate.extract(request, identity)
    assert outcome.status is Status.RELEASED, outcome.reasons
    assert (NO_NAMES in foreseen) == (NO_NAMES in outcome.blind_spots)
    files = sorted((folder / "out").glob("*.parquet"))
    return outcome, pa.concat_tables(pq.read_table(f) for f in files)


def test_off_names_stay_and_the_outcome_says_so(folder: Path) -> None:
    outcome, table = extract(folder)
    assert NO_NAMES in outcome.blind_spots
    assert "Emily Johnson" in table["note"][0].as_py()


def test_on_names_are_redacted_in_free_text_and_nowhere_else(folder: Path) -> None:
    outcome, table = extract(folder, names=True)
    notes = table["note"].to_pylist()
    assert notes[0] == "Spoke with {PERSON_NAME} from {ORGANIZATION} about the bill"
    assert "KHALIL" not in notes[1]
    assert "{EMAIL}" in notes[1]
    assert notes[2:] == [ROWS[2][2], None]
    # `shelf` is public: a name in it is what the policy keeps, no leak and nothing to redact
    assert table["shelf"].to_pylist() == [row[1] for row in ROWS]
    assert NO_NAMES not in outcome.blind_spots
    assert any("Latin script" in spot for spot in outcome.blind_spots)
    counts = {r.data_class: r.count for r in outcome.redactions}
    assert counts[DataClass("person_name")] == 2


def test_a_second_opinion_redacts_what_ours_do_not_see(folder: Path) -> None:
    outcome, table = extract(folder, second_opinions="scrubadub")
    assert table["note"][2].as_py() == "the lamp is broken, ask {USERNAME}"
    assert NO_NAMES in outcome.blind_spots
    assert any("scrubadub" in spot for spot in outcome.blind_spots)


@pytest.mark.parametrize(
    ("line", "names", "opinions"),
    [
        ("names = true", "on", ()),
        ("names = false", "off", ()),
        ('names = "auto"', "auto", ()),
        ('second_opinions = ["scrubadub"]', "off", ("scrubadub",)),
        ("", "off", ()),
    ],
)
def test_settings_are_read(
    tmp_path: Path, line: str, names: str, opinions: tuple[str, ...]
) -> None:
    file = tmp_path / "sluicegate.toml"
    file.write_text(line + "\n")
    settings = Settings.load(file, environ={})
    assert (settings.names, settings.second_opinions) == (names, opinions)


def test_settings_come_from_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "sluicegate.toml"
    file.write_text("")
    environ = {"SLUICEGATE_NAMES": "1", "SLUICEGATE_SECOND_OPINIONS": " scrubadub, "}
    settings = Settings.load(file, environ=environ)
    assert (settings.names, settings.second_opinions) == ("on", ("scrubadub",))


def test_a_setting_that_means_nothing_is_an_error(folder: Path) -> None:
    with pytest.raises(ConfigurationError):
        Gate.open(Settings.load(folder / "sluicegate.toml", names="maybe"))
    with pytest.raises(UnknownNameError):
        Gate.open(Settings.load(folder / "sluicegate.toml", second_opinions="nobody"))
    (folder / "sluicegate.toml").write_text("second_opinions = [1]\n")
    with pytest.raises(ConfigurationError):
        Settings.load(folder / "sluicegate.toml")


class Restless:
    """Finds something in every text, always: what a model might do."""

    def __init__(self) -> None:
        self.asked = 0

    def spans(self, array: pa.Array, column: str) -> object:
        self.asked += 1
        return Scanner.load().spans(pa.array([f"x {EMAIL}"] * len(array)), column=column)


def test_a_model_is_asked_once_and_what_it_marks_is_redacted() -> None:
    scanner = Scanner.load()
    restless = Restless()
    finder = TextFinder(
        spans=restless.spans,  # type: ignore[arg-type]  # spans of a scanner are what it wants
        classes=[d.data_class for d in scanner.detectors],
        again=lambda array, column: scanner.spans(array, column=column),
    )
    keys: MaskKeys = None  # type: ignore[assignment]  # no column is masked by a key
    masker = Masker((), keys, finder)
    texts = pa.array([f"x {EMAIL}"], pa.large_string())
    assert masker.redact("note", texts).to_pylist() == ["x {EMAIL}"]
    assert restless.asked == 1
    assert masker.redactions() == (
        RedactionCount(column="note", data_class=DataClass("email"), count=1),
    )
    assert EMAIL not in repr(masker.redactions())
