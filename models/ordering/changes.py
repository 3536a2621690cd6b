"""What happened in Magento to orders that came in before."""

from odoo import _


class Changes:
    """Follows status, payment, hold, cancellation and addresses.

    :param page: the `OrderPage`, for the customers and the fields of the status
    """

    def __init__(self, connection, log, page):
        self.connection = connection
        self.env = connection.env
        self.log = log
        self.page = page

    def follow(self, pairs, result):
        """Bring sale orders up to date; those that did not change are not written.

        :param pairs: list of (`Order`, sale.order)
        """
        changed = []
        for order, sale in pairs:
            if (
                not self.page.is_asked_for
                and sale.magento_updated_at == order.updated_at
            ):
                result.unchanged += 1
            else:
                changed.append((order, sale))
        if not changed:
            return
        for order, sale in changed:
            self._write_status(order, sale)
        self._follow_addresses(changed)
        for order, sale in changed:
            self._follow_state(order, sale)
        result.changed += len(changed)

    def _write_status(self, order, sale):
        values = self.page.status_values(order)
        news = {name: new for name, new in values.items() if sale[name] != new}
        if news:
            sale.write(news)

    def _follow_state(self, order, sale):
        if order.state == "canceled":
            self._cancel(sale)
        elif order.state not in ("holded", "closed") and sale._magento_equals():
            sale._magento_confirm()

    def _cancel(self, sale):
        """Cancel here as well, or tell somebody where that is no longer possible."""
        if sale.state == "cancel":
            return
        if not sale._magento_is_begun():
            sale.filtered("locked").action_unlock()
            sale._action_cancel()
            text = _("%s was cancelled in Magento, and is cancelled here.", sale.name)
            self.log._add_lines([(text, sale)])
            return
        text = _(
            "%s was cancelled in Magento after it was delivered or invoiced here."
            " Resolution: take the goods back and credit the invoice, or deliver"
            " anyway.",
            sale.name,
        )
        if sale._magento_schedule_activity(text):
            self.log._add_lines([(text, sale)], level="warning")

    def _follow_addresses(self, changed):
        """Use the addresses of now, on deliveries that are still to go out too."""
        orders = [order for order, sale in changed if sale.state != "cancel"]
        stores = {}
        for order in orders:
            stores[order.store_id] = self.page.stores.get(order.store_id)
        parties = self.page.customers.resolve(orders, stores)
        for order, sale in changed:
            found = parties.get(order.magento_id)
            if found and found.partner == sale.partner_id:
                self._move(sale, found)

    def _move(self, sale, parties):
        if parties.invoice != sale.partner_invoice_id:
            sale.partner_invoice_id = parties.invoice
            self._tell(_("The invoice address was changed in Magento."), sale)
        if parties.delivery != sale.partner_shipping_id:
            open_pickings = sale.picking_ids.filtered(
                lambda picking: picking.state not in ("done", "cancel")
            )
            # Odoo would ask somebody to do what the next line does
            sale.with_context(
                mail_activity_automation_skip=True
            ).partner_shipping_id = parties.delivery
            open_pickings.partner_id = parties.delivery
            self._tell(_("The delivery address was changed in Magento."), sale)

    def _tell(self, text, sale):
        sale._message_log(body=text)
        self.log._add_lines([(f"{sale.name}: {text}", sale)])
