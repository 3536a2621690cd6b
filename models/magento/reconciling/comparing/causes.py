"""Why the two sides of an order differ, in words."""

from odoo import _
from odoo.tools import format_date

from ...ordering.importing.rounding import is_rounding

# Which documents carry what differs
DOCUMENTS = {"invoiced": "invoice", "shipped": "shipment", "refunded": "creditmemo"}


class Causes:
    """Finds causes: a list of (code, text), the most important first.

    :param connection: the `magento.connection`, elevated
    :param documents: {sale order id: its `magento.document`s}
    :param waiting: {Magento's order id: the document of an order that is not in Odoo}
    :param transfers: {sale order id: its `stock.picking`s that are not done}
    """

    def __init__(self, connection, documents, waiting, transfers):
        self.connection = connection
        self.env = connection.env
        self.documents = documents
        self.waiting = waiting
        self.transfers = transfers

    # Orders that only one side has

    def not_in_odoo(self, figures):
        """Return why an order of Magento's is not in Odoo."""
        document = self.waiting.get(figures.magento_id)
        if document and document.sync_state == "skipped":
            return [("left_out", _("Somebody left this order out for good."))]
        if document and document.sync_state == "pending":
            return [("missing", document.last_error or _("It waits to come in."))]
        if reason := self.connection._why_left_out(figures):
            return [("left_out", reason)]
        return [
            (
                "missing",
                _(
                    "Not in Odoo, and nothing holds it back. Resolution: import it; a"
                    " run of Import Orders does so by itself."
                ),
            )
        ]

    def not_in_magento(self):
        """Return what is said of an order that Magento has no longer."""
        return [
            (
                "vanished",
                _(
                    "Magento has no order with this ID any more. Resolution: ask the"
                    " shop's administrator whether it was deleted, or whether the shop"
                    " was restored from a backup."
                ),
            )
        ]

    def malformed(self, name):
        """Return what is said of an order that cannot be read."""
        return _(
            "Magento gave it without a readable “%s”. Resolution: ask the shop's"
            " administrator whether an extension changes what its API answers.",
            name,
        )

    # Orders that both have

    def of(self, comparison, figures, sale):
        """Return the causes of an order that both sides have."""
        state = list(self._of_state(figures, sale, comparison))
        if any(code == "closed_there" for code, _text in state):
            return state  # which says everything
        found = [
            *state,
            *self._of_invoices(comparison, sale),
            *self._of_shipments(comparison, sale),
            *self._of_refunds(comparison, figures, sale),
            *self._of_currency(comparison, figures),
        ]
        explained = {code for code, _text in found}
        return found + self._of_amounts(comparison, figures, sale, explained)

    def _of_state(self, figures, sale, comparison):
        if "ordered" not in comparison.pieces and "ordered" not in comparison.amounts:
            return
        if figures.is_canceled and sale.state != "cancel":
            yield (
                "canceled_there",
                _(
                    "Cancelled in Magento only. Resolution: read the order again, or"
                    " cancel it here; what was delivered or invoiced must come back"
                    " first."
                ),
            )
        elif sale.state == "cancel" and figures.state == "closed":
            yield (
                "closed_there",
                _(
                    "Magento invoiced it and gave all of the money back; here it was"
                    " cancelled without either."
                ),
            )
        elif sale.state == "cancel":
            yield (
                "canceled_here",
                _(
                    "Cancelled in Odoo only. Resolution: cancel it in Magento too, or"
                    " set it to a quotation here and confirm it."
                ),
            )
        elif sale.state in ("draft", "sent"):
            yield (
                "not_confirmed",
                _(
                    "A quotation in Odoo: it is not confirmed. Resolution: see on the"
                    " order why, and confirm it."
                ),
            )
        elif "ordered" in comparison.pieces:
            yield "ordered", self._pieces_text(comparison, "ordered")

    def _of_invoices(self, comparison, sale):
        here, there = comparison.surplus("invoiced")
        if here:
            texts = self._why_not_sent(sale, "invoiced")
            yield (
                "not_exported",
                _("Invoiced in Odoo, but not in Magento: %s pieces.", _number(here))
                + _list_of(texts or self._why_not_due(sale)),
            )
        if there:
            drafts = [
                move.name
                for move in sale.moves
                if move.state == "draft" and not move.is_refund
            ]
            yield (
                "not_invoiced",
                _("Invoiced in Magento only: %s pieces.", _number(there))
                + (
                    _list_of([_("%s invoice(s) in Odoo are drafts.", len(drafts))])
                    if drafts
                    else " " + _("Resolution: create the invoice in Odoo.")
                ),
            )

    def _why_not_due(self, sale):
        """Return why invoices without a document are not sent, a text for each."""
        order = self.env["sale.order"].browse(sale.id)
        documents = self.documents.get(sale.id, ())
        known = {
            move_id for document in documents for move_id in document._get_moves().ids
        }
        texts = []
        for each in sale.moves:
            if each.state != "posted" or each.is_refund or each.id in known:
                continue
            move = self.env["account.move"].browse(each.id)
            reason = move._magento_why_not_due(order)
            if not reason and not move._magento_is_recent(order):
                reason = _(
                    "It is dated before %s, from which on invoices are exported.",
                    format_date(self.env, self.connection.export_invoices_from),
                )
            reason = reason or _("It is exported with the next run.")
            texts.append(f"{move.name}: {reason}")
        return texts

    def _why_not_sent(self, sale, kind):
        """Return how far documents have got that are not in Magento yet."""
        texts = []
        for document in self.documents.get(sale.id, ()):
            if (
                document.kind != DOCUMENTS[kind]
                or document.direction != "push"
                or document.sync_state == "done"
            ):
                continue
            state = dict(
                document._fields["sync_state"]._description_selection(self.env)
            )
            reason = document.last_error or document.waiting_reason or ""
            name = document._get_source().display_name or document.display_name
            label = state[document.sync_state]
            if document.last_error and document.sync_state != "skipped":
                label = _("Failed")
            texts.append(f"{name}: {label}. {reason}".strip())
        return texts

    def _of_shipments(self, comparison, sale):
        here, there = comparison.surplus("shipped")
        if here:
            yield (
                "shipped_here",
                _("Delivered in Odoo, but not shipped in Magento: %s.", _number(here))
                + _list_of(self._why_not_sent(sale, "shipped")),
            )
        if there:
            pickings = self.transfers.get(sale.id, ())
            text = _("%s is not done.")
            texts = [text % picking.name for picking in pickings]
            yield (
                "shipped_there",
                _("Shipped in Magento, but not delivered in Odoo: %s.", _number(there))
                + _list_of(texts),
            )
        back = sum(line.returned for line in sale.lines)
        if there and back:
            yield (
                "shipped_there",
                _(
                    "%s pieces came back to Odoo's stock and are not credited.",
                    _number(back),
                ),
            )

    def _of_refunds(self, comparison, figures, sale):
        here, there = comparison.surplus("refunded")
        amount = comparison.amounts.get("refunded", 0)
        currency = self.env["res.currency"].browse(sale.currency)
        is_same = is_rounding(amount, currency) or self._differ_themselves(amount, sale)
        if amount and not (here or there) and is_same:
            yield self._of_amount("refunded", amount, figures, sale)
            return
        if here or (not there and amount < 0):
            yield (
                "refunded_here",
                _("Credited in Odoo only.")
                + _list_of(self._why_not_sent(sale, "refunded")),
            )
        if there or (not here and amount > 0):
            drafts = sum(
                move.state == "draft" and move.is_refund for move in sale.moves
            )
            yield (
                "refunded_there",
                _("Refunded in Magento only.")
                + (
                    _list_of([_("%s credit note(s) in Odoo are drafts.", drafts)])
                    if drafts
                    else " " + _("Resolution: credit the invoice in Odoo.")
                ),
            )

    def _differ_themselves(self, amount, sale):
        """Say whether it is refunds that both have which differ by an amount."""
        tied = [
            document.difference
            for document in self.documents.get(sale.id, ())
            if document.kind == DOCUMENTS["refunded"]
            and document.sync_state == "done"
            and document.difference
        ]
        currency = self.env["res.currency"].browse(sale.currency)
        return bool(tied) and is_rounding(sum(tied) - amount, currency)

    def _of_currency(self, comparison, figures):
        if comparison.other_currency:
            yield (
                "currency",
                _(
                    "The order is in %(magento)s in Magento and in %(odoo)s here.",
                    magento=figures.currency,
                    odoo=comparison.other_currency,
                ),
            )

    # Amounts of equal quantities

    def _of_amounts(self, comparison, figures, sale, explained):
        """Return causes of amounts that differ though the quantities are equal."""
        found = []
        state_codes = {"canceled_there", "canceled_here", "closed_there"}
        if explained & state_codes and not comparison.pieces.get("invoiced"):
            state_codes.add("not_confirmed")
        for kind, difference in comparison.amounts.items():
            if kind == "refunded" or comparison.pieces.get(kind):
                continue
            if kind == "ordered" and explained & {*state_codes, "not_confirmed"}:
                continue
            if kind == "invoiced" and explained & {"not_exported", "not_invoiced"}:
                continue
            found.append(self._of_amount(kind, difference, figures, sale))
        return found

    def _of_amount(self, kind, difference, figures, sale):
        currency = self.env["res.currency"].browse(sale.currency)
        words = {
            "ordered": _("the order"),
            "invoiced": _("what is invoiced"),
            "refunded": _("what is refunded"),
        }
        amount = currency.format(abs(difference))
        if is_rounding(difference, currency):
            return (
                "rounding",
                _(
                    "Rounding: the totals of %(what)s differ by %(amount)s.",
                    what=words[kind],
                    amount=amount,
                ),
            )
        if figures.shipping and abs(abs(difference) - figures.shipping) < 0.051:
            return (
                "shipping",
                _(
                    "Shipping: the totals of %(what)s differ by %(amount)s, which is"
                    " the order's shipping. Magento puts it in the first invoice.",
                    what=words[kind],
                    amount=amount,
                ),
            )
        return (
            "amounts",
            _(
                "The totals of %(what)s differ by %(amount)s, for equal quantities."
                " Resolution: compare prices, discounts and lines without a product.",
                what=words[kind],
                amount=amount,
            ),
        )

    def _pieces_text(self, comparison, kind):
        here, there = comparison.surplus(kind)
        return _(
            "Other quantities are ordered: %(here)s pieces only in Odoo, %(there)s only"
            " in Magento. Resolution: correct the lines of the order.",
            here=_number(here),
            there=_number(there),
        )


def _list_of(texts):
    return "".join(f"\n– {text}" for text in texts)


def _number(quantity):
    return f"{quantity:g}"
