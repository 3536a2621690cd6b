from odoo.tests import tagged

from ..billing.common import BillingCommon
from ..shared.pages import PageCase


@tagged("post_install", "-at_install", "coopcycle_tour")
class TestSendingTour(BillingCommon, PageCase):
    """From the list of invoices to the customer's browser, and back."""

    def begin(self, tour, user):
        menu = self.su.ref("coopcycle_magento.billing_menu_root")
        self.start_tour(f"/web#menu_id={menu.id}", tour, login=user.login)

    def test_send_and_see_it_opened(self):
        """The customer is asked for what is due; that it was opened is seen."""
        self.company.email = "company@example.com"
        order = self.sell(1)
        self.deliver(order)
        move = order._create_invoices()
        move.action_post()
        self.begin("sending_tour", self.manager)
        self.su["billing.operation"]._cron_run("send_invoices")
        dispatch = move.billing_dispatch_ids
        self.assertIn(dispatch.state, ("mailed", "sent"))
        self.pay(move, 1.25)
        self.assertLess(move.amount_residual, move.amount_total)
        due = f"{move.amount_residual:.2f}"
        self.browser_js(
            move.get_portal_url(),
            f"""
            if (document.body.innerText.includes("{due}")) {{
                console.log("test successful");
            }} else {{
                console.error(document.body.innerText);
            }}
            """,
        )
        self.assertEqual(dispatch.state, "opened")
        self.begin("sending_opened_tour", self.manager)

    def pay(self, move, amount):
        self.su["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"amount": amount})._create_payments()
