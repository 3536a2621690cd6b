import uuid

from odoo import _, api, fields, models


class MagentoDocument(models.Model):
    """One thing that is, or shall be, in both systems, and how far that has got.

    An order that could not come in yet is one, with its error; it is tried again with
    each import until it comes in. Times are UTC.
    """

    _name = "magento.document"
    _description = "Magento Document"
    _inherit = ["mail.activity.mixin"]
    _order = "id desc"
    _rec_names_search = ["increment_id", "magento_id"]

    connection_id = fields.Many2one(
        "magento.connection",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    kind = fields.Selection([("order", "Order")], required=True, readonly=True)
    direction = fields.Selection(
        [("push", "To Magento"), ("pull", "From Magento")], required=True, readonly=True
    )
    magento_id = fields.Char("Magento ID", readonly=True)
    increment_id = fields.Char("Number", readonly=True)
    key = fields.Char(
        readonly=True, required=True, copy=False, default=lambda self: str(uuid.uuid4())
    )
    sync_state = fields.Selection(
        [("pending", "Waiting"), ("done", "Done"), ("skipped", "Skipped")],
        "State",
        required=True,
        readonly=True,
        default="pending",
        index=True,
    )
    attempt_count = fields.Integer("Attempts", readonly=True)
    last_attempt_at = fields.Datetime("Last Attempt", readonly=True)
    error_code = fields.Char("Cause", readonly=True, index="btree_not_null")
    last_error = fields.Text(readonly=True)
    payload = fields.Json(readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order", "Order", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    def _auto_init(self):
        res = super()._auto_init()
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS magento_document_magento_id_unique
            ON magento_document (connection_id, kind, magento_id)
            WHERE magento_id IS NOT NULL
            """
        )
        return res

    @api.depends("kind", "increment_id", "magento_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for document in self:
            number = document.increment_id or document.magento_id or ""
            document.display_name = f"{kinds.get(document.kind, '')} {number}".strip()

    def action_retry(self):
        """Try these documents again, and nothing else.

        :return: a notification of how it went
        """
        for connection in self.connection_id:
            documents = self.filtered(lambda doc, c=connection: doc.connection_id == c)
            connection._retry_orders(documents)
        failed = self.filtered(lambda document: document.sync_state != "done")
        if failed:
            message = failed[0].last_error
        else:
            message = _("Everything came in.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": _("Retry"),
                "message": message,
                "type": "warning" if failed else "success",
                "sticky": bool(failed),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_skip(self):
        """Leave these documents out for good, until somebody retries them."""
        self.sudo().filtered(lambda doc: doc.sync_state == "pending").write(
            {"sync_state": "skipped"}
        )
