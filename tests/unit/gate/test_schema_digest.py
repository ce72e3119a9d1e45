"""The digest of the source's schema in an attestation changes with the schema and with nothing else."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from sluicegate.gate.catalogue import schema_digest
from sluicegate.model.data import CatalogColumn, Relation, RelationName, TypeFamily

ID = CatalogColumn(name="id", native_type="bigint", family=TypeFamily.INTEGER, nullable=False)
EMAIL = CatalogColumn(name="email", native_type="text", family=TypeFamily.TEXT)
PEOPLE = Relation(
    name=RelationName(schema="public", name="people"),
    kind="table",
    columns=(ID, EMAIL),
    key=("id",),
)
ORDERS = replace(PEOPLE, name=RelationName(schema="public", name="orders"), columns=(ID,))


def test_anybody_with_the_same_catalogue_computes_it() -> None:
    text = json.dumps(
        [
            {
                "columns": [
                    {"name": "id", "nullable": False, "type": "bigint"},
                    {"name": "email", "nullable": True, "type": "text"},
                ],
                "key": ["id"],
                "kind": "table",
                "name": "public.people",
            }
        ],
        separators=(",", ":"),
    )
    assert schema_digest([PEOPLE]) == "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        replace(PEOPLE, columns=(EMAIL, ID)),
        replace(PEOPLE, columns=(ID,)),
        replace(PEOPLE, columns=(ID, replace(EMAIL, native_type="varchar(9)"))),
        replace(PEOPLE, columns=(ID, replace(EMAIL, nullable=False))),
        replace(PEOPLE, columns=(ID, replace(EMAIL, name="mail"))),
        replace(PEOPLE, key=()),
        replace(PEOPLE, kind="view"),
        replace(PEOPLE, name=RelationName(schema="other", name="people")),
    ],
)
def test_each_change_of_the_schema_shows(other: Relation) -> None:
    assert schema_digest([other]) != schema_digest([PEOPLE])


def test_the_order_in_which_a_statement_names_relations_does_not() -> None:
    assert schema_digest([PEOPLE, ORDERS]) == schema_digest([ORDERS, PEOPLE])
    assert schema_digest([PEOPLE, ORDERS]) != schema_digest([PEOPLE])
