from odoo import api, fields, models
from odoo.tools import SQL

from ...compat import NOT_SUMMED
from .billing_reminder import OPEN

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
    days = fields.Integer("Days Overdue", compute="_compute_days", **NOT_SUMMED)
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

    @api.depends("due_date", "reminder_id.date", "reminder_id.state")
    def _compute_days(self):
        """Count to the day when it went, until then to today."""
        for line in self:
            reminder = line.reminder_id
            day = reminder.date
            if reminder.state in OPEN:
                day = reminder._get_today(line.company_id)
            line.days = (day - line.due_date).days if day and line.due_date else 0

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
            "amount": item.amount,
            "level": level.number if level else 0,
            "is_held": bool(reasons),
            "hold_reason": "\n".join(each.words for _code, each in reasons) or False,
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
        shown = self.filtered(lambda each: each.move_id.is_sale_document())
        for line in shown:
            line.portal_url = line.move_id._billing_get_link()
        shown.move_id._billing_note_link()
