"""Ways a value could get out of a guarded pipeline in Airflow; ``airflow_evasion_dags`` runs them.

Each way has a name and a value of its own, so that what is found afterwards tells which way let it
through. Imported by the tests and by Airflow's processes, so it imports no Airflow itself.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import ctypes
import gzip
import hashlib
import json
import logging
import os
import stat
import string
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from tests import evasion_values
    from tests.airflow_version import AIRFLOW
    from tests.evasion_values import HIDING, Customer, Quiet, Ways
else:  # as the processes that run this find it
    import evasion_values
    from airflow_version import AIRFLOW
    from evasion_values import HIDING, Customer, Quiet, Ways

WAYS: dict[str, str] = {}
"""All ways in their order, and what kind of value each tries: email, token or card."""
OUT_OF_REACH: list[str] = []
"""Names of the ways that stay open; the documentation tells why."""
ABSENT: Final = (
    frozenset({"state store of a task", "key in the state store of a task"})
    if AIRFLOW < (3, 3)
    else frozenset()
)
"""Names of the ways that the Airflow at hand does not have."""
_SIGNS = string.digits + string.ascii_uppercase + string.ascii_lowercase


def value_of(way: str) -> str:
    """Return what must not get out on this way: reserved, or made up and nobody's."""
    number, kind = list(WAYS).index(way), WAYS[way]
    return {"email": _email, "token": _token, "card": _card}[kind](number)


def _email(number: int) -> str:
    return f"zmark{number:03d}er7f3a@example.com"


def _token(number: int) -> str:
    """Make a token as GitHub's are, with the checksum that they end with."""
    body = hashlib.sha256(f"evasion {number}".encode()).hexdigest()[:30]
    rest, sum_of = "", binascii.crc32(body.encode())
    while sum_of:
        sum_of, sign = divmod(sum_of, 62)
        rest = _SIGNS[sign] + rest
    return f"ghp_{body}{rest.rjust(6, '0')}"


def _card(number: int) -> str:
    """Make a number of a card that passes its check; no issuer has the range."""
    first = f"400000{number:09d}"
    digits = [int(d) * (2 - n % 2) for n, d in enumerate(reversed(first))]
    return first + str(-sum(d - 9 if d > 9 else d for d in digits) % 10)


def forms_of(way: str) -> dict[str, bytes]:
    """Return what to search for: the value as it is, reversed, in hex, in base64 …"""
    value = value_of(way)
    return {
        **evasion_values.forms_of(value),
        "url": quote(value, safe="").encode(),
        "utf-16 in JSON": "\\u0000".join(value).encode(),
        "parts": value.replace("@", "@, ").encode(),
        "gzip": base64.b64encode(gzip.compress(value.encode(), mtime=0)),
    }


logged, raised, pushed, handed = Ways(WAYS), Ways(WAYS), Ways(WAYS), Ways(WAYS)


# What a task logs and prints.


@logged("print")
def _(value: str, _: Any) -> None:
    print("customer", value)


@logged("print of a token", "token")
def _(value: str, _: Any) -> None:
    print("login with", value)


@logged("print of a number", "card")
def _(value: str, _: Any) -> None:
    print(int(value))


@logged("print to stderr")
def _(value: str, _: Any) -> None:
    sys.stderr.write(value + "\n")


@logged("print in pieces of a line")
def _(value: str, _: Any) -> None:
    for letter in value:
        print(letter, end="", flush=True)
    print()


@logged("write to a file descriptor")
def _(value: str, _: Any) -> None:
    os.write(1, f"raw {value}\n".encode())
    os.write(2, f"raw {value}\n".encode())


@logged("write from C")
def _(value: str, _: Any) -> None:
    libc = ctypes.CDLL(None)
    libc.puts(value.encode())
    libc.fflush(None)


@logged("write to the first standard output")
def _(value: str, _: Any) -> None:
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            stream.write(f"{value}\n")
            stream.flush()


@logged("output of a child process")
def _(value: str, _: Any) -> None:
    subprocess.run(["sh", "-c", "echo $0; echo $0 >&2", value], check=True)


@logged("print UTF-16")
def _(value: str, _: Any) -> None:
    os.write(1, value.encode("utf-16-le") + b"\n")


@logged("print base64")
def _(value: str, _: Any) -> None:
    print(base64.b64encode(f"customer {value} plan".encode()).decode())


@logged("print hex")
def _(value: str, _: Any) -> None:
    print(value.encode().hex())


@logged("print URL-encoded")
def _(value: str, _: Any) -> None:
    print("https://shop.example/?mail=" + quote(value, safe=""))


@logged("print of a log line in JSON")
def _(value: str, _: Any) -> None:
    print(json.dumps({"event": "said", "level": "info", "logger": "task", value: [value]}))


@logged("Python's logging")
def _(value: str, _: Any) -> None:
    logging.getLogger("shop").warning("customer %s", value)


@logged("Python's logging, extra and arguments")
def _(value: str, _: Any) -> None:
    logging.getLogger("shop").warning("%(who)s", {"who": {"mail": [value]}}, extra={"who": value})


@logged("a library's logger with a handler of its own")
def _(value: str, _: Any) -> None:
    logger = logging.Logger("library")  # noqa: LOG001 - one that no configuration knows
    logger.addHandler(logging.StreamHandler())
    logger.warning("customer %s", value)


@logged("logger that is called like the value")
def _(value: str, _: Any) -> None:
    logging.getLogger(value).warning("named")


@logged("the task's own logger")
def _(value: str, context: Any) -> None:
    context["task"].log.info("customer %s", value)


@logged("structlog")
def _(value: str, _: Any) -> None:
    import structlog

    structlog.get_logger("shop").info(f"customer {value}")


@logged("fields of structlog", "card")
def _(value: str, _: Any) -> None:
    import structlog

    structlog.get_logger("shop").info("card", number=int(value), all={"deep": (value,)})


@logged("name of a field of structlog")
def _(value: str, _: Any) -> None:
    import structlog

    structlog.get_logger("shop").info("named", **{value: 1})


@logged("warning")
def _(value: str, _: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"odd customer {value}", stacklevel=1)


@logged("log of an exception")
def _(value: str, _: Any) -> None:
    try:
        int(value.replace("q", ""))
    except ValueError:
        logging.getLogger("shop").exception("no number: %s", value)


@logged("exception of a thread")
def _(value: str, _: Any) -> None:
    def fail() -> None:
        raise ValueError(value)

    thread = threading.Thread(target=fail, name=value)
    thread.start()
    thread.join()


@logged("exception that nobody can catch")
def _(value: str, _: Any) -> None:
    class Fails:
        def __del__(self) -> None:
            raise ValueError(value)

    Fails()


@logged("object with a lying text")
def _(value: str, _: Any) -> None:
    logging.getLogger("shop").warning("%s %r", Quiet(value), Quiet(value))
    print([Quiet(value)], Customer(value))


@logged("line to the channel of logs")
def _(value: str, _: Any) -> None:
    """Write where Airflow's own lines go, past all loggers."""
    line = json.dumps({"event": value, "level": "info", "logger": "x"}).encode() + b"\n"
    for fd in range(3, 40):
        with contextlib.suppress(OSError):
            if stat.S_ISSOCK(os.fstat(fd).st_mode) and _is_of_logs(fd):
                os.write(fd, line)


def _is_of_logs(fd: int) -> bool:
    """Tell whether Airflow's own log lines go to this socket."""
    from structlog import get_config

    made = get_config()["logger_factory"]
    return any(
        getattr(held, "fileno", lambda: -1)() == fd
        for held in vars(made).values()
        if hasattr(held, "fileno")
    )


# What a task raises.


@raised("exception")
def _(value: str, _: Any) -> None:
    raise ValueError(value)


@raised("cause of an exception")
def _(value: str, _: Any) -> None:
    raise RuntimeError("wrapped") from ValueError(value)


@raised("context of an exception")
def _(value: str, _: Any) -> None:
    try:
        int(value)
    except ValueError:
        raise RuntimeError("hidden")  # noqa: B904 - the context is the way


@raised("note of an exception", "token")
def _(value: str, _: Any) -> None:
    error = RuntimeError("noted")
    error.add_note(value)
    raise error


@raised("group of exceptions")
def _(value: str, _: Any) -> None:
    raise ExceptionGroup(value, [ValueError(value), ExceptionGroup("in", [TypeError(value)])])


@raised("arguments of an exception")
def _(value: str, _: Any) -> None:
    raise RuntimeError("row", {"email": [value]}, Quiet(value))


@raised("exception in base64")
def _(value: str, _: Any) -> None:
    raise ValueError(base64.b64encode(value.encode()).decode())


@raised("class of an exception made on the way")
def _(value: str, _: Any) -> None:
    raise type(value, (Exception,), {})


@raised("exception whose text is made when it is shown")
def _(value: str, _: Any) -> None:
    class Late(Exception):
        def __str__(self) -> str:
            return value

    raise Late


@raised("AirflowSkipException")
def _(value: str, _: Any) -> None:
    from airflow.providers.common.compat.sdk import AirflowSkipException

    raise AirflowSkipException(value)


@raised("AirflowFailException")
def _(value: str, _: Any) -> None:
    from airflow.providers.common.compat.sdk import AirflowFailException

    raise AirflowFailException(value)


@raised("SystemExit")
def _(value: str, _: Any) -> None:
    sys.exit(value)


@raised("death of the task's process")
def _(value: str, _: Any) -> None:
    os.write(2, f"fatal: {value}".encode())
    os._exit(3)


# What a task pushes to its XComs.


class Serialized:
    """An object that Airflow serializes by its own method."""

    __slots__ = ("_take",)
    __version__ = 1

    def __init__(self, value: str) -> None:
        self._take: Callable[[], str] = lambda: value

    def serialize(self) -> dict[str, Any]:
        """Tell Airflow what to store."""
        return {"to": self._take()}


@pushed("XCom")
def _(value: str) -> Any:
    return value


@pushed("XCom, token", "token")
def _(value: str) -> Any:
    return f"Bearer {value}"


for _name, _hide in HIDING.items():
    pushed(f"XCom, {_name}")(_hide)


@pushed("XCom, number", "card")
def _(value: str) -> Any:
    return {"card": [int(value)]}


@pushed("XCom, number as a float", "card")
def _(value: str) -> Any:
    return [float(value)]


@pushed("XCom, gzip in base64")
def _(value: str) -> Any:
    return base64.b64encode(gzip.compress(value.encode(), mtime=0)).decode()


@pushed("XCom, hex")
def _(value: str) -> Any:
    return value.encode().hex()


@pushed("XCom, URL-encoded")
def _(value: str) -> Any:
    return quote(value, safe="")


@pushed("XCom, set")
def _(value: str) -> Any:
    return {value}


@pushed("XCom, serializer of its own")
def _(value: str) -> Any:
    return Serialized(value)


@pushed("XCom, numpy array", "card")
def _(value: str) -> Any:
    import numpy as np

    return np.array([int(value)])


@pushed("XCom, numpy scalar")
def _(value: str) -> Any:
    import numpy as np

    return np.str_(value)


WAYS["last line without an end"] = "email"
WAYS["XCom, name"] = "email"


# What a task hands to Airflow on other ways, and goes on.


@handed("state store of a task")
def _(value: str, context: Any) -> None:
    context["task_state_store"].set("customer", {"email": value})


@handed("key in the state store of a task")
def _(value: str, context: Any) -> None:
    context["task_state_store"].set(value, 1)


@handed("body of a question to a human")
def _(value: str, context: Any) -> None:
    from airflow.sdk.execution_time.hitl import upsert_hitl_detail

    upsert_hitl_detail(ti_id=context["ti"].id, options=["Yes"], subject="Go on?", body=value)


@handed("variable")
def _(value: str, _: Any) -> None:
    from airflow.sdk import Variable

    Variable.set("customer", value)


@handed("name of a variable")
def _(value: str, _: Any) -> None:
    from airflow.sdk import Variable

    Variable.set(value, "1")


@handed("extra of an asset event")
def _(value: str, context: Any) -> None:
    (asset,) = (a for a in context["task"].outlets if a.name == "evaded")
    context["outlet_events"][asset].extra = {"sample": [value]}


# What is tried by tasks of a form of their own.

_OTHERS = (
    "asset made on the way",
    "rendered field",
    "rendered field, nested",
    "rendered environment of a command",
    "failing template",
    "returned value",
    "returned value, several outputs",
    "output of @task.bash",
    "result of @task.external_python",
    "branch",
    "value of a sensor",
    "setup",
    "teardown",
    "retry",
    "callback on execution",
    "callback on failure",
    "callback on success",
    "notifier",
    "mail",
    "label of a mapped task",
    "label of a mapped task, set by the body",
    "rendered field of a mapped task",
    "deferral, arguments",
    "deferral, arguments of the trigger",
    "deferral, event",
    "log of a trigger",
    "exception of a trigger",
    "configuration of a triggered run",
    "statement in lineage",
    "facet in lineage",
    "dataset in lineage",
    "print while the DAG file is read",
)
WAYS.update(dict.fromkeys(_OTHERS, "email"))


def _open(way: str) -> str:
    WAYS[way] = "email"
    OUT_OF_REACH.append(way)
    return way


_open("print reversed")
_open("print base64 of base64")
_open("XCom in pieces")
_open("a file that the task writes itself")
_open("id of a run")
_open("id of a triggered run")
_open("configuration of a run that a person starts")
_open("note that a person writes")
_open("literal in a DAG file")
_open("documentation of a task")
_open("extra of an asset")
_open("tag of a DAG")
_open("argument of a mapped task, literal")
_open("exception while the DAG file is read")
_open("exception of a trigger, tried again")


def write_mail(to: object, subject: object, html_content: object, *_: object, **__: object) -> None:
    """Stand for the server that would get Airflow's mails."""
    write_note(f"{to} {subject} {html_content}", "mails.txt")


def write_note(text: str, file: str = "notes.txt") -> None:
    """Stand for a chat that notifiers write to."""
    with (Path(os.environ["AIRFLOW_HOME"]) / file).open("a") as notes:
        notes.write(text + "\n")
