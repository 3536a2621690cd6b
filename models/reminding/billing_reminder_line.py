from odoo import api, fields, models
from odoo.tools import SQL

from ...compat import NOT_SUMMED

LEVEL_INDEX = "billing_reminder_line_level_unique"


class BillingReminderLine(models.Model):
    """An invoice of a reminder, or what is in the customer's favour, as it was."""

    _name = "billing.reminder.line"
    _description = "Reminded Invoice"
    _inherit = ["integration.guard.mixin"]
    _order = "reminder_id, due_date, id"
    _rec_name = "number"

    reminder_id = fields.Many2one(
        "billing.reminder", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="reminder_id.currency_id")
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    number = fields.Char(readonly=True, help="As it was then.")
    invoice_date = fields.Date(readonly=True)
    due_date = fields.Date("Due", readonly=True)
    days = fields.Integer("Days Overdue", readonly=True, **NOT_SUMMED)
    amount = fields.Monetary(
        "Amount Due", readonly=True, help="Below 0: in the customer's favour."
    )
    level = fields.Integer(
        readonly=True,
        help="To which the invoice climbs with this reminder. 0: it is only listed.",
        **NOT_SUMMED,
    )
    is_live = fields.Boolean(
        readonly=True, help="The reminder has gone, or is on its way."
    )
    is_held = fields.Boolean(readonly=True)
    hold_reason = fields.Text("Why Held", readonly=True)
    portal_url = fields.Char("Link", readonly=True)
    reminder_state = fields.Selection(
        related="reminder_id.state", string="State of the Reminder"
    )

    def _auto_init(self):
        res = super()._auto_init()
        self.env.cr.execute(
            SQL(
                """
                CREATE UNIQUE INDEX IF NOT EXISTS %s
                    ON billing_reminder_line (move_id, level)
                 WHERE is_live AND level > 0
                """,
                SQL.identifier(LEVEL_INDEX),
            )
        )
        return res

    @api.model
    def _prepare(self, letter, item, moves):
        """Return the values of the line of an overdue invoice.

        :param letter: the `Letter`
        :param item: the `Item`
        :param moves: {id: account.move}
        """
        batch, move = letter.batch, moves[item.move_id]
        reasons = batch.held_by_letter[letter].get(item.move_id, ())
        level = letter.raised.get(item.move_id)
        return {
            "move_id": move.id,
            "company_id": batch.company.id,
            "number": move.name,
            "invoice_date": move.invoice_date,
            "due_date": item.due,
            "days": batch.days(item),
            "amount": item.amount,
            "level": level.number if level else 0,
            "is_held": bool(reasons),
            "hold_reason": "\n".join(words for _code, words in reasons) or False,
        }

    @api.model
    def _prepare_credit(self, letter, move, amount):
        """Return the values of the line of what is in the customer's favour.

        :param move: `account.move` of it, perhaps none
        """
        return {
            "move_id": move.id,
            "company_id": letter.batch.company.id,
            "number": move.name,
            "invoice_date": move.invoice_date or move.date,
            "amount": -amount,
        }

    def _write_links(self):
        """Note the portal's page of each invoice, which asks for what is due then."""
        for line in self.filtered(lambda each: each.move_id.is_sale_document()):
            move = line.move_id
            line.portal_url = move.get_base_url() + move.get_portal_url()
