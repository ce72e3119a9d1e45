"""The policy file: every fault has a line and a column, and nothing reads other than it works."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from sluicegate.errors import PolicyInvalid
from sluicegate.model.data import RelationName
from sluicegate.policy import check_policy, json_schema, load_policy, parse_policy
from sluicegate.policy.faults import Faults
from sluicegate.policy.load import LARGEST
from sluicegate.policy.schema_file import PUBLISHED, schema_text
from sluicegate.policy.tree import read_tree

SHOP = Path(__file__).parents[3] / "example_dags" / "policies" / "shop.yaml"

GOOD = """\
version: 1
name: small
sources:
  shop:
    tables:
      public.customers:
        columns: {id: customer_id, email: email, plan: public, notes: free_text, pan: card}
      public.orders:
        columns: {id: public}
  other:
    tables:
      main.things:
        columns: {id: public}
classes:
  customer_id: {mask: pseudonymize}
  email: {mask: pseudonymize}
  card: {mask: partial, keep_last: 4}
rules:
  - id: all
    effect: permit
    principals: [{orchestrator: airflow}]
    purposes: [churn]
    sources: [shop]
    tables: ["*"]
  - id: never
    effect: forbid
    reason: Not this.
    classes: [email]
"""


def faults(text: str) -> list[str]:
    return [str(fault) for fault in check_policy(text)]


def test_the_good_file_is_good() -> None:
    assert faults(GOOD) == []
    assert parse_policy(GOOD).name == "small"


def test_the_demo_policy_is_good() -> None:
    policy = load_policy(SHOP)
    assert {str(table) for table in policy.sources["shop_prod"].tables} == {
        "public.customers",
        "public.orders",
        "public.support_notes",
    }


# Each case replaces the first text by the second in the good file, and tells the faults that follow.
CASES: list[tuple[str, str, list[str]]] = [
    # shape
    ("version: 1", "version: 2", ["1:10: must be 1, write `version: 1`"]),
    ("version: 1", "version: 1.0", ["1:10: must be 1, write `version: 1`"]),
    ("version: 1", "version: true", ["1:10: must be 1, write `version: 1`"]),
    ("version: 1\n", "", ["1:1: `version` is missing, add it"]),
    (
        "name: small",
        "nmae: small",
        ["1:1: `name` is missing, add it", "2:1: unknown key `nmae`, did you mean `name`?"],
    ),
    (
        "name: small",
        "name: 1",
        ["2:7: must be text, quote it if it is a number, true, false or null"],
    ),
    (
        "name: small",
        "name: sm\u0430ll",
        ["2:7: not an allowed name, use ASCII letters, digits and _"],
    ),
    (
        "    purposes",
        "    purpose",
        [
            "19:5: `purposes` is missing, add it",
            "22:5: unknown key `purpose`, did you mean `purposes`?",
        ],
    ),
    (
        "[{orchestrator: airflow}]",
        "[{orchestator: airflow}]",
        ["21:19: unknown key `orchestator`, did you mean `orchestrator`?"],
    ),
    (
        "[{orchestrator: airflow}]",
        "[{}]",
        ["21:18: a principal without a pattern, name at least one field of the run"],
    ),
    (
        "[{orchestrator: airflow}]",
        "[{trust: authenticated}]",
        ["21:18: a principal without a pattern, name at least one field of the run"],
    ),
    (
        "[{orchestrator: airflow}]",
        "[{triggered_by: dana, trust: asserted}]",
        ["21:46: not one of the words that are allowed here, write 'authenticated'"],
    ),
    (
        "[{orchestrator: airflow}]",
        "[]",
        ["21:17: must not be empty, name at least one, or remove the key"],
    ),
    (
        "[{orchestrator: airflow}]",
        "airflow",
        ["21:17: must be a list, write [a, b] or lines that begin with -"],
    ),
    (
        "[{orchestrator: airflow}]",
        '[{pipeline: "x[!y]"}]',
        ["21:29: character sets are not patterns here, use * and ?, or list the names"],
    ),
    (
        "[{orchestrator: airflow}]",
        '[{pipeline: " x"}]',
        ["21:29: must be a visible name, remove spaces around it and control characters"],
    ),
    (
        "[{orchestrator: airflow}]",
        "[{pipeline: true}]",
        ["21:29: must be text, quote it if it is a number, true, false or null"],
    ),
    (
        "effect: permit",
        "effect: permitt",
        [
            (
                "19:5: unknown `effect` `permitt`, write one of 'permit', 'forbid', 'unmask',"
                " 'execute', 'scan', 'login'"
            )
        ],
    ),
    ("effect: permit\n", "description: x\n", ["19:5: `effect` is missing, say which one it is"]),
    ("    reason: Not this.\n", "", ["25:5: `reason` is missing, add it"]),
    (
        "keep_last: 4",
        "keep_lst: 4",
        ["17:25: unknown key `keep_lst`, did you mean `keep_last`, `keep_first`, `keep`?"],
    ),
    ("keep_last: 4", "keep_last: 65", ["17:36: too large, at most 64"]),
    ("keep_last: 4", "keep_last: -1", ["17:36: too small, at least 0"]),
    (
        "keep_last: 4",
        "keep_last: 010",
        ["17:36: must be a whole number, write digits only, without quotes"],
    ),
    (
        "keep_last: 4",
        "keep_last: yes",
        ["17:36: must be a whole number, write digits only, without quotes"],
    ),
    (
        "keep_last: 4",
        "keep_last: true",
        ["17:36: must be a whole number, write digits only, without quotes"],
    ),
    (
        "keep_last: 4",
        "fill: x",
        ["17:31: must be one ASCII sign, not a letter, digit or space, for example '*'"],
    ),
    (
        "keep_last: 4",
        "fill: '\u2022'",
        ["17:31: must be one ASCII sign, not a letter, digit or space, for example '*'"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: pseudonymise}",
        [
            "16:10: unknown `mask` `pseudonymise`, write one of 'keep', 'suppress', 'suppress_row', 'constant', 'redact', 'partial', 'pseudonymize', 'fake', 'preserve_format', 'tokenize', 'generalize_date', 'shift_date', 'generalize_number', 'bucket', 'noise', 'mask_json'"
        ],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: pseudonymize, length: 8}",
        ["16:39: too small, at least 16"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: generalize_number, width: 1}",
        ["16:43: too small, at least 2"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: generalize_date, unit: hour}",
        [
            "16:40: not one of the words that are allowed here, write 'year', 'quarter', 'month', 'week' or 'day'"
        ],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: pseudonymize",
        ["16:10: must hold `key: value` entries, write them indented below"],
    ),
    (
        "  email: {mask: p",
        "  Email: {mask: p",
        ["16:3: not an allowed name, use ASCII letters, digits and _"],
    ),
    (
        "public.orders:",
        "orders:",
        ['8:7: must be schema.table, put a part that holds a dot in double quotes: a."b.c"'],
    ),
    (
        "public.orders:",
        "a.b.c:",
        ['8:7: must be schema.table, put a part that holds a dot in double quotes: a."b.c"'],
    ),
    (
        "public.orders:",
        "'\"public\".orders':",
        ["8:7: needless quotes in a table name, write it without them"],
    ),
    # what names refer to
    ("plan: public", "plan: publik", ["7:56: unknown class `publik`, did you mean `public`?"]),
    (
        "plan: public",
        "plan: health",
        [
            "7:56: unknown class `health`, known: `card`, `customer_id`, `email`, `free_text`, `public`, `secret`"
        ],
    ),
    (
        "  public.orders:",
        "  pg_catalog.pg_stats:",
        [
            "8:7: `pg_catalog.pg_stats` belongs to the database itself, remove it: no policy opens system tables"
        ],
    ),
    ("sources: [shop]", "sources: [shpo]", ["23:15: unknown source `shpo`, did you mean `shop`?"]),
    (
        "sources: [shop]",
        "sources: [shop, shop]",
        ["23:21: the source `shop` stands twice, keep one"],
    ),
    (
        'tables: ["*"]',
        "tables: [public.customer]",
        [
            "24:14: unknown table `public.customer`, did you mean `public.customers`, `public.orders`?"
        ],
    ),
    (
        'tables: ["*"]',
        'tables: ["*", "public.x*"]',
        ["24:19: unknown table `public.x*`, did you mean `public.orders`?"],
    ),
    (
        'tables: ["*"]',
        'tables: ["public.[co]*"]',
        ["24:14: unknown table `public.[co]*`, did you mean `public.customers`, `public.orders`?"],
    ),
    (
        'tables: ["*"]',
        'tables: ["Public.*"]',
        ["24:14: unknown table `Public.*`, did you mean `public.orders`?"],
    ),
    (
        'sources: [shop]\n    tables: ["*"]',
        "sources: [shop, other]\n    tables: [public.orders]",
        ["23:21: the rule names no table of `other`, remove the source or name a table of it"],
    ),
    (
        "orchestrator: airflow",
        "orchestrator: airfow",
        ["21:33: unknown orchestrator `airfow`, did you mean `airflow`?"],
    ),
    ("  - id: never\n", "  - id: ALL\n", ["25:9: the rule id `ALL` stands twice, rename one"]),
    (
        "classes: [email]",
        "classes: [emial]",
        ["28:15: unknown class `emial`, did you mean `email`?"],
    ),
    (
        "classes: [email]",
        "classes: [secret]",
        [
            "28:15: no column of these tables has the class `secret`, the rule would never fire: classify the columns or remove it"
        ],
    ),
    (
        "classes: [email]",
        "classes: [email]\n    tables: [public.orders]",
        [
            "28:15: no column of these tables has the class `email`, the rule would never fire: classify the columns or remove it"
        ],
    ),
    (
        "classes: [email]",
        "purposes: [chrun]",
        ["28:16: unknown purpose `chrun`, did you mean `churn`?"],
    ),
    # masks with parameters of their own
    (
        "email: {mask: pseudonymize}",
        "email: {mask: pseudonymize, length: 40}",
        ["16:39: too large, at most 32"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: pseudonymize, form: uuid, length: 20}",
        ["16:10: this form has one length, remove `length`, or use hex or base32"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: partial, keep: domain, keep_last: 2}",
        ["16:10: `keep` stands beside `keep_first` or `keep_last`, remove one of the two"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: partial, keep: domain, fill: '@'}",
        ["16:10: `fill` is what the domain is known by, use another sign"],
    ),
    ("email: {mask: pseudonymize}", "email: {mask: fake}", ["16:10: `kind` is missing, add it"]),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: constant}",
        ["16:10: `value` is missing, add it"],
    ),
    (
        "email: {mask: pseudonymize}",
        'email: {mask: constant, value: "a\\tb"}',
        ["16:34: must be printable, remove control characters"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: bucket, bounds: [18, 18]}",
        ["16:33: must be in ascending order, each once, write them like [18, 30, 65]"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: bucket, bounds: []}",
        ["16:33: must not be empty, name at least one, or remove the key"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: tokenize, store: file}",
        ["16:34: not one of the words that are allowed here, write 'siv' or 'vault'"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: shift_date, subject: person}",
        [
            "16:38: `public.customers` has no column `person` to go by, list the subject's column, or use another mask"
        ],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: noise, subject: email}",
        ["16:33: `email` would be masked by itself, name the column of the person's key"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: noise, subject: id, scale: 0}",
        ["16:44: too small, more than 0"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: mask_json, paths: {a.b: {mask: suppress}}}",
        ["16:36: not a path that is read here, write $ and steps such as .name, [0] or [*]"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: mask_json, paths: {$.a: {mask: suppress}, $.a.b: {mask: suppress}}}",
        [
            "16:35: two paths that would decide over one value, name each value by one path, without `[*]` where another has a place"
        ],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: mask_json, paths: {'$[*].a': {mask: suppress}, '$[0].b': {mask: suppress}}}",
        [
            "16:35: two paths that would decide over one value, name each value by one path, without `[*]` where another has a place"
        ],
    ),
    (
        "  - id: never\n",
        "  - {id: open, effect: permit, principals: [{orchestrator: cli}], purposes: [churn], sources: [shop], tables: [public.orders], masks: {email: {mask: mask_json, paths: {$.a: {mask: keep}}}}}\n  - id: never\n",
        [
            "25:143: a rule may not keep parts of a document that the default masks, make this the default of a class, and classify the columns so"
        ],
    ),
    # grants to unmask
    (
        "  - id: never\n",
        "  - {id: back, effect: unmask, principals: [{orchestrator: cli}], purposes: [chrun], classes: [email]}\n  - id: never\n",
        [
            "25:78: unknown purpose `chrun`, did you mean `churn`?",
            "25:96: no mask of `email` can be undone, mask it by tokenize or preserve_format, or remove it here",
        ],
    ),
    # masks that may not be
    (
        "email: {mask: pseudonymize}",
        "email: {mask: keep}",
        [
            "16:10: only `public` is kept by default, classify the columns as `public`, or grant `unmask` in a rule"
        ],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: pseudonymize}\n  secret: {mask: pseudonymize}",
        ["17:11: a secret may only be suppressed, remove this mask"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: pseudonymize}\n  free_text: {mask: keep}",
        ["17:14: free text may only be redacted or suppressed, use redact or suppress"],
    ),
    (
        "email: {mask: pseudonymize}",
        "email: {mask: pseudonymize}\n  public: {mask: redact}",
        ["17:11: `public` is not text to redact, classify such columns as `free_text`"],
    ),
]

RULE_CASES: list[tuple[str, list[str]]] = [
    # Each case adds lines to the permit rule, from line 25 on.
    (
        "masks: {email: {mask: keep}}",
        ["25:20: `email` is kept without a grant, list it under `unmask` too"],
    ),
    (
        "masks: {email: {mask: redact}}",
        [
            "25:20: redaction misses what no detector knows, so no rule may choose it, make redact the default of a class of text, and classify the columns so"
        ],
    ),
    (
        "masks: {free_text: {mask: partial}}",
        ["25:24: free text may only be redacted or suppressed, use redact or suppress"],
    ),
    ("masks: {secret: {mask: keep}}", ["25:21: a secret may only be suppressed, remove this mask"]),
    ("masks: {emial: {mask: suppress}}", ["25:13: unknown class `emial`, did you mean `email`?"]),
    (
        "unmask: [secret]",
        [
            "25:14: `secret` can never be unmasked, remove it: secrets and free text leave masked only"
        ],
    ),
    (
        "unmask: [free_text]",
        [
            "25:14: `free_text` can never be unmasked, remove it: secrets and free text leave masked only"
        ],
    ),
    ("unmask: [public]", ["25:14: `public` is kept anyway, remove it: it needs no grant"]),
    ("unmask: [emial]", ["25:14: unknown class `emial`, did you mean `email`?"]),
    (
        "unmask: [email]\n    masks: {email: {mask: suppress}}",
        ["25:14: `email` is unmasked and masked by the same rule, keep one of the two"],
    ),
    (
        "row_filters: {public.custmers: x = 1}",
        [
            "25:19: unknown table of this rule `public.custmers`, did you mean `public.customers`, `public.orders`?"
        ],
    ),
    (
        "row_filters: {main.things: x = 1}",
        [
            "25:19: unknown table of this rule `main.things`, known: `public.customers`, `public.orders`"
        ],
    ),
    ("row_filters: {public.orders: ' '}", ["25:34: an empty row filter, remove it"]),
    (
        "row_filters: {public.orders: true}",
        ["25:34: must be text, quote it if it is a number, true, false or null"],
    ),
    (
        "columns: {public.customers: [id, emial]}",
        ["25:38: unknown column `emial`, did you mean `email`?"],
    ),
    (
        "columns: {public.customer: [id]}",
        [
            "25:15: unknown table of this rule `public.customer`, did you mean `public.customers`, `public.orders`?"
        ],
    ),
    ("limits: {rows: 0}", ["25:20: too small, at least 1"]),
    ("limits: {rows: 1e6}", ["25:20: must be a whole number, write digits only, without quotes"]),
    ("limits: {rows: 1_000}", ["25:20: must be a whole number, write digits only, without quotes"]),
    (
        "limits: {rows: 99999999999999999999999}",
        ["25:20: must be a whole number, write digits only, without quotes"],
    ),
    ("limits: {row: 1}", ["25:14: unknown key `row`, did you mean `rows`?"]),
    (
        "limits: {bytes: 2GiBs}",
        ["25:21: must be a size, write a whole number and kB, MB, GB, KiB, MiB or GiB"],
    ),
    ("limits: {bytes: 0}", ["25:21: too small, at least 1"]),
    (
        "limits: {bytes: \u0662GiB}",
        ["25:21: must be a size, write a whole number and kB, MB, GB, KiB, MiB or GiB"],
    ),
    ("limits: {seconds: 22:30}", ["25:23: must be a number, write digits, without quotes"]),
    ("limits: {seconds: 0}", ["25:23: too small, more than 0"]),
    ("limits: {seconds: .inf}", ["25:23: must be a number, write digits, without quotes"]),
    (
        "approval: {required: 2, approvers: [dana]}",
        ["25:40: 2 people must consent and 1 may, name more approvers or require fewer"],
    ),
    (
        "approval: {required: 2, approvers: [dana, Dana]}",
        ["25:47: the approver `Dana` stands twice, keep one"],
    ),
    (
        "approval: {required: 2, approvers: [dana, \uff44ana]}",
        ["25:47: the approver `\uff44ana` stands twice, keep one"],
    ),
    (
        "approval: {approvers: []}",
        ["25:27: must not be empty, name at least one, or remove the key"],
    ),
    (
        "approval: {approvers: [dana], expires: 24}",
        ["25:44: must be a duration, write a whole number and s, m, h or d, for example 24h"],
    ),
    ("approval: {approvers: [dana], expires: 31d}", ["25:44: too large, at most 2592000"]),
    ("approval: {approvers: [dana], expires: 5s}", ["25:44: too small, at least 60"]),
    (
        "valid: {from: 2027-01-01, until: 2026-01-01}",
        ["25:38: `until` is not after `from`, the rule would never be in force"],
    ),
    (
        "valid: {from: 2026-01-01, until: 2026-01-01T01:00:00+01:00}",
        ["25:38: `until` is not after `from`, the rule would never be in force"],
    ),
    (
        "valid: {from: 2026-01-01T08:00:00}",
        ["25:19: a time without a zone, add Z or an offset, as +01:00"],
    ),
    (
        "valid: {from: 2026-02-30}",
        ["25:19: not a day or time of the calendar, check month, day, hour and offset"],
    ),
    (
        "valid: {from: 0001-01-01T00:00:00+14:00}",
        ["25:19: not a day or time of the calendar, check month, day, hour and offset"],
    ),
    (
        "valid: {from: tomorrow}",
        ["25:19: must be a date or a time, write 2026-01-31 or 2026-01-31T08:00:00+01:00"],
    ),
    ("valid: {form: 2026-01-01}", ["25:13: unknown key `form`, did you mean `from`?"]),
    # payment cards
    (
        "masks: {card: {mask: partial, keep_last: 6}}",
        ["25:19: more of a card number than first 8 and last 4, keep less of it"],
    ),
    (
        "masks: {card: {mask: pseudonymize}}",
        [
            "17:9: card numbers leave both pseudonymized and in part, choose one: together they give the number back"
        ],
    ),
]

WITH_SYNTAX: list[tuple[str, str, str]] = [
    ("an alias", "a: &x 1\nb: *x\n", "1:4: an anchor is not allowed here"),
    ("an alias bomb", "a: [*a, *a]\n", "1:5: an alias is not allowed here"),
    ("a merge key", "a:\n  <<: {b: 1}\n", "2:3: a merge key is not allowed here"),
    (
        "an object",
        "a: !!python/object/apply:os.system [id]\n",
        "1:4: a YAML tag is not allowed here",
    ),
    ("a tag", "version: !!int '1'\n", "1:10: a YAML tag is not allowed here"),
    ("a bare tag", "version: ! x\n", "1:10: a YAML tag is not allowed here"),
    ("a directive", "%YAML 1.1\n---\nversion: 1\n", "1:1: a YAML directive is not allowed here"),
    (
        "two documents",
        "version: 1\n---\nversion: 1\n",
        "2:1: a second document is not allowed here",
    ),
    ("a list as key", "? [a]\n: b\n", "1:3: a key that is not a single word is not allowed here"),
    (
        "a key twice",
        "version: 1\nname: a\nversion: 1\n",
        "3:1: `version` stands twice, keep one; the other is in line 1",
    ),
    (
        "a key twice, once quoted",
        "name: a\n'name': b\n",
        "2:1: `name` stands twice, keep one; the other is in line 1",
    ),
    (
        "a tab",
        "rules:\n\t- id: a\n",
        "2:1: not YAML: found character '\\t' that cannot start any token, indent by spaces, never by tabs",
    ),
    ("an open list", "rules: [\n", "2:1: not YAML: expected the node content"),
    ("depth", "a: " + "[" * 100_000, "1:23: nested deeper than 20 levels is not allowed here"),
    ("depth by blocks", "- " * 100_000, "1:41: nested deeper than 20 levels is not allowed here"),
    ("a list", "- a\n", "1:1: must hold `key: value` entries"),
    ("a word", "policy", "1:1: must hold `key: value` entries"),
    ("nothing", "", "1:1: the file is empty"),
    ("a comment", "# nothing\n", "1:1: the file is empty"),
    ("null", "~\n", "1:1: the file is empty"),
    (
        "a hidden line",
        "version: 1 # x\u2028name: x\n",
        "1:15: the invisible or control character U+2028",
    ),
    (
        "a hidden line by NEL",
        "version: 1 # x\x85name: x\n",
        "1:15: the invisible or control character U+0085",
    ),
    (
        "a hidden line by CR",
        "version: 1 # x\rname: x\n",
        "1:15: the invisible or control character U+000D",
    ),
    (
        "a reordered line",
        "name: x # \u202e olleh\n",
        "1:11: the invisible or control character U+202E",
    ),
    ("a zero-width space", "na\u200bme: x\n", "1:3: the invisible or control character U+200B"),
    (
        "a byte order mark inside",
        "version: 1\nname: \ufeffx\n",
        "2:7: the invisible or control character U+FEFF",
    ),
    (
        "an escaped surrogate",
        'description: "\\ud800"\n',
        "1:14: the escaped character U+D800 is not allowed here",
    ),
    (
        "an escaped hidden line",
        'description: "x\\L y"\n',
        "1:14: the escaped character U+2028 is not allowed here",
    ),
    (
        "an escaped reordering in a key",
        '"na\\u202eme": x\n',
        "1:1: the escaped character U+202E is not allowed here",
    ),
    ("a lone surrogate", "name: \ud800\n", "1:7: the invisible or control character U+D800"),
    ("NUL", "name: \x00\n", "1:7: the invisible or control character U+0000"),
]


@pytest.mark.parametrize(("old", "new", "expected"), CASES)
def test_a_fault_is_told_with_line_column_and_remedy(
    old: str, new: str, expected: list[str]
) -> None:
    assert GOOD.count(old) >= 1
    assert faults(GOOD.replace(old, new, 1)) == expected


@pytest.mark.parametrize(("lines", "expected"), RULE_CASES, ids=[lines for lines, _ in RULE_CASES])
def test_a_fault_of_a_rule_is_told_with_line_column_and_remedy(
    lines: str, expected: list[str]
) -> None:
    assert faults(GOOD.replace('tables: ["*"]', f'tables: ["*"]\n    {lines}', 1)) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in WITH_SYNTAX], ids=[case[0] for case in WITH_SYNTAX]
)
def test_much_of_yaml_is_refused(text: str, expected: str) -> None:
    began = time.perf_counter()
    assert any(fault.startswith(expected) for fault in faults(text)), faults(text)
    assert time.perf_counter() - began < 5


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        GOOD.replace("plan: public", "plan: publik")
        .replace("keep_last: 4", "keep_last: 9")
        .replace("Not this.\n", "Not.\n    x: 1\n")
        .replace("[churn]", "[churn]\n    unmask: [secret]")
    )
    with pytest.raises(PolicyInvalid) as caught:
        parse_policy(text, name="p.yaml")
    lines = str(caught.value).splitlines()[1:]
    assert [line.split(" ")[0] for line in lines] == [
        "p.yaml:7:56:",
        "p.yaml:17:9:",
        "p.yaml:23:14:",
        "p.yaml:29:5:",
    ]
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.code) == (str(caught.value), "SG-POLICY-INVALID")


def test_a_broken_rule_makes_no_faults_in_others() -> None:
    text = GOOD.replace("sources: [shop]\n", "sources: [shop]\n    typo: 1\n").replace(
        "classes: [email]", "purposes: [churn]"
    )
    assert faults(text) == [
        "24:5: unknown key `typo`, known: "
        + ", ".join(
            f"`{k}`"
            for k in sorted(
                [
                    "approval",
                    "budget",
                    "columns",
                    "description",
                    "effect",
                    "id",
                    "limits",
                    "masks",
                    "outputs",
                    "principals",
                    "purposes",
                    "quality",
                ]
            )
        )
        + ", …"
    ]


def test_a_person_has_one_spelling_in_the_whole_file() -> None:
    other = "  - {id: b, effect: permit, principals: [{team: x}], purposes: [p], sources: [shop], tables: ['*'], approval: {approvers: [Dana]}}\n"
    text = (
        GOOD.replace('tables: ["*"]', 'tables: ["*"]\n    approval: {approvers: [dana]}', 1) + other
    )
    assert faults(text) == ["30:124: the approver `Dana` is `dana` elsewhere, spell it in one way"]


def test_words_of_yaml_1_1_stay_words() -> None:
    columns = "{no: public, on: public, NO: public, y: public, 22:30: public, 0o17: public, 010: public, 2026-01-01: public, 1: public, null: public, true: public}"
    policy = parse_policy(GOOD.replace("{id: public}", columns, 1))
    listed = policy.sources["shop"].tables[RelationName(schema="public", name="orders")]
    assert set(listed) == {
        "no",
        "on",
        "NO",
        "y",
        "22:30",
        "0o17",
        "010",
        "2026-01-01",
        "1",
        "null",
        "true",
    }


def test_a_table_may_be_called_anything_that_can_be_seen() -> None:
    text = GOOD.replace("public.orders:", "'public.Größe [neu]*':", 1)
    assert (
        RelationName(schema="public", name="Größe [neu]*")
        in parse_policy(text).sources["shop"].tables
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1", "# a comment\nversion:   1\n"),
        ("\n", "\r\n"),
        ("effect: permit", "effect: 'permit'"),
        (
            "{id: customer_id, email: email, plan: public, notes: free_text, pan: card}",
            "{pan: card, notes: free_text, plan: public, email: email, id: customer_id}",
        ),
        ("{mask: pseudonymize}", "{mask: pseudonymize, length: 32}"),
        ("  shop:\n", "  shop:\n    unclassified: refuse\n"),
    ],
)
def test_the_digest_is_of_what_the_file_means(old: str, new: str) -> None:
    assert parse_policy(GOOD.replace(old, new)).digest == parse_policy(GOOD).digest
    assert parse_policy("\ufeff" + GOOD).digest == parse_policy(GOOD).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("email: {mask: pseudonymize}", "email: {mask: suppress}"),
        ("email: {mask: pseudonymize}", "email: {mask: pseudonymize, length: 16}"),
        ("plan: public", "plan: email"),
        ("orchestrator: airflow", "orchestrator: '*'"),
        ("purposes: [churn]", "purposes: [churn, ads]"),
        ("reason: Not this.", "reason: Not that."),
        ("classes: [email]", "classes: [email, card]"),
        ("  shop:\n", "  shop:\n    unclassified: suppress\n"),
        ("effect: permit", "effect: permit\n    unmask: [email]"),
        ("effect: permit", "effect: permit\n    masks: {public: {mask: suppress}}"),
        ("effect: permit", "effect: permit\n    row_filters: {public.orders: id > 1}"),
        ("effect: permit", "effect: permit\n    limits: {rows: 1}"),
        ("effect: permit", "effect: permit\n    valid: {until: 2030-01-01}"),
        ("effect: permit", "effect: permit\n    approval: {approvers: [dana]}"),
    ],
)
def test_any_change_of_meaning_changes_the_digest(old: str, new: str) -> None:
    assert parse_policy(GOOD.replace(old, new, 1)).digest != parse_policy(GOOD).digest


def test_the_order_of_rules_and_lists_does_not_change_the_digest() -> None:
    data = yaml.safe_load(GOOD)
    data["rules"].reverse()
    data["rules"][0]["classes"] = ["email", "card"]
    data["rules"][1]["purposes"] = ["churn", "ads"]
    other = yaml.safe_load(yaml.safe_dump(data))
    other["rules"].reverse()
    for rule in other["rules"]:
        for value in rule.values():
            if isinstance(value, list):
                value.reverse()
    assert parse_policy(yaml.safe_dump(data)).digest == parse_policy(yaml.safe_dump(other)).digest


# ------------------------------------------------------------------ files


def invalid(path: Path) -> str:
    with pytest.raises(PolicyInvalid) as caught:
        load_policy(path)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_a_file_names_itself_in_its_faults(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("version: 2\nname: x\n")
    assert f"{path}:1:10: must be 1" in invalid(path)


def test_what_is_not_a_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("missing.yaml", ".", "pipe", "a\0b"):
        assert "SG-POLICY-INVALID" in invalid(tmp_path / name)
    assert "no such file" in invalid(Path("/dev/zero"))


def test_a_huge_file_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(b"# x\n" * 3_000_000)
    began = time.perf_counter()
    assert "larger than 512 KiB" in invalid(path)
    assert time.perf_counter() - began < 1


def test_size_is_counted_in_bytes() -> None:
    assert "larger than" in faults("# " + "ü" * (LARGEST // 2))[0]


def test_a_file_in_another_encoding_is_refused_at_its_place_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes("version: 1\nname: größe\n".encode("latin-1"))
    told = invalid(path)
    assert "p.yaml:2:9: not UTF-8" in told
    with pytest.raises(PolicyInvalid) as caught:
        load_policy(path)
    assert caught.value.__suppress_context__


def test_many_faults_are_counted_not_told(tmp_path: Path) -> None:
    columns = ", ".join(f"c{i}: nope" for i in range(3000))
    began = time.perf_counter()
    with pytest.raises(PolicyInvalid) as caught:
        parse_policy(GOOD.replace("{id: public}", "{" + columns + "}", 1))
    lines = str(caught.value).splitlines()
    assert len(lines) == 102
    assert lines[-1] == "policy: and 2900 more"
    assert time.perf_counter() - began < 10


# ------------------------------------------------------------------ schema


def test_the_published_schema_is_current() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), (
        "write schema_text() to PUBLISHED"
    )


@pytest.mark.parametrize("text", [GOOD, SHOP.read_text(encoding="utf-8")], ids=["small", "shop"])
def test_what_is_right_is_right_by_the_schema(text: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    tree = read_tree(text, Faults())
    jsonschema.validate(tree.value, json_schema())


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"nmae": "x"},
        {"classes": {"Email": {"mask": "suppress"}}},
        {"classes": {"e": {"mask": "kep"}}},
        {"rules": [{"id": "x", "effect": "permit"}]},
    ],
)
def test_what_is_wrong_in_shape_is_wrong_by_the_schema(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(GOOD) | change, json_schema())


def test_every_field_of_the_schema_is_described() -> None:
    for name, definition in json_schema()["$defs"].items():
        assert definition["description"], name
        for field, value in definition["properties"].items():
            assert "description" in value or "const" in value, (name, field)


def test_importing_the_policy_stays_light() -> None:
    heavy = ["pyarrow", "hyperscan", "sqlglot", "sqlalchemy", "duckdb", "pandas"]
    code = f"import sys, sluicegate.policy; sys.exit(any(m in sys.modules for m in {heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
