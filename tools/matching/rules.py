"""What each piece of evidence is worth, and how far matching goes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# By the reason's code
POINTS = {
    # what is written
    "reference": 60,
    "number": 50,
    "order": 40,
    "number_short": 25,
    "some_named": 25,
    "number_swapped": 20,
    # who pays
    "customer_known": 30,
    "customer_iban": 30,
    "customer_memory": 25,
    "customer_name": 15,
    "customer_name_part": 8,
    # how much
    "exact": 30,
    "discount": 25,
    "sum_named": 30,
    "balance": 30,
    "sum": 25,
    "charges": 10,
    "payout": 60,
    "only_amount": 15,
    "only_item": 10,
    "timely": 5,
    # what speaks against it
    "other_customer": -25,
    "names_another": -20,
}


@dataclass(frozen=True)
class Rules:
    """The measures; another set may be given to every run.

    :param lead: points that the certain one is ahead of anything else
    :param charges_share, charges_most: what banks may keep back: the lesser of both, in
        per mille and in the currency's smallest unit
    :param payout_share, payout_each: what a provider may keep back of a payout, in per
        mille and for each payment
    :param common: what is written of more items than these says nothing
    :param days: around the due day in which a payment is timely
    """

    points: Mapping[str, int] = field(default_factory=lambda: POINTS)
    certain: int = 80
    likely: int = 55
    weak: int = 30
    lead: int = 20
    best: int = 3
    charges_share: int = 20
    charges_most: int = 500
    payout_share: int = 50
    payout_each: int = 50
    payout_items: int = 2_000
    common: int = 25
    same_amount: int = 3
    customer_items: int = 60
    sum_items: int = 18
    days: int = 10
