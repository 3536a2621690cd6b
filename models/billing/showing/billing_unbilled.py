from odoo import _, api, fields, models
from odoo.tools import SQL

from ....compat import SOLD_UNIT, has_access
from ...shared.opening import open_form
from ..capturing import Poll
from ..deciding.quantities import query_amounts
from ..deciding.work import WORK, query_entries, query_events

REASONS = [
    ("not_seen", "Not Taken Up Yet"),
    ("waiting", "Waits"),
    ("held", "Held"),
    ("dry_run", "Dry Run"),
    ("taken_back", "Taken Back"),
    ("credited", "Credited"),
    ("moved", "Billed with Another Line"),
    ("partly", "Billed in Part"),
    ("skipped", "Skipped"),
    ("before_start", "Before the Start"),
    ("no_policy", "No Policy"),
]
# Of which a person may have billed what nothing bills by itself
AGAIN = ("dry_run", "taken_back", "credited", "skipped", "no_policy")


class BillingUnbilled(models.Model):
    """A sold line of which a customer has goods or work that is not billed, and why.

    Of what is credited a person decides whether it is billed again; the rest is what
    automation would bill. Quantities are in the unit of the sold line, amounts without
    tax in the currency of the order.
    """

    _name = "billing.unbilled"
    _description = "Delivered, Not Billed"
    _inherit = ["integration.guard.mixin"]
    _auto = False
    _order = "delivered_at, id"
    _rec_name = "sale_line_id"
    _depends = {
        "sale.order": ["state", "partner_id", "company_id", "currency_id"],
        "sale.order.line": [
            "invoice_status", "qty_delivered", "product_uom_qty", "price_subtotal",
            "price_unit", "product_id", "order_id", SOLD_UNIT,
        ],
        "account.move": ["state", "move_type", "billing_is_again"],
        "account.move.line": ["quantity", "product_uom_id", "move_id"],
        "stock.move": [
            "sale_line_id", "state", "location_dest_id", "picking_id", "date",
        ],
        "account.analytic.line": ["so_line", "date", "unit_amount", "amount"],
        "billing.decision": ["state", "picking_id", "sale_order_id", "reason_code"],
        "billing.policy": [
            "company_id", "start_date", "event_delivery", "event_hours",
            "event_milestone", "event_cost", "active",
        ],
    }  # fmt: skip

    sale_line_id = fields.Many2one("sale.order.line", "Sold Line", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    unit_id = fields.Many2one("uom.uom", readonly=True)
    delivered = fields.Float(digits=0, readonly=True)
    invoiced = fields.Float(digits=0, readonly=True)
    credited = fields.Float(digits=0, readonly=True)
    to_bill = fields.Float("Not Billed", digits=0, readonly=True)
    amount = fields.Monetary("Without Tax", readonly=True)
    delivered_at = fields.Datetime("Last Delivery", readonly=True)
    picking_id = fields.Many2one("stock.picking", "Delivery", readonly=True)
    decision_id = fields.Many2one("billing.decision", readonly=True)
    reason_code = fields.Selection(REASONS, "Why", readonly=True)
    reason = fields.Text("In Words", compute="_compute_reason", compute_sudo=True)
    remedy = fields.Selection(
        [
            ("try_again", "Try Again"),
            ("take_up", "Bill Now"),
            ("decide", "Bill Now"),
            ("again", "Bill Again"),
        ],
        compute="_compute_remedy",
        compute_sudo=True,
        help="What a press of a button can do about it.",
    )

    @property
    def _table_query(self):
        return SQL(
            "(WITH line AS (%s), amount AS (%s) %s)",
            self._query_lines(),
            query_amounts(SQL("SELECT id FROM line")),
            self._query_reasons(),
        )

    def _query_lines(self):
        """Return the SQL of the sold lines of which a customer has something.

        Odoo's own state of a line says where to look, and nothing more.
        """
        return SQL("%s UNION ALL %s", self._query_goods(), self._query_work())

    def _query_goods(self):
        return SQL(
            """
            SELECT sold.id, sold.order_id, sold.product_id, sold.price_unit,
                   sold.price_subtotal, sold.product_uom_qty,
                   sold.%(unit)s AS unit_id, ordered.partner_id, ordered.company_id,
                   ordered.currency_id, sold.qty_delivered AS delivered,
                   CASE WHEN template.invoice_policy = 'order'
                        THEN LEAST(sold.qty_delivered, sold.product_uom_qty)
                        ELSE sold.qty_delivered END AS billable,
                   moved.date AS delivered_at, moved.picking_id,
                   'delivery' AS event, FALSE AS is_new, FALSE AS is_due,
                   FALSE AS is_later, FALSE AS is_moved
              FROM sale_order_line AS sold
              JOIN sale_order AS ordered ON ordered.id = sold.order_id
              JOIN product_product AS product ON product.id = sold.product_id
              JOIN product_template AS template ON template.id = product.product_tmpl_id
              JOIN LATERAL (
                   SELECT move.date, move.picking_id
                     FROM stock_move AS move
                     JOIN stock_location AS place ON place.id = move.location_dest_id
                     JOIN stock_picking AS picking ON picking.id = move.picking_id
                    WHERE move.sale_line_id = sold.id AND move.state = 'done'
                      AND place.usage = 'customer'
                      AND picking.billing_is_apart IS NOT TRUE
                 ORDER BY move.date DESC, move.id DESC LIMIT 1
              ) AS moved ON TRUE
             WHERE sold.invoice_status = 'to invoice' AND sold.qty_delivered > 0
               AND ordered.state = 'sale'
            """,
            unit=SQL.identifier(SOLD_UNIT),
        )

    def _query_work(self):
        """Return the same of hours, milestones and costs."""
        return SQL(
            """
            SELECT sold.id, sold.order_id, sold.product_id, sold.price_unit,
                   sold.price_subtotal, sold.product_uom_qty, sold.%(unit)s,
                   ordered.partner_id, ordered.company_id, ordered.currency_id,
                   sold.qty_delivered, sold.qty_delivered, worked.day::timestamp,
                   NULL::int4, work.event, worked.is_new, worked.is_due,
                   worked.is_later, worked.is_moved
              FROM sale_order_line AS sold
              JOIN sale_order AS ordered ON ordered.id = sold.order_id
              JOIN product_product AS product ON product.id = sold.product_id
              JOIN product_template AS template ON template.id = product.product_tmpl_id
        CROSS JOIN LATERAL (SELECT %(event)s AS event) AS work
         LEFT JOIN LATERAL (%(start)s) AS policy ON TRUE
              JOIN LATERAL (
                   SELECT MAX(day) AS day, BOOL_OR(is_new) AS is_new,
                          BOOL_OR(is_new AND day >= policy.start AND day <= %(today)s)
                            AS is_due,
                          BOOL_OR(is_new AND day >= policy.start AND day > %(today)s)
                            AS is_later,
                          BOOL_OR(is_moved) AS is_moved
                     FROM (
                          SELECT entry.day,
                                 entry.amount > COALESCE(known.moved_quantity, 0)
                                                + 0.000001 AS is_new,
                                 known.sale_line_id != sold.id AS is_moved
                            FROM (%(entries)s) AS entry
                       LEFT JOIN LATERAL (
                                 SELECT claim.moved_quantity, claim.sale_line_id
                                   FROM billing_decision_line AS claim
                                  WHERE claim.entry = entry.entry
                               ORDER BY claim.id DESC LIMIT 1
                                 ) AS known ON TRUE
                          ) AS found
              ) AS worked ON worked.day IS NOT NULL
             WHERE sold.qty_delivered_method = ANY(%(methods)s)
               AND sold.qty_delivered > sold.qty_invoiced AND work.event IS NOT NULL
               AND ordered.state = 'sale' AND ordered.billing_is_apart IS NOT TRUE
            """,
            unit=SQL.identifier(SOLD_UNIT),
            event=query_events(),
            start=self._query_start(SQL("work.event"), SQL("ordered.company_id")),
            entries=query_entries(self.env),
            today=fields.Date.today(),
            methods=[*WORK.values()],
        )

    def _query_start(self, event, company):
        """Return the SQL of the day on which the first policy for an event began."""
        return SQL(
            """
            SELECT MIN(start_date) AS start FROM billing_policy
             WHERE active AND company_id = %s
               AND CASE %s WHEN 'delivery' THEN event_delivery %s END
            """,
            company,
            event,
            SQL(" ").join(
                SQL("WHEN %s THEN %s", each, SQL.identifier(f"event_{each}"))
                for each in WORK
            ),
        )

    def _query_reasons(self):
        """Return the SQL of what is not billed, with the last decision and the reason.

        A decision that came to an end does not hide one that has not.
        """
        return SQL(
            """
            SELECT line.id, line.id AS sale_line_id, line.order_id, line.partner_id,
                   line.product_id, line.company_id, line.currency_id, line.unit_id,
                   line.delivered, amount.invoiced, amount.credited,
                   line.delivered_at, line.picking_id, decided.id AS decision_id,
                   line.billable - amount.invoiced + amount.credited AS to_bill,
                   (line.billable - amount.invoiced + amount.credited)
                     * COALESCE(line.price_subtotal / NULLIF(line.product_uom_qty, 0),
                                line.price_unit) AS amount,
                   CASE
                     WHEN line.billable - amount.invoiced + amount.made_good
                          < 0.000001 THEN 'credited'
                     WHEN decided.state = 'pending' THEN 'waiting'
                     WHEN decided.state = 'held' THEN 'held'
                     WHEN decided.state = 'would' THEN 'dry_run'
                     WHEN decided.state IN ('withdrawn', 'rejected') THEN 'taken_back'
                     WHEN decided.reason_code = 'no_policy' THEN 'no_policy'
                     WHEN decided.state = 'skipped' THEN 'skipped'
                     WHEN line.is_due THEN 'not_seen'
                     WHEN line.is_later THEN 'waiting'
                     WHEN line.is_new AND policy.start IS NOT NULL THEN 'before_start'
                     WHEN line.is_moved AND NOT line.is_new THEN 'moved'
                     WHEN decided.id IS NOT NULL THEN 'partly'
                     WHEN policy.start IS NULL THEN 'no_policy'
                     WHEN line.delivered_at < policy.start THEN 'before_start'
                     ELSE 'not_seen'
                   END AS reason_code
              FROM line
              JOIN amount ON amount.id = line.id
         LEFT JOIN LATERAL (
                   SELECT id, state, reason_code FROM (
                     SELECT decision.id, decision.state, decision.reason_code
                       FROM stock_move AS move
                       JOIN billing_decision AS decision
                         ON decision.picking_id = move.picking_id
                        AND decision.sale_order_id = line.order_id
                      WHERE line.event = 'delivery' AND move.sale_line_id = line.id
                        AND decision.event NOT IN ('return', 'lowered')
                  UNION ALL
                     SELECT decision.id, decision.state, decision.reason_code
                       FROM billing_decision AS decision
                  LEFT JOIN billing_decision AS origin ON origin.id = decision.origin_id
                      WHERE line.event != 'delivery'
                        AND decision.sale_order_id = line.order_id
                        AND decision.picking_id IS NULL
                        AND COALESCE(origin.event, decision.event)
                            IN (line.event, 'again')
                   ) AS known
                 ORDER BY state = 'posted', id DESC LIMIT 1
              ) AS decided ON TRUE
         LEFT JOIN LATERAL (%s) AS policy ON TRUE
             WHERE line.billable - amount.invoiced + amount.credited > 0.000001
            """,
            self._query_start(SQL("line.event"), SQL("line.company_id")),
        )

    @api.depends("reason_code", "decision_id")
    def _compute_reason(self):
        for unbilled in self:
            unbilled.reason = unbilled._get_reason()

    def _get_reason(self):
        """Return why it is not billed, and what would bring that about."""
        decision = self.decision_id
        if self.reason_code == "held":
            return decision.last_error
        if self.reason_code == "skipped":
            return decision.reason
        if self.reason_code == "taken_back" and decision.state == "rejected":
            why = decision.approval_note or ""
            return _("Rejected: %s – Bill Again has it billed.", why)
        if self.reason_code == "taken_back":
            return _("%s Bill Again has it billed.", decision.reason or "").strip()
        if self.reason_code == "waiting" and decision.wait_until:
            return decision._get_waiting_text()
        if self.reason_code == "waiting" and decision.state != "pending":
            return _("It is of a day to come, and is taken up then.")
        if self.reason_code == "not_seen" and not self.picking_id:
            return _("It is new: it is taken up within an hour.")
        return {
            "waiting": _("It is decided within five minutes."),
            "dry_run": _("The policy only wrote down what it would bill."),
            "credited": _(
                "It was billed, and credited. Only a person knows whether it is to be"
                " billed again."
            ),
            "moved": _(
                "It was billed with another line, and moved here afterwards."
                " Resolution: bill it from the order, and credit it there."
            ),
            "partly": _(
                "Its invoice has less than was delivered: bill the rest from the order."
            ),
            "before_start": _(
                "It was delivered before the first policy began: bill it by hand."
            ),
            "no_policy": _("No policy is for it: bill it by hand, or make one."),
            "not_seen": _("Nobody wrote it down; the nightly look will find it."),
        }.get(self.reason_code, "")

    @api.depends("reason_code", "decision_id")
    def _compute_remedy(self):
        for unbilled in self:
            unbilled.remedy = unbilled._get_remedy()

    def _get_remedy(self):
        """Return what may have it billed: a value of `remedy`, or False."""
        decision = self.decision_id
        if self.reason_code == "dry_run" and decision.policy_id.phase == "dry_run":
            return False  # it would only be written down once more
        if self.reason_code in AGAIN and not decision:
            return False
        return {
            "held": "try_again",
            "not_seen": "take_up",
            "taken_back": "again",
            "credited": "again",
            "dry_run": "decide",
            "no_policy": "decide",
        }.get(self.reason_code, False)

    # Buttons

    def action_open_order(self):
        """Open the order; the decision for who may not read orders."""
        self.ensure_one()
        if self.decision_id and not has_access(self.order_id, "read"):
            return self.action_open_decision()
        return open_form(self.order_id)

    def action_open_decision(self):
        """Open the last decision."""
        self.ensure_one()
        return open_form(self.decision_id)

    def action_bill_now(self):
        """Have deliveries and work taken up that nobody has written down."""
        missed = self.filtered(lambda each: each.reason_code == "not_seen")
        self.env["billing.decision"].bill_pickings(missed.picking_id.ids)
        work = missed.filtered(lambda each: not each.picking_id)
        for company, asked in work.grouped("company_id").items():
            Poll(company.sudo(), asked.order_id).run()

    def action_try_again(self):
        """Look at what is held once more."""
        held = self.filtered(lambda each: each.reason_code == "held")
        return held.decision_id.action_try_again()

    def action_bill_again(self):
        """Ask why these are billed again, and have them billed."""
        wanted = self.filtered(lambda each: each.reason_code in AGAIN).decision_id
        return wanted._open_again()
