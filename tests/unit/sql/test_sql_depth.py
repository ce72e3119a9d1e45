"""Deep nesting and long chains: refused or understood, and never the end of the process.

The parser is compiled. Where it calls itself without Python between, it does not raise when it runs
out of stack. So these run in processes of their own, with a small stack.
"""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from sluicegate.sql import gather, parse

TEXTS = {
    "brackets": "'SELECT ' + '(' * 20_000",
    "subqueries": "'SELECT * FROM ' + '(SELECT * FROM ' * 10_000",
    "from": "'SELECT * ' + 'FROM ' * 20_000",
    "types": "'SELECT ' + 'ARRAY<' * 20_000",
    "joins": "'SELECT 1 FROM a ' + 'JOIN a ' * 10_000",
    "left joins": "'SELECT 1 FROM a ' + 'LEFT JOIN a ' * 10_000",
    "straight joins": "'SELECT 1 FROM a ' + 'STRAIGHT_JOIN a ' * 10_000",
    "case": "'SELECT ' + 'CASE WHEN 1=1 THEN ' * 10_000 + '1'",
    "not": "'SELECT ' + 'NOT ' * 20_000 + 'true'",
    "minus": "'SELECT ' + '- ' * 20_000 + '1'",
    "casts": "'SELECT 1' + '::int' * 20_000",
    "concatenation": '"SELECT 1" + "||1" * 20_000',
    "unions": "'SELECT 1' + ' UNION ALL SELECT 1' * 10_000",
    "with": "'WITH a AS (' * 10_000 + 'SELECT 1'",
    "joins with conditions": "'SELECT 1 FROM a ' + 'JOIN a ON true ' * 1_000",
    "unions of nothing": "'SELECT ' + '< UNION ' * 10_000",
}
CODE = """
import resource, sys
from sluicegate.errors import SqlError
from sluicegate.sql import gather, parse
resource.setrlimit(resource.RLIMIT_STACK, (2 << 20, 2 << 20))
try:
    gather(parse({text}, sys.argv[1]), lambda *_: None)
except SqlError:
    pass
print("alive")
"""


@pytest.mark.parametrize("what", TEXTS)
@pytest.mark.parametrize("dialect", ["postgres", "duckdb", "sqlite"])
def test_the_process_lives(dialect: str, what: str) -> None:
    code = CODE.format(text=TEXTS[what])
    done = subprocess.run(
        [sys.executable, "-c", code, dialect], capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, b"alive"), done.stderr[-300:]


def test_what_people_write_is_not_too_deep() -> None:
    joins = "SELECT 1 FROM a" + "".join(f" LEFT JOIN b{n} ON true" for n in range(300))
    crossed = "SELECT 1 FROM a" + "".join(f" CROSS JOIN b{n}" for n in range(300))
    nested = "SELECT " + "(" * 40 + "1" + ")" * 40
    for sql in (joins, crossed, nested):
        for dialect in ("postgres", "duckdb", "sqlite"):
            parse(sql, dialect)


def test_many_faults_are_told_soon() -> None:
    began = time.monotonic()
    facts = gather(parse("SELECT " + "nope , " * 10_000 + "nope", "postgres"), lambda *_: None)
    assert facts.problems
    assert time.monotonic() - began < 10
