"""``sluicegate keys``: names of keys, rotation and destruction; never a secret."""

from __future__ import annotations

import base64
from typing import Annotated, TypeAlias

import typer

from sluicegate.cli.examples import example
from sluicegate.cli.exit_codes import ExitCode
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, note, print_json, print_lines, print_table

app = typer.Typer(no_args_is_help=True)
_Purpose: TypeAlias = Annotated[str, typer.Option("--purpose", "-p", help="Whose key.")]


@app.callback()
def _group() -> None:
    """Keys of purposes and of the installation: names, rotation, destruction."""


@app.command("show", epilog=example("keys show"))
def show(*, config: ConfigOption = None, form: FormatOption = Format.TABLE) -> None:
    """Show the installation's key ids, and the line for others' file of public keys."""
    from sluicegate.gate.keys import open_keyring
    from sluicegate.gate.trust import own_key, read_public_keys
    from sluicegate.ledger import Ed25519Signer

    settings = load_settings(config)
    keyring = open_keyring(settings)
    own = own_key(Ed25519Signer(keyring.derive("signing").reveal()))
    ids = {use: keyring.key_id(use) for use in ("fingerprint", "parameters", "canary")}
    public = {key_id: base64.b64encode(key).decode() for key_id, key in own.items()}
    others = sorted(set(read_public_keys(settings.public_keys)) - set(own))
    if form is Format.JSON:
        print_json({"signing": public, "derived": ids, "trusted": others})
        return
    print_table("", ("key", "id"), [("signing", key_id) for key_id in public] + list(ids.items()))
    print_lines(["", "public key, to be trusted by others:"])
    print_lines(f"{key_id} {key}" for key_id, key in public.items())
    if others:
        print_lines(["", f"also trusted here: {', '.join(others)}"])


@app.command("list", epilog=example("keys list"))
def list_keys(*, config: ConfigOption = None, form: FormatOption = Format.TABLE) -> None:
    """List the purposes that ever had a key: epochs, ids, and what was destroyed."""
    from sluicegate.cli.show_keys import HEADERS, key_rows, keys_document
    from sluicegate.gate.keys import opened_keys

    with opened_keys(load_settings(config)) as (keys, _):
        histories = [keys.history(purpose) for purpose in keys.purposes()]
    if form is Format.JSON:
        print_json({"purposes": [keys_document(h) for h in histories]})
    elif histories:
        print_table("", HEADERS, [row for h in histories for row in key_rows(h)])
    else:
        print_lines(["no purpose has a key yet: its first extract makes one"])


@app.command("create", epilog=example("keys create"))
def create(
    *, purpose: _Purpose, config: ConfigOption = None, form: FormatOption = Format.TABLE
) -> None:
    """Make a purpose's first key, or a new one after its key was destroyed.

    The first extract for a purpose makes its key too; after a destruction only this does.
    """
    from sluicegate.cli.identity import acting_person
    from sluicegate.gate.keys import opened_keys

    with opened_keys(load_settings(config), change=True) as (keys, _):
        key = keys.create(purpose, by=acting_person())
    if form is Format.JSON:
        print_json({"purpose": purpose, "key_id": key.key_id})
    else:
        print_lines([f"{purpose} has the key {key.key_id}"])


@app.command("rotate", epilog=example("keys rotate"))
def rotate(
    *, purpose: _Purpose, config: ConfigOption = None, form: FormatOption = Format.TABLE
) -> None:
    """Begin a new epoch of a purpose's key: extracts from now on use it.

    Keys of earlier epochs stay, to verify and unmask what was made under them. Extracts of two
    epochs do not join: `keys rekey --plan` lists which datasets are to be extracted again.
    """
    from sluicegate.cli.identity import acting_person
    from sluicegate.gate.keys import opened_keys
    from sluicegate.gate.rekey import rekey_plan

    with opened_keys(load_settings(config), change=True) as (keys, ledger):
        key = keys.rotate(purpose, by=acting_person())
        stale = rekey_plan(ledger, keys.history(purpose))
    if form is Format.JSON:
        print_json({"purpose": purpose, "key_id": key.key_id, "stale": len(stale)})
        return
    print_lines([f"{purpose} has the key {key.key_id} from now on"])
    if stale:
        note(
            f"{len(stale)} dataset(s) under earlier keys do not join with what is extracted now:"
            f" sluicegate keys rekey --purpose {purpose} --plan"
        )


@app.command("rekey", epilog=example("keys rekey"))
def rekey(
    *,
    purpose: _Purpose,
    plan: Annotated[bool, typer.Option("--plan", help="List what is to be done.")] = False,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """List the datasets under earlier keys, and in which order they are extracted again.

    Nothing else can be done here: the task that made a dataset makes it anew. Sluicegate keeps
    neither its statement nor the values behind its pseudonyms.
    """
    from sluicegate.cli.show_keys import PLAN_HEADERS, plan_document, plan_rows
    from sluicegate.gate.keys import opened_keys
    from sluicegate.gate.rekey import rekey_plan

    if not plan:
        note("say --plan: datasets are extracted again by the tasks that made them")
        raise typer.Exit(ExitCode.USAGE)
    with opened_keys(load_settings(config)) as (keys, ledger):
        history = keys.history(purpose)
        stale = rekey_plan(ledger, history)
    current = history.current.key_id if history.current else ""
    if form is Format.JSON:
        datasets = [plan_document(dataset) for dataset in stale]
        print_json({"purpose": purpose, "key_id": current, "datasets": datasets})
    elif stale:
        print_table(f"to {current or 'no key'}", PLAN_HEADERS, plan_rows(stale))
    else:
        print_lines([f"no dataset of {purpose} is under another key than {current or 'none'}"])


@app.command("destroy", epilog=example("keys destroy"))
def destroy(
    *,
    purpose: _Purpose,
    epoch: Annotated[
        list[int] | None, typer.Option(help="Only the key of this epoch; may be repeated.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why; goes on record.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Destroy a purpose's keys for good: its pseudonyms cannot be linked to anybody any more.

    From then on nothing is extracted for the purpose. Nobody can undo this. Copies of the key
    store in backups and snapshots are not reached: destroy them too.
    """
    from sluicegate.cli.identity import acting_person
    from sluicegate.cli.show_keys import HEADERS, key_rows, keys_document
    from sluicegate.gate.keys import opened_keys

    if not yes:
        _confirm(purpose)
    with opened_keys(load_settings(config), change=True) as (keys, _):
        history = keys.destroy(purpose, by=acting_person(), reason=reason, epochs=epoch or ())
    if form is Format.JSON:
        print_json(keys_document(history))
        return
    print_table("", HEADERS, key_rows(history))
    note("copies of the key store in backups and snapshots are still there: destroy them too")


@app.command("rewrap", epilog=example("keys rewrap"))
def rewrap(
    *,
    before: Annotated[
        str, typer.Option("--from", help="Where the earlier root key is, as in the setting key.")
    ],
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Wrap the keys of all purposes under a new root key; pseudonyms stay as they are.

    Set `key` to the new root first. The installation signs with another key from then on, which
    goes on record: keep the old public key in the file of public keys.
    """
    from sluicegate.cli.identity import acting_person
    from sluicegate.gate.keys import replace_root
    from sluicegate.mask import Keyring, open_key

    earlier = Keyring(open_key(before).root())
    count = replace_root(load_settings(config), earlier, by=acting_person())
    if form is Format.JSON:
        print_json({"rewrapped": count})
    else:
        print_lines([f"{count} key(s) are under the new root now"])


def _confirm(purpose: str) -> None:
    """Let the person type the purpose; anything else, or nobody there, is a no."""
    note(f"This destroys keys of {purpose} for good. What they masked can never be linked again.")
    typed = typer.prompt("Type the purpose to go on", default="", show_default=False, err=True)
    if typed != purpose:
        note("not destroyed: that is not the purpose")
        raise typer.Exit(ExitCode.REFUSED)
