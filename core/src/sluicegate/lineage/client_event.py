"""Events as objects of OpenLineage's own client, which its transports and Airflow's provider take.

Needs ``sluicegate[lineage]``.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, get_args, get_origin

from sluicegate.errors import MissingDependencyError

if TYPE_CHECKING:
    from openlineage.client.event_v2 import RunEvent


def client_event(event: Mapping[str, Any]) -> RunEvent:
    """Build the client's object of a run event.

    Facets become objects of the client's classes by the name in their ``_schemaURL``; one that the
    client does not know keeps its content as it is.

    Args:
        event: As ``run_event`` builds it.

    Raises:
        MissingDependencyError: the client is not installed.
        TypeError, ValueError: it is not such an event.
    """
    try:
        from openlineage.client import event_v2  # noqa: PLC0415 - an optional library
    except ImportError:
        raise MissingDependencyError.of("OpenLineage", "lineage") from None
    made: RunEvent = _structured(event_v2.RunEvent, event)
    return made


def _structured(kind: Any, value: Any) -> Any:
    """Make ``value`` an object of a type of the client, as its annotations say."""
    if get_origin(kind) in {typing.Union, types.UnionType}:
        if value is None:
            return None
        kind = next(one for one in get_args(kind) if one is not type(None))
    if get_origin(kind) is list:
        return [_structured(get_args(kind)[0], item) for item in value]
    if get_origin(kind) is dict:
        inner = get_args(kind)[1]
        return {name: _structured(inner, item) for name, item in value.items()}
    if not hasattr(kind, "__attrs_attrs__"):
        return kind(value) if isinstance(kind, type) and hasattr(kind, "__members__") else value
    if isinstance(value, Mapping) and "_schemaURL" in value:
        return _facet(kind, value)
    return _object(kind, value)


def _facet(base: Any, value: Mapping[str, Any]) -> Any:
    content = {name: item for name, item in value.items() if not name.startswith("_")}
    name = str(value["_schemaURL"]).rpartition("/")[2]
    if (kind := _facet_classes().get(name)) is not None and issubclass(kind, base):
        made = _object(kind, content)
    else:
        made = base().with_additional_properties(**content)
        made._schemaURL = value["_schemaURL"]  # noqa: SLF001 - the client's own name of it
    made._producer = value["_producer"]  # noqa: SLF001 - as above
    return made


def _object(kind: Any, value: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    settable = {field.name for field in kind.__attrs_attrs__ if field.init}
    return kind(**{n: _structured(hints[n], v) for n, v in value.items() if n in settable})


_hints = cache(typing.get_type_hints)


@cache
def _facet_classes() -> Mapping[str, Any]:
    from openlineage.client import facet_v2  # noqa: F401, PLC0415 - defines the classes
    from openlineage.client.generated.base import BaseFacet  # noqa: PLC0415 - as above

    return {kind.__name__: kind for kind in _below(BaseFacet)}


def _below(kind: Any) -> Iterator[Any]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)
