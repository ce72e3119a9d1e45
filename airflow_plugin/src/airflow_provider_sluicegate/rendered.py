"""Keeps what was rendered into template fields out of Airflow's database, for any operator.

Airflow stores the rendered fields of each task and shows them to all who may see the DAG. Before
it does, it hides what its masker knows; so what is found in the fields is made known to the masker.
That hides it in the task's logs as well, and the task itself runs with the real values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from airflow.sdk.log import mask_secret

from airflow_provider_sluicegate.strings import with_texts

_SHORTEST: Final = 5
"""Characters from which on Airflow's masker hides a text."""


def redact_rendered(task: Any) -> None:
    """Let the rendered fields of ``task`` be looked at before Airflow stores them.

    For a cluster policy, which sees every task in the process that parses it and in that of the
    task. Mapped tasks too. A second call changes nothing.

    Args:
        task: An operator, or a mapped one.
    """
    if getattr(task, "template_fields", ()):
        # On the instance: Airflow copies the task before it runs, and the function with it.
        object.__setattr__(task, "render_template_fields", _rendered)


def _rendered(context: Any, jinja_env: Any = None) -> None:
    """Render the fields of the task at hand, and make known to the masker what is in them.

    Failure mode: closed; a task whose fields cannot be looked at fails before it runs.
    """
    task = context["task"]
    type(task).render_template_fields(task, context, jinja_env)
    rendered = context["ti"].task
    for text in sorted(_found(rendered, rendered.template_fields)):
        mask_secret(text)


def _found(task: Any, fields: Iterable[str]) -> set[str]:
    from airflow_provider_sluicegate.values import text_redactor  # noqa: PLC0415 - heavy

    redactor = text_redactor()
    found: set[str] = set()

    def change(name: str, text: str) -> str:
        found.update(t for t in redactor.found(name, text) if len(t) >= _SHORTEST)
        return text

    for field in fields:
        with_texts(_shown(getattr(task, field, None)), change, field)
    return found


def _shown(value: Any) -> Any:
    """Return a field as Airflow shows it: an object that it does not know is shown as text."""
    if isinstance(value, Mapping):
        return {str(key): _shown(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_shown(item) for item in value]
    plain = value is None or isinstance(value, (str, int, float, bool))
    return value if plain or callable(value) else str(value)
