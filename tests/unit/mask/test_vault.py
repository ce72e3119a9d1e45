"""The vault gives one token a value, to many processes at once, and forgets when told to."""

from __future__ import annotations

import multiprocessing
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
import sqlalchemy as sa
from tests.conftest import Postgres

from sluicegate.errors import ConfigurationError, MaskingError
from sluicegate.mask.vault import Vault
from sluicegate.model.data import DataClass
from sluicegate.model.sensitive import Sensitive

EMAIL, PHONE = DataClass("email"), DataClass("phone")
KEY = bytes(range(32))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'vault.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()


def vault(url: str, key: bytes = KEY) -> Vault:
    return Vault(url, Sensitive(key))


def test_values_get_random_tokens_and_come_back(url: str) -> None:
    array = pa.array(["ada@example.com", None, "bob@example.com", "ada@example.com", ""])
    tokens = vault(url).apply(array, EMAIL)
    first, nothing, second, again, empty = tokens.to_pylist()
    assert nothing is None
    assert first == again
    assert len({first, second, empty}) == 3
    for token in (first, second, empty):
        assert re.fullmatch(r"tok_[A-Za-z0-9_-]{22}", token)
    assert vault(url).apply(array, EMAIL).equals(tokens)
    assert vault(url).reveal(tokens, EMAIL).equals(array)
    assert vault(url).reveal(tokens.dictionary_encode(), EMAIL).equals(array)


def test_more_values_than_one_statement_takes(url: str) -> None:
    array = pa.array([f"person{i}@example.com" for i in range(2_100)])
    tokens = vault(url).apply(array, EMAIL)
    assert len(set(tokens.to_pylist())) == 2_100
    assert vault(url).apply(array[::-1], EMAIL).equals(tokens[::-1])
    assert vault(url).reveal(tokens[7:], EMAIL).equals(array[7:])


def test_classes_kinds_and_purposes_do_not_share_tokens(url: str) -> None:
    text, number = pa.array(["42"]), pa.array([42])
    tokens = {
        vault(url).apply(text, EMAIL)[0].as_py(),
        vault(url).apply(text, PHONE)[0].as_py(),
        vault(url).apply(number, EMAIL)[0].as_py(),
        vault(url, bytes(31) + b"k").apply(text, EMAIL)[0].as_py(),
    }
    assert len(tokens) == 4


def test_anothers_token_and_what_is_none_are_refused_without_being_shown(url: str) -> None:
    mine = vault(url)
    token = mine.apply(pa.array(["ada@example.com"]), EMAIL)[0].as_py()
    anothers = vault(url, bytes(31) + b"k").apply(pa.array(["ada@example.com"]), EMAIL)[0].as_py()
    sealed_for_phone = mine.apply(pa.array(["ada@example.com"]), PHONE)[0].as_py()
    wrong = [anothers, sealed_for_phone, "tok_" + "A" * 22, "ada@example.com", "", "\x00", "tok_é"]
    for value in wrong:
        with pytest.raises(MaskingError, match="row 1 of the batch") as caught:
            mine.reveal(pa.array([token, value]), EMAIL)
        assert not value or value not in str(caught.value)
        assert caught.value.__context__ is None


def test_an_erased_entry_is_gone_and_its_value_gets_another_token(url: str) -> None:
    array = pa.array(["ada@example.com", "bob@example.com"])
    tokens = vault(url).apply(array, EMAIL)
    ada = pa.array(["ada@example.com", None, "ada@example.com", "nobody@example.com"])
    assert vault(url).erase(ada, PHONE) == 0
    assert vault(url).erase(ada, EMAIL) == 1
    with pytest.raises(MaskingError, match="row 0") as caught:
        vault(url).reveal(tokens, EMAIL)
    assert "erased" in caught.value.hint
    assert vault(url).reveal(tokens[1:], EMAIL).to_pylist() == ["bob@example.com"]
    again = vault(url).apply(array, EMAIL)
    assert again[0] != tokens[0]
    assert again[1] == tokens[1]


def test_the_table_holds_no_value_and_no_hash_that_can_be_tried(url: str) -> None:
    vault(url).apply(pa.array(["ada@example.com"]), EMAIL)
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        lookup, token, sealed = connection.execute(
            sa.text("SELECT lookup, token, sealed FROM sluicegate_vault")
        ).one()
        assert b"ada" not in bytes(sealed)
        assert "ada" not in lookup + token
        # an entry that was changed in the table is refused, not given out
        connection.execute(sa.text("UPDATE sluicegate_vault SET token = 'tok_" + "B" * 22 + "'"))
        connection.commit()
    engine.dispose()
    with pytest.raises(MaskingError, match="row 0"):
        vault(url).reveal(pa.array(["tok_" + "B" * 22]), EMAIL)


def write(url: str, start: int, results: multiprocessing.Queue[list[str] | str]) -> None:
    try:
        array = pa.array([f"person{i}@example.com" for i in range(start, start + 1_500)])
        results.put([str(start), *vault(url).apply(array, EMAIL).to_pylist()])
    except Exception as error:  # noqa: BLE001 - the parent tells it
        results.put(f"{start}: {error!r}")


@pytest.mark.slow
def test_four_processes_agree_on_every_token(url: str) -> None:
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[list[str] | str] = context.Queue()
    starts = (0, 100, 0, 700)
    workers = [context.Process(target=write, args=(url, start, results)) for start in starts]
    for worker in workers:
        worker.start()
    answers = [results.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(30)
    tokens: dict[int, str] = {}
    for answer in answers:
        assert isinstance(answer, list), answer
        for place, token in enumerate(answer[1:], start=int(answer[0])):
            assert tokens.setdefault(place, token) == token
    assert len(set(tokens.values())) == len(tokens) == 2_200
    everyone = pa.array([f"person{i}@example.com" for i in sorted(tokens)])
    assert vault(url).apply(everyone, EMAIL).to_pylist() == [tokens[i] for i in sorted(tokens)]


def test_a_writer_that_loses_the_race_takes_the_winners_token(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow, fast = vault(url), vault(url)
    array = pa.array(["ada@example.com", "bob@example.com"])
    entry: Callable[..., dict[str, object]] = slow._entry
    won: list[pa.Array] = []

    def entry_after_another(self: Vault, *arguments: object) -> dict[str, object]:
        if self is slow and not won:
            won.append(pa.nulls(0))
            won[0] = fast.apply(array[:1], EMAIL)
        return entry(*arguments)

    monkeypatch.setattr(Vault, "_entry", entry_after_another)
    tokens = slow.apply(array, EMAIL)
    assert tokens[0] == won[0][0]
    assert fast.reveal(tokens, EMAIL).equals(array)


@pytest.mark.postgres
def test_the_grants_of_the_docstring_are_enough_and_keep_apart(postgres: Postgres) -> None:
    url = postgres.database()
    array = pa.array(["ada@example.com"])
    vault(url).apply(array, EMAIL)
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        for role, grants in {
            "vault_extracts": ["SELECT (lookup, token)", "INSERT"],
            "vault_unmasking": ["SELECT (token, sealed)"],
            "vault_erasure": ["SELECT (lookup)", "DELETE"],
        }.items():
            connection.execute(f"DROP ROLE IF EXISTS {role}".encode())
            connection.execute(f"CREATE ROLE {role} LOGIN".encode())
            connection.execute(f"GRANT {', '.join(grants)} ON sluicegate_vault TO {role}".encode())
    extracts, unmasking, erasure = (
        vault(postgres.uri_of(name, user=f"vault_{role}"))
        for role in ("extracts", "unmasking", "erasure")
    )
    tokens = extracts.apply(pa.array(["ada@example.com", "bob@example.com"]), EMAIL)
    assert unmasking.reveal(tokens, EMAIL).to_pylist() == ["ada@example.com", "bob@example.com"]
    for refused in (
        lambda: extracts.reveal(tokens, EMAIL),
        lambda: extracts.erase(array, EMAIL),
        lambda: unmasking.apply(array, EMAIL),
        lambda: unmasking.erase(array, EMAIL),
        lambda: erasure.reveal(tokens, EMAIL),
        lambda: erasure.apply(array, EMAIL),
    ):
        with pytest.raises(MaskingError, match="ProgrammingError") as caught:
            refused()
        assert "ada" not in str(caught.value)
        assert caught.value.__suppress_context__
    assert erasure.erase(array, EMAIL) == 1


@pytest.mark.skipif(os.name != "posix", reason="modes are a POSIX matter")
def test_a_vault_in_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    vault(f"sqlite:///{path}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("url", ["", "no url s3cret", "nosuch://u:s3cret@h/d", "sqlite://"])
def test_a_url_that_is_none_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        vault(url)
    assert "s3cret" not in str(caught.value)


def test_a_database_that_does_not_answer_is_an_error_without_its_url(tmp_path: Path) -> None:
    with pytest.raises(MaskingError, match="OperationalError") as caught:
        vault(f"postgresql://u:s3cret@/d?host={tmp_path}")
    assert "s3cret" not in str(caught.value)
    with pytest.raises(ConfigurationError, match="cannot be made"):
        vault(f"sqlite:///{tmp_path}/none/vault.db")
    assert "***" in repr(vault(f"sqlite:///{tmp_path}/vault.db"))
