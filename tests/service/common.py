from odoo import Command, fields

from ...compat import product_kind
from ..billing.common import BillingCommon
from ..shared.users import BILLER

TECHNICIAN = "coopcycle_magento.billing_group_technician"
DISPATCHER = "coopcycle_magento.billing_group_dispatcher"


class ServiceCommon(BillingCommon):
    """A dispatcher, two technicians with a van, somebody who bills, and a pump."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.make_user_of(
            "service_anna", f"{TECHNICIAN},base.group_allow_export"
        )
        cls.ben = cls.make_user_of("service_ben", TECHNICIAN)
        cls.dispatcher = cls.make_user_of("service_dispatcher", DISPATCHER)
        cls.both = cls.make_user_of("service_both", f"{DISPATCHER},{BILLER}")
        cls.biller = cls.make_user_of("coopcycle_biller", BILLER)
        cls.labour = cls.make_product(
            "Labour",
            50.0,
            billing_is_labour=True,
            uom_id=cls.su.ref("uom.product_uom_hour").id,
            **product_kind("service"),
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.van = cls.su["stock.location"].create(
            {"name": "Van", "location_id": cls.stock.id, "usage": "internal"}
        )
        cls.anna.billing_van_id = cls.van
        cls.put_in_stock(cls.product, cls.van, 10)

    @classmethod
    def put_in_stock(cls, product, place, quantity, lot=None):
        cls.su["stock.quant"]._update_available_quantity(
            product, place, quantity, lot_id=lot
        )

    @classmethod
    def quantity_in(cls, place, product=None):
        return cls.su["stock.quant"]._get_available_quantity(
            product or cls.product, place
        )

    def plan(self, hours=(2.0, 1.5), parts=(3,), **vals):
        """Return a job under way: hours of the technicians, and used parts."""
        technicians = (self.anna, self.ben)
        order = self.su["billing.service.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "dispatcher_id": self.dispatcher.id,
                "technician_ids": [Command.set([self.anna.id, self.ben.id])],
                "date_planned": fields.Datetime.now(),
                "subject": "Replace the pump",
                "report": "<p>The pump is new.</p>",
                "hours_ids": [
                    Command.create(
                        {
                            "technician_id": technicians[number % 2].id,
                            "duration": duration,
                            "product_id": self.labour.id,
                            "name": "pump replaced",
                        }
                    )
                    for number, duration in enumerate(hours)
                ],
                "part_ids": [
                    Command.create(
                        {"product_id": self.product.id, "used_quantity": quantity}
                    )
                    for quantity in parts
                ],
                **vals,
            }
        )
        order.with_user(self.dispatcher).action_schedule()
        order.with_user(order.technician_ids[0]).action_start()
        return order

    def validate(self, order):
        own = order.with_user(self.dispatcher)
        own.action_validate_report()
        own.action_validate_hours()
        own.action_validate_parts()

    def do(self, order=None, **vals):
        """Return a job that is done."""
        order = order or self.plan(**vals)
        self.validate(order)
        order.with_user(self.dispatcher).action_done()
        return order

    def create_invoice(self, order):
        """Press *Create Invoice*, and return the draft."""
        order.with_user(self.biller).action_create_invoice()
        return order.invoice_ids.filtered(lambda move: move.state == "draft")
