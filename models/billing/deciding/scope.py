"""What a policy looks at, to say whether something is in its part of the business."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Subject:
    """What is to be billed, as far as policies tell businesses apart by it.

    :param partner: the customer, `res.partner`
    :param products: `product.product` that are billed; what only comes along with them,
        such as the delivery's price, is none
    :param warehouse: `stock.warehouse`, or an empty record
    :param order: `sale.order`, or an empty record for an invoice that has none
    :param instance: `coopcycle.connection`, or an empty record
    :param team: `crm.team`, or an empty record
    """

    partner: object
    products: object
    warehouse: object
    order: object
    instance: object
    team: object
    warnings: tuple = field(default=(), compare=False)
