"""Failures are told to a channel, without what they might quote.

Use this where failures go to chat or mail. An exception's text may hold the row that it failed on,
and hooks and sensors usually forward it. Here they get a ``SafeEvent``: job, step, run,
Sluicegate's own code and reasons, or the class of any other exception. ``told`` is where a message
would be sent; the example appends it to a file.
"""

import os
from pathlib import Path

import dagster as dg

from dagster_sluicegate import (
    SluicegateResource,
    guarded_asset,
    guarded_failure_hook,
    guarded_run_failure_sensor,
)
from dagster_sluicegate.events import SafeEvent

CHANNEL = Path(os.environ.get("SHOP_CHANNEL", str(Path.home() / "channel.txt")))
LAKE = Path(os.environ.get("SLUICEGATE_DEMO_LAKE", str(Path.home() / "sluicegate-lake")))


def told(event: SafeEvent) -> None:
    """Send the event."""
    with CHANNEL.open("a", encoding="utf-8") as channel:
        channel.write(f"{event}\n")


@guarded_asset(source="shop_prod", purpose="curiosity", output=f"{LAKE}/curious/{{run}}")
def curious() -> str:
    """An extract for a purpose that the policy does not know: refused."""
    return "SELECT id, email FROM customers"


nightly = dg.define_asset_job("nightly", [curious], hooks={guarded_failure_hook(told)})
defs = dg.Definitions(
    assets=[curious],
    jobs=[nightly],
    sensors=[guarded_run_failure_sensor(told, name="tell_failures")],
    resources={"sluicegate": SluicegateResource(sources={"shop_prod": "env:SHOP_PROD_URL"})},
)
