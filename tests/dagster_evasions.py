"""Ways a value could get out of a guarded pipeline; run as a program, with ``DAGSTER_HOME`` set.

Each way has a name and a value of its own, so that what is found afterwards tells which way let it
through. No deferred annotations: Dagster reads them.
"""

import base64
import gzip
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pandas as pd
import polars as pl
import pyarrow as pa
from dagster._core.scheduler.instigation import InstigatorType, TickData, TickStatus
from dagster._core.storage.compute_log_manager import ComputeIOType

from dagster_sluicegate import (
    GuardedIOManager,
    GuardedPipesMessageReader,
    SluicegateResource,
    guarded_failure_hook,
    leakproof,
)

if TYPE_CHECKING:
    from tests import evasion_values
    from tests.evasion_values import HIDING, Customer, Ways
else:  # as the processes that run this find it
    import evasion_values
    from evasion_values import HIDING, Customer, Ways

WAYS: dict[str, str] = {}
"""All ways in their order, and what kind of value each tries."""


def value_of(way: str) -> str:
    """Return the address that stands for what must not get out on this way."""
    return f"q{list(WAYS).index(way):03d}zmarker7f3a@example.com"


def forms_of(way: str) -> dict[str, bytes]:
    """Return what to search for: the value as it is, reversed, in hex, in base64 …"""
    value = value_of(way)
    return {**evasion_values.forms_of(value), "letters": "\n".join(value).encode()}


steps, stored, reported = Ways(WAYS), Ways(WAYS), Ways(WAYS)


# What steps print, log and raise: nothing but dagster.yaml stands in the way.


@steps("print")
def _(_: Any, value: str) -> None:
    print("customer", value)


@steps("print to stderr")
def _(_: Any, value: str) -> None:
    sys.stderr.write(value + "\n")


@steps("print in pieces")
def _(_: Any, value: str) -> None:
    for letter in value:
        print(letter, end="", flush=True)
    print()


@steps("write to a file descriptor")
def _(_: Any, value: str) -> None:
    os.write(1, f"{value}\n".encode())


@steps("print UTF-16")
def _(_: Any, value: str) -> None:
    os.write(1, value.encode("utf-16-le") + b"\n")


@steps("print base64")
def _(_: Any, value: str) -> None:
    print(base64.b64encode(f"customer {value} plan".encode()).decode())


@steps("print hex")
def _(_: Any, value: str) -> None:
    print(value.encode().hex())


@steps("output of a child process")
def _(_: Any, value: str) -> None:
    subprocess.run(["sh", "-c", "echo $0; echo $0 >&2", value], check=True)


@steps("last line without an end")
def _(_: Any, value: str) -> None:
    sys.stdout.write("at the end " + value)


@steps("context.log")
def _(context: Any, value: str) -> None:
    context.log.info("customer %s", value)


@steps("context.log with an exception")
def _(context: Any, value: str) -> None:
    try:
        int(value)
    except ValueError:
        context.log.exception("no number")


@steps("context.log with extra")
def _(context: Any, value: str) -> None:
    context.log.info("extra", extra={"customer": value})


@steps("Dagster's Python logger")
def _(_: Any, value: str) -> None:
    dg.get_dagster_logger().warning(value)


@steps("Python's logging")
def _(_: Any, value: str) -> None:
    logging.getLogger("shop").warning("customer %s", value)


@steps("exception")
def _(_: Any, value: str) -> None:
    raise ValueError(value)


@steps("cause of an exception")
def _(_: Any, value: str) -> None:
    try:
        int(value)
    except ValueError as error:
        raise RuntimeError("wrapped") from error


@steps("context of an exception")
def _(_: Any, value: str) -> None:
    try:
        int(value)
    except ValueError:
        raise RuntimeError("hidden")  # noqa: B904 - the context is the way


@steps("note of an exception")
def _(_: Any, value: str) -> None:
    error = RuntimeError("noted")
    error.add_note(value)
    raise error


@steps("group of exceptions")
def _(_: Any, value: str) -> None:
    raise ExceptionGroup("several", [ValueError(value), TypeError(value)])


@steps("exception in base64")
def _(_: Any, value: str) -> None:
    raise ValueError(base64.b64encode(value.encode()).decode())


@steps("dagster.Failure")
def _(_: Any, value: str) -> None:
    raise dg.Failure(value, metadata={"customer": value, "all": {"deep": [value]}})


@steps("retry with a cause")
def _(context: Any, value: str) -> None:
    if context.retry_number == 0:
        raise dg.RetryRequested(max_retries=1) from ValueError(value)


@steps("output metadata")
def _(context: Any, value: str) -> None:
    context.add_output_metadata({"customer": value})


@steps("output metadata, nested")
def _(context: Any, value: str) -> None:
    context.add_output_metadata({"all": {"rows": [{"email": value}]}})


@steps("output metadata, markdown table")
def _(context: Any, value: str) -> None:
    context.add_output_metadata({"head": dg.MetadataValue.md(f"| email |\n|---|\n| {value} |")})


@steps("name of output metadata")
def _(context: Any, value: str) -> None:
    context.add_output_metadata({value: 1})


@steps("table of metadata")
def _(context: Any, value: str) -> None:
    rows = [dg.TableRecord({"email": value})]
    context.add_output_metadata({"rows": dg.MetadataValue.table(rows)})


@steps("description of a column")
def _(context: Any, value: str) -> None:
    column = dg.TableColumn("email", description=f"such as {value}")
    schema = dg.TableSchema(columns=[column])
    context.add_output_metadata({"dagster/column_schema": schema})


@steps("observation")
def _(context: Any, value: str) -> None:
    context.log_event(dg.AssetObservation("shop", metadata={"who": value}, tags={"who": "x"}))


@steps("materialization")
def _(context: Any, value: str) -> None:
    context.log_event(dg.AssetMaterialization("shop", description=value, metadata={"w": value}))


@steps("expectation")
def _(context: Any, value: str) -> None:
    context.log_event(dg.ExpectationResult(success=False, label=value, description=value))


# What assets return, behind the guarded I/O manager.


@stored("stored text")
def _(value: str) -> Any:
    return value


for _name, _hide in HIDING.items():
    stored(f"stored {_name}")(_hide)


@stored("stored gzip")
def _(value: str) -> Any:
    return gzip.compress(value.encode())


@stored("stored pandas category without rows")
def _(value: str) -> Any:
    return pd.DataFrame({"plan": pd.Categorical(["pro"], categories=["pro", value])})


@stored("stored pandas objects")
def _(value: str) -> Any:
    return pd.DataFrame({"mixed": [1, Customer(value)]})


@stored("stored Polars frame")
def _(value: str) -> Any:
    return pl.DataFrame({"rows": [{"email": [value]}]})


@stored("stored Polars objects")
def _(value: str) -> Any:
    return pl.DataFrame({"odd": pl.Series([Customer(value)], dtype=pl.Object)})


@stored("stored Arrow table")
def _(value: str) -> Any:
    return pa.table({"email": [value]})


@stored("stored Arrow metadata")
def _(value: str) -> Any:
    return pa.table({"n": [1]}).replace_schema_metadata({"made for": value})


@stored("stored Arrow reader")
def _(value: str) -> Any:
    return pa.table({"email": [value]}).to_reader()


@stored("metadata of a stored output")
def _(value: str) -> Any:
    return dg.Output(1, metadata={"customer": value})


@stored("rows that an Arrow slice left out")
def _(value: str) -> Any:
    return pa.table({"email": [value, "none"]}).slice(1)


@stored("what stands below an Arrow NULL")
def _(value: str) -> Any:
    rows = pa.StructArray.from_arrays(
        [pa.array([value, "none"])], names=["email"], mask=pa.array([True, False])
    )
    return pa.table({"rows": rows})


# What a function that is leakproof reports.


@reported("leakproof: exception class made on the way")
def _(_: Any, value: str) -> None:
    raise type(value, (Exception,), {})


@reported("leakproof: reversed exception")
def _(_: Any, value: str) -> None:
    raise ValueError(value[::-1])


@reported("leakproof: returned metadata")
def _(_: Any, value: str) -> Any:
    return dg.MaterializeResult(metadata={"customer": value})


@reported("leakproof: returned check")
def _(_: Any, value: str) -> Any:
    check = dg.AssetCheckResult(passed=True, check_name="fine", metadata={"customer": value})
    return dg.MaterializeResult(check_results=[check])


@reported("leakproof: tag of a materialization")
def _(_: Any, value: str) -> Any:
    return dg.MaterializeResult(
        tags={"customer": value.replace("@", "_at_")}, metadata={"a": value}
    )


# What is told by other ways than a step.

outside_names = [
    "op configuration",
    "run tag",
    "name of a run tag",
    "reason of a skipped tick",
    "error of a tick",
    "exception of a resource",
    "exception of a hook",
    "exception of a type check",
    "exception of an input manager",
    "metadata of an asset check",
    "exception of an asset check",
    "Pipes: metadata",
    "Pipes: log",
    "Pipes: custom message",
    "Pipes: exception",
    "Pipes: print",
    "log stream",
    "print in a process of its own",
    "exception in a process of its own",
]
WAYS.update(dict.fromkeys(outside_names, "email"))

OUT_OF_REACH: list[str] = []
"""Names of the ways that stay open; the documentation tells why."""


def _open(way: str) -> str:
    WAYS[way] = "email"
    OUT_OF_REACH.append(way)
    return way


REVERSED = _open("print reversed")
TWICE = _open("print base64 of base64")
LETTERS = _open("print a letter a line")
FILE = _open("a file that the step writes itself")
PARTITION = _open("partition key")
MAPPING = _open("mapping key of a dynamic output")
USER = _open("run tag that names the user")
CURSOR = _open("cursor of a sensor")
DEFINITION = _open("description of a definition")


@dg.op
def alone() -> None:
    """Tell values from a process that Dagster starts for the step."""
    print("customer", value_of("print in a process of its own"), flush=True)
    raise ValueError(value_of("exception in a process of its own"))


@dg.job(executor_def=dg.multiprocess_executor)
def own_process() -> None:
    """A job whose steps have processes of their own."""
    alone()


def _never_raised(context: Any) -> None:
    raise RuntimeError(value_of("exception of a hook"))


def main(*, guarded: bool) -> None:
    """Try every way on the instance of ``DAGSTER_HOME``, or those that need nothing else of ours."""
    with dg.DagsterInstance.get() as instance:
        _run_steps(instance)
        if not guarded:
            return
        _run_stored(instance)
        _run_reported(instance)
        _run_outside(instance)
        _run_own_process(instance)
        _run_pipes(instance)
        _run_out_of_reach(instance)


def _op(number: int, way: str, function: Callable[..., Any]) -> Any:
    @dg.op(name=f"step_{number}", out=dg.Out(dg.Nothing))
    def step(context: dg.OpExecutionContext) -> None:
        function(context, value_of(way))

    return step


def _run_steps(instance: dg.DagsterInstance) -> None:
    ops = [_op(number, way, function) for number, (way, function) in enumerate(steps.found.items())]

    @dg.job
    def talkative() -> None:
        for op in ops:
            op()

    talkative.execute_in_process(instance=instance, raise_on_error=False)


def _run_stored(instance: dg.DagsterInstance) -> None:
    home = Path(os.environ["DAGSTER_HOME"])
    manager = GuardedIOManager(
        inner=dg.FilesystemIOManager(base_dir=str(home / "values")),
        sluicegate=SluicegateResource(),
    )

    def asset(number: int, way: str, function: Callable[..., Any]) -> dg.AssetsDefinition:
        @dg.asset(name=f"asset_{number}")
        def made():  # type: ignore[no-untyped-def] # noqa: ANN202 - an Output wants none
            return function(value_of(way))

        return made

    assets = [asset(n, way, function) for n, (way, function) in enumerate(stored.found.items())]

    @dg.asset
    def clean() -> dict[str, int]:
        return {"rows": 3}

    result = dg.materialize(
        [*assets, clean],
        instance=instance,
        resources={"io_manager": manager},
        raise_on_error=False,
    )
    ends = {event.step_key: "stored" for event in result.get_step_success_events()}
    for event in result.filter_events(lambda e: e.event_type_value == "STEP_FAILURE"):
        told: Any = event.event_specific_data
        failure = told.user_failure_data
        code = failure.metadata.get("sluicegate/code") if failure else None
        ends[event.step_key] = str(code.value) if code else "failed otherwise"
    (home / "stored.json").write_text(json.dumps(ends))


def _run_reported(instance: dg.DagsterInstance) -> None:
    def asset(number: int, way: str, function: Callable[..., Any]) -> dg.AssetsDefinition:
        spec = dg.AssetCheckSpec("fine", asset=f"told_{number}")

        @dg.asset(name=f"told_{number}", check_specs=[spec])
        @leakproof
        def made(context: dg.AssetExecutionContext) -> dg.MaterializeResult:  # type: ignore[type-arg]
            result: dg.MaterializeResult[Any] = function(context, value_of(way))
            return result

        return made

    assets = [asset(n, way, function) for n, (way, function) in enumerate(reported.found.items())]
    dg.materialize(assets, instance=instance, raise_on_error=False)


def _run_outside(instance: dg.DagsterInstance) -> None:
    class Named(dg.Config):
        customer: str

    @dg.op
    def configured(config: Named) -> None:
        assert config.customer

    @dg.op
    def fails() -> None:
        raise RuntimeError("without a value")

    @dg.op(required_resource_keys={"broken"})
    def needs() -> None:
        return None

    @dg.resource
    def broken() -> None:
        raise ValueError(value_of("exception of a resource"))

    def judge(_: Any, __: Any) -> bool:
        raise ValueError(value_of("exception of a type check"))

    @dg.op(out=dg.Out(dg.DagsterType(judge, name="Judged")))
    def judged() -> int:
        return 1

    class Loads(dg.IOManager):
        def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
            assert obj == 1
            context.log.info("not stored")

        def load_input(self, context: dg.InputContext) -> Any:
            context.log.info("not loaded")
            raise ValueError(value_of("exception of an input manager"))

    @dg.op(out=dg.Out(io_manager_key="loads"))
    def gives() -> int:
        return 1

    @dg.op
    def takes(one: int) -> None:
        return None

    @dg.job
    def with_config() -> None:
        configured()

    @dg.job(hooks={guarded_failure_hook(_never_raised)})
    def hooked() -> None:
        fails()

    @dg.job(resource_defs={"broken": broken})
    def with_resource() -> None:
        needs()

    @dg.job(resource_defs={"loads": dg.IOManagerDefinition.hardcoded_io_manager(Loads())})
    def with_types() -> None:
        judged()
        takes(gives())

    @dg.asset
    def checked() -> None:
        return None

    @dg.asset_check(asset=checked)
    def tells() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(
            passed=False,
            description=value_of("metadata of an asset check"),
            metadata={"row": value_of("metadata of an asset check")},
        )

    @dg.asset_check(asset=checked)
    def raises() -> dg.AssetCheckResult:
        raise ValueError(value_of("exception of an asset check"))

    config = {"ops": {"configured": {"config": {"customer": value_of("op configuration")}}}}
    try:
        with_config.execute_in_process(run_config=config, instance=instance)
    except Exception as error:  # noqa: BLE001 - the run is not even created
        Path(os.environ["DAGSTER_HOME"], "refused.txt").write_text(str(error))
    tags = {"customer": value_of("run tag"), value_of("name of a run tag"): "x"}
    hooked.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
    with_types.execute_in_process(instance=instance, raise_on_error=False)
    with_resource.execute_in_process(instance=instance, raise_on_error=False)
    dg.materialize([checked, tells, raises], instance=instance, raise_on_error=False)
    _ticks(instance)
    with instance.compute_log_manager.open_log_stream(["lab", "stream"], ComputeIOType.STDOUT) as s:
        assert s is not None
        s.write(f"customer {value_of('log stream')}\n")  # type: ignore[call-overload] # as Dagster


def _run_own_process(instance: dg.DagsterInstance) -> None:
    import dagster_evasions  # this file, under a name that another process can import

    job = dg.reconstructable(dagster_evasions.own_process)
    with dg.execute_job(job, instance, raise_on_error=False) as result:
        assert not result.success


def _ticks(instance: dg.DagsterInstance) -> None:
    """Keep ticks as the daemon does: one that was skipped, one that failed."""
    from dagster._utils.error import serializable_error_info_from_exc_info

    def tick(number: str, **more: Any) -> Any:
        return TickData(
            instigator_origin_id=number,
            instigator_name="arrivals",
            instigator_type=InstigatorType.SENSOR,
            timestamp=1.0,
            selector_id=number,
            **{"status": TickStatus.STARTED, **more},
        )

    skipped = instance.create_tick(tick("one", cursor=value_of(CURSOR)))
    instance.update_tick(
        skipped.with_status(TickStatus.SKIPPED, skip_reason=value_of("reason of a skipped tick"))
    )
    try:
        int(value_of("error of a tick"))
    except ValueError:
        error = serializable_error_info_from_exc_info(sys.exc_info())
    instance.create_tick(tick("two", error=error, status=TickStatus.FAILURE))


CHILD = """
import sys
from dagster_pipes import open_dagster_pipes
metadata, log, custom, printed, raised = sys.argv[1:]
with open_dagster_pipes() as pipes:
    pipes.report_asset_materialization(metadata={"row": metadata, "n": 1})
    pipes.log.info("log " + log)
    pipes.report_custom_message({"rows": [custom]})
    print("printed", printed, flush=True)
    raise ValueError(raised)
"""


def _run_pipes(instance: dg.DagsterInstance) -> None:
    names = ("metadata", "log", "custom message", "print", "exception")
    values = [value_of(f"Pipes: {name}") for name in names]

    @dg.asset
    def piped(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient) -> Any:
        done = pipes.run(command=[sys.executable, "-c", CHILD, *values], context=context)
        return done.get_materialize_result()

    reader = GuardedPipesMessageReader(dg.PipesTempFileMessageReader())
    client = dg.PipesSubprocessClient(message_reader=reader)
    dg.materialize([piped], instance=instance, resources={"pipes": client}, raise_on_error=False)


def _run_out_of_reach(instance: dg.DagsterInstance) -> None:
    home = Path(os.environ["DAGSTER_HOME"])

    @dg.op
    def prints() -> None:
        print(value_of(REVERSED)[::-1])
        print(base64.b64encode(base64.b64encode(value_of(TWICE).encode())).decode())
        print("\n".join(value_of(LETTERS)))
        (home / "own_file.txt").write_text(value_of(FILE))

    @dg.op(out=dg.DynamicOut(dg.Nothing))
    def many() -> Iterator[dg.DynamicOutput[None]]:
        key = value_of(MAPPING).replace("@", "_").replace(".", "_")
        yield dg.DynamicOutput(None, mapping_key=key)

    @dg.job
    def open_ways() -> None:
        prints()
        many()

    open_ways.execute_in_process(
        instance=instance, raise_on_error=False, tags={"user": value_of(USER)}
    )
    partitions = dg.DynamicPartitionsDefinition(name="customers")
    instance.add_dynamic_partitions("customers", [value_of(PARTITION)])

    @dg.asset(partitions_def=partitions, description=value_of(DEFINITION))
    def by_customer() -> None:
        return None

    dg.materialize(
        [by_customer], instance=instance, partition_key=value_of(PARTITION), raise_on_error=False
    )


if __name__ == "__main__":
    main(guarded="unguarded" not in sys.argv)
