"""The answers of stores as one file, and the orders of a lost answer as its rows."""

from datetime import date
from decimal import Decimal

import pytest
from coopcycle_files import LANGUAGES, sample
from simulators.coopcycle import CoopcycleSimulator

from tools.coopcycle.api import CoopcycleClient, Period, UserSignIn, invoicing
from tools.coopcycle.columns import COLUMNS
from tools.coopcycle.export_file import (
    NoExportError,
    read_rows,
    rows_of_items,
    write_file,
)
from tools.coopcycle.label import hash_of_store, store_hash
from tools.coopcycle.parser import parse

JUNE = Period(date(2025, 6, 1), date(2025, 6, 30))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_survives_being_read_and_written(language):
    content = sample(language)
    rows = read_rows(content.decode())
    assert parse(write_file(rows)).rows == parse(content).rows
    assert len(rows) == content.count(b"\n") - 1


def test_an_export_of_nothing_has_no_rows():
    assert read_rows("") == read_rows("\n") == []
    assert read_rows(",".join(COLUMNS.values())) == []


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>Welcome</body></html>",
        "Organization,Description\nAcme,x\n",
        sample("fr").decode()[:-20],
    ],
)
def test_what_is_no_export(text):
    with pytest.raises(NoExportError):
        read_rows(text)


def test_a_lost_answer_gives_the_rows_that_it_had():
    """The orders tell everything but the account."""
    with CoopcycleSimulator() as instance:
        store = instance.add_store("Canal", 'Les "Vélos" du Canal')
        for total in (499, 1200, 0, -360):
            instance.deliver(store, total=total, tax=round(total / 6))
        sign_in = UserSignIn(instance.username, instance.password)
        with CoopcycleClient(instance.url, sign_in) as client:
            text, _id = invoicing.export_store(client, JUNE, store.id, "ours")
            found = invoicing.read_exported(client, JUNE, "ours")
    name = store.organization
    assert rows_of_items(found[store.id], "ours", name, "706000") == read_rows(text)
    content = write_file(rows_of_items(found[store.id], "ours", name))
    parsed = parse(content)
    assert not list(parsed.faults)
    assert [row.price_unit for row in parsed.rows] == list(
        map(Decimal, ("4.16", "10", "0", "-3"))
    )


def test_the_hash_of_a_store_is_the_end_of_its_external_id():
    assert hash_of_store(1) == "6b86b27"
    assert store_hash(f"ours-{hash_of_store(12)}") == hash_of_store(12)
