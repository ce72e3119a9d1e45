"""Writes the reference documents from the code: ``python -m tests.docs.reference_documents``."""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

from sqlglot.dialects.dialect import Dialect

from sluicegate.detect.detector import Detector
from sluicegate.detect.loader import load_catalogue
from sluicegate.errors import SqlError
from sluicegate.lint import DAG_RULES, LINT_RULES, LINTED, Rule
from sluicegate.model.data import (
    PUBLIC,
    CatalogColumn,
    ColumnRef,
    Relation,
    RelationName,
    TypeFamily,
)
from sluicegate.model.decision import ColumnRule, Obligations
from sluicegate.model.guardrails import GUARDRAILS, Guardrail
from sluicegate.model.masks import (
    Bucket,
    Constant,
    Fake,
    Keep,
    Mask,
    Partial,
    PreserveFormat,
    Pseudonymize,
    Tokenize,
)
from sluicegate.policy import json_schema
from sluicegate.sql import gather, parse, rewrite
from sluicegate.sql.guardside import by_guard
from sluicegate.sql.profiles import PROFILES
from sluicegate.sql.pushdown import families_of
from sluicegate.sql.reference import page
from sluicegate.sql.vocabulary import NAMED_FUNCTIONS

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
_GENERATED = "<!-- Written by `make docs` from {0}; edit that instead. -->\n\n"
_ARGUMENTS = ("a", "a, b", "", "a, b, c", "'day', a", "a, 'day'", "1, 2")


def _table(dialect: str) -> tuple[Relation, Obligations]:
    """A table of three columns that leave as they are."""
    upper = PROFILES[dialect].folding == "upper"
    name = RelationName(schema="public", name="T" if upper else "t")
    columns = tuple(
        CatalogColumn(name=n, native_type="text", family=TypeFamily.TEXT)
        for n in ("ABC" if upper else "abc")
    )
    refs = [ColumnRef(relation=name, column=column.name) for column in columns]
    rules = {r: ColumnRule(column=r, data_class=PUBLIC, mask=Keep(), rule="-") for r in refs}
    return Relation(name=name, kind="table", columns=columns), Obligations(columns=rules)


def guardrails() -> str:
    """The table of guardrails, and that of lint's own rules."""
    head = """\
# Guardrails

A guardrail that stands at `error` refuses, `ask` needs an approval, `warn` tells. Where *tunable* says yes, a policy
may set another severity (`guardrails: {severity: {G31: error}}`, see the [how-to](../how-to/policy.md)); `ignore`
silences it. Where *lint* says yes, [`sluicegate lint`](../how-to/cli.md#lint-sql-in-ci) checks it without a database.

| id | severity | what | remedy | set off by | tunable | lint |
|---|---|---|---|---|---|---|
"""
    lint = """
## Rules of lint

These judge files, and exist in `sluicegate lint` only. `note` never fails a call.

| id | level | what | remedy | set off by |
|---|---|---|---|---|
"""
    dags = """
## Rules for DAGs

These judge Python that names Airflow or Dagster, in `sluicegate lint` and in [Airflow's cluster
policy](../how-to/airflow-policy.md).

| id | level | what | remedy | set off by |
|---|---|---|---|---|
"""
    rows = "".join(map(_guardrail, GUARDRAILS))
    return (
        _GENERATED.format("model/guardrails.py")
        + head + rows + lint + "".join(map(_lint_rule, LINT_RULES))
        + dags + "".join(map(_lint_rule, DAG_RULES))
    )  # fmt: skip


def functions() -> str:
    """The functions that the guard lets pass, per dialect."""
    allowed = {dialect: allowed_functions(dialect) for dialect in PROFILES}
    shared = set.intersection(*allowed.values())
    parts = [
        _GENERATED.format("sql/vocabulary.py")
        + """\
# Functions

A statement may call these functions; any other is refused ([G07](guardrails.md)). Each computes from its arguments
alone: it touches no file, network, session or catalogue, and runs no text as SQL. The list says what the guard lets
pass, not what a database has. Masked columns stand few of them: see [G13](guardrails.md).

## In every dialect
""",
        _list(shared),
    ]
    for dialect, known in PROFILES.items():
        state = "" if known.support == "runs" else ", generated, not run here"
        parts += [f"\n## Also in {known.title}\n", f"`{dialect}`{state}\n"]
        parts += [_list(allowed[dialect] - shared)]
    return "\n".join(parts) + "\n"


def allowed_functions(dialect: str) -> set[str]:
    """Ask the guard itself about every name that the parser or the vocabulary knows."""
    parser = Dialect.get_or_raise(dialect).parser_class
    known = {*parser.FUNCTIONS, *parser.FUNCTION_PARSERS, *NAMED_FUNCTIONS.get(dialect, ())}
    names = {name.lower() for name in known if name.isidentifier()}
    return {name for name in names if _passes(name, dialect)}


def _passes(name: str, dialect: str) -> bool:
    table, obligations = _table(dialect)
    for arguments in _ARGUMENTS:
        try:
            parsed = parse(f"SELECT {name}({arguments}) AS x FROM t", dialect)
            facts = gather(parsed, lambda *_: table)
            rewrite(parsed, facts, obligations)
        except SqlError:
            continue
        if facts.functions:
            return True
    return False


def detectors() -> str:
    """Every detector that comes along, by data class."""
    every = load_catalogue().detectors
    secrets = sum(d.data_class == "secret" for d in every)
    head = f"""\
# Detectors

{len(every)} detectors come along, {secrets} of them for secrets. *Score* is that of a match on its own; a check digit,
words near it or in the column's name, and how the value looks raise or lower it, and a match below *from* is not a
finding. Words in *near* raise it; where they are **bold**, one of them must stand there.

| id | data class | score | from | judged by | near | source |
|---|---|---|---|---|---|---|
"""
    ordered = sorted(every, key=lambda d: (str(d.data_class), d.id))
    return _GENERATED.format("detect/catalogue/") + head + "".join(map(_detector, ordered))


def _detector(d: Detector) -> str:
    mark = "**" if d.context_required else ""
    near = ", ".join(f"{mark}{word}{mark}" for word in sorted(d.context)[:6])
    judged = f"`{d.validator_name}`" if d.validator_name else "its form"
    more = " …" if len(d.context) > 6 else ""  # the first few tell the kind
    return _row(
        (f"`{d.id}`", str(d.data_class), f"{d.score:g}", f"{d.threshold:g}", judged, near + more,
         d.source)
    )  # fmt: skip


def _guardrail(g: Guardrail) -> str:
    cells = (
        g.id, g.severity, g.title, g.remedy, _code(g.example),
        "yes" if g.tunable else "no", "yes" if g.id in LINTED else "no",
    )  # fmt: skip
    return _row(cells)


def _lint_rule(rule: Rule) -> str:
    return _row((rule.id, rule.level, rule.title, rule.remedy, _code(rule.example)))


def masks() -> str:
    """What each mask does, to which columns, with which parameters, and who does it."""
    head = """\
# Masks

What may be written under `classes` and in the `masks` of a rule. NULL stays NULL under each of them. *By* says who does
it: what the **source** does is done before anything leaves the database, and the guard proves it on every value; of a
**digest** the guard does the keyed step; what only the **guard** can do leaves the database raw, so a statement may use
such a column bare and in no other way ([G13](guardrails.md)), as it may free text.

| mask | columns of | leaves as | by |
|---|---|---|---|
"""
    kinds = get_args(Mask)
    rows = "".join(_row((f"[`{k.method}`](#{k.method})", *_of_mask(k))) for k in kinds)
    return _GENERATED.format("model/masks.py") + head + rows + "".join(map(_mask, kinds))


_AS_TEXT = (Constant, Fake, PreserveFormat, Tokenize, Bucket)
_NAMED: dict[str, Any] = {
    "constant": {"value": "x"}, "fake": {"kind": "name"}, "bucket": {"bounds": (1.0,)},
    "shift_date": {"subject": "id"}, "noise": {"subject": "id"}, "mask_json": {"paths": ()},
}  # fmt: skip


def _of_mask(kind: type[Mask]) -> tuple[str, str, str]:
    example = kind(**_NAMED.get(kind.method, {}))
    families = families_of(example)
    every = "any type" if len(families) == len(TypeFamily) else ", ".join(families)
    leaves = "text" if kind in _AS_TEXT else "its own type"
    by = "guard" if by_guard(example) else "source"
    if kind is Pseudonymize:
        leaves = "text; `integer` as 64-bit integers"
    if kind is Partial:
        by = "source; `keep: area` guard"
    if kind in (Pseudonymize, Fake):
        by = "source (digest), then guard"
    return every, leaves, "–" if kind is Keep else by


def _mask(kind: type[Mask]) -> str:
    told = (inspect.getdoc(kind) or "").replace("``", "`")
    schema = json_schema()["$defs"]
    own = next(d for d in schema.values() if _tag(d) == kind.method)
    required = own.get("required", ())
    rows = [
        _row((f"`{name}`", "" if name in required else f"`{_default(d)}`", _values(d)))
        for name, d in own["properties"].items()
        if name != "mask"
    ]
    table = "\n| parameter | default | |\n|---|---|---|\n" + "".join(rows) if rows else ""
    return f"\n## {kind.method}\n\n{told}\n{table}"


def _tag(definition: dict[str, Any]) -> str:
    return str(definition.get("properties", {}).get("mask", {}).get("const", ""))


def _default(definition: dict[str, Any]) -> str:
    found = definition.get("default")
    return "none" if found is None else json.dumps(found).strip('"')


def _values(definition: dict[str, Any]) -> str:
    options = [definition, *definition.get("anyOf", ())]
    words = next((o["enum"] for o in options if "enum" in o), ())
    low, high = (definition.get(k) for k in ("minimum", "maximum"))
    span = f" {low:,} to {high:,}." if low is not None and high is not None else ""
    listed = f" One of {', '.join(f'`{w}`' for w in words)}." if words else ""
    return f"{definition.get('description', '')}{span}{listed}"


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _code(example: str) -> str:
    """Set code as such; what is told in words stays as it is."""
    words = example.startswith(("a ", "any "))
    return example if words or "`" in example else f"`{example}`"


def _list(names: Iterable[str]) -> str:
    text = ", ".join(f"`{name}`" for name in sorted(names)) or "none"
    return textwrap.fill(text, 120, break_on_hyphens=False)


DOCUMENTS = {
    "detectors.md": detectors,
    "guardrails.md": guardrails,
    "masks.md": masks,
    "functions.md": functions,
    "dialects.md": page,
}
"""File in the folder → what it must say."""


def main() -> None:
    """Write the documents."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in DOCUMENTS.items():
        (FOLDER / name).write_text(text(), "utf-8")


if __name__ == "__main__":
    main()
