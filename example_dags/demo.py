"""The main job, to look on: ``make demo``.

Starts a real PostgreSQL, fills it with a made-up shop, lets Airflow and Dagster extract from it
through the gate, and checks what came of it. Ends with 0 only if everything happened as told.
"""

from __future__ import annotations

import shutil
import signal
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final
from urllib.parse import unquote, urlsplit

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from example_dags.demo_steps.failed import DemoFailed
from example_dags.demo_steps.place import ROOT, Place, environment
from example_dags.demo_steps.programs import Programs
from example_dags.demo_steps.released import (
    before_and_after,
    find_release,
    planted_in,
    pseudonyms,
    read_release,
    same_values,
    search,
)
from example_dags.demo_steps.screen import Screen
from example_dags.demo_steps.server import running_postgres
from example_dags.shop import READER, Shop, generate, load, planted

from sluicegate.settings import Settings

_PURPOSE: Final = "churn_training"
_POLICY: Final = ROOT / "example_dags" / "policies" / "shop.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What every step needs."""

    screen: Screen
    place: Place
    programs: Programs
    shop: Shop
    uri: str
    """URI of the database for its owner."""
    reader_uri: str
    """URI of the database for the login that Sluicegate uses."""

    def run(self) -> None:
        """Run the steps in order; each fails the demo when something is not as told."""
        self.set_up()
        airflow = self.released_by_airflow()
        self.stopped("leaky_orders", "quarantined")
        self.stopped("drop_table_attempt", "refused")
        self.nothing_happened()
        dagster = self.released_by_dagster(airflow)
        self.show_rows(read_release(airflow))
        self.searched()
        self.verified(airflow, dagster)

    def set_up(self) -> None:
        """Write settings, key and policy; create Airflow's database."""
        with self.screen.step("Settings, a root key and the policy"):
            self.programs.sluicegate("init", str(self.place.settings.parent))
            with self.place.settings.open("a", encoding="utf-8") as file:
                file.write('shop_prod = "env:SHOP_PROD_URL"\n')
            shutil.copyfile(_POLICY, self.place.policy)
            self.programs.sluicegate("policy", "check", str(self.place.policy))
            self.screen.say(f"settings   {self.place.settings}")
            self.screen.say(f"policy     {self.place.policy}")
        with self.screen.step("Airflow's own database"):
            self.programs.migrate_airflow()

    def released_by_airflow(self) -> Path:
        """Run the guarded DAG; every order must come out, and no planted value with it."""
        with self.screen.step("Airflow: guarded_customers"):
            ended, state, _ = self.programs.airflow_run("guarded_customers")
            self.screen.quote(ended.told)
            if state != "success":
                raise DemoFailed(f"the task ended as {state}; see {ended.log}")
            output = find_release(self.place.lake)
            self._check_release(output)
        return output

    def stopped(self, dag: str, how: str) -> None:
        """Run a DAG that must fail at its first try, and show why it did."""
        with self.screen.step(f"Airflow: {dag}, which must fail"):
            ended, state, tries = self.programs.airflow_run(dag)
            self.screen.quote(ended.told)
            stopped = any(f"sluicegate {how}" in line for line in ended.told)
            if not stopped or (state, tries) != ("failed", 1):
                raise DemoFailed(f"{dag} was {state} at try {tries}, not {how}; see {ended.log}")
            self.screen.good(f"failed at its first try and is not retried: {how}")

    def nothing_happened(self) -> None:
        """Check that the two failures left nothing at the output and everything in the shop."""
        with self.screen.step("What the two failures left behind"):
            for folder in ("orders", "dropped"):
                left = [p for p in self.place.lake.glob(f"train/{folder}/**/*") if p.is_file()]
                if left:
                    raise DemoFailed(f"{len(left)} files stand at the output of {folder}")
            self.screen.good("nothing stands at their outputs")
            with closing(psycopg.connect(self.uri)) as link:
                row = link.execute("SELECT count(*) FROM customers").fetchone()
            if row != (self.shop.customers.num_rows,):
                raise DemoFailed("the table customers is not what it was")
            self.screen.good(f"the table customers still holds {row[0]:,} rows")
            quarantine = self.place.settings.parent / ".sluicegate" / "quarantine"
            if not list(quarantine.rglob("*.parquet")):
                raise DemoFailed(f"nothing stands in quarantine at {quarantine}")
            self.screen.good(f"what leaked is kept, redacted, in quarantine: {quarantine}")

    def released_by_dagster(self, airflow: Path) -> Path:
        """Materialize the same extract as an asset; the masked values must be the same bytes."""
        with self.screen.step("Dagster: the same extract as the asset customers"):
            self.programs.dagster_run()
            output = find_release(self.place.lake, besides=[airflow])
            self._check_release(output)
            if not same_values(read_release(airflow), read_release(output)):
                raise DemoFailed("Airflow and Dagster released different values")
            self.screen.good("Airflow and Dagster released the same masked values, byte for byte")
        return output

    def show_rows(self, release: pa.Table) -> None:
        """Put a few rows of the shop beside what became of them."""
        with self.screen.step("Before and after"):
            people = self._telling_customers()
            settings = Settings.load(self.place.settings)
            ids = people["id"].combine_chunks()
            names = pseudonyms(ids, settings=settings, purpose=_PURPOSE)
            self.screen.say("Ids are pseudonymized, so rows are matched by computing the pseudonym")
            self.screen.say("of the generator's ids with the purpose's key. Without it nobody can.")
            columns = ("", "id", "email", "birth_date", "card_number", "notes")
            self.screen.table("", columns, before_and_after(people, release, names))

    def searched(self) -> None:
        """Search all that the runs left behind for what must not be there."""
        with self.screen.step("Every file of the demo, searched for planted values"):
            password = urlsplit(self.reader_uri).password or ""
            files, found = search(self.place.root, planted(self.shop), unquote(password))
            if found:
                raise DemoFailed(f"found: {', '.join(f'{name} in {p}' for p, name in found)}")
            self.screen.good(
                f"{files} files – data, quarantine, ledger, logs, the databases of Airflow and"
                " Dagster – hold no planted value and no password"
            )

    def verified(self, *outputs: Path) -> None:
        """Let the command line check the outputs and the ledger."""
        for output in outputs:
            with self.screen.step(f"sluicegate verify {output.relative_to(self.place.root)}"):
                self.screen.quote(self.programs.sluicegate("verify", str(output)))
        with self.screen.step("sluicegate ledger verify"):
            anchors = [text for output in outputs for text in ("--attestation", str(output))]
            self.screen.quote(self.programs.sluicegate("ledger", "verify", *anchors))

    def _check_release(self, output: Path) -> None:
        release = read_release(output)
        if release.num_rows != self.shop.orders.num_rows:
            raise DemoFailed(f"{release.num_rows} rows were released, not one for each order")
        found = planted_in(release, planted(self.shop))
        if found:
            raise DemoFailed(f"planted values stand in the release: {found}")
        self.screen.good(f"{release.num_rows:,} rows, and none of the planted values in them")

    def _telling_customers(self) -> pa.Table:
        everyone = self.shop.customers
        buyers = pc.is_in(everyone["id"], self.shop.orders["customer_id"].combine_chunks())
        people = everyone.filter(pc.and_(buyers, pc.is_valid(everyone["card_number"])))
        sentences = ("Reach them", "Second line", "Paid with", "Refund goes", "social security")
        told = (pc.match_substring_regex(people["notes"], f"{s}[^(]*$") for s in sentences)
        rows = [people.filter(match).slice(0, 1) for match in told]
        return pa.concat_tables(rows)


def _open_shop(screen: Screen, uri: str) -> tuple[Shop, str]:
    with screen.step("A made-up shop in PostgreSQL"):
        shop = generate()
        reader_uri = load(uri, shop)
        for name, table in shop.tables.items():
            screen.say(f"{name:<14} {table.num_rows:>8,} rows")
        counts = {name: len(values) for name, values in planted(shop).values.items()}
        listed = ", ".join(f"{count:,} {name}" for name, count in counts.items())
        screen.say(f"planted        {listed}")
        screen.say(f"tokens in {len(shop.tokens)} places; Sluicegate connects as {READER}")
    return shop, reader_uri


def _run(screen: Screen, place: Place) -> None:
    place.renew()
    with running_postgres() as uri:
        shop, reader_uri = _open_shop(screen, uri)
        programs = Programs(place=place, environment=environment(place, reader_uri))
        Demo(
            screen=screen, place=place, programs=programs, shop=shop, uri=uri,
            reader_uri=reader_uri,
        ).run()  # fmt: skip


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what signal calls with
    raise KeyboardInterrupt


def main() -> int:
    """Run the demo; return the exit code."""
    screen = Screen()
    place = Place(root=ROOT / ".demo")
    signal.signal(signal.SIGTERM, _stop)
    try:
        _run(screen, place)
    except DemoFailed as failure:
        screen.end(f"failed: {failure}", failed=True)
        return 1
    except KeyboardInterrupt:
        screen.end("stopped; the server is shut down", failed=True)
        return 130
    screen.say(f"\nEverything lies under {place.root}")
    screen.end("All of it happened as told.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
