from dataclasses import dataclass, field


@dataclass
class Found:
    """What an order of Magento names, as Odoo has it.

    Records are `magento.connection`, `magento.store`, `magento.payment.method`,
    `stock.warehouse`, `delivery.carrier` (perhaps an empty record) and
    `product.pricelist`; `parties` are the `Parties`, `lines` the values of the lines.
    """

    connection: object
    store: object
    payment_method: object
    warehouse: object
    carrier: object
    pricelist: object
    parties: object = None
    lines: list = field(default_factory=list)
