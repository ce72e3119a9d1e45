"""``sluicegate detectors``: what the scanner can see."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sluicegate.cli.examples import example
from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.failures import FORMAT_KEY
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines, print_table
from sluicegate.errors import UnknownNameError

app = typer.Typer(no_args_is_help=True)


class EvaluationFormat(StrEnum):
    """How an evaluation answers."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


def _remember(ctx: typer.Context, value: EvaluationFormat) -> EvaluationFormat:
    ctx.meta[FORMAT_KEY] = Format.JSON if value is EvaluationFormat.JSON else Format.TABLE
    return value


@app.callback()
def _group() -> None:
    """What the scanner can see."""


@app.command("list", epilog=example("detectors list"))
def list_detectors(
    *,
    data_class: Annotated[
        list[str] | None, typer.Option("--class", help="Only of this data class; may be repeated.")
    ] = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the detectors and their number per class. Loading them proves that each one fires."""
    from sluicegate.cli.show_detectors import class_counts, detector_document
    from sluicegate.detect import open_scanner

    scanner = open_scanner(load_settings(config).detectors)
    known = {str(d.data_class) for d in scanner.detectors}
    for name in data_class or ():
        if name not in known:
            raise UnknownNameError.of("data class", name, known)
    chosen = [d for d in scanner.detectors if not data_class or str(d.data_class) in data_class]
    documents, counts = [detector_document(d) for d in chosen], class_counts(chosen)
    if form is Format.JSON:
        print_json({"version": scanner.version, "classes": counts, "detectors": documents})
        return
    rows = [(d["id"], d["data_class"], d["score"], d["threshold"]) for d in documents]
    print_table("", ("detector", "class", "score", "threshold"), rows)
    print_lines([""])
    print_table("", ("class", "detectors"), counts.items())
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


@app.command("explain", epilog=example("detectors explain"))
def explain(
    *,
    file: Annotated[
        Path, typer.Argument(help="Text to look into; - is stdin. It is never shown.")
    ] = Path("-"),
    column: Annotated[
        str, typer.Option(help="Name of the column the text stands in: its words count.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="Findings to explain.")] = 100,
    form: FormatOption = Format.TABLE,
) -> None:
    """Say why each finding in a text scored as it did, without showing the text."""
    from sluicegate.cli.explaining import explain_text, show_explained

    show_explained(explain_text(file, column=column, limit=limit), form)


@app.command("evaluate", epilog=example("detectors evaluate"))
def evaluate(
    *,
    corpora: Annotated[
        list[Path] | None,
        typer.Argument(metavar="CORPUS", help="Files .jsonl or .jsonl.gz, or folders of them."),
    ] = None,
    generated: Annotated[
        bool, typer.Option("--generated", help="Evaluate the corpus that is written by rules too.")
    ] = False,
    labels: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="LABEL=CLASS", help="What a label means; `ignore` leaves it out."
        ),
    ] = None,
    classes: Annotated[
        list[str] | None,
        typer.Option("--class", help="Only this class, or `core`; may be repeated."),
    ] = None,
    min_f1: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="End with 1 if F1 of all classes together is below."),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(help="Scorecard to compare with; end with 1 if an F1 dropped by over 0.01."),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option(metavar="FILE.json", help="Store the scorecard, and a .md beside it."),
    ] = None,
    errors: Annotated[
        bool, typer.Option("--errors", help="List misses and false alarms by place, without text.")
    ] = False,
    form: Annotated[
        EvaluationFormat,
        typer.Option(
            "--format", "-f", callback=_remember, is_eager=True, help="markdown: as it is stored."
        ),
    ] = EvaluationFormat.TABLE,
) -> None:
    """Measure the detectors on labelled texts: precision, recall, F1, F2, leaks, speed.

    A line of a corpus is {"text": ..., "spans": [{"start", "end", "type"}], "scope": [labels]},
    places in characters. A finding is right if its class is the label's and the spans overlap by
    half (intersection over union).
    """
    from sluicegate.cli import show_evaluation
    from sluicegate.cli.evaluating import Wanted, check_saving, evaluate_each, gated, save_scorecard

    wanted = Wanted(
        paths=tuple(corpora or ()),
        generated=generated,
        labels=tuple(labels or ()),
        classes=tuple(classes or ()),
        errors=errors,
    )
    if save is not None:
        check_saving(wanted, save)
    evaluated = gated(evaluate_each(wanted), min_f1=min_f1, baseline=baseline)
    if form is EvaluationFormat.JSON:
        print_json(show_evaluation.evaluation_document(evaluated))
    elif form is EvaluationFormat.MARKDOWN:
        show_evaluation.show_markdown(evaluated)
    else:
        show_evaluation.show_evaluation(evaluated)
    show_evaluation.show_failures(evaluated)
    if save is not None:
        save_scorecard(evaluated, save)
    if evaluated.failures:
        raise typer.Exit(ExitCode.REFUSED)
