"""What happened in Magento to orders that came in before."""

from odoo import _

from .....tools.magento.order_figures import read_shipped
from .problems import refusal
from .slow_path import at_once_or_in_parts

# What Magento calls an order of which nothing more is to be done
OVER = ("canceled", "closed")


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

        An order whose change Odoo refuses waits with that error, and the others go on.

        :param pairs: list of (`Order`, sale.order)
        """
        for order, _sale in pairs:  # it may be one that nobody has met yet
            self.page.stores.get_payment_method(order)
        changed = [pair for pair in pairs if self._is_news(*pair)]
        result.unchanged += len(pairs) - len(changed)
        refused = []

        def refuse(pair, error):
            refused.append(pair)
            self.page.fail(pair[0], refusal(error), result, sale=pair[1])

        at_once_or_in_parts(self.env, changed, self._follow_all, refuse)
        result.changed += len(changed) - len(refused)
        failed = {order.magento_id for order, _sale in refused}
        result.followed |= {order.magento_id for order, _sale in pairs} - failed

    def _is_news(self, order, sale):
        """Say whether something is to be done: Magento counts changes by the second."""
        return bool(
            self.page.is_asked_for
            or sale._magento_get_news(order)
            or self.page.waits(order)
        )

    def _follow_all(self, pairs):
        self._follow_addresses(pairs)
        for order, sale in pairs:
            state_before = sale.magento_state
            is_edited = sale._magento_was_edited(order)
            if news := sale._magento_get_news(order):
                sale.write(news)
            if is_edited:
                self._follow_edit(order, sale)
            self._follow_state(order, sale, state_before)
            if "magento_total_canceled" in news:
                self.report_canceled_rest(order, sale)
        for order, sale in pairs:
            self.page.waiting.forget(order, sale)

    # State

    def _follow_state(self, order, sale, state_before):
        if self._left_before_the_end(order, sale):
            self._read_anew(order, sale)
            self.close_shipped(order, sale, is_news=state_before != "canceled")
        elif order.state == "canceled":
            self.cancel(sale, is_news=state_before != "canceled")
        elif order.state == "closed":
            self._close(sale)
        elif order.state != "holded":
            if state_before == "holded":
                sale._magento_reserve()
            elif state_before in OVER and sale.state == "cancel":
                self._revive(order, sale)
            self._read_anew(order, sale)
            if sale._magento_equals():
                sale._magento_confirm()

    def cancel(self, sale, is_news=True):
        """Cancel here as well, or tell somebody where that is no longer possible."""
        if sale.state == "cancel":
            return
        if not sale._magento_is_begun():
            sale._magento_cancel()
            text = _("%s was cancelled in Magento, and is cancelled here.", sale.name)
            self.log._add_lines([(text, sale)])
        elif is_news:
            text = _(
                "%s was cancelled in Magento after it was delivered or invoiced here."
                " Resolution: take the goods back and credit the invoice, or deliver"
                " anyway.",
                sale.name,
            )
            sale._magento_schedule_activity(_("Cancelled in Magento"), text)
            self.log._add_lines([(text, sale)], level="warning")

    def report_canceled_rest(self, order, sale):
        """Tell somebody that Magento cancelled what was open of an order.

        Odoo cannot lessen what is on a transfer already.
        """
        if order.state in OVER or sale.state == "cancel":
            return
        if not sale.magento_total_canceled:
            return
        text = _(
            "What was still open of %s was cancelled in Magento. Resolution: lower the"
            " quantities of the order to what was shipped or invoiced there, and cancel"
            " the transfer of the rest.",
            sale.name,
        )
        sale._magento_schedule_activity(_("Cancelled in Magento"), text)
        self.log._add_lines([(text, sale)], level="warning")

    def _close(self, sale):
        """Deliver nothing of what Magento gave all the money back for."""
        if sale.state != "cancel" and not sale._magento_is_begun():
            sale._magento_cancel()
            text = _("%s was refunded in Magento, and is cancelled here.", sale.name)
            self.log._add_lines([(text, sale)])

    def _revive(self, order, sale):
        """Take an order up again that Magento does: it was paid after all.

        What somebody cancelled here is up to him.
        """
        if sale._magento_was_cancelled_here():
            text = _(
                "%s was cancelled here, and is open again in Magento. Resolution: set"
                " it to a quotation and confirm it, or cancel it in Magento.",
                sale.name,
            )
            sale._magento_schedule_activity(_("Open again in Magento"), text)
            self.log._add_lines([(text, sale)], level="warning")
            return
        sale.action_draft()
        if not sale._magento_is_begun():
            self.page.replace_lines(order, sale)
        text = _("%s is open again in Magento, and here.", sale.name)
        sale._message_log(body=text)
        self.log._add_lines([(text, sale)])

    @staticmethod
    def _left_before_the_end(order, sale):
        """Say whether the shop shipped some of what is over, and Odoo nothing yet.

        The shop's invoices come in for quotations too.
        """
        is_quotation = order.state == "closed" and sale.state in ("draft", "sent")
        return (
            order.state in OVER
            and sale.state != "cancel"
            and (is_quotation or not sale._magento_is_begun())
            and bool(read_shipped(order.raw))
        )

    def close_shipped(self, order, sale, is_news=True):
        """Leave what was shipped of an order that is over to its shipments."""
        if sale._magento_equals():
            sale._magento_confirm()
        sale._magento_deliver_only(read_shipped(order.raw))
        if is_news and order.state == "canceled" and sale.state == "sale":
            text = _(
                "%s was cancelled in Magento after some of it was shipped there."
                " Resolution: take the goods back, or invoice them.",
                sale.name,
            )
            sale._magento_schedule_activity(_("Cancelled in Magento"), text)
            self.log._add_lines([(text, sale)], level="warning")

    def _follow_edit(self, order, sale):
        """Sell what Magento sells now, or tell somebody where it is confirmed."""
        if sale.state in ("draft", "sent") and not sale._magento_is_begun():
            self.page.replace_lines(order, sale)
        elif sale.state != "cancel" and order.state not in OVER:
            text = _(
                "What %(order)s sells was changed in Magento, where it comes to"
                " %(magento)s now, and here to %(odoo)s. Resolution: change its lines"
                " and its deliveries as they are in Magento, and what was invoiced.",
                order=sale.name,
                magento=sale.currency_id.format(sale.magento_grand_total),
                odoo=sale.currency_id.format(sale.amount_total),
            )
            sale._magento_schedule_activity(_("Edited in Magento"), text)
            self.log._add_lines([(text, sale)], level="warning")

    def _read_anew(self, order, sale):
        """Read the lines of a quotation that misses Magento's total, if asked for."""
        if (
            self.page.is_asked_for
            and sale.state in ("draft", "sent")
            and not sale._magento_equals()
        ):
            self.page.replace_lines(order, sale)
            if not sale._magento_equals():
                self.page.tell_difference(order, sale)

    # Addresses

    def _follow_addresses(self, pairs):
        """Use addresses that were changed in Magento, on open deliveries too."""
        moved = [
            (order, sale) for order, sale in pairs if sale._magento_has_moved(order)
        ]
        parties = self.page.customers.find_addresses(
            [(order, sale.partner_id) for order, sale in moved]
        )
        for order, sale in moved:
            self._move(order, sale, parties[order.magento_id])

    def _move(self, order, sale, parties):
        remarks = (sale.magento_remarks or "").splitlines() + parties.remarks
        if not sale.partner_id._magento_filter_buyers(order):
            remarks.append(self._get_other_buyer_text(order, sale))
        sale.magento_remarks = "\n".join(dict.fromkeys(remarks)) or False
        if (
            sale.magento_billing_key or ""
        ) != order.billing_key and sale.partner_invoice_id != parties.invoice:
            sale.partner_invoice_id = parties.invoice
            self._log(_("The invoice address was changed in Magento."), sale)
        if (
            sale.magento_delivery_key or ""
        ) != order.delivery_key and sale.partner_shipping_id != parties.delivery:
            sale._magento_deliver_to(parties.delivery)
            self._log(_("The delivery address was changed in Magento."), sale)

    def _get_other_buyer_text(self, order, sale):
        return _(
            "Magento bills %(firm)s now (VAT number: %(vat)s), and not %(customer)s."
            " Resolution: choose the customer of the order and of its invoices by"
            " hand.",
            firm=order.firm or order.customer.name,
            vat=order.customer.vat or "–",
            customer=sale.partner_id.display_name,
        )

    def _log(self, text, sale):
        sale._message_log(body=text)
        self.log._add_lines([(f"{sale.name}: {text}", sale)])
