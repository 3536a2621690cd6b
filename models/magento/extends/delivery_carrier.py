from odoo import fields, models


class DeliveryCarrier(models.Model):
    """A carrier, as Magento knows it."""

    _inherit = "delivery.carrier"

    magento_carrier_code = fields.Char(
        default="custom",
        help="The code of the carrier in Magento, such as ups, usps, fedex or dhl, for"
        " its tracking links. “custom” is any other carrier.",
    )
