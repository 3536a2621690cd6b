from ...compat import product_kind
from .calendar import Calendar
from .common import BillingCommon

START = "2026-03-01"


class BillingWorkCommon(Calendar, BillingCommon):
    """A product whose costs are re-invoiced, and a month in which it is used."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "UTC"
        cls.travel = cls.make_product(
            "Travel", 50.0, expense_policy="cost", **product_kind("service")
        )
        plan = cls.su["account.analytic.plan"].create({"name": "Costs"})
        cls.account = cls.su["account.analytic.account"].create(
            {"name": "Costs", "plan_id": plan.id, "company_id": cls.company.id}
        )

    @classmethod
    def make_monthly_policy(cls, phase="draft", **vals):
        return cls.make_policy(
            phase,
            **{"period": "month", "start_date": START, "event_cost": True, **vals},
        )

    def expect_costs(self, order, price=50.0, **vals):
        """Add the line on which costs of an order are re-invoiced."""
        return self.su["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": self.travel.id,
                "product_uom_qty": 0,
                "price_unit": price,
                "is_expense": True,
                **vals,
            }
        )

    def spend(self, line, quantity, moment, name="Train to Lyon"):
        """Enter a cost at a moment, and of that day."""
        with self.at(moment):
            entry = self.su["account.analytic.line"].create(
                {
                    "name": name,
                    "so_line": line.id,
                    "unit_amount": quantity,
                    "product_uom_id": line.product_id.uom_id.id,
                    "amount": -quantity * line.price_unit,
                    "date": moment[:10],
                    "account_id": self.account.id,
                    "company_id": self.company.id,
                }
            )
            self.env.flush_all()
        return entry

    def sell_travel(self, *quantities, **vals):
        """Return an order with a line for costs besides what is sold."""
        with self.at("2026-03-01 08:00:00"):
            order = self.sell(*quantities, **vals)
            return order, self.expect_costs(order)

    def unbilled(self, order):
        self.su.invalidate_all()
        return self.su["billing.unbilled"].search([("order_id", "in", order.ids)])
