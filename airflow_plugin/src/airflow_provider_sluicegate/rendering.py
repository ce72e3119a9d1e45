"""Template fields that Airflow can render but not show.

Airflow stores rendered fields in its database and shows them to everyone who may see the DAG.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from os import PathLike
from typing import Any, Final

from jinja2 import Environment, TemplateSyntaxError
from jinja2.meta import find_undeclared_variables

from sluicegate.model.sensitive import Sensitive

_BY_OTHERS: Final = frozenset(
    {
        "conf", "conn", "dag_run", "inlet_events", "params", "task_instance", "ti",
        "triggering_asset_events", "var",
    }
)  # fmt: skip
"""Names in a template through which people and tasks bring values that no author has seen."""


class Hidden(Sensitive[Any]):
    """A value that shows as ``***`` and can be copied with its task."""

    __slots__ = ()

    def __deepcopy__(self, memo: dict[int, Any]) -> Hidden:
        return Hidden(copy.deepcopy(self.reveal(), memo))


class RenderedStatement(Sensitive[str]):
    """A rendered statement that shows as the template it came from.

    The template stands in the DAG's code, so showing it adds nothing; what was rendered into it
    may be anybody's.
    """

    __slots__ = ("_template",)

    def __init__(self, template: str, text: str) -> None:
        super().__init__(text)
        self._template = template

    def __repr__(self) -> str:
        return self._template

    __str__ = __repr__


def hide(parameters: Any) -> Any:
    """Hide the values of parameters, not their names.

    References to other tasks stay as they are, or Airflow would not see what depends on what.
    """
    if isinstance(parameters, Mapping):
        return {name: _hidden(value) for name, value in parameters.items()}
    return parameters if parameters is None else _hidden(parameters)


def reveal(field: Any) -> Any:
    """Give what was hidden or rendered, at any depth that ``hide`` reaches."""
    if isinstance(field, Sensitive):
        return field.reveal()
    if isinstance(field, Mapping):
        return {name: reveal(value) for name, value in field.items()}
    return field


def brought_by_others(template: str) -> tuple[str, ...]:
    """Name what a template takes from outside its author's sight, sorted.

    Such text becomes part of the statement, where a parameter would have been bound to it.
    """
    try:
        names = find_undeclared_variables(Environment(autoescape=True).parse(template))
    except TemplateSyntaxError:
        return ()
    return tuple(sorted(names & _BY_OTHERS))


def _hidden(value: Any) -> Any:
    if isinstance(value, Sensitive):
        return value
    # as Airflow tells a reference to another task from a value
    reference = hasattr(value, "resolve") and not isinstance(value, PathLike)
    return value if reference else Hidden(value)
