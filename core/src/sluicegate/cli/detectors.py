"""``sluicegate detectors``: what the scanner can see."""

from __future__ import annotations

from typing import Annotated

import typer

from sluicegate.cli.examples import example
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines, print_table
from sluicegate.errors import UnknownNameError

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """What the scanner can see."""


@app.command("list", epilog=example("detectors list"))
def list_detectors(*, config: ConfigOption = None, form: FormatOption = Format.TABLE) -> None:
    """List the detectors. Loading them proves that each one fires."""
    from sluicegate.cli.show_detectors import detector_document
    from sluicegate.detect import open_scanner

    scanner = open_scanner(load_settings(config).detectors)
    documents = [detector_document(d) for d in scanner.detectors]
    if form is Format.JSON:
        print_json({"version": scanner.version, "detectors": documents})
        return
    rows = [(d["id"], d["data_class"], d["score"], d["threshold"]) for d in documents]
    print_table("", ("detector", "class", "score", "threshold"), rows)
    print_lines([f"catalogue {scanner.version}"])


@app.command("show", epilog=example("detectors show"))
def show_detector(
    *,
    detector: Annotated[str, typer.Argument(help="Id, as `list` shows it.")],
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show one detector: class, scores, validator, context words and the source of its rule."""
    from sluicegate.cli.show_detectors import detector_document
    from sluicegate.detect import open_scanner

    detectors = {d.id: d for d in open_scanner(load_settings(config).detectors).detectors}
    if detector not in detectors:
        raise UnknownNameError.of("detector", detector, detectors)
    document = detector_document(detectors[detector])
    if form is Format.JSON:
        print_json(document)
        return
    for name, value in document.items():
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        print_lines([f"{name:<12} {text}"])
