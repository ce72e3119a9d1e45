"""A notifier that tells how a task ended without a value, through any other notifier."""

from __future__ import annotations

import copy
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from airflow.sdk import BaseNotifier

from airflow_provider_sluicegate.failures import Failed
from airflow_provider_sluicegate.notifications.message import message_of

Sender = Callable[[str], object]
"""Sends a text."""


class SluicegateNotifier(BaseNotifier):
    """Sends what happened, on which task and what to do: never the text of a foreign exception.

    A notifier of your own that renders ``{{ exception }}`` sends whatever a database driver or a
    library wrote into it, rows too. This one makes the text, and hands another notifier a context
    in which nothing else is.

    Args:
        through: A notifier of any kind, or a function that takes the text.
        field: The attribute of that notifier that holds its text: ``text`` for Slack,
            ``html_content`` for mail, ``message`` for many.

    Example:
        ``on_failure_callback=SluicegateNotifier(SlackWebhookNotifier(slack_webhook_conn_id="ops"))``
    """

    def __init__(self, through: BaseNotifier | Sender, *, field: str = "text") -> None:
        super().__init__()
        self.through = through
        self.field = field

    def notify(self, context: Any) -> None:
        """Send the text.

        Raises:
            Failed: it could not be sent; Airflow logs that, and the task stays as it is.
        """
        text = message_of(context)
        failure = ""
        try:
            self._send(text, context)
        except Exception as error:  # noqa: BLE001 - its text is logged, and may hold anything
            failure = type(error).__name__
        if failure:
            raise Failed(f"the message could not be sent: {failure}")

    def _send(self, text: str, context: Any) -> None:
        if not isinstance(self.through, BaseNotifier):
            self.through(text)
            return
        inner = copy.copy(self.through)
        setattr(inner, self.field, without_templates(text))
        inner(_bare(context, text))


def without_templates(text: str) -> str:
    """Part what Jinja would take for its own: a column may be called like a template."""
    for sign in ("{", "%", "#"):
        text = text.replace("{" + sign, "{ " + sign).replace("{" + sign, "{ " + sign)
    return text


def _bare(context: Any, text: str) -> dict[str, Any]:
    """Build a context of names only: no parameters, configuration, XComs or exception."""
    ti = context.get("ti")
    names = ("dag_id", "task_id", "run_id", "try_number", "map_index", "log_url", "state")
    told = SimpleNamespace(**{name: getattr(ti, name, None) for name in names})
    return {
        "dag": context.get("dag"),
        "dag_run": SimpleNamespace(dag_id=told.dag_id, run_id=told.run_id, conf={}),
        "params": {},
        "run_id": told.run_id,
        "task_instance": told,
        "ti": told,
        "exception": Failed(text),
        "reason": text,
    }
