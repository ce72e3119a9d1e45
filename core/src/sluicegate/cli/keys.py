"""``sluicegate keys``: names of keys and the public key, never a secret."""

from __future__ import annotations

import base64
from typing import Annotated

import typer

from sluicegate.cli.examples import example
from sluicegate.cli.options import ConfigOption, FormatOption, load_settings
from sluicegate.cli.output import Format, print_json, print_lines, print_table

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Names of keys, and the public key."""


@app.command("show", epilog=example("keys show"))
def show(
    *,
    purpose: Annotated[
        list[str] | None,
        typer.Option("--purpose", "-p", help="Also name the pseudonym key of this purpose."),
    ] = None,
    config: ConfigOption = None,
    form: FormatOption = Format.TABLE,
) -> None:
    """Show key ids, and the line that others put into their file of public keys."""
    from sluicegate.gate.trust import own_key, read_public_keys
    from sluicegate.ledger import Ed25519Signer
    from sluicegate.mask import Keyring, open_key

    settings = load_settings(config)
    keyring = Keyring(open_key(settings.key).root())
    own = own_key(Ed25519Signer(keyring.derive("signing").reveal()))
    ids = {use: keyring.key_id(use) for use in ("fingerprint", "parameters", "canary")}
    ids |= {f"pseudonym for {p}": keyring.key_id("pseudonym", p) for p in purpose or ()}
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
