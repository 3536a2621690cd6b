from odoo import _, api, fields, models

from ....tools.magento import parse_datetime
from ....tools.magento.amounts import text
from ....tools.magento.creditmemo import CANCELED, OPEN
from ...shared.opening import open_records
from .receivers.problems import Problems, Wait
from .receivers.undelivered import Undelivered

STATES = {OPEN: "open", CANCELED: "canceled"}


def _moment(head):
    """Return when an order was made, False where nobody can read it."""
    try:
        return parse_datetime(text(head, "created_at"))
    except ValueError:
        return False


class MagentoDocument(models.Model):
    """What the list of credit memos shows, also of orders that are not in Odoo."""

    _inherit = "magento.document"

    order_number = fields.Char(readonly=True)
    order_date = fields.Datetime(readonly=True)
    bill_to_name = fields.Char("Bill-to Name", readonly=True)
    refund_state = fields.Selection(
        [("open", "Open"), ("refunded", "Refunded"), ("canceled", "Canceled")],
        "Refund Status",
        readonly=True,
    )
    is_canceled = fields.Boolean(
        "Cancelled in Magento",
        readonly=True,
        help="Whether the shop cancelled this invoice after it came in.",
    )
    credit_note_ids = fields.Many2many(
        "account.move", string="Credit Notes", compute="_compute_credit_note_ids"
    )
    magento_order_id = fields.Char(
        "Order's Magento ID", readonly=True, index="btree_not_null"
    )

    @api.depends("move_id", "line_ids.move_id")
    def _compute_credit_note_ids(self):
        for document in self:
            document.credit_note_ids = document._get_moves()

    @api.model
    def _get_problem_texts(self):
        return {**super()._get_problem_texts(), **Problems.TEXTS}

    def _prepare_problem_vals(self, raw, problem, message):
        """It is no error, and no attempt, if its time has not come yet."""
        values = super()._prepare_problem_vals(raw, problem, message)
        if isinstance(problem, Wait):
            values |= {
                "sync_state": "waiting",
                "last_error": False,
                "waiting_reason": message,
                "attempt_count": self.attempt_count,
            }
        return values

    @api.model
    def _prepare_received_vals(self, thing, sale):
        """Return what is shown in any case of a document that the shop made.

        :param thing: what was read: a `SalesDocument` or one of its kinds
        :param sale: the sale.order, an empty record if it is not in Odoo
        """
        return {
            "increment_id": thing.increment_id or False,
            "magento_date": thing.created_at,
            "magento_order_id": thing.order_id,
            "sale_order_id": sale.id,
        }

    @api.model
    def _prepare_amount_vals(self, thing):
        """Return Magento's amounts of an invoice or a credit memo.

        They are in the order's currency; the shipping has its tax.
        """
        return {
            "magento_total": float(thing.grand_total),
            "magento_tax": float(thing.tax),
            "magento_shipping": float(thing.shipping_net + thing.shipping_tax),
        }

    @api.model
    def _prepare_creditmemo_vals(self, memo, sale, currency, head):
        """Return what the list of credit memos shows in any case.

        :param memo: the credit memo that was read
        :param sale: the sale.order, an empty record if it is not in Odoo
        :param currency: the `res.currency`, an empty record if it is not active
        :param dict head: of an order that is not in Odoo, its part of Magento's JSON
        """
        values = {
            **self._prepare_received_vals(memo, sale),
            **self._prepare_amount_vals(memo),
            "refund_state": STATES.get(memo.state, "refunded"),
            "currency_id": currency.id,
        }
        if sale:
            return values | sale._magento_get_heading()
        address = head.get("billing_address")
        address = address if isinstance(address, dict) else {}
        names = (text(address, "firstname"), text(address, "lastname"))
        return values | {
            "order_number": text(head, "increment_id") or False,
            "order_date": _moment(head),
            "bill_to_name": " ".join(filter(None, names))
            or text(address, "company")
            or False,
        }

    def _schedule_check(self, text):
        """Ask who is responsible to look at the drafts of this document.

        :param str text: what is odd about it
        """
        self.ensure_one()
        user = self._get_moves().invoice_user_id[:1] or self.connection_id.user_id
        self._integration_ask(
            user or self.env.user, _("Look at %s", self.display_name), text
        )

    def _report_undelivered(self):
        """Say where these new credit memos refund what is still to be delivered.

        :return: list of (text, sale.order)
        """
        return Undelivered(self.env).report(self)

    def action_open_details(self):
        """Open this credit memo."""
        view = self.env.ref("coopcycle_magento.magento_creditmemo_view_form")
        return {**self.get_formview_action(), "views": [(view.id, "form")]}

    def action_open_credit_notes(self):
        """Open the credit notes of this credit memo."""
        self.ensure_one()
        return open_records(_("Credit Notes"), self._get_moves())
