"""Redacts the copy of task logs that Airflow's services write to their own screen.

A scheduler with local workers and a triggerer write what tasks and triggers log and print to
their screen too, by loggers that were made for the service: what Airflow asks the handler of task
logs for is not among their processors.
"""

from __future__ import annotations

from airflow.listeners import hookimpl


@hookimpl
def on_starting() -> None:
    """Redact this service's screen, where task logs are; before it starts any worker."""
    from airflow_provider_sluicegate.logs import redact_event, redacts_logs  # noqa: PLC0415 - services alone need it

    if not redacts_logs():
        return
    import structlog  # noqa: PLC0415 - as above

    processors = structlog.get_config()["processors"]
    if redact_event not in processors:
        # In place, for loggers that are there already hold this list; before the renderer.
        processors.insert(len(processors) - 1, redact_event)
