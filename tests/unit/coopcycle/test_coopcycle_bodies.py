from datetime import datetime, timedelta

import pytest

from tools.coopcycle.api.bodies import (
    Hours,
    Place,
    Slot,
    delivery_body,
    next_slot,
    street_address,
)

at = datetime.fromisoformat
HOURS = Hours(8, 20, timedelta(hours=1), timedelta(hours=2), "Europe/Paris")
SLOT = Slot(at("2026-06-01 10:00"), at("2026-06-01 12:00"))


@pytest.mark.parametrize(
    ("now", "wanted", "begin"),
    [
        # In summer it is two hours later there than UTC
        (at("2026-06-01 09:05"), None, at("2026-06-01 10:15")),
        (at("2026-06-01 09:00:00.000001"), None, at("2026-06-01 10:15")),
        (at("2026-06-01 09:00"), None, at("2026-06-01 10:00")),
        (at("2026-06-01 03:00"), None, at("2026-06-01 06:00")),
        (at("2026-06-01 15:00"), None, at("2026-06-01 16:00")),
        (at("2026-06-01 15:01"), None, at("2026-06-02 06:00")),
        (at("2026-06-01 22:30"), None, at("2026-06-02 06:00")),
        (at("2026-06-01 09:00"), at("2026-06-05 12:00"), at("2026-06-05 12:00")),
        (at("2026-06-01 09:00"), at("2026-05-01 12:00"), at("2026-06-01 10:00")),
        # The hour that is twice, and the one that is not, are at night
        (at("2026-10-24 20:00"), None, at("2026-10-25 07:00")),
        (at("2026-03-28 20:00"), None, at("2026-03-29 06:00")),
    ],
)
def test_the_first_slot_in_which_couriers_work(now, wanted, begin):
    slot = next_slot(now, wanted, HOURS)
    assert slot == Slot(begin, begin + timedelta(hours=2))


def test_hours_that_are_none_or_too_short():
    now = at("2026-06-01 21:00")
    always = Hours(0, 0, timedelta(), timedelta(hours=2), "Nowhere/Here")
    assert next_slot(now, None, always).begin == now
    short = Hours(10, 11, timedelta(), timedelta(hours=2), "UTC")
    assert next_slot(now, None, short).begin == at("2026-06-02 10:00")
    whole = Hours(0, 24, timedelta(), timedelta(hours=24), "UTC")
    assert next_slot(now, None, whole).begin == at("2026-06-02 00:00")


def test_a_body():
    warehouse = Place("1, Quai de la Gare", zip="75013", city="Paris", company="Shop")
    customer = Place(
        "48, Rue de Rivoli",
        "3e étage",
        "75004",
        "Paris",
        "France",
        "Acme",
        "Ada",
        "+33 1 23 45 67 89",
    )
    body = delivery_body(
        warehouse,
        customer,
        SLOT,
        grams=1500,
        packages={"XL": 2},
        comments="Beware of the dog\nShe bites",
        pickup_comments="WH/OUT/1",
    )
    slot = "2026-06-01T10:00:00Z/2026-06-01T12:00:00Z"
    assert body == {
        "pickup": {
            "timeSlot": slot,
            "address": {
                "streetAddress": "1, Quai de la Gare, 75013 Paris",
                "name": "Shop",
            },
            "comments": "WH/OUT/1",
        },
        "dropoff": {
            "timeSlot": slot,
            "address": {
                "streetAddress": "48, Rue de Rivoli, 75004 Paris, France",
                "description": "3e étage",
                "name": "Acme",
                "contactName": "Ada",
                "telephone": "+33 1 23 45 67 89",
            },
            "comments": "Beware of the dog\nShe bites",
            "weight": 1500,
            "packages": [{"type": "XL", "quantity": 2}],
        },
    }


def test_what_is_not_known_is_not_said():
    body = delivery_body(None, Place("48, Rue de Rivoli"), SLOT)
    assert body["pickup"].keys() == {"timeSlot"}
    assert body["dropoff"].keys() == {"timeSlot", "address"}
    assert body["dropoff"]["address"] == {"streetAddress": "48, Rue de Rivoli"}


def test_what_comes_from_outside_does_no_harm():
    place = Place("48,\x00 Rue\n de\ud800 Rivoli", city="x" * 999)
    assert street_address(place).startswith("48, Rue de Rivoli, xxx")
    assert len(street_address(place)) < 300
    body = delivery_body(None, place, SLOT, comments="a\x00" + "b" * 9999, grams=-3)
    assert len(body["dropoff"]["comments"]) == 2000
    assert "weight" not in body["dropoff"]


def test_an_address_is_no_longer_than_coopcycle_keeps_it():
    place = Place("x" * 300, zip="75001", city="Paris")
    assert len(street_address(place)) == 255
