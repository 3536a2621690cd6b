from collections import defaultdict

from odoo import _, models
from odoo.exceptions import UserError

from ....compat import check_access
from ...shared.notifying import notify
from ..documents.magento_document import OPERATIONS

# Of more records with one reason, a notification names these
NAMES_AT_MOST = 3


class MagentoExportButtonMixin(models.AbstractModel):
    """Exporting at the press of a button, and what it says of that."""

    _name = "magento.export.button.mixin"
    _description = "Export to Magento by Hand"

    def action_magento_export(self):
        """Export these records now, those that may be.

        :return: a notification of how it went
        :raise UserError: none of them can be exported, and why
        """
        records = self.filtered("magento_can_export")
        if not records:
            reasons = set(self.mapped("magento_export_reason")) - {False}
            raise UserError("\n".join([_("Nothing was exported."), *sorted(reasons)]))
        check_access(records, "read")
        for courier, own in records.grouped(_courier_of).items():
            own._magento_run(courier)
        self.invalidate_recordset()
        return self._magento_notify(records)

    def _magento_run(self, courier):
        """Run the operation that exports these records, for them alone."""
        records_sudo = self.sudo()
        orders_sudo = records_sudo.env["sale.order"].union(
            *(record._magento_get_orders() for record in records_sudo)
        )
        # Whoever may not use a connection may not press the button
        for connection in orders_sudo.magento_connection_id.with_env(self.env):
            connection._run_operation(
                OPERATIONS[courier.kind, "push"], sources=records_sudo
            )

    def _magento_notify(self, tried):
        """Say how many of these are in Magento now, and why the others are not.

        :param tried: those that could be exported
        """
        done = self.filtered(lambda record: record.magento_export_state == "done")
        left = tried - done
        if len(self) > 1:
            message = self._magento_sum_up(done, left)
        elif left:
            message = left._magento_get_obstacle()
        else:
            documents_sudo = self.sudo()._magento_get_main_documents()
            names = documents_sudo.mapped("display_name")
            message = _("Magento has it as %s.", ", ".join(names))
        kind = "warning" if left else "success"
        return notify(message, kind, title=_("Export to Magento"))

    def _magento_sum_up(self, done, left):
        if self == done:
            return _("All %s are in Magento now.", len(self))
        names = defaultdict(list)
        for record in self - done:
            why = "" if record in left else record.magento_export_reason
            names[why or record._magento_get_obstacle()].append(record.display_name)
        count = _(
            "%(done)s of %(all)s are in Magento now.", done=len(done), all=len(self)
        )
        lines = [count]
        for why, own in names.items():
            more = " …" if len(own) > NAMES_AT_MOST else ""
            lines.append(f"{', '.join(own[:NAMES_AT_MOST])}{more}: {why}")
        return "\n".join(lines)

    def _magento_get_obstacle(self):
        """Return what kept this record from being exported just now."""
        record_sudo = self.sudo()
        code = OPERATIONS[record_sudo._magento_get_courier().kind, "push"]
        operations = (
            record_sudo._magento_get_orders().magento_connection_id.operation_ids
        )
        paused = operations.filtered(
            lambda each: each.code == code and each.paused_until
        )
        if paused:
            return paused[0].pause_reason
        if text := self.magento_last_error or self.magento_export_reason:
            return text
        documents = record_sudo.magento_document_ids
        earlier = documents.search(
            [
                ("direction", "=", "push"),
                ("sale_order_id", "in", documents.sale_order_id.ids),
                ("sync_state", "in", ("pending", "sending", "unknown")),
                ("id", "not in", documents.ids),
            ],
            limit=1,
        )
        if earlier:
            return _(
                "%s of the same order goes first. It will be tried again by itself.",
                earlier._get_source().display_name,
            )
        return _("It will be tried again by itself.")

    def action_open_magento_documents(self):
        """Open the documents of this record."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.magento_document_action"
        )
        return {**action, "domain": [("id", "in", self.magento_document_ids.ids)]}

    def action_open_magento_log_lines(self):
        """Open what happened to the documents of this record."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.integration_process_log_line_action"
        )
        domain = [
            ("res_model", "=", "magento.document"),
            ("res_id", "in", self.magento_document_ids.ids),
        ]
        return {**action, "domain": domain}

    def action_magento_reset_attempts(self):
        """Ask for the reason, then let skipped documents be sent again."""
        skipped = self.magento_document_ids.filtered(
            lambda document: document.sync_state == "skipped"
        )
        return skipped.action_open_reset()


def _courier_of(record):
    return record._magento_get_courier()
