"""What the operators share that send a statement: hidden values, and a way to break off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_sluicegate.failures import carried_out
from airflow_provider_sluicegate.operators.waiting import WaitingOperator
from airflow_provider_sluicegate.rendering import (
    Hidden,
    RenderedStatement,
    brought_by_others,
    hide,
    reveal,
)
from sluicegate.errors import ConfigurationError

if TYPE_CHECKING:
    import jinja2
    from airflow.sdk import Context


class StatementOperator(WaitingOperator):
    """An operator whose ``sql`` and ``parameters`` are rendered so that nobody is shown values.

    Args:
        conn_id: Airflow connection of the source.
        sql: The statement, or the path of a ``.sql`` file.
        purpose: What for; the policy decides by it. Recorded as it is.
        parameters: Values bound to it, never spliced into it.
        source: Name of the source in the policy that the connection must be. A check, not a choice.
        team: Team of the task, if neither Airflow nor a DAG tag ``team:<name>`` tells it.
        kwargs: What ``WaitingOperator`` takes.
    """

    template_ext: Sequence[str] = (".sql",)
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql": "sql", "parameters": "json"}
    ui_color = "#d5e8f0"

    def __init__(
        self,
        *,
        conn_id: str,
        sql: str,
        purpose: str,
        parameters: Mapping[str, Any] | None = None,
        source: str | None = None,
        team: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.conn_id = conn_id
        self.purpose = purpose
        self.source = source
        self.team = team
        self.sql: Any = sql
        self.parameters = hide(parameters)
        self._working = False

    def render_template(
        self,
        content: Any,
        context: Context,
        jinja_env: jinja2.Environment | None = None,
        seen_oids: set[int] | None = None,
    ) -> Any:
        """Render as Airflow does, so that neither fields nor errors show what was rendered."""
        render = partial(
            super().render_template, context=context, jinja_env=jinja_env, seen_oids=seen_oids
        )
        return carried_out(lambda: self._rendered(content, render))

    def on_kill(self) -> None:
        """Break off: the statement is cancelled, and what was staged is removed.

        Raises:
            SystemExit: in the middle of the work; Airflow retries as the task says.
        """
        if self._working:
            raise SystemExit(143)  # 128 + SIGTERM, as a shell tells it

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        self._working = True
        try:
            yield
        finally:
            self._working = False

    def _statement(self) -> str:
        """Return the rendered statement; warn of what others bring into it.

        Raises:
            ConfigurationError: it is no text.
        """
        sql = reveal(self.sql)
        if not isinstance(sql, str):
            raise ConfigurationError("sql must render to text")
        for name in brought_by_others(str(self.sql)):
            self.log.warning(
                "the text of the statement is built from %r: bind such values as parameters", name
            )
        return sql

    def _bound(self) -> Mapping[str, Any]:
        """Return the rendered parameters.

        Raises:
            ConfigurationError: they are no mapping.
        """
        parameters = reveal(self.parameters) or {}
        if not isinstance(parameters, Mapping):
            raise ConfigurationError("parameters must be a mapping of names to values")
        return parameters

    def _rendered(self, content: Any, render: Callable[[Any], Any]) -> Any:
        if isinstance(content, Hidden):
            return Hidden(render(content.reveal()))
        if content is self.parameters:
            return hide(render(content))
        if content is self.sql:
            return RenderedStatement(str(content), render(content))
        return render(content)
