"""Finding the export's columns in a header."""

import pytest

from tools.coopcycle.columns import (
    COLUMNS,
    REQUIRED_COLUMNS,
    normalise_header,
    recognise,
)

HEADER = tuple(COLUMNS.values())


def test_coopcycles_header():
    found = recognise(HEADER)
    assert found.columns == {role: index for index, role in enumerate(COLUMNS)}
    assert (found.unknown, found.repeated, found.missing) == ((), (), ())


@pytest.mark.parametrize(
    "text",
    [
        "Invoice lines / Unit Price",
        "INVOICE LINES / UNIT PRICE",
        "Invoice lines/Unit Price",
        "  Invoice  lines  /Unit\xa0Price ",
        '"Invoice lines / Unit Price"',
        "\ufeffInvoice lines / Unit Price",
        'ï»¿"Invoice lines / Unit Price"',
        "invoice_line_ids/price_unit",
        "invoice_line_ids / price_unit",
    ],
)
def test_ways_to_write_a_header(text):
    assert recognise([text]).columns == {"price_unit": 0}


def test_odoos_technical_names():
    line = "invoice_line_ids"
    names = ["id", "invoice_date", "partner_id", f"{line}/account_id"]
    names += [f"{line}/{name}" for name in ("product_id", "name")]
    names += [f"{line}/{name}" for name in ("price_unit", "quantity")]
    assert list(recognise(names).columns) == list(COLUMNS)


@pytest.mark.parametrize("name", ["partner_id/id", ".id", "Partner 2", "Account"])
def test_columns_that_are_not_the_exports(name):
    found = recognise([*HEADER, name])
    assert found.unknown == (name,)
    assert len(found.columns) == len(COLUMNS)


def test_account_is_the_only_column_that_may_be_missing():
    assert set(COLUMNS) - set(REQUIRED_COLUMNS) == {"account"}
    assert recognise(["Partner"]).missing == tuple(
        role for role in REQUIRED_COLUMNS if role != "partner"
    )


def test_the_first_of_two_columns_counts():
    found = recognise(["Partner", "External ID", "partner_id"])
    assert found.columns == {"partner": 0, "external_id": 1}
    assert found.repeated == (("partner", "partner_id"),)


def test_the_users_choice_overrules_the_names():
    found = recognise(["Partner", "Client "], {normalise_header("Client"): "partner"})
    assert found.columns == {"partner": 1}
    assert found.unknown == ("Partner",)


def test_the_user_may_give_a_known_header_another_role():
    found = recognise(["Partner", "Client"], {"partner": "label", "client": "partner"})
    assert found.columns == {"label": 0, "partner": 1}


def test_the_user_may_leave_a_column_out():
    found = recognise(["Partner", "partner_id", "Notes"], {"partner": "", "notes": ""})
    assert found.columns == {"partner": 1}
    assert (found.unknown, found.repeated) == ((), ())


def test_a_column_without_a_header_is_of_no_interest():
    assert recognise(["Partner", "", " "]).unknown == ()
