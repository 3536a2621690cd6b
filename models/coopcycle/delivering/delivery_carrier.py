from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ....compat import get_telephone
from ....tools.coopcycle.api import CoopcycleError
from ....tools.coopcycle.api.bodies import Hours, Place, delivery_body, next_slot
from ....tools.coopcycle.api.deliveries import check_feasible, read_quote
from ..fetching.coopcycle_messages import CoopcycleMessages


class DeliveryCarrier(models.Model):
    """Couriers of a CoopCycle instance."""

    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[("coopcycle", "CoopCycle")],
        ondelete={
            "coopcycle": lambda carriers: carriers.write(
                {"delivery_type": "fixed", "fixed_price": 0}
            )
        },
    )
    coopcycle_connection_id = fields.Many2one(
        "coopcycle.connection",
        "CoopCycle Instance",
        ondelete="restrict",
        check_company=True,
    )
    coopcycle_pricing = fields.Selection(
        [("quote", "CoopCycle's quote"), ("rules", "Pricing rules of Odoo")],
        "Price",
        default="quote",
        help="What customers pay: what CoopCycle asks for, or what your rules say.",
    )
    coopcycle_opens = fields.Float("Couriers From", default=8)
    coopcycle_closes = fields.Float("Couriers Until", default=20)
    coopcycle_notice = fields.Float(
        "Notice", default=1, help="Hours after which a courier comes at the earliest."
    )
    coopcycle_slot_length = fields.Float(
        "Time Slot",
        default=2,
        help="Within how many hours it is picked up and brought.",
    )
    coopcycle_comments = fields.Text(
        "Comments for the Courier", help="They come with each delivery."
    )

    @api.constrains("delivery_type", "coopcycle_connection_id")
    def _check_coopcycle_connection(self):
        for carrier in self:
            is_missing = not carrier.coopcycle_connection_id
            if carrier.delivery_type == "coopcycle" and is_missing:
                raise ValidationError(_("Choose the CoopCycle instance."))

    @api.constrains(
        "coopcycle_opens",
        "coopcycle_closes",
        "coopcycle_notice",
        "coopcycle_slot_length",
    )
    def _check_coopcycle_hours(self):
        for carrier in self:
            hours = (carrier.coopcycle_opens, carrier.coopcycle_closes)
            if not 0 <= hours[0] < hours[1] <= 24:
                raise ValidationError(
                    _("Couriers work from an hour of the day until a later one.")
                )
            if not (
                0 <= carrier.coopcycle_notice <= 24 * 14
                and 0.25 <= carrier.coopcycle_slot_length <= 24
            ):
                raise ValidationError(
                    _(
                        "The notice is two weeks at most; a time slot has between a"
                        " quarter of an hour and a day."
                    )
                )

    # The price of an order

    def coopcycle_rate_shipment(self, order):
        """Ask whether the order can be delivered, and what that costs.

        :return: as `rate_shipment`
        """
        self._coopcycle_check_caller(order)
        if not self._match_address(order.partner_shipping_id):
            return self._coopcycle_refuse(
                _("This delivery method is not available for this address.")
            )
        own = self.sudo()
        if own.coopcycle_connection_id.company_id != order.company_id:
            return self._coopcycle_refuse(
                _("The courier of this delivery method works for another company.")
            )
        try:
            body = own._coopcycle_prepare_order(order)
            with own.coopcycle_connection_id._get_courier_client() as client:
                check_feasible(client, body)
                if self.coopcycle_pricing == "rules":
                    return self.base_on_rule_rate_shipment(order)
                quote = read_quote(client, body)
            asked = own._coopcycle_find_currency(quote.currency)
            price = own._coopcycle_get_price(
                quote.amount / 100, asked, order.currency_id
            )
        except CoopcycleError as error:
            return self._coopcycle_refuse(CoopcycleMessages(self.env).text(error))
        except UserError as error:
            return self._coopcycle_refuse(str(error))
        return {
            "success": True,
            "price": price,
            "error_message": False,
            "warning_message": False,
        }

    @api.model
    def _coopcycle_check_caller(self, records):
        """Refuse what scripts call: only Odoo itself has records at hand.

        :raise AccessError: it is none
        """
        if not isinstance(records, models.BaseModel):
            raise AccessError(_("Only Odoo itself asks couriers by this."))

    def _coopcycle_refuse(self, text):
        return {
            "success": False,
            "price": 0.0,
            "error_message": text,
            "warning_message": False,
        }

    @api.model
    def _coopcycle_find_currency(self, code):
        """Return the `res.currency` of CoopCycle's price.

        :raise UserError: nobody knows it
        """
        currencies = self.env["res.currency"].with_context(active_test=False)
        if found := currencies.search([("name", "=", code)], limit=1):
            return found
        raise UserError(_("CoopCycle's price has an unknown currency."))

    def _coopcycle_get_price(self, amount, asked, currency):
        """Return what the delivery product costs a customer.

        :param float amount: what CoopCycle asks for, with tax
        :param asked: the `res.currency` of that
        :param currency: the `res.currency` of the price
        """
        company = self.coopcycle_connection_id.company_id
        today = fields.Date.context_today(self)
        price = asked._convert(amount, currency, company, today)
        product = self.product_id.with_company(company)
        taxes = product.taxes_id.filtered(
            lambda tax: tax.company_id in company.parent_ids
        )
        if all(tax.price_include for tax in taxes):
            return price
        taxes = taxes.with_context(force_price_include=True)
        return taxes.compute_all(price, currency=currency)["total_excluded"]

    # What is asked for

    def _coopcycle_prepare_order(self, order):
        """Return the body of the delivery of a sale order."""
        weight = self.env.context.get("order_weight") or order._get_estimated_weight()
        return self._coopcycle_prepare_body(
            order.warehouse_id,
            order.partner_shipping_id,
            self._coopcycle_get_slot(order.commitment_date),
            weight=weight,
        )

    def _coopcycle_prepare_body(
        self, warehouse, partner, slot, *, weight=0.0, packages=None, comments=""
    ):
        """Return the body of a delivery from a warehouse to a partner.

        A warehouse without an address has CoopCycle pick up at the store's own.

        :param slot: a `Slot`
        :param float weight: in the database's unit
        :param dict packages: {kind of package: how many}
        :raise UserError: the partner has no address
        """
        if not (partner.street or "").strip():
            raise UserError(
                _(
                    "%s has no street. Resolution: enter the address to deliver to.",
                    partner.display_name or _("The recipient"),
                )
            )
        origin = warehouse.partner_id
        said = filter(None, [comments, self.coopcycle_comments])
        return delivery_body(
            self._coopcycle_prepare_place(origin) if origin.street else None,
            self._coopcycle_prepare_place(partner),
            slot,
            grams=self._coopcycle_to_grams(weight),
            packages=packages,
            comments="\n".join(said),
            pickup_comments=comments,
        )

    def _coopcycle_prepare_place(self, partner):
        """Return the `Place` of a partner."""
        company = partner.commercial_partner_id
        return Place(
            street=partner.street or "",
            street2=partner.street2 or "",
            zip=partner.zip or "",
            city=partner.city or "",
            country=partner.country_id.name or "",
            company=company.name or "" if company.is_company else "",
            contact=partner.name or company.name or "",
            telephone=get_telephone(partner) or get_telephone(company),
        )

    def _coopcycle_to_grams(self, weight):
        """Return a weight in grams, as the database's unit has it."""
        unit = self.env[
            "product.template"
        ]._get_weight_uom_id_from_ir_config_parameter()
        kilograms = unit._compute_quantity(
            weight, self.env.ref("uom.product_uom_kgm"), round=False
        )
        return round(kilograms * 1000)

    def _coopcycle_get_slot(self, wanted):
        """Return the next `Slot`, or the first from when it is wanted."""
        return next_slot(fields.Datetime.now(), wanted or None, self._coopcycle_hours())

    def _coopcycle_hours(self):
        """Return when couriers work, as `Hours`."""
        company = self.coopcycle_connection_id.company_id
        return Hours(
            self.coopcycle_opens,
            self.coopcycle_closes,
            timedelta(hours=self.coopcycle_notice),
            timedelta(hours=self.coopcycle_slot_length),
            company.partner_id.tz or company.resource_calendar_id.tz or "UTC",
        )

    # What Odoo asks of each provider

    def coopcycle_send_shipping(self, pickings):
        """Return price and tracking number of what CoopCycle has."""
        self._coopcycle_check_caller(pickings)
        return [
            picking.sudo().coopcycle_delivery_id._prepare_shipping()
            for picking in pickings
        ]

    def coopcycle_get_tracking_link(self, picking):
        """Return the address of the page where a customer follows the courier."""
        self._coopcycle_check_caller(picking)
        return picking.sudo().coopcycle_delivery_id.tracking_url

    def coopcycle_cancel_shipment(self, pickings):
        """Ask CoopCycle to take deliveries back."""
        self._coopcycle_check_caller(pickings)
        pickings.action_coopcycle_cancel()
