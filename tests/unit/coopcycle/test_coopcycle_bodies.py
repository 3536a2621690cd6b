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

HOURS = Hours(8, 20, timedelta(hours=1), timedelta(hours=2), "Europe/Paris")
SLOT = Slot(datetime(2026, 6, 1, 10), datetime(2026, 6, 1, 12))


@pytest.mark.parametrize(
    ("now", "wanted", "begin"),
    [
        # In summer it is two hours later there than UTC
        (datetime(2026, 6, 1, 9, 5), None, datetime(2026, 6, 1, 10, 15)),
        (datetime(2026, 6, 1, 9, 0, 0, 1), None, datetime(2026, 6, 1, 10, 15)),
        (datetime(2026, 6, 1, 9), None, datetime(2026, 6, 1, 10)),
        (datetime(2026, 6, 1, 3), None, datetime(2026, 6, 1, 6)),
        (datetime(2026, 6, 1, 15), None, datetime(2026, 6, 1, 16)),
        (datetime(2026, 6, 1, 15, 1), None, datetime(2026, 6, 2, 6)),
        (datetime(2026, 6, 1, 22, 30), None, datetime(2026, 6, 2, 6)),
        (datetime(2026, 6, 1, 9), datetime(2026, 6, 5, 12), datetime(2026, 6, 5, 12)),
        (datetime(2026, 6, 1, 9), datetime(2026, 5, 1, 12), datetime(2026, 6, 1, 10)),
        # The hour that is twice, and the one that is not, are at night
        (datetime(2026, 10, 24, 20), None, datetime(2026, 10, 25, 7)),
        (datetime(2026, 3, 28, 20), None, datetime(2026, 3, 29, 6)),
    ],
)
def test_the_first_slot_in_which_couriers_work(now, wanted, begin):
    slot = next_slot(now, wanted, HOURS)
    assert slot == Slot(begin, begin + timedelta(hours=2))


def test_hours_that_are_none_or_too_short():
    now = datetime(2026, 6, 1, 21)
    always = Hours(0, 0, timedelta(), timedelta(hours=2), "Nowhere/Here")
    assert next_slot(now, None, always).begin == now
    short = Hours(10, 11, timedelta(), timedelta(hours=2), "UTC")
    assert next_slot(now, None, short).begin == datetime(2026, 6, 2, 10)
    whole = Hours(0, 24, timedelta(), timedelta(hours=24), "UTC")
    assert next_slot(now, None, whole).begin == datetime(2026, 6, 2)


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
