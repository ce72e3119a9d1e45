"""What a statement would do other than read: the kinds of node and the first words that say so."""

from __future__ import annotations

from sqlglot import exp

from sluicegate.model.findings import Reason
from sluicegate.sql.refusal import place_of

_WRITE = "G02"
_DDL = "G03"
_INTO = "G04"
_COPY = "G05"
_CALL = "G06"
_GRANT = "G08"
_UNKNOWN = "G09"
_LOCK = "G14"

_MESSAGES = {
    _WRITE: ("the statement writes data", "an extract only reads: write one SELECT"),
    _DDL: ("the statement changes the database's objects", "an extract only reads"),
    _INTO: ("the statement creates a table from a query", "give the output to Sluicegate instead"),
    _COPY: ("the statement moves data in or out by itself", "let Sluicegate write the output"),
    _CALL: ("the statement runs code in the database", "write the query itself"),
    _GRANT: ("the statement changes rights, roles or settings", "ask the owner of the database"),
    _UNKNOWN: ("the statement is of a kind the guard does not model", "write one SELECT"),
    _LOCK: ("the statement locks rows", "remove FOR UPDATE or FOR SHARE"),
}

_WORDS = {
    _WRITE: "insert update delete merge truncate replace upsert load",
    _DDL: "create drop alter comment rename reindex cluster vacuum analyze refresh security",
    _COPY: "copy unload export import attach detach backup",
    _CALL: "call do execute exec explain prepare deallocate",
    _GRANT: "grant revoke set reset use pragma begin start commit end rollback abort savepoint "
    "release listen notify unlisten discard checkpoint install lock close declare fetch move",
}
_BY_WORD = {word: code for code, words in _WORDS.items() for word in words.split()}

_NODES = {
    _WRITE: "Insert Update Delete Merge TruncateTable DML",
    _DDL: "Create Drop Alter Comment Cluster Refresh Analyze Cache Uncache DDL",
    _COPY: "Copy Export Attach Detach LoadData",
    _CALL: "Execute Describe Summarize Kill",
    _GRANT: "Grant Revoke Set SetItem Use Pragma Transaction Commit Rollback",
    _INTO: "Into",
    _LOCK: "Lock LockingStatement",
    _UNKNOWN: "Command Show Semicolon",
}
_BY_NODE = {name: code for code, names in _NODES.items() for name in names.split()}


def by_word(word: str, place: str) -> Reason | None:
    """Return why a statement with this first word is refused, or ``None`` if it may be a query."""
    code = _BY_WORD.get(word.lower())
    return _reason(code, place, word) if code else None


def effects(tree: exp.Expr) -> list[Reason]:
    """Return one reason for each node anywhere in the tree that would do more than read."""
    found = [effect(node) for node in tree.walk()]
    return list(dict.fromkeys(reason for reason in found if reason))


def not_modelled(tree: exp.Expr) -> Reason:
    """Return the reason for a root that is no query."""
    return _reason(_UNKNOWN, place_of(tree), type(tree).__name__)


def effect(node: exp.Expr) -> Reason | None:
    """Return why a node would do more than read, or ``None`` if it would not."""
    kind = type(node).__name__
    if kind == "Create" and isinstance(node.args.get("expression"), exp.Query):
        return _reason(_INTO, place_of(node), "CREATE … AS")
    if kind == "Command":
        word = str(node.this).split(" ")[0]
        return _reason(_BY_WORD.get(word.lower(), _UNKNOWN), place_of(node), word)
    for ancestor in type(node).__mro__:
        if code := _BY_NODE.get(ancestor.__name__):
            return _reason(code, place_of(node), kind)
    return None


def _reason(code: str, place: str, what: str) -> Reason:
    message, hint = _MESSAGES[code]
    known = what if what.isascii() and what.replace("…", "").replace(" ", "").isalpha() else ""
    shown = f" ({known.upper()})" if known else ""
    return Reason(code=code, message=message + shown, hint=hint, place=place)
