"""What the rules for DAGs find in Python source, and what their authors may try instead."""

from __future__ import annotations

import base64
import zipfile
from pathlib import Path

import pytest

from sluicegate.lint import DagFiles, Guarded, Remark

GUARDED = Guarded(
    connections=("shop_*", "postgres_default"), hosts=("shop-db.example.com", "10.9.*")
)
PASSWORD = "hx7" + "Qz29!" + "rmW"


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep facts in a folder of the test, and the scanner's own where it is."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr("sluicegate.lint.facts_cache.cache_folder", lambda: folder)
    return folder


def check(tmp_path: Path, source: str, **helpers: str) -> list[Remark]:
    file = tmp_path / "dag.py"
    file.write_text(source, "utf-8")
    for name, text in helpers.items():
        path = tmp_path / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return list(DagFiles(GUARDED).check(file, [tmp_path]))


def errors(remarks: list[Remark]) -> list[tuple[str, str, int]]:
    return [(Path(r.file).name, r.rule, r.line) for r in remarks if r.level == "error"]


HOOK = "from airflow.providers.postgres.hooks.postgres import PostgresHook\n"

BYPASSES = {
    "hook": HOOK + 'PostgresHook("shop_prod")',
    "hook by keyword": HOOK + 'PostgresHook(postgres_conn_id="shop_prod")',
    "import as": HOOK.replace("PostgresHook\n", "PostgresHook as P\n") + 'P("shop_prod")',
    "module as": 'import airflow.providers.postgres.hooks.postgres as m\nm.PostgresHook("shop_prod")',
    "assigned": HOOK + 'H = PostgresHook\nH("shop_prod")',
    "subclass": HOOK + 'class Mine(PostgresHook): pass\nMine("shop_prod")',
    "functools.partial": HOOK
    + 'import functools\nf = functools.partial(PostgresHook, "shop_prod")\nf()',
    "map": HOOK + 'list(map(PostgresHook, ["shop_prod"]))',
    "submit": HOOK + 'pool.submit(PostgresHook.get_connection, "shop_prod")',
    "lambda": HOOK + '(lambda c: PostgresHook(c))("shop_prod")',
    "star import": 'from airflow.providers.postgres.hooks.postgres import *\nPostgresHook("shop_prod")',
    "tuple": HOOK + 'H, c = PostgresHook, "shop_prod"\nH(c)',
    "default id": HOOK + "PostgresHook()",
    "partial later": HOOK + 'import functools\nf = functools.partial(PostgresHook)\nf("shop_prod")',
    "getattr": 'import x\ngetattr(x, "Postgres" + "Hook")("shop_prod")',
    "import_module": 'import importlib\nimportlib.import_module("x.y").PostgresHook("shop_prod")',
    "dunder import": '__import__("x.y", fromlist=["PostgresHook"]).PostgresHook("shop_prod")',
    "globals": HOOK + 'globals()["PostgresHook"]("shop_prod")',
    "dict of hooks": HOOK + '{"a": PostgresHook}["a"]("shop_prod")',
    "get_connection": 'from airflow.sdk import BaseHook\nBaseHook.get_connection("shop_prod").password',
    "get_hook": 'from airflow.sdk import BaseHook\nBaseHook.get_hook(conn_id="shop_prod")',
    "Connection.get": 'from airflow.sdk import Connection\nConnection.get("shop_prod")',
    "await": 'from airflow.sdk import Connection\nasync def f(): await Connection.async_get("shop_prod")',
    "old import": 'from airflow.hooks.base import BaseHook as B\nB.get_connection("shop_prod")',
    "operator": 'from x import SQLExecuteQueryOperator\nSQLExecuteQueryOperator(task_id="a", conn_id="shop_prod", sql="s")',
    "any keyword": 'from x import y\ny(src_postgres_conn_id="shop_prod")',
    "expand": 'from x import Y\nY.partial(task_id="a").expand(conn_id=["a", "shop_prod"])',
    "decorator": 'from airflow.sdk import task\n@task.sql(conn_id="shop_prod")\ndef f(): return "select 1"',
    "constant": HOOK + 'C = "shop_prod"\nPostgresHook(C)',
    "attribute": HOOK + 'class S:\n    conn = "shop_prod"\nPostgresHook(S.conn)',
    "dict": HOOK + 'C = {"p": "shop_prod"}\nPostgresHook(C["p"])',
    "loop": HOOK + 'for c in ["a", "shop_prod"]:\n    PostgresHook(c)',
    "comprehension": HOOK + '[PostgresHook(c) for c in ("a", "shop_prod")]',
    "default": HOOK + 'def f(c="shop_prod"):\n    PostgresHook(c)',
    "concatenation": HOOK + 'PostgresHook("shop_" + "prod")',
    "f-string": HOOK + 'e = "prod"\nPostgresHook(f"shop_{e}")',
    "f-string with a hole": HOOK + 'def f(e):\n    PostgresHook(f"shop_{e}")',
    "percent": HOOK + 'PostgresHook("%s_%s" % ("shop", "prod"))',
    "format": HOOK + 'PostgresHook("{}_{e}".format("shop", e="prod"))',
    "join": HOOK + 'PostgresHook("_".join(["shop", "prod"]))',
    "replace": HOOK + 'PostgresHook("shap_prod".replace("a", "o"))',
    "reversed slice": HOOK + 'PostgresHook("dorp_pohs"[::-1])',
    "reversed": HOOK + 'PostgresHook("".join(reversed("dorp_pohs")))',
    "base64": HOOK
    + f'import base64\nPostgresHook(base64.b64decode("{base64.b64encode(b"shop_prod").decode()}").decode())',
    "hex": HOOK + f'PostgresHook(bytes.fromhex("{b"shop_prod".hex()}").decode())',
    "escapes": HOOK + 'PostgresHook("\\x73hop_prod")',
    "capitals": HOOK + 'PostgresHook("SHOP_PROD")',
    "long s, which is S in capitals": HOOK + 'PostgresHook("ſhop_prod")',
    "walrus": HOOK + 'PostgresHook(c := "shop_prod")',
    "either": HOOK + 'PostgresHook("a" if x else "shop_prod")',
    "getenv default": HOOK + 'import os\nPostgresHook(os.getenv("C", "shop_prod"))',
    "passed to a function": HOOK + 'def f(c):\n    return PostgresHook(c)\nf("shop_prod")',
    "passed as op_kwargs": HOOK
    + 'def f(c):\n    return PostgresHook(c)\nPythonOperator(op_kwargs={"c": "shop_prod"})',
    "stars": HOOK + 'k = {"postgres_conn_id": "shop_prod"}\nPostgresHook(**k)',
    "template": 'BashOperator(bash_command="psql {{ conn.shop_prod.password }}")',
    "template by key": "BashOperator(bash_command=\"psql {{ conn['shop_prod'].get_uri() }}\")",
    "template in a label": 'BashOperator(doc_md="{{ conn.shop_prod.host }}")',
    "environment": 'import os\nos.environ["AIRFLOW_CONN_SHOP_PROD"]',
    "environment in bash": 'BashOperator(bash_command="psql $AIRFLOW_CONN_SHOP_PROD")',
    "shadowed operator": 'from evil import GuardedExtractOperator\nGuardedExtractOperator(conn_id="shop_prod")',
    "false subclass": 'from x import SQLExecuteQueryOperator\nclass GuardedExtractOperator(SQLExecuteQueryOperator): pass\nGuardedExtractOperator(conn_id="shop_prod")',
    "mixed subclass": 'from airflow_provider_sluicegate import GuardedExtractOperator as G\nfrom x import SQLExecuteQueryOperator\nclass M(SQLExecuteQueryOperator, G): pass\nM(conn_id="shop_prod")',
}


@pytest.mark.parametrize("source", BYPASSES.values(), ids=BYPASSES)
def test_a_guarded_connection_used_without_the_gate_is_an_error(
    tmp_path: Path, source: str
) -> None:
    found = errors(check(tmp_path, source))
    assert {rule for _, rule, _ in found} == {"A101"}


HOSTS = {
    "engine": 'create_engine("postgresql://reader@shop-db.example.com:5432/shop")',
    "dsn": 'psycopg.connect("dbname=shop host=shop-db.example.com")',
    "keyword": 'psycopg.connect(host="shop-db.example.com", dbname="shop")',
    "capitals and a dot": 'connect(host="Shop-DB.example.com.")',
    "concatenation": 'connect(host="shop-db" + ".example.com")',
    "address": 'connect("postgresql://10.9.0.4/shop")',
    "attach": "duckdb.sql(\"ATTACH 'host=shop-db.example.com dbname=shop' AS s (TYPE postgres)\")",
}


@pytest.mark.parametrize("source", HOSTS.values(), ids=HOSTS)
def test_a_guarded_host_is_an_error(tmp_path: Path, source: str) -> None:
    assert {rule for _, rule, _ in errors(check(tmp_path, source))} == {"A103"}


SECRETS = {
    "assignment": f'password = "{PASSWORD}"',
    "argument": f'connect(password="{PASSWORD}")',
    "default_args": f'default_args = {{"password": "{PASSWORD}"}}',
    "url": f'create_engine("postgresql://reader:{PASSWORD}@db/x")',
    "comment": f'# password = "{PASSWORD}"',
    "docstring": f'"""The password is: {PASSWORD}"""',
    "f-string": f'f"postgresql://reader:{PASSWORD}@{{host}}/x"',
    "bytes": f'password = b"{PASSWORD}"',
    "concatenation": f'password = "{PASSWORD[:5]}" + "{PASSWORD[5:]}"',
    "implicit concatenation": f'token = "ghp_" "{"aB3dE6gH9j" * 3}" "kLmN2p"',
    "pieces of a token": f't = "ghp_" + "{"aB3dE6gH9jK" * 2}" + "{"mN4pQ7rS1tVw3x"}"',
    "escapes": 'token = "\\x67hp_' + "aB3dE6gH9jK" * 2 + 'mN4pQ7rS1tVw3x"',
    "join": f'connect(password="".join(["{PASSWORD[:4]}", "{PASSWORD[4:]}"]))',
    "base64": f'password = base64.b64decode("{base64.b64encode(PASSWORD.encode()).decode()}")',
    "nested params": f'DAG("a", params={{"db": {{"password": "{PASSWORD}"}}}})',
}


@pytest.mark.parametrize("source", SECRETS.values(), ids=SECRETS)
def test_a_secret_in_the_code_is_an_error_that_does_not_show_it(
    tmp_path: Path, source: str
) -> None:
    remarks = check(tmp_path, source)
    assert {rule for _, rule, _ in errors(remarks)} == {"A102"}
    assert not any(PASSWORD[:5] in repr(r) or "ghp_" in repr(r) for r in remarks)


FINE = {
    "gate": 'from airflow_provider_sluicegate import GuardedExtractOperator\nGuardedExtractOperator(task_id="shop_x", conn_id="shop_prod", sql="SELECT 1")',
    "gate by constant": 'from airflow_provider_sluicegate import GuardedExtractOperator as G\nC = "shop_prod"\nG(conn_id=C)\nG.partial(conn_id=C).expand(sql=["a"])',
    "gate, mapped": 'from airflow_provider_sluicegate.operators.extract import GuardedExtractOperator\nGuardedExtractOperator.partial(task_id="a").expand(conn_id=["shop_prod", "shop_b"])',
    "subclass of ours": 'import airflow_provider_sluicegate as s\nclass Mine(s.GuardedExtractOperator): pass\nMine(conn_id="shop_prod")',
    "dagster": 'def f(context, sluicegate):\n    return sluicegate.extract(context, source="shop_prod", sql="SELECT 1", purpose="p")',
    "another connection": HOOK + 'PostgresHook("warehouse")',
    "labels": 'DAG("shop_prod", tags=["shop_prod"])\nBashOperator(task_id="shop_prod", bash_command="true")',
    "docstring": '"""shop_prod"""',
    "no connection of ours": 'smtp.get_connection()\nrequests.get("shop_prod.example.com")',
    "reads its secret": 'password = Variable.get("db_password")\ntoken = os.environ["API_TOKEN"]\nconnect(password=password)',
    "placeholder": 'create_engine("postgresql://user:password@localhost/db")',
}


@pytest.mark.parametrize("source", FINE.values(), ids=FINE)
def test_what_is_fine_is_no_error(tmp_path: Path, source: str) -> None:
    assert errors(check(tmp_path, source)) == []


def test_a_place_is_file_line_and_remedy(tmp_path: Path) -> None:
    (remark,) = check(tmp_path, HOOK + '\n\nx = PostgresHook(\n    "shop_prod"\n)\n')
    assert (remark.file, remark.line, remark.column) == (str(tmp_path / "dag.py"), 5, 5)
    assert "'shop_prod'" in remark.message
    assert "GuardedExtractOperator" in remark.remedy


def test_helper_modules_are_looked_at_and_named(tmp_path: Path) -> None:
    source = "from lib.db import read\nfrom lib import nothing\nimport datetime"
    helper = f'from .deep import C\n{HOOK}def read(): return PostgresHook("shop_prod")'
    found = check(tmp_path, source, lib__db=helper, lib__deep=f'password = "{PASSWORD}"')
    assert errors(found) == [("db.py", "A101", 3), ("deep.py", "A102", 1)]


def test_an_id_handed_to_a_helper_is_an_error_at_the_id(tmp_path: Path) -> None:
    helper = f"{HOOK}def read(conn): return PostgresHook(conn)"
    found = check(tmp_path, 'from lib import read\nread("shop_prod")', lib=helper)
    assert errors(found) == [("dag.py", "A101", 2)]
    harmless = check(tmp_path, 'from lib import read\nread("warehouse")', lib=helper)
    assert [(r.rule, r.level) for r in harmless] == [("A104", "note")]


def test_helpers_are_found_behind_computed_imports_and_circles_end(tmp_path: Path) -> None:
    source = 'import importlib\nimportlib.import_module("li" + "b")'
    found = check(tmp_path, source, lib=f'import dag\n{HOOK}PostgresHook("shop_prod")')
    assert errors(found) == [("lib.py", "A101", 3)]


def test_more_modules_than_can_be_followed_fail_closed(tmp_path: Path) -> None:
    names = [f"m{n}" for n in range(205)]
    helpers = dict.fromkeys(names, "")
    found = check(tmp_path, "\n".join(f"import {name}" for name in names), **helpers)
    assert errors(found) == [("dag.py", "A105", 1)]


@pytest.mark.parametrize(
    "data",
    [
        b"def f(:",
        b"\xff\xfe\x00",
        b"# coding: nonsense\n",
        b"x = 1\x00",
        b"(" * 5000,
        b"-" * 200_000 + b"1",
    ],
)
def test_what_cannot_be_read_fails_closed(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "dag.py"
    file.write_bytes(data)
    assert errors(list(DagFiles(GUARDED).check(file))) == [("dag.py", "A105", 1)]


def test_a_missing_file_fails_closed(tmp_path: Path) -> None:
    assert [r.rule for r in DagFiles(GUARDED).check(tmp_path / "none.py")] == ["A105"]


def test_archives_are_looked_into(tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("dag.py", "import lib")
        made.writestr("lib.py", f'{HOOK}PostgresHook("shop_prod")')
    found = DagFiles(GUARDED).check(archive / "dag.py", [tmp_path])
    assert errors(list(found)) == [("lib.py", "A101", 2)]


@pytest.mark.parametrize(
    "source",
    [
        'x = "{:>999999999}".format("a")',
        'x = "%999999999s" % "a"',
        'x = "a".replace("", "b" * 10)' + '.replace("", "bbbbbbbbbb")' * 30,
        "x = " + " + ".join(['"abcdefgh"'] * 900),
        'x = ("a" * 10**9) + "b"',
        "\n".join(f"a{n} = a{n - 1} + a{n - 1}" for n in range(1, 60)) + '\na0 = "x"\nPostgresHook(a59)',
        "f = [" + "[" * 80 + "]" * 80 + "]",
        "a = b\nb = a\nPostgresHook(a)",
        'x = "' + "ab1" * 300_000 + '"',
    ],
)  # fmt: skip
def test_work_is_bounded(tmp_path: Path, source: str) -> None:
    import time

    begin = time.process_time()
    check(tmp_path, source)
    assert time.process_time() - begin < 5


def test_names_that_may_be_more_than_names_are_withheld(tmp_path: Path) -> None:
    file = tmp_path / "dag.py"
    file.write_text(f'PostgresHook("postgresql://u:{PASSWORD}@h/x")', "utf-8")
    remarks = DagFiles(Guarded(connections=("*",))).check(file)
    assert PASSWORD not in repr(remarks)
    assert "(withheld)" in remarks[0].message


def test_facts_are_kept_and_renewed(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "dag.py"
    file.write_text(f'{HOOK}password = "{PASSWORD}"\nPostgresHook("shop_prod")', "utf-8")
    first = DagFiles(GUARDED).check(file)
    files = [p for p in kept.rglob("*") if p.is_file()]
    assert files
    assert not any(PASSWORD.encode() in p.read_bytes() for p in files)
    monkeypatch.setattr(DagFiles, "_facts", None)  # nothing is worked out again
    assert DagFiles(GUARDED).check(file) == first
    monkeypatch.undo()
    other = DagFiles(Guarded(connections=("warehouse",))).check(file)
    assert [r.rule for r in other] == ["A102"]


def test_facts_that_others_may_write_are_not_believed(tmp_path: Path, kept: Path) -> None:
    file = tmp_path / "dag.py"
    file.write_text(HOOK + 'PostgresHook("shop_prod")', "utf-8")
    DagFiles(GUARDED).check(file)
    (facts,) = [p for p in kept.rglob("*") if p.is_file()]
    facts.write_text('{"certain":[],"loose":[],"unseen":[],"modules":[]}')
    assert DagFiles(GUARDED).check(file) == ()  # it is the user's own
    facts.chmod(0o666)
    assert [r.rule for r in DagFiles(GUARDED).check(file)] == ["A101"]
    facts.write_text("{")
    facts.chmod(0o600)
    assert [r.rule for r in DagFiles(GUARDED).check(file)] == ["A101"]
