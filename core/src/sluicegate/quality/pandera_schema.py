"""Schemas of pandera that follow from a policy or a plan: what its masks leave must look masked.

Only checks of ours are in them, so an error of such a schema quotes no value, whatever it is used
on. They serialize to pandera's YAML and back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, Final, Literal

from sluicegate.errors import QualityError, UnknownNameError
from sluicegate.model.data import PUBLIC
from sluicegate.model.masks import (
    Bucket,
    Constant,
    Keep,
    Mask,
    Partial,
    Pseudonymize,
    Redact,
    Suppress,
    SuppressRow,
)
from sluicegate.policy.names import parse_table
from sluicegate.quality.pandera_checks import register

if TYPE_CHECKING:
    from sluicegate.model.plan import OutputColumn, Plan
    from sluicegate.policy import Policy

Library = Literal["pandas", "polars"]
_UUID: Final = "[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def schema_from_plan(plan: Plan, library: Library = "pandas") -> Any:
    """Return the schema of a plan's result: its columns in their order, and nothing else.

    Args:
        plan: What runs; its masks are those of the decision.
        library: Whose frames are to be validated.

    Raises:
        MissingDependencyError: pandera or the library is not installed.
    """
    columns = {c.name: _of_output(c) for c in plan.columns}
    return _schema(columns, library, strict=True, ordered=True, name=plan.purpose)


def schema_from_policy(
    policy: Policy, *, source: str, table: str, library: Library = "pandas"
) -> Any:
    """Return the schema of a table of which each column leaves by its class's default mask.

    A rule may want other masks, so a plan tells more; columns that a statement leaves out are not
    missed.

    Args:
        policy: The policy.
        source: Name of the source in it.
        table: ``schema.table``, as the policy lists it.
        library: Whose frames are to be validated.

    Raises:
        UnknownNameError: the policy has no such source or table.
        MissingDependencyError: pandera or the library is not installed.
    """
    if source not in policy.sources:
        raise UnknownNameError.of("source in the policy", source, policy.sources)
    tables = policy.sources[source].tables
    relation = parse_table(table)
    if relation is None or relation not in tables:
        raise UnknownNameError.of("table of the source", table, map(str, tables))
    columns = {
        name: _of_mask(policy.classes[data_class], public=data_class == PUBLIC)
        for name, data_class in tables[relation].items()
    }
    return _schema(columns, library, strict=True, ordered=False, name=table, required=False)


def pattern_of(mask: Mask) -> str | None:
    """Return what every value matches that a mask left, as RE2; ``None`` if its form says nothing.

    Empty: nothing but NULL is left.
    """
    match mask:
        case Suppress() | SuppressRow():
            return ""
        case Constant():
            return re.escape(mask.value)
        case Bucket():
            return "|".join(re.escape(label) for label in mask.labels)
        case Pseudonymize():
            return _pseudonym(mask)
        case Partial(keep=""):
            return _partial(mask)
    return None


def _pseudonym(mask: Pseudonymize) -> str:
    bits = mask.length * 4
    forms = {
        "hex": f"[0-9a-f]{{{mask.length}}}",
        "base32": f"[a-z2-7]{{{-(-bits // 5)}}}",
        "integer": "[0-9]{1,19}",
        "uuid": _UUID,
    }
    return forms[mask.form]


def _partial(mask: Partial) -> str:
    fill, kept = re.escape(mask.fill), mask.keep_first + mask.keep_last
    shown = rf"(?s:.{{{mask.keep_first}}}){fill}+(?s:.{{{mask.keep_last}}})"
    return rf"{fill}{{0,{kept}}}|{shown}"


def _of_output(column: OutputColumn) -> Mapping[str, Any]:
    mask = column.mask
    if mask is None:
        return MappingProxyType({})
    return _of_mask(mask, public=set(column.data_classes) <= {PUBLIC})


def _of_mask(mask: Mask, *, public: bool) -> Mapping[str, Any]:
    """Return the checks of a column, by name."""
    pattern = pattern_of(mask)
    if pattern is not None:
        return {"looks_masked": {"pattern": pattern}}
    if isinstance(mask, Redact) or (isinstance(mask, Keep) and public):
        return {"no_sensitive_data": {"allowed": []}}
    return {}


def _schema(
    columns: Mapping[str, Mapping[str, Any]],
    library: Library,
    *,
    strict: bool,
    ordered: bool,
    name: str,
    required: bool = True,
) -> Any:
    pandera = _module(library)
    return pandera.DataFrameSchema(
        {
            column: pandera.Column(
                None,
                [getattr(pandera.Check, check)(**given) for check, given in checks.items()],
                nullable=True,
                required=required,
            )
            for column, checks in columns.items()
        },
        strict=strict,
        ordered=ordered,
        name=name,
    )


def _module(library: Library) -> ModuleType:
    register()
    try:
        if library == "polars":
            import pandera.polars as module  # noqa: PLC0415 - an extra of pandera
        else:
            import pandera.pandas as module  # type: ignore[no-redef] # noqa: PLC0415
    except ImportError:
        raise QualityError(
            f"pandera has no {library} here", hint=f'pip install "pandera[{library}]"'
        ) from None
    return module
