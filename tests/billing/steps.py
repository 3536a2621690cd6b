from odoo import fields

from ...compat import create_return


class BillingSteps:
    """What happens to what is billed: by the schedule, and by people.

    :cvar su: the environment, elevated
    :cvar company: the one that bills
    :cvar manager: responsible for its policies
    :cvar approver: who looks at drafts
    """

    @classmethod
    def make_policy(cls, phase="post", **vals):
        """Make a policy that lets everything pass, but for what is given."""
        policy = cls.su["billing.policy"].create(
            {
                "name": "All",
                "company_id": cls.company.id,
                "start_date": fields.Date.today(),
                "user_id": cls.manager.id,
                "approver_id": cls.approver.id,
                "review_new_customer": 0,
                "review_first": 0,
                "review_on_warning": False,
                **vals,
            }
        )
        policy.phase = phase
        return policy

    @classmethod
    def run_drafts(cls):
        cls.su["billing.operation"]._cron_run("draft_invoices")

    @classmethod
    def run_posts(cls):
        cls.su["billing.operation"]._cron_run("post_invoices")

    @classmethod
    def run_all(cls):
        cls.run_drafts()
        cls.run_posts()

    @classmethod
    def bill(cls, order):
        """Run what decides and posts, and return the invoices of an order."""
        cls.run_all()
        return cls.invoices(order)

    @staticmethod
    def invoices(order, kind="out_invoice"):
        return order.invoice_ids.filtered(lambda move: move.move_type == kind).sorted(
            "id"
        )

    @staticmethod
    def billed(moves):
        """Return how much of each product invoices bill, by its name."""
        found = {}
        for line in moves.invoice_line_ids.filtered("product_id"):
            name = line.product_id.name
            found[name] = round(found.get(name, 0) + line.quantity, 6)
        return found

    @classmethod
    def credit(cls, move, is_again=False, **vals):
        """Make a credit note of an invoice, as a person does.

        :param is_again: *Reverse and Create Invoice*
        :return: the credit note
        """
        wizard = (
            cls.su["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, **vals})
        )
        known = cls.su["account.move"].search([("reversed_entry_id", "=", move.id)])
        if is_again:
            wizard.modify_moves()
        elif hasattr(wizard, "refund_moves"):
            wizard.refund_moves()
        else:
            wizard.reverse_moves()
        found = cls.su["account.move"].search([("reversed_entry_id", "=", move.id)])
        return found - known

    @classmethod
    def send_back(cls, picking, *quantities, to_refund=True):
        """Return so much of each of a delivery's moves, and validate that."""
        wizard = (
            cls.su["stock.return.picking"]
            .with_context(active_model="stock.picking", active_id=picking.id)
            .create({"picking_id": picking.id})
        )
        if not wizard.product_return_moves:
            wizard._compute_moves_locations()
        wanted = quantities or picking.move_ids.mapped("quantity")
        for line, quantity in zip(wizard.product_return_moves, wanted, strict=True):
            line.write({"quantity": quantity, "to_refund": to_refund})
        back = create_return(wizard)
        for move in back.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        back.button_validate()
        assert back.state == "done"
        return back

    @classmethod
    def approve(cls, moves):
        moves.billing_decision_ids.with_user(cls.approver).approve()

    @classmethod
    def sweep(cls):
        cls.su["billing.operation"]._cron_run("sweep_deliveries")

    @classmethod
    def decisions(cls, order):
        return cls.su["billing.decision"].search(
            [("sale_order_id", "in", order.ids)], order="id"
        )
