"""An instance to show: some stores, and what they had delivered lately."""

import random
from datetime import date, timedelta

from .simulator import CoopcycleSimulator

STORES = {
    "Vélos du Canal": "Les Vélos du Canal SCOP",
    "Boulangerie Noël": "Boulangerie Noël & Fils",
    "Pharmacie Müller": None,
    # Which Odoo does not know
    "Librairie des Quais": None,
}
DAYS = 70
PLACES = ("Gare", "Entrepôt", "Atelier, 2e étage", "Place Royale", "Bureau; quai 3")


def plant(instance: CoopcycleSimulator, today: date) -> None:
    """Have stores with deliveries of the last weeks, and one without a name.

    :param today: the same days give the same orders
    """
    draw = random.Random(0)
    stores = [instance.add_store(name, legal) for name, legal in STORES.items()]
    nameless = instance.add_store(None)
    for age in range(DAYS, 0, -1):
        day = today - timedelta(days=age)
        draw.seed(day.toordinal())
        for store in draw.sample(stores, 2):
            total = draw.randrange(400, 4000, 50)
            start, end = draw.sample(PLACES, 2)
            parts = (f"Retrait: {start}", f"Dépôt: {end}")
            order = instance.deliver(
                store, day, total=total, tax=round(total / 6), parts=parts
            )
            # By its day and store, whenever the instance is started
            order.number = f"C{day:%y%m%d}{store.id}"
    order = instance.deliver(nameless, today - timedelta(days=DAYS // 2))
    order.number = f"C{today:%y%m}{nameless.id}"
