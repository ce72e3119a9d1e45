"""Writes what a dbt project says of its columns as a policy that a person goes through.

It permits nothing: its rules are a comment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import groupby
from typing import TYPE_CHECKING

from sluicegate.errors import ConfigurationError
from sluicegate.gate.proposal import one_line, usual_mask, written_key
from sluicegate.model.data import DataClass
from sluicegate.model.masks import Mask, MaskJson, parameters_of
from sluicegate.policy.builtin import BUILT_IN
from sluicegate.policy.names import write_table

if TYPE_CHECKING:
    from sluicegate.dbt.tracing import Trace, Traced


def propose(trace: Trace, *, source: str, manifest: str) -> str:
    """Write the policy.

    Args:
        trace: The columns of the project.
        source: Name of the database in the settings.
        manifest: Name of the manifest's file, for the head.

    Raises:
        ConfigurationError: the project says nothing of any column.
    """
    told = [column for column in trace.columns if column.data_class is not None]
    if not told:
        raise ConfigurationError(
            "the project says nothing of its columns",
            hint="write `meta: {sluicegate: {class: email}}` at a column, or a tag `pii`",
        )
    lines = [*_head(told, trace, source, manifest), *_tables(told, trace, source)]
    return "\n".join([*lines, "", *_classes(told), "", *_rules(source)]) + "\n"


def entry_of(column: Traced) -> str:
    """Write the line of a column, with what to look at."""
    assert column.data_class is not None
    line = f"{written_key(column.name)}: {column.data_class}"
    comment = _comment(column)
    return f"{line} # {comment}" if comment else line


def mask_text(mask: Mask) -> str:
    """Write a mask as the policy file does, on one line."""
    return "{" + ", ".join([f"mask: {mask.method}", *_given(mask)]) + "}"


def _given(mask: Mask) -> Iterator[str]:
    if isinstance(mask, MaskJson):
        inner = (f"{json.dumps(path)}: {mask_text(one)}" for path, one in mask.paths)
        yield f"paths: {{{', '.join(inner)}}}"
        yield f"others: {mask.others}"
        return
    usual = {f.name: f.default for f in fields(mask)}
    for name, value in parameters_of(mask).items():
        if value != usual[name]:
            yield f"{name}: {value if _is_word(value) else json.dumps(value)}"


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value.isalpha() and value.isascii() and len(value) > 1


def _head(told: Sequence[Traced], trace: Trace, source: str, manifest: str) -> Iterator[str]:
    doubtful = sum(column.guessed for column in told)
    yield f"# Proposed by `sluicegate policy from-dbt {one_line(manifest)} --source {source}`,"
    yield "# for a person to go through. It permits nothing until a rule is written at its end."
    yield "#"
    yield f"# {len(told)} columns; {doubtful} marked `# check:`: look at those first."
    for line in trace.unseen:
        yield f"# not seen: {one_line(line)}"
    yield ""
    yield "version: 1"
    yield "name: from-dbt"
    yield ""


def _tables(told: Sequence[Traced], trace: Trace, source: str) -> Iterator[str]:
    yield "sources:"
    yield f"  {written_key(source)}:"
    yield "    unclassified: refuse # what the project says nothing of is not read"
    yield "    tables:"
    silent = {c.relation.id: 0 for c in trace.columns}
    for column in trace.columns:
        silent[column.relation.id] += column.data_class is None
    for relation, columns in groupby(told, key=lambda c: c.relation):
        left = silent[relation.id]
        note = f", {left} column(s) of no class left out" if left else ""
        yield f"      {written_key(write_table(relation.name))}: # {one_line(relation.id)}{note}"
        yield "        columns:"
        for column in columns:
            yield f"          {entry_of(column)}"


def _comment(column: Traced) -> str:
    said = column.documented.declared if column.documented else None
    if said is not None and said.fault:
        return one_line(f"check: {said.fault}")
    if said is not None and said.personal:
        return "check: tagged as personal, the class is by its name"
    if column.declared is None and column.carries is not None:
        how = "given out" if column.copied else "computed"
        return one_line(f"check: {how} from {column.origin}, and not tagged")
    return ""


def _classes(told: Sequence[Traced]) -> Iterator[str]:
    masks = masks_of(told)
    wanted = sorted({c.data_class for c in told if c.data_class} - set(BUILT_IN))
    if not wanted:
        yield "classes: {}"
        return
    yield "classes:"
    for name in wanted:
        texts = [mask_text(mask) for mask in masks.get(name, ())] or [usual_mask(name)]
        others = f" # check: other columns want {', '.join(texts[1:])}" if texts[1:] else ""
        yield f"  {name}: {texts[0]}{others}"


def masks_of(columns: Sequence[Traced]) -> Mapping[DataClass, list[Mask]]:
    """Return the masks that the project wants for each class, as often as they differ."""
    found: dict[DataClass, list[Mask]] = {}
    for column in columns:
        said = column.documented.declared if column.documented else None
        if said is not None and said.mask is not None and said.data_class is not None:
            known = found.setdefault(said.data_class, [])
            if said.mask not in known:
                known.append(said.mask)
    return found


def _rules(source: str) -> Iterator[str]:
    yield "# Nothing is permitted yet. A rule looks like this:"
    yield "# rules:"
    yield "#   - id: churn-training"
    yield "#     effect: permit"
    yield "#     principals: [{orchestrator: airflow, pipeline: 'churn_*'}]"
    yield "#     purposes: [churn_training]"
    yield f"#     sources: [{source}]"
    yield "#     tables: ['*']"
