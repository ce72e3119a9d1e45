"""Suites and schemas of other libraries as a gate: what fails is not released, and tells no value."""

from __future__ import annotations

import json
import logging
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from sluicegate import Gate, Status
from sluicegate.cli.app import app
from sluicegate.errors import QualityError
from sluicegate.evidence import verify_output
from sluicegate.evidence.schema import attestation_schema
from sluicegate.gate import quality as gate_quality
from sluicegate.gate.passing import Passing
from sluicegate.gate.present import outcome_facts, outcome_lines
from sluicegate.quality import gx_inspector
from sluicegate.quality.gx_library import judge
from sluicegate.sources.batches import sliced

POLICY = """
version: 1
name: shop
sources:
  shop_db:
    tables:
      main.customers:
        columns: {{id: public, email: email, plan: public, spent: money, note: free_text}}
classes:
  email: {{mask: pseudonymize}}
  money: {{mask: generalize_number, width: 10}}
rules:
  - id: analytics
    effect: permit
    principals: [{{orchestrator: cli}}]
    purposes: [churn_training]
    sources: [shop_db]
    tables: ["*"]
    quality: {quality}
"""
SQL = "SELECT id, email, plan, spent, note FROM customers"
PLANTED = "plan-zq81-planted"
"""A public value, so that it leaves as it is: no result, record or log may quote it."""


def expect(kind: str, **kwargs: Any) -> dict[str, Any]:
    return {"type": f"expect_{kind}", "kwargs": kwargs}


SUITE = [
    expect("column_values_to_not_be_null", column="email"),
    expect("column_values_to_match_regex", column="email", regex="^[0-9a-f]{32,}$"),
    expect("column_values_to_hold_no_sensitive_data", column="note"),
    expect("column_values_to_be_in_set", column="plan", value_set=["basic", "gold"], mostly=0.99),
    expect("column_values_to_be_unique", column="id"),
    expect("table_row_count_to_be_between", min_value=100, max_value=1000),
    expect(
        "table_columns_to_match_ordered_list",
        column_list=["id", "email", "plan", "spent", "note"],
    ),
    expect("column_mean_to_be_between", column="spent", min_value=10, max_value=100),
]


@pytest.fixture
def bench(make_bench: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    def make(*quality: str, plans: dict[int, str] | None = None) -> Any:
        file = tmp_path / "shop.db"
        file.unlink(missing_ok=True)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(
                "CREATE TABLE customers (id INTEGER, email TEXT, plan TEXT, spent INTEGER, note TEXT)"
            )
            connection.executemany(
                "INSERT INTO customers VALUES (?, ?, ?, ?, ?)", rows(plans or {})
            )
            connection.commit()
        policy = POLICY.format(quality=json.dumps(list(quality)))
        return make_bench({"shop_db": f"sqlite:///{file}"}, policy)

    return make


def rows(plans: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    for number in range(300):
        plan = plans.get(number, ("basic", "gold")[number % 2])
        note = f"write to n{number}" + "@example.com" if number % 3 else None
        yield number, f"c{number}" + "@example.com", plan, number % 90, note


def write_suite(bench: Any, expectations: list[dict[str, Any]], name: str = "suite.json") -> str:
    (bench.folder / "state" / name).write_text(
        json.dumps({"name": "customers", "expectations": expectations})
    )
    return f"gx:{name}"


def run(bench: Any, gate: Gate, **changes: Any) -> Any:
    request = bench.request(source="shop_db", sql=SQL, **changes)
    return gate.extract(request, bench.identity())


def everything(bench: Any, gate: Gate, outcome: Any) -> str:
    """All that is told of a run, but for the data itself."""
    told = [outcome_lines(outcome), outcome_facts(outcome), repr(outcome)]
    told += [repr(record) for record in gate.ledger.records()]
    told += [p.read_text() for p in (bench.folder / "state").rglob("*.json*") if p.is_file()]
    return "\n".join(map(str, told))


def test_a_suite_that_holds_is_attested(bench: Callable[..., Any]) -> None:
    made = bench("gx:suite.json")
    write_suite(made, SUITE)
    with made.gate() as gate:
        outcome = run(made, gate)
        assert outcome.released, outcome.reasons
        (report,) = outcome.quality
        assert (report.evaluated, report.skipped, report.failures) == (len(SUITE), 0, ())
        assert report.tool.startswith("great-expectations 1.")
        verified = verify_output(outcome.output, gate.trusted)
        assert verified.ok
        assert verified.predicate["quality"][0]["digest"] == report.digest
        (intent,) = gate.ledger.records(kind="extract.intent")
        assert intent.body["plan"]["quality"][0]["check"] == "gx:suite.json"
        again = gate.extract(
            made.request(source="shop_db", sql=SQL), replace(made.identity(), run="run-1")
        )
        assert again.replayed
        assert again.quality == outcome.quality
    assert any(line.startswith("  quality") for line in outcome_lines(outcome))
    assert pq.read_table(outcome.output).num_rows == 300


def test_a_frame_of_a_release_is_attested_until_somebody_changes_either(
    bench: Callable[..., Any],
) -> None:
    import great_expectations as gx
    import pandas as pd

    from sluicegate.adapters.great_expectations import ExpectTableToBeAttested
    from sluicegate.gate.trust import write_public_keys

    made = bench()
    with made.gate() as gate:
        outcome = run(made, gate)
        keys = made.folder / "keys"
        write_public_keys(keys, dict(gate.trusted))
    frame = pd.read_parquet(outcome.output)
    asset = gx.get_context(mode="ephemeral").data_sources.add_pandas("p").add_dataframe_asset("a")
    definition = asset.add_batch_definition_whole_dataframe("b")

    def observed(judged: Any, **given: Any) -> str:
        expectation = ExpectTableToBeAttested(path=outcome.output, public_keys=str(keys), **given)
        result = definition.get_batch({"dataframe": judged}).validate(expectation)
        assert result.success is (result.result["observed_value"] == "attested")
        return str(result.result["observed_value"])

    assert observed(frame, purpose="churn_training") == "attested"
    assert observed(frame, purpose="marketing") == "other-purpose"
    assert observed(frame.head(5)) == "other-rows"
    assert observed(frame.assign(more=1)) == "other-columns"
    (file,) = Path(outcome.output).glob("*.parquet")
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    assert observed(frame) == "changed"


def test_what_fails_is_quarantined_and_quotes_no_value(
    bench: Callable[..., Any], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    made = bench("gx:suite.json", plans=dict.fromkeys(range(10), PLANTED))
    write_suite(
        made,
        [
            *SUITE,
            expect("column_values_to_be_in_set", column="plan", value_set=["basic", "gold"]),
            expect("column_values_to_be_between", column="plan", min_value=0, max_value=9),
            expect("column_distinct_values_to_be_in_set", column="plan", value_set=["basic"]),
            expect("column_values_to_be_in_set", column="absent", value_set=["basic"]),
            expect("column_most_common_value_to_be_in_set", column="plan", value_set=[PLANTED[:4]]),
        ],
    )
    with caplog.at_level(logging.DEBUG), made.gate() as gate:
        outcome = run(made, gate)
        told = everything(made, gate, outcome)
    assert outcome.status is Status.QUARANTINED
    failed = {(f.name, f.unexpected, f.rows) for f in outcome.quality[0].failures}
    assert ("expect_column_values_to_be_in_set", 10, 300) in failed
    assert ("expect_column_distinct_values_to_be_in_set", None, None) in failed
    broken = {f.columns for f in outcome.quality[0].failures if f.broken}
    assert broken == {("absent",), ("plan",)}
    assert not (made.folder / "out").exists()
    assert "a quality check failed" in outcome_lines(outcome)[0]
    printed = "".join(capfd.readouterr())
    for text in (told, caplog.text, printed):
        assert PLANTED not in text
    assert logging.getLogger("great_expectations").propagate
    # the quarantine does hold what would have left, masked
    assert any(
        PLANTED.encode() in p.read_bytes() for p in Path(outcome.quarantine).rglob("*.parquet")
    )


def test_a_warning_of_the_suite_releases_and_warns(bench: Callable[..., Any]) -> None:
    made = bench("gx:suite.json")
    soft = expect("column_mean_to_be_between", column="spent", max_value=1)
    write_suite(made, [soft | {"severity": "warning"}])
    with made.gate() as gate:
        outcome = run(made, gate)
    assert outcome.released
    assert [w.code for w in outcome.warnings] == ["QUALITY"]


def test_counts_of_batches_are_added_up(
    bench: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``mostly`` is of the whole: a bad batch among good ones does not fail it, nor hides."""
    made = bench(plans=dict.fromkeys(range(30), "odd"))
    in_set = expect("column_values_to_be_in_set", column="plan", value_set=["basic", "gold"])
    in_set["kwargs"]["mostly"] = 0.9
    strict = {**in_set, "kwargs": {**in_set["kwargs"], "mostly": 0.91}}
    loose, tight = write_suite(made, [in_set]), write_suite(made, [strict], "tight.json")
    monkeypatch.chdir(made.folder / "state")
    with made.gate() as gate:
        stream = Passing._stream
        monkeypatch.setattr(
            Passing, "_stream", lambda self: (p for b in stream(self) for p in sliced(b, 7))
        )
        sizes: list[int] = []

        def judged(frame: Any, expectations: Any) -> Any:
            sizes.append(len(frame))
            return judge(frame, expectations)

        monkeypatch.setattr(gx_inspector, "judge", judged)
        assert run(made, gate, quality=(loose,)).released
        refused = run(made, gate, quality=(tight,), output=str(made.folder / "two"))
    assert [f.unexpected for f in refused.quality[0].failures] == [30]
    assert (sum(sizes), max(sizes)) == (600, 7)


def test_memory_is_bounded_and_what_does_not_fit_is_not_released(
    bench: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bench("gx:suite.json")
    write_suite(made, [expect("column_values_to_be_unique", column="email")])
    monkeypatch.setattr(gate_quality, "MOST_BYTES", 4000)
    with made.gate() as gate:
        outcome = run(made, gate)
    assert outcome.status is Status.QUARANTINED
    assert "larger than may be held" in outcome.reasons[0].message


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gx:absent.json", None),
        ("gx:s.json", '{"name": "s", "expectations": []}'),
        ("gx:s.json", "[1]"),
        ("gx:s.json", '{"expectations": [{"type": "expect_nonsense", "kwargs": {}}]}'),
        (
            "gx:s.json",
            json.dumps({"expectations": [expect("table_row_count_to_equal", value={"$PARAMETER": "n"})]}),
        ),
        ("gx:s.json", '{"validation_definitions": [{"name": "../../x"}]}'),
        ("gx:no_such_module:SUITE", None),
        ("gx:json:dumps", None),
        ("pandera:s.yaml", "nonsense: 1"),
        ("pandera:json:loads", None),
    ],
)  # fmt: skip
def test_a_check_that_asks_nothing_or_is_none_stops_the_run(
    bench: Callable[..., Any], name: str, text: str | None
) -> None:
    made = bench(name)
    if text:
        (made.folder / "state" / name.partition(":")[2]).write_text(text)
    with made.gate() as gate, pytest.raises(QualityError) as caught:
        run(made, gate)
    assert caught.value.__cause__ is None
    assert made.leftovers() == ["shop.db"]


def test_a_changed_suite_is_another_plan_and_asks_for_consent_again(
    bench: Callable[..., Any],
) -> None:
    made = bench("gx:suite.json")
    write_suite(made, SUITE)
    request = made.request(source="shop_db", sql=SQL)
    with made.gate() as gate:
        first = gate.plan(request, made.identity()).plan
        assert first == gate.plan(request, made.identity()).plan
        write_suite(made, SUITE[1:])
        second = gate.plan(request, made.identity()).plan
    assert first.digest != second.digest


def test_what_was_planned_is_what_runs(
    bench: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A suite that is swapped for a laxer one after it was read does not count."""
    made = bench("gx:suite.json", plans={0: PLANTED})
    strict = expect("column_values_to_be_in_set", column="plan", value_set=["basic", "gold"])
    write_suite(made, [strict])
    begin = Gate._begin

    def swap(*args: Any) -> Any:
        write_suite(made, [expect("table_row_count_to_be_between", min_value=0)])
        return begin(*args)

    monkeypatch.setattr(Gate, "_begin", swap)
    with made.gate() as gate:
        assert run(made, gate).status is Status.QUARANTINED


def test_a_preview_answers_by_row_and_refuses_what_the_policy_wants_of_the_whole(
    bench: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    by_row = [expect("column_values_to_be_in_set", column="plan", value_set=["basic", "gold"])]
    whole = [*by_row, expect("column_values_to_be_unique", column="id")]
    made = bench("gx:row.json", plans={2: PLANTED})
    write_suite(made, by_row, "row.json")
    request = made.request(source="shop_db", sql=SQL)
    monkeypatch.chdir(made.folder / "state")
    with made.gate() as gate:
        assert gate.preview(request, made.identity(), rows=2).outcome.released
        failing = gate.preview(request, made.identity(), rows=5)
        assert (failing.outcome.status, failing.table) == (Status.QUARANTINED, None)
        write_suite(made, whole, "whole.json")
        asked = replace(request, quality=("gx:whole.json",))
        seen = gate.preview(asked, made.identity(), rows=2).outcome
        assert seen.released
        assert any("1 expectation(s) about the whole" in spot for spot in seen.blind_spots)
        write_suite(made, whole, "row.json")
        refused = gate.preview(request, made.identity(), rows=2).outcome
    assert [r.code for r in refused.reasons] == ["QUALITY-PREVIEW"]


def test_the_command_line_names_further_checks(
    bench: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bench(plans={0: PLANTED})
    suite = [expect("column_values_to_be_in_set", column="plan", value_set=["basic", "gold"])]
    name = write_suite(made, suite)
    monkeypatch.chdir(made.folder / "state")
    monkeypatch.setenv("SLUICEGATE_HOME", str(made.folder / "state"))
    monkeypatch.setenv("SLUICEGATE_SOURCE_SHOP_DB", f"sqlite:///{made.folder / 'shop.db'}")
    call = ["extract", "-s", "shop_db", "-p", "churn_training", "--sql", SQL, "-f", "json"]
    ran = CliRunner().invoke(app, [*call, "-o", str(made.folder / "a"), "--quality", name])
    assert ran.exit_code == 1, ran.output
    assert json.loads(ran.stdout)["quality"][0]["failures"][0]["unexpected"] == 1
    assert PLANTED not in ran.output
    assert CliRunner().invoke(app, [*call, "-o", str(made.folder / "b")]).exit_code == 0


def test_a_checkpoint_leads_to_its_suites_and_its_actions_are_not_run(
    bench: Callable[..., Any],
) -> None:
    made = bench("gx:gx/checkpoints/nightly.json", plans={0: PLANTED})
    project = made.folder / "state" / "gx"
    for folder, name, content in (
        (
            "checkpoints",
            "nightly",
            {
                "name": "nightly",
                "validation_definitions": [{"name": "customers"}],
                "actions": [{"type": "slack", "slack_webhook": "https://example.com/hook"}],
            },
        ),
        ("validation_definitions", "customers", {"suite": {"name": "plans"}, "data": {}}),
        (
            "expectations",
            "plans",
            {
                "name": "plans",
                "expectations": [
                    expect("column_values_to_be_in_set", column="plan", value_set=["basic", "gold"])
                ],
            },
        ),
    ):
        (project / folder).mkdir(parents=True, exist_ok=True)
        (project / folder / f"{name}.json").write_text(json.dumps(content))
    with made.gate() as gate:
        outcome = run(made, gate)
    assert [f.unexpected for f in outcome.quality[0].failures] == [1]


SCHEMAS = """
import pandera.pandas as pap
import pandera.polars as ppl

POLARS = ppl.DataFrameSchema(
    {"id": ppl.Column(int, unique=True), "plan": ppl.Column(str, ppl.Check.isin(["basic", "gold"]))}
)
WARNS = pap.DataFrameSchema(
    {"plan": pap.Column(str, pap.Check.isin(["basic", "gold"], raise_warning=True))}
)
DROPS = pap.DataFrameSchema(
    {"plan": pap.Column(str, pap.Check.isin(["basic", "gold"]), drop_invalid_rows=True)},
    drop_invalid_rows=True,
)


def quote(series):
    raise ValueError(f"cannot judge {list(series)}")


QUOTES = pap.DataFrameSchema({"plan": pap.Column(str, pap.Check(quote, name="own"))})
FEW = pap.DataFrameSchema(
    {"plan": pap.Column(str, pap.Check.isin(["basic", "gold"], n_failure_cases=1))}
)


class Model(ppl.DataFrameModel):
    email: str = ppl.Field(str_matches="^[0-9a-f]+$")
    note: str = ppl.Field(nullable=True)
"""


@pytest.fixture
def schemas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = f"schemas_{abs(hash(tmp_path))}"
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / f"{name}.py").write_text(SCHEMAS)
    monkeypatch.syspath_prepend(str(tmp_path / "modules"))
    yield name
    sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("schema", "status", "failures"),
    [
        ("POLARS", "quarantined", {("isin", 10, "error")}),
        ("WARNS", "released", {("isin", 10, "warn")}),
        ("DROPS", "quarantined", {("isin", 10, "error")}),
        ("QUOTES", "quarantined", {("own", None, "error")}),
        ("FEW", "quarantined", {("isin", 10, "error")}),
        ("Model", "released", set()),
    ],
)
def test_schemas_of_pandera(
    bench: Callable[..., Any],
    schemas: str,
    schema: str,
    status: str,
    failures: set[Any],
    monkeypatch: pytest.MonkeyPatch,
    recwarn: pytest.WarningsRecorder,
) -> None:
    import pandera.config

    # whoever switches pandera off switches off their own checks, not the gate
    monkeypatch.setattr(pandera.config.CONFIG, "validation_enabled", False)
    made = bench(f"pandera:{schemas}:{schema}", plans=dict.fromkeys(range(10), PLANTED))
    with made.gate() as gate:
        outcome = run(made, gate)
        told = everything(made, gate, outcome)
    assert outcome.status == status
    assert {(f.name, f.unexpected, f.severity) for f in outcome.quality[0].failures} == failures
    assert PLANTED not in told
    assert not [w for w in recwarn if PLANTED in str(w.message)]


def test_a_schema_in_yaml_and_the_schema_of_the_attestation(bench: Callable[..., Any]) -> None:
    from pandera import pandas as pap
    from pandera.io import pandas_io

    made = bench("pandera:schema.yaml")
    schema = pap.DataFrameSchema({"id": pap.Column("int64"), "spent": pap.Column("int64")})
    (made.folder / "state" / "schema.yaml").write_text(pandas_io.to_yaml(schema))
    with made.gate() as gate:
        outcome = run(made, gate)
        assert outcome.released, outcome.reasons
        predicate = verify_output(outcome.output, gate.trusted).predicate
    definitions = attestation_schema()["$defs"]
    jsonschema.validate(predicate, {"$defs": definitions, "$ref": "#/$defs/predicate"})
