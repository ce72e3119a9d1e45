"""``@task.guarded``: a Python task whose arguments, result and exceptions are looked through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.providers.common.compat.sdk import DecoratedOperator, task_decorator_factory
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk.execution_time.lazy_sequence import LazyXComSequence

from airflow_provider_sluicegate.bodies import without_text
from airflow_provider_sluicegate.config import airflow_settings
from airflow_provider_sluicegate.failures import Failed, carried_out
from airflow_provider_sluicegate.rendering import Hidden, hide, reveal

if TYPE_CHECKING:
    from airflow.sdk import Context
    from airflow.sdk.bases.decorator import TaskDecorator

    from sluicegate.gate.values import ValueGuard


class GuardedDecoratedOperator(DecoratedOperator, PythonOperator):
    """The operator behind ``@task.guarded``.

    Fails closed and at once: on a finding, and on what cannot be looked into. Names, places and
    data classes are told, never a value. Rendered arguments show as ``***``.

    Args:
        allow_types: Qualified names of types that are passed over without a look.
        sluicegate_conn_id: Connection of type sluicegate whose settings go before the section's.
        kwargs: What ``@task`` takes.
    """

    template_fields: Sequence[str] = ("templates_dict", "op_args", "op_kwargs")
    template_fields_renderers: ClassVar[dict[str, str]] = {"templates_dict": "json"}
    custom_operator_name = "@task.guarded"

    def __init__(
        self,
        *,
        python_callable: Callable[..., Any],
        op_args: Any,
        op_kwargs: Any,
        allow_types: Sequence[str] = (),
        sluicegate_conn_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        passed = {"python_callable": python_callable, "op_args": op_args, "op_kwargs": op_kwargs}
        kwargs["show_return_value_in_logs"] = False
        super().__init__(kwargs_to_upstream=passed, **passed, **kwargs)
        self.allow_types = allow_types
        self.sluicegate_conn_id = sluicegate_conn_id

    def render_template(self, content: Any, context: Context, *args: Any, **kwargs: Any) -> Any:
        """Render as Airflow does; what arguments became is not shown, nor any error's text."""
        rendered = carried_out(
            lambda: super(GuardedDecoratedOperator, self).render_template(
                content, context, *args, **kwargs
            )
        )
        if not content:  # there is but one empty tuple, wherever it stands
            return rendered
        if content is self.op_kwargs or content is self.templates_dict:
            return hide(rendered)
        return Hidden(rendered) if content is self.op_args else rendered

    def execute(self, context: Context) -> Any:
        """Look through the arguments, run the body, look through what it returns.

        Raises:
            Failed: something was found, or cannot be looked into.
            FailedNow: the body failed; Airflow retries as the task says.
        """
        guard = carried_out(self._guard)
        for name in self.template_fields:
            setattr(self, name, reveal(getattr(self, name)))
        for number, value in enumerate(self.op_args):
            self._look(guard, value, f"argument {number}")
        for name, value in {**self.op_kwargs, "templates_dict": self.templates_dict}.items():
            self._look(guard, value, str(name))
        run = super().execute
        code = getattr(self.python_callable, "__code__", None)
        result = without_text(
            lambda: run(context), code, lambda text: not guard.look(text, where="error")
        )
        self._look(guard, result, "return_value")
        return result

    def _guard(self) -> ValueGuard:
        from sluicegate.gate.values import ValueGuard  # noqa: PLC0415 - parsing must stay light

        settings = airflow_settings(self.sluicegate_conn_id)
        return ValueGuard.open(settings).allowing(self.allow_types)

    def _look(self, guard: ValueGuard, value: Any, where: str) -> None:
        # what mapped tasks returned is fetched one by one, and no list yet
        seen = list(value) if type(value) is LazyXComSequence else value
        found = carried_out(lambda: guard.look(seen, where=where))
        if found:
            raise Failed(f"sluicegate: [SG-VALUE] {'; '.join(map(str, found))}")


def guarded_task(
    python_callable: Callable[..., Any] | None = None,
    multiple_outputs: bool | None = None,  # noqa: FBT001 - as Airflow's own decorators
    **kwargs: Any,
) -> TaskDecorator:
    """Make a task of a function: ``@task.guarded``, in all else like ``@task``.

    Args:
        python_callable: The function.
        multiple_outputs: Whether the keys of a returned mapping become XComs of their own.
        kwargs: Arguments of the operator.
    """
    return task_decorator_factory(
        python_callable=python_callable,
        multiple_outputs=multiple_outputs,
        decorated_operator_class=GuardedDecoratedOperator,
        **kwargs,
    )
