from odoo import _, models
from odoo.tools import SQL

from .account_move_export import BY_URGENCY
from .exporting.creditmemos import CREDITED


class AccountMove(models.Model):
    """How far a credit note of a Magento order has got in Magento."""

    _inherit = "account.move"

    def _magento_get_credited_orders(self):
        """Return the Magento orders that a credit note gives money back for.

        A mere amount belongs to the order of the invoice that it reverses.
        """
        self.ensure_one()
        if self.magento_order_ids or self.invoice_line_ids.sale_line_ids:
            return self.magento_order_ids
        reversed_orders = self.reversed_entry_id.magento_order_ids
        return reversed_orders if len(reversed_orders) == 1 else reversed_orders[:0]

    def _get_magento_documents(self):
        credited = self.filtered(lambda move: move.move_type == "out_refund")
        documents = super(AccountMove, self - credited)._get_magento_documents()
        if not credited:
            return documents
        return documents | self.env["magento.document"].search(
            [
                ("kind", "=", "creditmemo"),
                "|",
                ("move_id", "in", credited.ids),
                ("line_ids.move_id", "in", credited.ids),
            ]
        )

    def _get_magento_export_state(self, documents):
        if self.move_type != "out_refund":
            return super()._get_magento_export_state(documents)
        if documents:
            states = set(documents.mapped("sync_state"))
            return next(each for each in BY_URGENCY if each in states)
        orders = self._magento_get_credited_orders()
        if not orders:
            return "none"
        since = orders.magento_connection_id.mapped("export_credit_memos_from")
        is_due = self.state == "posted" and any(
            self.invoice_date >= day for day in since
        )
        return "pending" if is_due else "not_due"

    def _read_export_states(self):
        """Yield the states of credit notes too."""
        yield from super()._read_export_states()
        self.env.cr.execute(
            SQL(
                """
                WITH %s
                SELECT move.id,
                       array_agg(DISTINCT document.sync_state)
                           FILTER (WHERE document.id IS NOT NULL),
                       BOOL_OR(
                           move.state = 'posted'
                           AND move.invoice_date >= shop.export_credit_memos_from
                       )
                  FROM credited
                  JOIN account_move AS move ON move.id = credited.move_id
                  JOIN sale_order AS sale ON sale.id = credited.order_id
                  JOIN magento_connection AS shop
                    ON shop.id = sale.magento_connection_id
                  LEFT JOIN magento_document AS document
                    ON document.kind = 'creditmemo'
                   AND document.sale_order_id = sale.id
                   AND (
                        document.move_id = move.id
                        OR EXISTS (
                            SELECT FROM magento_document_line AS covered
                             WHERE covered.document_id = document.id
                               AND covered.move_id = move.id
                        )
                   )
                 WHERE move.move_type = 'out_refund'
                 GROUP BY move.id
                """,
                SQL(CREDITED),
            )
        )
        for move_id, states, is_due in self.env.cr.fetchall():
            found = next((each for each in BY_URGENCY if each in (states or ())), None)
            yield move_id, found or ("pending" if is_due else "not_due")

    def _look_at_magento_export(self, documents):
        if self.move_type != "out_refund":
            return super()._look_at_magento_export(documents)
        if not documents and not self._magento_get_credited_orders():
            return False, [_("It bills no order of Magento, and is never exported.")]
        if self.state != "posted":
            return False, [_("It is not posted.")]
        undone = documents.filtered(lambda document: document.sync_state != "done")
        if documents and not undone:
            return False, [_("It is in Magento already.")]
        reasons = list(filter(None, (each._get_state_text() for each in undone)))
        return not reasons, reasons

    def action_magento_export(self):
        """Export credit notes by their own operation."""
        credited = self.filtered(
            lambda move: move.move_type == "out_refund" and move.magento_can_export
        )
        if not credited:
            return super().action_magento_export()
        credited.check_access_rule("read")
        orders_sudo = self.env["sale.order"].sudo()
        for move in credited.sudo():
            orders_sudo |= move._magento_get_credited_orders()
        connections_sudo = orders_sudo.magento_connection_id
        for connection in connections_sudo.with_env(self.env):
            connection._run_operation("export_credit_memos", sources=credited.sudo())
        credited.invalidate_recordset()
        if (self - credited).filtered("magento_can_export"):
            return super(AccountMove, self - credited).action_magento_export()
        return credited._notify_exported(connections_sudo)
