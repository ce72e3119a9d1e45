"""Asset checks in real runs. No deferred annotations: Dagster reads them."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pytest

from dagster_sluicegate import (
    SluicegateResource,
    build_attestation_check,
    build_leak_check,
    build_policy_check,
    build_risk_check,
)

if TYPE_CHECKING:
    from tests.dagster_lib.conftest import Lab

pytestmark = [pytest.mark.dagster, pytest.mark.postgres]

SQL = "SELECT id, email, plan, notes FROM customers"


@dg.asset
def customers(
    context: dg.AssetExecutionContext, sluicegate: SluicegateResource
) -> dg.MaterializeResult[Any]:
    result: dg.MaterializeResult[Any] = sluicegate.extract(
        context, source="shop", sql=SQL, output="out", purpose="training"
    )
    if Path("tamper").exists():
        Path("out/added.csv").write_text("a\nb\n")
    return result


@dg.asset
def export() -> None:
    Path("export.csv").write_text(Path("wanted.csv").read_text())


@dg.asset(deps=[customers])
def after_customers() -> None:
    Path("ran").touch()


@dg.asset(deps=[export])
def after_export() -> None:
    Path("ran").touch()


def checks_of(result: dg.ExecuteInProcessResult) -> list[dg.AssetCheckEvaluation]:
    return list(result.get_asset_check_evaluations())


def test_a_release_is_as_attested(lab: "Lab") -> None:
    check = build_attestation_check(customers, "out")
    result = lab.materialize(customers, check, after_customers)
    (evaluation,) = checks_of(result)
    assert evaluation.passed
    assert evaluation.metadata["sluicegate/problems"].value == []
    assert Path("ran").exists()


def test_a_changed_release_stops_what_comes_after(lab: "Lab") -> None:
    Path("tamper").touch()
    result = lab.materialize(customers, build_attestation_check(customers, "out"), after_customers)
    (evaluation,) = checks_of(result)
    assert not evaluation.passed
    assert evaluation.severity is dg.AssetCheckSeverity.ERROR
    assert "added.csv" in str(evaluation.metadata["sluicegate/problems"].value)
    assert not result.success
    assert not Path("ran").exists()


def test_a_check_that_does_not_block_only_tells(lab: "Lab") -> None:
    Path("tamper").touch()
    check = build_attestation_check(customers, "out", blocking=False)
    result = lab.materialize(customers, check, after_customers)
    assert not checks_of(result)[0].passed
    assert Path("ran").exists()


def test_clean_files_of_others_pass(lab: "Lab") -> None:
    Path("wanted.csv").write_text("plan\npro\n")
    result = lab.materialize(export, build_leak_check(export, "export.csv"), after_export)
    assert checks_of(result)[0].passed
    assert Path("ran").exists()


def test_files_of_others_that_leak_stop_what_comes_after(lab: "Lab") -> None:
    Path("wanted.csv").write_text("plan,contact\npro,marker7f3a@example.com\n")
    result = lab.materialize(export, build_leak_check(export, "export.csv"), after_export)
    (evaluation,) = checks_of(result)
    assert not evaluation.passed
    assert evaluation.metadata["sluicegate/findings"].value == {"email": 1}
    assert evaluation.metadata["sluicegate/columns"].value == ["contact"]
    assert not Path("ran").exists()
    Path("wanted.csv").unlink()
    Path("export.csv").unlink()
    lab.assert_nothing_left()


def test_a_table_without_header_gives_no_name_away(lab: "Lab") -> None:
    Path("wanted.csv").write_text("pro,marker7f3a@example.com\nbasic,a.marker7f3a@example.com\n")
    result = lab.materialize(export, build_leak_check(export, "export.csv"))
    assert not checks_of(result)[0].passed
    Path("wanted.csv").unlink()
    Path("export.csv").unlink()
    lab.assert_nothing_left()


def test_a_missing_file_is_not_clean(lab: "Lab") -> None:
    Path("wanted.csv").write_text("plan\npro\n")
    result = lab.materialize(export, build_leak_check(export, "nowhere.csv"), after_export)
    assert not result.success
    assert not Path("ran").exists()


def test_a_path_may_be_told_by_the_run(lab: "Lab") -> None:
    def place(context: dg.AssetCheckExecutionContext) -> str:
        return "out" if context.run.run_id else ""

    result = lab.materialize(customers, build_attestation_check(customers, place))
    assert checks_of(result)[0].passed


def test_without_a_path_the_last_materialization_tells_it(lab: "Lab") -> None:
    check = build_attestation_check(customers)
    assert checks_of(lab.materialize(customers, check))[0].passed
    Path("out/added.csv").write_text("a\nb\n")
    later = lab.materialize(customers, check, selection=dg.AssetSelection.checks(check))
    (evaluation,) = checks_of(later)
    assert not evaluation.passed
    assert evaluation.metadata["sluicegate/output"].value == str(lab.output())


def test_an_asset_that_no_guarded_extract_made_is_not_attested(lab: "Lab") -> None:
    Path("wanted.csv").write_text("plan\npro\n")
    result = lab.materialize(export, build_attestation_check(export), after_export)
    assert not result.success
    assert not Path("ran").exists()


def test_two_checks_of_one_asset_have_names_of_their_own(lab: "Lab") -> None:
    checks = [build_attestation_check(customers, "out"), build_leak_check(customers, "out")]
    result = lab.materialize(customers, *checks)
    assert {e.check_name for e in checks_of(result)} == {"attested", "no_sensitive_values"}
    assert all(e.passed for e in checks_of(result))


def test_the_resource_may_have_another_key(lab: "Lab") -> None:
    Path("wanted.csv").write_text("plan\npro\n")
    check = build_leak_check(export, "export.csv", resource_key="guard", name="clean")
    result = lab.materialize(export, check, resources={"guard": lab.resource})
    assert checks_of(result)[0].passed


def test_the_policy_in_force_must_be_the_one_that_decided(lab: "Lab") -> None:
    check = build_policy_check(customers, not_older_than=1)
    assert checks_of(lab.materialize(customers, check))[0].passed
    policy = Path(str(lab.resource.policy))
    policy.write_text(policy.read_text().replace("name: shop", "name: other"))
    only = dg.AssetSelection.checks(check)
    (evaluation,) = checks_of(lab.materialize(customers, check, selection=only))
    assert not evaluation.passed
    assert "policy" in str(evaluation.description)


def test_a_release_may_be_too_old(lab: "Lab") -> None:
    check = build_policy_check(
        customers, current=False, not_older_than=timedelta(0), blocking=False
    )
    (evaluation,) = checks_of(lab.materialize(customers, check))
    assert not evaluation.passed


def test_a_release_that_singles_people_out_stops_what_comes_after(lab: "Lab") -> None:
    few = build_risk_check(customers, quasi_identifiers=["plan"], k=25, name="few")
    many = build_risk_check(
        customers, quasi_identifiers=["plan", "email"], k=2, l=2, sensitive=["notes"], name="many"
    )
    result = lab.materialize(customers, few, many, after_customers)
    by_name = {e.check_name: e for e in checks_of(result)}
    assert by_name["few"].passed
    assert not by_name["many"].passed
    assert by_name["many"].metadata["sluicegate/k"].value == 1
    assert not Path("ran").exists()
    lab.assert_nothing_left()


def test_files_of_others_are_measured_too(lab: "Lab") -> None:
    Path("wanted.csv").write_text("plan,city\npro,a\npro,a\nbasic,b\n")
    check = build_risk_check(export, path="export.csv", quasi_identifiers=["plan"], k=2)
    (evaluation,) = checks_of(lab.materialize(export, check))
    assert not evaluation.passed
    missing = build_risk_check(export, path="export.csv", quasi_identifiers=["zip"], k=2)
    assert not lab.materialize(export, missing).success
