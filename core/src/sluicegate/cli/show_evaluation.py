"""Shows how good detectors are: a table a corpus, and where they were wrong, never on what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.cli.output import note, print_lines, print_table

if TYPE_CHECKING:
    from sluicegate.cli.evaluating import Evaluated
    from sluicegate.detect.evaluation import Judged


def show_evaluation(evaluated: Evaluated) -> None:
    """Print tables, then what failed."""
    from sluicegate.detect.evaluation.markdown import table_header, table_rows
    from sluicegate.detect.evaluation.scorecard import row_document

    for score in evaluated.scores:
        rows = {row.name: row_document(row) for row in score.rows}
        title = f"{score.name}: {score.samples:,} samples, {score.rate:.1f} MB/s"
        print_table(title, table_header(), table_rows(rows))
        if score.errors:
            header = ("sample", "what", "class", "start", "length", "detector", "score")
            print_table("", header, (_error_row(one) for one in score.errors))
        for name, count in score.unlabelled.items():
            print_lines([f"{count:,} findings of {name}, which this corpus does not label"])
        print_lines([""])
    print_lines([f"catalogue {evaluated.catalogue}"])


def show_failures(evaluated: Evaluated) -> None:
    """Say on stderr what failed and what could not be compared."""
    for text in evaluated.notes:
        note(f"note: {text}")
    for text in evaluated.failures:
        note(f"failed: {text}")


def show_markdown(evaluated: Evaluated) -> None:
    """Print the scores as the document that is stored."""
    from sluicegate.detect.evaluation import scorecard_document, scorecard_markdown

    text = scorecard_markdown(scorecard_document(evaluated.catalogue, evaluated.scores))
    print_lines(text.splitlines())


def evaluation_document(evaluated: Evaluated) -> dict[str, Any]:
    """Build the JSON document of a call."""
    from sluicegate.detect.evaluation import scorecard_document

    document = scorecard_document(evaluated.catalogue, evaluated.scores)
    for score in evaluated.scores:
        corpus = document["corpora"][score.name]
        corpus["megabytes_per_second"] = round(score.rate, 2)
        corpus["errors"] = [_error_document(one) for one in score.errors]
    return {
        "passed": not evaluated.failures,
        "failures": list(evaluated.failures),
        "notes": list(evaluated.notes),
        **document,
    }


def _error_document(one: Judged) -> dict[str, Any]:
    return {
        "sample": one.sample,
        "kind": str(one.kind),
        "class": one.measured_class,
        "start": one.start,
        "length": one.length,
        "detector": one.detector,
        "score": one.score,
    }


def _error_row(one: Judged) -> tuple[Any, ...]:
    score = f"{one.score:.2f}" if one.detector else ""
    return one.sample, one.kind, one.measured_class, one.start, one.length, one.detector, score
