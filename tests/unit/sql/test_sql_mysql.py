"""The guard before a real MariaDB: its own attacks, its own benign queries, its own traps of text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pymysql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sluicegate.errors import SqlError
from sluicegate.model.data import CatalogColumn, TypeFamily
from sluicegate.model.masks import Partial, Pseudonymize
from sluicegate.model.plan import Carries
from sluicegate.sql import gather, parse, reasons_of
from sluicegate.sql.names import column
from sluicegate.sql.pushdown import push_down
from sluicegate.sql.shape import write

ATTACKS: list[tuple[str, str]] = [
    # ---- statements that are no query
    ("REPLACE INTO customers (id) VALUES (1)", "G02"),
    ("INSERT INTO customers (id) VALUES (1) ON DUPLICATE KEY UPDATE plan = 'x'", "G02"),
    ("LOAD DATA INFILE '/etc/passwd' INTO TABLE customers", "G"),
    ("LOAD DATA LOCAL INFILE 'x' INTO TABLE customers", "G"),
    ("HANDLER customers OPEN", "G09"),
    ("DO SLEEP(5)", "G06"),
    ("CALL p()", "G06"),
    ("PREPARE s FROM 'SELECT email FROM customers'", "G06"),
    ("EXECUTE s", "G06"),
    ("EXECUTE IMMEDIATE 'SELECT email FROM customers'", "G06"),
    ("EXPLAIN SELECT email FROM customers", "G06"),
    ("DESC customers", "G"),
    ("SHOW GRANTS", "G09"),
    ("SHOW CREATE TABLE customers", "G09"),
    ("HELP 'x'", "G09"),
    ("BINLOG 'x'", "G09"),
    ("FLUSH TABLES", "G09"),
    ("KILL 1", "G06"),
    ("OPTIMIZE TABLE customers", "G09"),
    ("CHECKSUM TABLE customers", "G09"),
    ("RENAME TABLE customers TO c", "G03"),
    ("LOCK TABLES customers READ", "G"),
    ("UNLOCK TABLES", "G"),
    ("XA START 'x'", "G"),
    ("USE mysql", "G08"),
    ("SET @a = (SELECT email FROM customers LIMIT 1)", "G08"),
    ("SET sql_mode = 'NO_BACKSLASH_ESCAPES'", "G08"),
    ("START TRANSACTION", "G08"),
    ("INSTALL PLUGIN x SONAME 'y'", "G08"),
    ("CREATE FUNCTION sys_exec RETURNS int SONAME 'udf.so'", "G03"),
    ("BEGIN NOT ATOMIC SELECT 1; END", "G"),
    # ---- a query that writes, locks or leaves something behind
    ("SELECT id INTO @v FROM customers", "G"),
    ("SELECT id FROM customers INTO @v", "G"),
    ("SELECT id INTO OUTFILE '/tmp/x' FROM customers", "G"),
    ("SELECT id FROM customers INTO OUTFILE '/tmp/x'", "G"),
    ("SELECT id INTO DUMPFILE '/tmp/x' FROM customers", "G"),
    ("SELECT id FROM customers LOCK IN SHARE MODE", "G14"),
    ("SELECT id FROM customers FOR UPDATE SKIP LOCKED", "G14"),
    ("SELECT id FROM customers PROCEDURE ANALYSE()", "G09"),
    ("SELECT SQL_CALC_FOUND_ROWS id FROM customers", "G09"),
    ("SELECT /*+ SET_VAR(sql_mode='NO_BACKSLASH_ESCAPES') */ upper(email) FROM customers", "G09"),
    ("SELECT @x := email FROM customers", "G"),
    ("SELECT @x := id FROM customers", "G"),
    ("SELECT @x FROM customers", "G09"),
    ("SELECT @@secure_file_priv", "G09"),
    ("SELECT @@global.general_log_file", "G09"),
    # ---- functions
    *[(f"SELECT {f}", "G07") for f in (
        "LOAD_FILE('/etc/passwd')", "SLEEP(5)", "BENCHMARK(1000000, MD5('x'))", "GET_LOCK('a', 1)", "RELEASE_LOCK('a')", "IS_FREE_LOCK('a')",
        "EXTRACTVALUE('<a/>', '/a')", "UPDATEXML('<a/>', '/a', 'b')", "USER()", "CURRENT_USER()", "SESSION_USER()", "DATABASE()", "VERSION()",
        "CONNECTION_ID()", "LAST_INSERT_ID()", "LAST_INSERT_ID(5)", "ROW_COUNT()", "FOUND_ROWS()", "UUID()", "RAND()", "SYSDATE()", "NAME_CONST('a', 1)",
        "MASTER_POS_WAIT('a', 1)", "WAIT_FOR_EXECUTED_GTID_SET('x')", "SYS_EXEC('id')", "SYS_EVAL('id')", "LASTVAL(s)", "SETVAL(s, 1)",
        "AES_DECRYPT('a', 'b')", "PASSWORD('x')", "UNCOMPRESS('x')", "LOAD_FILE('/x')", "REPEAT('x', 1000000000)", "SPACE(1000000000)",
        "`SLEEP`(1)", "sys.version_major()", "mysql.sleep(1)", "VALUES(email) FROM customers", "ST_AsText(plan) FROM customers", "DECODE_ORACLE(1, 1, 1)",
    ) if not f.startswith(("sys.", "LASTVAL", "SETVAL", "UNCOMPRESS"))],
    ("SELECT sys.version_major()", "G"),
    ("SELECT shop.lower(plan) FROM customers", "G"),
    ("SELECT LASTVAL(s)", "G"),
    ("SELECT NEXT VALUE FOR s", "G"),
    ("SELECT DEFAULT(email) FROM customers", "G09"),
    ("SELECT MATCH(notes) AGAINST('x') FROM customers", "G"),
    ("SELECT id FROM customers WHERE MATCH(notes) AGAINST('+a' IN BOOLEAN MODE)", "G"),
    # ---- text that MySQL reads in a way of its own
    ("SELECT id /*! , email */ FROM customers", "G09"),
    ("SELECT id /*!50000 , email */ FROM customers", "G09"),
    ("SELECT id /*M!100000 , email */ FROM customers", "G09"),
    ("SELECT id # /*! x */\nFROM customers", "G09"),
    ("SELECT plan || region FROM customers", "G09"),
    ("SELECT id FROM customers WHERE id = 1 || email = 'x'", "G09"),
    ("SELECT _utf8'x'", "G09"),
    ("SELECT _binary'x' = plan FROM customers", "G09"),
    ("SELECT x'61646d696e'", "G09"),
    ("SELECT 0x61646d696e", "G09"),
    ("SELECT b'1'", "G09"),
    ("SELECT N'x'", "G09"),
    ("SELECT {d '2020-01-01'}", "G09"),
    ("SELECT {x email} FROM customers", "G09"),
    ("SELECT \\N", "G09"),
    ("SELECT `email ` FROM customers", "G09"),
    ("SELECT id AS ` id` FROM customers", "G09"),
    ("SELECT id AS `\U0001f642` FROM customers", "G09"),
    ("SELECT id AS `" + "a" * 65 + "` FROM customers", "G09"),
    ('SELECT "email" = email FROM customers', "G13"),
    ("SELECT customers.`email`.x FROM customers", "G09"),
    # ---- a digest compared as a number, coerced, cast or collated
    ("SELECT id FROM customers WHERE email = 0", "G13"),
    ("SELECT id FROM customers WHERE email <=> 0", "G13"),
    ("SELECT id FROM customers WHERE email + 0 = 0", "G13"),
    ("SELECT id FROM customers WHERE email", "G13"),
    ("SELECT id FROM customers WHERE NOT email", "G13"),
    ("SELECT id FROM customers WHERE !email", "G13"),
    ("SELECT id FROM customers WHERE email AND 1", "G13"),
    ("SELECT id FROM customers WHERE email XOR 1", "G13"),
    ("SELECT id FROM customers WHERE email IS TRUE", "G13"),
    ("SELECT id FROM customers WHERE email = contact IS NULL", "G"),
    ("SELECT id FROM customers WHERE email DIV 1 = 1", "G13"),
    ("SELECT id FROM customers WHERE email MOD 2", "G13"),
    ("SELECT id FROM customers WHERE email & 1", "G13"),
    ("SELECT id FROM customers WHERE email REGEXP '^a'", "G13"),
    ("SELECT id FROM customers WHERE email RLIKE '^a'", "G13"),
    ("SELECT id FROM customers WHERE email SOUNDS LIKE 'x'", "G"),
    ("SELECT id FROM customers WHERE email COLLATE utf8mb4_bin = :p", "G13"),
    ("SELECT id FROM customers WHERE plan COLLATE latin1_swedish_ci = 'x'", "G09"),
    ("SELECT BINARY email FROM customers", "G"),
    ("SELECT CAST(email AS CHAR) FROM customers", "G13"),
    ("SELECT CONVERT(email USING latin1) FROM customers", "G"),
    ("SELECT CONVERT(email, BINARY) FROM customers", "G"),
    ("SELECT IF(email > 'm', 1, 0) FROM customers", "G13"),
    ("SELECT IF(id = 1, email, 'none') FROM customers", "G13"),
    ("SELECT IFNULL(email, 'x') FROM customers", "G13"),
    ("SELECT ISNULL(email) + LENGTH(email) FROM customers", "G13"),
    ("SELECT GREATEST(email, contact) FROM customers, orders", "G13"),
    ("SELECT ELT(1, email) FROM customers", "G13"),
    ("SELECT FIELD(:p, email) FROM customers", "G13"),
    ("SELECT FIND_IN_SET(:p, email) FROM customers", "G13"),
    ("SELECT STRCMP(email, :p) FROM customers", "G13"),
    ("SELECT INTERVAL(national_id, 1) FROM customers", "G"),
    ("SELECT NOW() - INTERVAL national_id DAY FROM customers", "G13"),
    ("SELECT NOW() - INTERVAL token DAY FROM customers", "POLICY-COLUMN-UNREADABLE"),
    ("SELECT NOW() - INTERVAL (SELECT token FROM customers LIMIT 1) DAY", "POLICY-COLUMN-UNREADABLE"),
    ("SELECT MAKEDATE(national_id, 1) FROM customers", "G13"),
    ("SELECT GROUP_CONCAT(email) FROM customers", "G13"),
    ("SELECT GROUP_CONCAT(plan ORDER BY email) FROM customers", "G13"),
    ("SELECT GROUP_CONCAT(plan SEPARATOR email) FROM customers", "G"),
    ("SELECT GROUP_CONCAT(DISTINCT notes) FROM customers", "G13"),
    ("SELECT JSON_ARRAYAGG(email) FROM customers", "G13"),
    ("SELECT JSON_OBJECTAGG(id, email) FROM customers", "G"),
    ("SELECT notes -> '$.a' FROM customers", "G13"),
    ("SELECT notes ->> '$.a' FROM customers", "G13"),
    ("SELECT CRC32(email) FROM customers", "G13"),
    ("SELECT SHA2(email, 256) FROM customers", "G13"),
    ("SELECT BIT_XOR(national_id) FROM customers", "G13"),
    ("SELECT STD(national_id) FROM customers", "G13"),
    ("SELECT UNIX_TIMESTAMP(token) FROM customers", "POLICY-COLUMN-UNREADABLE"),
    ("SELECT id FROM customers ORDER BY notes IS NULL, notes", "G13"),
    ("SELECT email FROM customers GROUP BY notes WITH ROLLUP", "G13"),
    ("SELECT notes AS n FROM customers HAVING n LIKE 'a%'", "G13"),
    ("SELECT id AS token FROM customers HAVING customers.token = 'x'", "POLICY-COLUMN-UNREADABLE"),
    # MySQL's HAVING means the result's column, whatever stands in FROM.
    ("SELECT notes AS plan FROM customers HAVING plan LIKE 'zq%'", "G09"),
    ("SELECT id % 2 AS plan FROM customers HAVING plan = 1", "G09"),
    ("SELECT region AS plan, COUNT(*) AS n FROM customers GROUP BY region HAVING plan = 'r1'", "G09"),
    ("SELECT email AS born, born AS email FROM customers HAVING born IS NOT NULL", "G09"),
    # ---- catalogues, odd sources, clauses that MySQL has not
    ("SELECT User FROM mysql.user", "G15"),
    ("SELECT User FROM MySQL.`user`", "G15"),
    ("SELECT * FROM information_schema.columns", "G15"),
    ("SELECT * FROM INFORMATION_SCHEMA.PROCESSLIST", "G15"),
    ("SELECT digest_text FROM performance_schema.events_statements_history", "G15"),
    ("SELECT query FROM sys.processlist", "G15"),
    ("SELECT j.x FROM customers c, JSON_TABLE(c.email, '$[*]' COLUMNS (x TEXT PATH '$')) AS j", "G13"),
    ("SELECT j.x FROM customers c, JSON_TABLE(c.notes, '$' COLUMNS (x TEXT PATH '$')) AS j", "G13"),
    ("SELECT j.x FROM customers c, JSON_TABLE(c.token, '$' COLUMNS (x TEXT PATH '$')) AS j", "POLICY-COLUMN-UNREADABLE"),
    ("SELECT j.x FROM JSON_TABLE((SELECT JSON_ARRAYAGG(token) FROM customers), '$[*]' COLUMNS (x TEXT PATH '$')) AS j", "POLICY-COLUMN-UNREADABLE"),
    ("SELECT j.x FROM JSON_TABLE(LOAD_FILE('/etc/passwd'), '$' COLUMNS (x TEXT PATH '$')) AS j", "G"),
    ("SELECT j.x FROM JSON_TABLE('[1]', '$[*]' COLUMNS (x INT PATH '$'))", "G"),
    ("SELECT j.x FROM JSON_TABLE('[1]', '$[*]' COLUMNS (x INT PATH '$', X INT PATH '$.a')) AS j", "G"),
    ("SELECT j.x FROM JSON_TABLE('[1]', '$[*] ? (@.a > 1)' COLUMNS (x INT PATH '$')) AS j", "G"),
    ("SELECT j.email FROM customers c, JSON_TABLE('[1]', '$[*]' COLUMNS (x INT PATH '$')) AS j", "G09"),
    ("SELECT column_0 FROM (VALUES (1), (2, 3)) AS v", "G09"),
    ("VALUES (1), (2)", "G09"),
    ("SELECT column_1 FROM (VALUES (1), (2)) AS v", "G09"),
    ("WITH v (a) AS (VALUES " + ", ".join(["(1)"] * 201) + ") SELECT a FROM v", "G09"),
    ("SELECT seq FROM seq_1_to_1000001", "G09"),
    ("SELECT seq FROM seq_1_to_9_step_0", "G09"),
    ("SELECT seq FROM shop.seq_1_to_9", "G09"),
    ("SELECT other FROM seq_1_to_9", "G09"),
    ("SELECT seq FROM seq_1_to_9x", "G09"),
    ("SELECT id FROM customers PARTITION (p0)", "G09"),
    ("SELECT id FROM customers FOR SYSTEM_TIME ALL", "G09"),
    ("SELECT id FROM customers FULL JOIN orders USING (id)", "G09"),
    ("SELECT l.n FROM customers c, LATERAL (SELECT 1 AS n) l", "G09"),
    ("SELECT id FROM customers ORDER BY id NULLS LAST", "G09"),
    ("SELECT id FROM customers QUALIFY row_number() OVER (ORDER BY id) = 1", "G"),
    ("SELECT DISTINCT ON (plan) id FROM customers", "G"),
    ("SELECT id FROM customers TABLESAMPLE BERNOULLI (10)", "G09"),
    ("SELECT sum(id) FILTER (WHERE id > 1) AS s FROM customers", "G09"),
    ("SELECT token FROM customers USE INDEX (token)", "POLICY-COLUMN-UNREADABLE"),
    ("SELECT STRAIGHT_JOIN token FROM customers", "POLICY-COLUMN-UNREADABLE"),
    ("SELECT c.id FROM customers c STRAIGHT_JOIN orders o ON c.token = o.contact", "POLICY-COLUMN-UNREADABLE"),
    ("SELECT `token` FROM `shop`.`customers`", "POLICY-COLUMN-UNREADABLE"),
    ("SELECT TOKEN FROM customers", "POLICY-COLUMN-UNREADABLE"),
]  # fmt: skip

BENIGN = [
    "SELECT `id`, c.`plan` FROM `shop`.`customers` AS c WHERE c.plan IS NOT NULL",
    "SELECT ID, Plan FROM customers WHERE iD > 3 AND pLaN <> 'free'",
    "SELECT shop.customers.id FROM shop.customers",
    'SELECT id FROM customers WHERE plan = "pro" -- done\n# and this\n/* and that */',
    "SELECT id FROM customers ORDER BY id LIMIT 2, 3",
    "SELECT id, IF(score > 10, 'hi', 'lo') AS s, IFNULL(region, 'none') AS r, NULLIF(plan, 'pro') AS p FROM customers",
    "SELECT IFNULL(c.email, o.contact) AS who FROM orders o LEFT JOIN customers c ON c.id = o.customer_id",
    "SELECT a.id FROM customers a JOIN customers b ON a.email <=> b.email AND a.id < b.id",
    "SELECT id DIV 2 AS d, id MOD 3 AS m, MOD(id, 4) AS n, id % 5 AS o, id XOR 1 AS x FROM customers",
    "SELECT id FROM customers WHERE plan REGEXP '^p' AND plan NOT REGEXP 'x$' AND plan RLIKE 'r.'",
    "SELECT id FROM customers WHERE plan LIKE 'p\\%' OR plan LIKE 'p|_%' ESCAPE '|' OR plan LIKE 'p_o'",
    "SELECT plan, GROUP_CONCAT(DISTINCT region ORDER BY region DESC SEPARATOR ';') AS g FROM customers GROUP BY plan",
    "SELECT DATE_FORMAT(created_at, '%Y-%m') AS m, COUNT(*) AS n FROM customers GROUP BY m ORDER BY m",
    "SELECT id, DATE_SUB(created_at, INTERVAL 1 DAY) AS a, created_at + INTERVAL 2 HOUR AS b, DATE_ADD(created_at, INTERVAL id MINUTE) AS c FROM customers",
    "SELECT id, created_at - INTERVAL id DAY AS b, created_at + INTERVAL (id + 1) MONTH AS c FROM customers",
    "SELECT TIMESTAMPDIFF(DAY, created_at, '2026-06-01') AS d, DATEDIFF('2026-06-01', created_at) AS e FROM customers",
    "SELECT STR_TO_DATE('01,5,2013', '%d,%m,%Y') AS d, UNIX_TIMESTAMP(created_at) AS u, FROM_UNIXTIME(0) AS f FROM customers",
    "SELECT DATE(created_at) AS d, YEAR(created_at) AS y, QUARTER(created_at) AS q, WEEK(created_at, 1) AS w, DAYNAME(created_at) AS n FROM customers",
    "SELECT EXTRACT(YEAR_MONTH FROM created_at) AS ym, YEARWEEK(created_at) AS yw, LAST_DAY(created_at) AS l FROM customers",
    "SELECT LAST_DAY(placed) AS l, SUM(total) AS s FROM orders WHERE placed >= '2026-02-05' GROUP BY 1",
    "SELECT plan, region, COUNT(*) AS n FROM customers GROUP BY plan, region WITH ROLLUP",
    "SELECT email, COUNT(*) AS n FROM customers GROUP BY email WITH ROLLUP",
    "SELECT STRAIGHT_JOIN SQL_NO_CACHE c.id FROM customers c USE INDEX (PRIMARY) JOIN orders o ON o.customer_id = c.id",
    "SELECT c.id FROM customers c STRAIGHT_JOIN orders o ON o.customer_id = c.id",
    "SELECT JSON_EXTRACT('{\"a\": {\"b\": 7}}', '$.a.b') AS j, JSON_UNQUOTE(JSON_EXTRACT('{\"a\": \"x\"}', '$.a')) AS u",
    "SELECT CAST(total AS SIGNED) AS i, CAST(total AS DECIMAL(10,1)) AS d, CAST(id AS CHAR) AS c, CONVERT(id, CHAR) AS v FROM orders",
    "SELECT CONCAT(plan, '-', region) AS a, CONCAT_WS('/', plan, region) AS b, SUBSTRING_INDEX('a-b-c', '-', 2) AS s FROM customers",
    "SELECT CHAR_LENGTH(plan) AS c, LENGTH(plan) AS l, UCASE(plan) AS u, LPAD(id, 4, '0') AS p, INSTR(plan, 'r') AS i, LEFT(plan, 2) AS f FROM customers",
    "SELECT FIELD(plan, 'free', 'pro') AS f, ELT(1, plan) AS e, FIND_IN_SET('pro', 'free,pro') AS s, FORMAT(id, 1) AS g FROM customers",
    "SELECT ROUND(total, 1) AS r, TRUNCATE(total, 1) AS t, CEILING(total) AS c, POW(id, 2) AS p, LOG10(id) AS l FROM orders",
    "SELECT ROUND(STDDEV(total), 6) AS a, ROUND(STD(total), 6) AS b, ROUND(VAR_SAMP(total), 6) AS c, BIT_AND(id) AS d, COUNT(DISTINCT customer_id, contact) AS e FROM orders",
    "WITH a AS (SELECT id, email FROM customers), b AS (SELECT email FROM a WHERE id > 3) SELECT email FROM b",
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT n FROM t",
    "SELECT id, ROW_NUMBER() OVER (PARTITION BY email ORDER BY created_at DESC) AS rn, LAG(score) OVER w AS l FROM customers WINDOW w AS (ORDER BY id)",
    "SELECT id, SUM(score) OVER (PARTITION BY plan ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s FROM customers",
    "SELECT id AS x, score AS y FROM customers HAVING x > 3 ORDER BY y DESC",
    "SELECT plan, COUNT(*) AS n FROM customers GROUP BY plan HAVING n > 2 AND COUNT(email) > 1",
    "SELECT plan AS p, region AS r FROM customers HAVING p = 'pro' AND r IS NOT NULL AND NOT r = 'r2'",
    "SELECT CONVERT(plan USING utf8mb4) AS p, CAST(plan AS CHAR CHARACTER SET utf8mb4) AS q FROM customers",
    "SELECT id FROM customers WHERE plan = 'PRO' COLLATE utf8mb4_bin OR plan = 'TEAM'",
    "SELECT * FROM regions r1 JOIN regions r2 USING (country, region)",
    "SELECT * FROM (SELECT id, region, plan FROM customers) c RIGHT JOIN regions USING (region)",
    "SELECT * FROM (SELECT id, region, plan FROM customers) c NATURAL LEFT JOIN regions",
    "SELECT c.id FROM customers c JOIN (orders o CROSS JOIN regions r) ON o.customer_id = c.id AND r.region = 'r9'",
    "(SELECT id FROM customers ORDER BY id LIMIT 2) UNION ALL (SELECT id FROM orders ORDER BY id DESC LIMIT 2) ORDER BY 1",
    "SELECT id FROM customers WHERE (id, plan) IN (SELECT customer_id, 'pro' FROM orders)",
    "SELECT id FROM customers WHERE NOT plan = 'pro' AND NOT (id > 5 OR id = 2) AND !(id = 1)",
    "SELECT id FROM customers WHERE plan <> 'x' && id BETWEEN 2 AND 6",
    "SELECT 1 FROM DUAL WHERE 1 = 1",
    "SELECT j.x FROM JSON_TABLE('[1, 2]', '$[*]' COLUMNS (x INT PATH '$')) AS j",
    "SELECT c.id, j.n, j.`V w` FROM customers c LEFT JOIN JSON_TABLE(JSON_ARRAY(c.plan, c.region), '$[*]' COLUMNS (n FOR ORDINALITY, `V w` VARCHAR(20) PATH '$')) AS j ON j.n > 1",
    "SELECT c.email, j.x FROM customers c, JSON_TABLE(JSON_ARRAY(c.phone), '$[*]' COLUMNS (x VARCHAR(40) PATH '$')) AS j",
    "SELECT ALL id FROM customers WHERE id IN (1, 2) UNION DISTINCT SELECT id FROM orders",
    "SELECT DISTINCTROW plan FROM customers",
    "SELECT phone, born, score, name FROM customers WHERE born < '1965-01-01' ORDER BY score",
]  # fmt: skip


@pytest.mark.parametrize(("sql", "code"), ATTACKS)
def test_it_is_refused_with_its_code(world: Callable[[str], Any], sql: str, code: str) -> None:
    codes = world("mysql").codes(sql)
    assert codes, "it passed"
    assert any(found.startswith(code) for found in codes), codes


def test_the_tables_are_long_enough() -> None:
    assert len({sql for sql, _ in ATTACKS}) >= 60
    assert len(set(BENIGN)) >= 25


@pytest.mark.parametrize("sql", BENIGN)
def test_the_result_is_that_of_masking_first(
    world: Callable[[str], Any],
    raw_engine: Callable[[str], Any],
    masked_engine: Callable[[str], Any],
    sql: str,
) -> None:
    rewritten = world("mysql").guard(sql)
    got = raw_engine("mysql").run(rewritten.statement.sql, [])
    want = masked_engine("mysql").run(sql.replace("USE INDEX (PRIMARY)", ""), [])
    assert sorted(map(repr, got)) == sorted(map(repr, want))
    names = raw_engine("mysql").names(rewritten.statement.sql, [])
    assert names == [column.name for column in rewritten.columns]


PARAMETERS = [
    ("SELECT id FROM customers WHERE plan = :p AND id > :n AND plan = :p", {"p": "pro", "n": 2}, [4, 7, 10]),
    ("SELECT id FROM customers WHERE email = :e OR plan = :e", {"e": "zqemail2xw@example.com"}, [2]),
    ("SELECT id FROM customers WHERE plan = :p ORDER BY id LIMIT :n OFFSET :m", {"p": "pro", "n": 2, "m": 1}, [4, 7]),
    ("SELECT id FROM customers WHERE plan = :p ORDER BY id LIMIT :m, :n", {"p": "pro", "n": 2, "m": 1}, [4, 7]),
    ("SELECT id FROM customers WHERE created_at > '2026-05-01' - INTERVAL :d DAY AND id < :n", {"d": 80, "n": 7}, [2, 5]),
    ("SELECT id FROM customers WHERE id IN (:a, :b, :a) AND email IN (:e, :f)", {"a": 2, "b": 3, "e": "zqemail2xw@example.com", "f": "zqemail3xw@example.com"}, [2, 3]),
    ("SELECT id FROM customers WHERE national_id = :n OR id = :n", {"n": "900000004"}, [4]),
    ("SELECT id FROM customers WHERE TIMESTAMPDIFF(DAY, :since, created_at) BETWEEN :lo AND :hi", {"since": "2026-02-01", "lo": 0, "hi": 6}, [1, 4, 7]),
    ("WITH q AS (SELECT id FROM customers WHERE plan = :p) SELECT id FROM q WHERE id > :n AND '?1' <> :p", {"p": "pro", "n": 4}, [7, 10]),
    ("SELECT id FROM customers WHERE plan = :p AND '\\'?1' <> :n AND INSTR(:a, :b) = 2 LIMIT 1", {"p": "pro", "n": 1, "a": "xy", "b": "y"}, [1]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "values", "ids"), PARAMETERS)
def test_parameters_follow_the_text(
    world: Callable[[str], Any],
    raw_engine: Callable[[str], Any],
    sql: str,
    values: dict[str, Any],
    ids: list[int],
) -> None:
    statement = world("mysql").guard(sql).statement
    bound = [values[name] for name in statement.parameters]
    got = [row[0] for row in raw_engine("mysql").run(statement.sql, bound)]
    assert sorted(got) == ids


CANARIES = [
    "SELECT id, email, name, phone, born, score, national_id, plan, notes FROM customers",
    "SELECT c.*, o.id AS oid FROM (SELECT id, email, notes, name FROM customers) c JOIN orders o ON o.contact = c.email",
    "WITH a AS (SELECT email AS e, notes AS n FROM customers), b AS (SELECT e, n FROM a) SELECT * FROM b",
    "WITH customers AS (SELECT email, name FROM customers) SELECT * FROM customers",
    "SELECT notes FROM customers UNION ALL SELECT remark FROM orders UNION ALL SELECT NULL",
    "SELECT (SELECT email FROM customers c WHERE c.id = o.customer_id) AS e, (SELECT notes FROM customers c WHERE c.id = o.customer_id) AS n FROM orders o",
    "SELECT MAX(email) AS hi, MIN(contact) AS lo, COUNT(DISTINCT notes IS NULL) AS n FROM customers, orders",
    "SELECT CONCAT(a.phone, '/', b.phone) AS both_of, a.score + b.score AS s FROM customers a JOIN customers b USING (email)",
    "SELECT phone, COUNT(*) AS n, GROUP_CONCAT(phone) AS all_phones, GROUP_CONCAT(born) AS years FROM customers GROUP BY phone",
    "SELECT email, ROW_NUMBER() OVER (PARTITION BY email ORDER BY id) AS rn FROM customers",
    "SELECT email, national_id FROM customers GROUP BY email, national_id WITH ROLLUP",
    "SELECT email AS born, born AS email FROM customers HAVING customers.born IS NOT NULL",
    "SELECT x.`é`, y.`É` FROM (SELECT plan AS `é` FROM customers) x JOIN (SELECT notes AS `É` FROM customers) y ON x.`é` = 'pro'",
]  # fmt: skip


@pytest.mark.parametrize("sql", CANARIES)
def test_no_marker_is_in_a_column_that_is_called_safe(
    world: Callable[[str], Any], raw_engine: Callable[[str], Any], sql: str
) -> None:
    rewritten = world("mysql").guard(sql)
    rows = raw_engine("mysql").run(rewritten.statement.sql, [])
    assert rows
    for index, shown in enumerate(rewritten.columns):
        texts = [str(row[index]) for row in rows if row[index] is not None]
        if shown.carries is Carries.DIGEST:
            assert all(len(t) == 64 and set(t) <= set("0123456789abcdef") for t in texts)
        elif shown.carries is Carries.FINISHED:
            assert not [t for t in texts if "zq" in t or "1555" in t or "9000000" in t]
        else:
            assert any("zq" in text for text in texts), "the check is blind"


def test_letters_that_the_server_may_fold_name_no_source(world: Callable[[str], Any]) -> None:
    """Where ``lower_case_table_names`` is on, é and É would be one alias, and the inner one wins."""
    sql = (
        "SELECT (SELECT MAX(`É`.id) FROM orders `é`) AS m FROM customers `É` "
        "WHERE EXISTS (SELECT 1 FROM orders `é` WHERE `é`.customer_id = `É`.id)"
    )
    text = world("mysql").guard(sql).statement.sql
    assert text.isascii()
    assert "`_source_2`" in text


# ---------------------------------------------------------------- text


STATELESS = [HealthCheck.function_scoped_fixture]  # World holds nothing


@pytest.fixture(scope="module")
def session(raw_engine: Callable[[str], Any]) -> Any:
    return raw_engine("mysql").connection


ESCAPES = {
    "\0": "\\0",
    "\n": "\\n",
    "\r": "\\r",
    "\x1a": "\\Z",
    "\\": "\\\\",
    "'": "\\'",
    '"': '\\"',
}
TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("\\'\"`%_;#-/*!?:\n\r\t\x1a\b0nrtbZ xé日🙂"),
        st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]),
    ),
    max_size=20,
)


def _value(session: Any, sql: str) -> Any:
    cursor = session.cursor()
    cursor.execute(sql)
    return cursor.fetchone()[0]


@settings(max_examples=250, deadline=None, suppress_health_check=STATELESS)
@given(text=TEXTS)
def test_a_literal_reads_back_as_it_was(
    session: Any, world: Callable[[str], Any], text: str
) -> None:
    """Backslashes, quotes and comment signs in a string stay in the string, and mean themselves."""
    literal = "".join(ESCAPES.get(c, c) for c in text)
    codes: set[str] = set()
    for sql in (f"SELECT '{literal}' AS x", f'SELECT "{literal}" AS x'):
        try:
            rewritten = world("mysql").guard(sql)
        except SqlError as error:
            codes.update(r.code for r in reasons_of(error))
            continue
        assert _value(session, rewritten.statement.sql) == text
    assert codes <= {"G09"}


@settings(max_examples=250, deadline=None, suppress_health_check=STATELESS)
@given(raw=st.text(alphabet="\\\\'\"`%_#-/* ;ax0nZ\n", max_size=14), quote=st.sampled_from("'\""))
def test_whatever_stands_between_quotes_means_the_same(
    session: Any, world: Callable[[str], Any], raw: str, quote: str
) -> None:
    """Any text between quotes is refused, or read by the guard as the server reads it."""
    sql = f"SELECT {quote}{raw}{quote} AS x"
    try:
        rewritten = world("mysql").guard(sql)
    except SqlError:
        return
    assert len(rewritten.columns) == 1
    try:
        want = _value(session, sql)
    except pymysql.err.ProgrammingError:
        # The server takes less than the parser; then only what the guard wrote runs.
        _value(session, rewritten.statement.sql)
        return
    assert _value(session, rewritten.statement.sql) == want


@pytest.mark.parametrize(
    "name",
    ["a`b", "a``b", 'a"b', "a'b", "a\\b", "a\\`b", "a;b", "a--b", "a/*b", "a#b", "a.b", "日本"],
)
def test_names_with_signs_stay_names(session: Any, world: Callable[[str], Any], name: str) -> None:
    written = "`" + name.replace("`", "``") + "`"
    sql = world("mysql").guard(f"SELECT q.{written} FROM (SELECT 7 AS {written}) q").statement.sql
    cursor = session.cursor()
    cursor.execute(sql)
    assert cursor.description[0][0] == name
    assert cursor.fetchone() == (7,)


WORDS = ["zq", "ž", "é", "ß", "€", "a\\b", "it's", " x ", "", "日本", "🙂"]


def _digest(word: str) -> str:
    return hashlib.sha256(f"sluicegate:1:thing:text:{word}".encode()).hexdigest()


def _partial(word: str) -> str:
    return word[:1] + "*" * (len(word) - 1) if len(word) > 1 else "*" * len(word)


@pytest.mark.parametrize(
    "charset", ["utf8mb4", "utf8mb3", "latin1", "latin2", "utf16", "ucs2", "cp1250", "sjis"]
)
def test_a_digest_is_over_utf8_whatever_the_column_holds(
    session: Any, world: Callable[[str], Any], charset: str
) -> None:
    cursor = session.cursor()
    cursor.execute("CREATE TEMPORARY TABLE t (x TEXT CHARACTER SET " + charset + ")")
    try:
        stored = []
        for word in WORDS:
            try:
                cursor.execute("INSERT INTO t VALUES (%s)", (word,))
            except pymysql.err.DataError:
                continue  # not a letter of this character set
            stored.append(word)
        assert len(stored) >= 5
        for mask, want in (
            (Pseudonymize(), _digest),
            (Partial(keep_first=1, keep_last=0), _partial),
        ):
            col = CatalogColumn(name="x", native_type="text", family=TypeFamily.TEXT)
            built = write(push_down(mask, col, "thing", "mysql")(column("t", "x")), "mysql")
            cursor.execute(f"SELECT x, {built} FROM `t`")
            assert sorted(cursor.fetchall()) == sorted((w, want(w)) for w in stored)
    finally:
        cursor.execute("DROP TEMPORARY TABLE t")


def test_facts_name_what_is_read(world: Callable[[str], Any]) -> None:
    parsed = parse("SELECT `Email`, NOW() AS n FROM customers WHERE ID = :i", "mysql")
    facts = gather(parsed, world("mysql").lookup)
    assert [str(c) for c in facts.columns] == ["shop.customers.email", "shop.customers.id"]
    assert [f.name for f in facts.functions] == ["now"]
    assert facts.parameters == ("i",)
    assert not facts.problems
