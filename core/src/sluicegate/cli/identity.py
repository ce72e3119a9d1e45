"""The run identity of a command: the operating system's user, and the code that stands here."""

from __future__ import annotations

import os
import platform
import uuid
from pathlib import Path
from types import MappingProxyType

import sluicegate
from sluicegate.cli.checkout import find_checkout
from sluicegate.errors import ConfigurationError
from sluicegate.model.identity import RunIdentity, Trust


def cli_identity(
    command: str, environment: str, run: str | None = None, folder: Path | None = None
) -> RunIdentity:
    """Build the identity of one call.

    Args:
        command: Name of the command, for example ``extract``.
        environment: Of the settings.
        run: Names the run that this call is a try of; a new run if not given.
        folder: Where the call was made; the working folder if not given.
    """
    folder = folder or Path.cwd()
    checkout = find_checkout(folder)
    return RunIdentity(
        orchestrator="cli",
        pipeline=checkout.name if checkout else (folder.resolve().name or "/"),
        task=command,
        run=run or str(uuid.uuid4()),
        triggered_by=acting_person(),
        trust=Trust.AUTHENTICATED,
        trigger="manual",
        environment=environment,
        code_version=checkout.commit if checkout else None,
        host=platform.node(),
        versions=MappingProxyType(
            {"sluicegate": sluicegate.__version__, "python": platform.python_version()}
        ),
    )


def acting_person() -> str:
    """Name who runs this command: the login, or the number of an account without one."""
    return login_of_user() or f"uid:{os.getuid()}"


def login_of_user() -> str | None:
    """Return the login of the real user id from the user database, ``None`` if it has none.

    USER and LOGNAME are not asked: whoever starts a process can set them.
    """
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return None


def approving_person() -> str:
    """Return the login of who answers an approval.

    Raises:
        ConfigurationError: the user id has no login, so nobody could be named.
    """
    person = login_of_user()
    if person is None:
        raise ConfigurationError(
            f"user id {os.getuid()} has no login on this machine",
            hint="answer from an account that the machine knows",
        )
    return person
