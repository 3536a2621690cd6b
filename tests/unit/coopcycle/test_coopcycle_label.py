"""The order's number and the store's hash."""

import pytest

from tools.coopcycle.label import order_number, store_hash


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("On demand - 06/10/2025 (Order #A12)", "A12"),
        ("Livraison à la demande (Commande #A12)", "A12"),
        ("Entrega (Pedido #a12)", "a12"),
        ("Doručení (Objednávka č. A12)", "A12"),
        ("Doručení (Objednávka\xa0č.\xa0A12)", "A12"),
        ("Doruceni (Objednavka c. A12)", "A12"),
        ("Doru?en? (Objedn?vka ?. A12)", "A12"),
        ("Doručení (Objednávka è. A12)", "A12"),
        ("(Bestellung #A-12/b)", "A-12/b"),
        ("(Order # A12)", "A12"),
        ("Gare (quai 3) - Colis (XL #2) (Order #A12) ", "A12"),
        ("Line\nbreak (Order #A12)", "A12"),
    ],
)
def test_order_number(label, number):
    assert order_number(label) == number


@pytest.mark.parametrize(
    "label",
    [
        "",
        "Order #A12",
        "(Order #A12) (urgent)",
        "(Order #A12",
        "Order #A12)",
        "(Order #)",
        "(#A12)",
        "(Order A12)",
        "(My own order #A12)",
        "(Order #A12 B)",
        "()",
    ],
)
def test_no_order_number(label):
    assert order_number(label) is None


def test_store_hash():
    assert store_hash("6513270e-269e-6b86b27") == "6b86b27"
    assert store_hash("a-6b86b27") == "6b86b27"


@pytest.mark.parametrize(
    "external_id",
    ["", "6b86b27", "-6b86b27", "a-6b86b2", "a-6b86b277", "a-6b86b2g", "a-6b86b27\n"],
)
def test_no_store_hash(external_id):
    assert store_hash(external_id) is None
