"""What checks need to know of many invoices, read once for all of them."""

from functools import cached_property

from odoo import fields
from odoo.tools import format_date

from ....compat import QUANTITY_DIGITS, SOLD_UNIT
from ....tools.billing.vat import to_vies
from ..deciding.quantities import Quantities
from .reading import read_duplicates, read_order_differences, read_rates


class Facts:
    """The facts of invoices of one company.

    Each is read when the first check asks for it, for all invoices at once; nothing
    asks another system.

    :param moves: `account.move`, elevated, in their company
    """

    def __init__(self, moves):
        self.env = moves.env
        self.moves = moves
        self.company = moves.company_id
        self.today = fields.Date.context_today(moves)
        self._lines = {
            move: _filter(
                move.invoice_line_ids, lambda line: line.display_type == "product"
            )
            for move in moves
        }
        self._positions = {}
        self._mapped_taxes = {}

    # Invoices

    def get_lines(self, move):
        """Return the lines that are no sections or notes."""
        return self._lines[move]

    def get_day(self, move):
        """Return the day of an invoice, which is today if it has none."""
        return move.invoice_date or self.today

    @staticmethod
    def get_name(line):
        """Return by what people know a line of an invoice or order."""
        return line.product_id.display_name or (line.name or "").partition("\n")[0]

    def format_day(self, day):
        """Return a day as the user writes it."""
        return format_date(self.env, day)

    def find_duplicates(self, move):
        """Return the invoices that look like one, each with the order lines of both.

        :return: [(account.move, sale.order.line)]
        """
        others, lines = self.env["account.move"], self.env["sale.order.line"]
        return [
            (others.browse(other_id), lines.browse(line_ids))
            for other_id, line_ids in self._duplicates.get(move.id, ())
        ]

    @cached_property
    def _duplicates(self):
        invoices = self.moves.filtered(lambda move: move.move_type == "out_invoice")
        return read_duplicates(invoices, self.today) if invoices else {}

    def get_journal(self, move):
        """Return the journal that automation bills in, of what it made.

        :return: `account.journal`, an empty record where any will do
        """
        return self._journals.get(move, self.env["account.journal"])

    @cached_property
    def _journals(self):
        decisions = self.env["billing.decision"].search(
            [
                ("move_id", "in", self.moves.ids),
                ("was_made", "=", True),
                ("event", "!=", "import"),  # which has chosen its own
            ]
        )
        by_policy = {policy: policy._get_journal() for policy in decisions.policy_id}
        return {
            decision.move_id: by_policy[decision.policy_id]
            for decision in decisions
            if decision.policy_id
        }

    # Orders

    def get_orders(self, move):
        """Return the sales orders of an invoice."""
        return self.get_lines(move).sale_line_ids.order_id

    def is_of_shop(self, move):
        """Say whether an invoice is of orders that came from Magento."""
        return any(order.magento_order_id for order in self.get_orders(move))

    def get_sold(self, line):
        """Return the order lines of an invoice line, but down payments."""
        return _filter(line.sale_line_ids, lambda sold: not sold.is_downpayment)

    def get_sold_lines(self, move):
        """Return the order lines of an invoice, each once, but down payments."""
        return self.get_sold(self.get_lines(move))

    def get_sold_price(self, line, sold):
        """Return the price of an order line in currency and unit of an invoice line."""
        price, unit = sold.price_unit, sold[SOLD_UNIT]
        if line.product_uom_id and unit and unit != line.product_uom_id:
            price = unit._compute_price(price, line.product_uom_id)
        if sold.currency_id and sold.currency_id != line.currency_id:
            price = sold.currency_id._convert(
                price,
                line.currency_id,
                self.company,
                self.get_day(line.move_id),
                round=False,
            )
        return price

    @cached_property
    def quantities(self):
        """Return {sale.order.line: Quantity} of all order lines."""
        lines = self.env["sale.order.line"].union(
            *(self.get_sold_lines(move) for move in self.moves)
        )
        return Quantities(lines).get_all() if lines else {}

    @cached_property
    def quantity_digits(self):
        """Return how many decimals quantities have."""
        return self.env["decimal.precision"].precision_get(QUANTITY_DIGITS)

    def get_order_difference(self, order):
        """Return (what all invoices of an order differ from it, how many lines)."""
        return self._order_differences.get(order.id, (0.0, 0))

    @cached_property
    def _order_differences(self):
        orders = self.env["sale.order"].union(*map(self.get_orders, self.moves))
        return read_order_differences(orders) if orders else {}

    # Rates

    def get_rates(self, move):
        """Return the newest rate of an invoice's currency and the one before it.

        :return: at most two of `Rate`, the newest first
        """
        return self._rates.get((move.currency_id.id, self.get_day(move)), [])

    @cached_property
    def _rates(self):
        asked = {
            (move.currency_id, self.get_day(move))
            for move in self.moves
            if move.currency_id and move.currency_id != self.company.currency_id
        }
        return read_rates(self.company, asked) if asked else {}

    # Taxes

    def get_delivery(self, move):
        """Return the address that an invoice's goods or services go to."""
        return move.partner_shipping_id or move.partner_id

    def get_position(self, move):
        """Return the fiscal position that Odoo would choose for an invoice.

        :return: `account.fiscal.position`, an empty record if none
        """
        partner, delivery = move.partner_id, self.get_delivery(move)
        key = (self._to_key(partner), self._to_key(delivery))
        if key not in self._positions:
            self._positions[key] = self.env[
                "account.fiscal.position"
            ]._get_fiscal_position(partner, delivery)
        return self._positions[key]

    def _to_key(self, address):
        """Return all of an address that the choice of a fiscal position looks at."""
        positions, country = self._automatic_positions, address.country_id
        named = positions.country_id | positions.country_group_id.country_ids
        vat = address.vat or ""
        return (
            address.property_account_position_id,
            bool(vat),
            vat[:2] == (self.company.vat or "")[:2],
            country if country in named else bool(country),
            any(position.state_ids for position in positions) and address.state_id,
            any(position.zip_from for position in positions) and address.zip,
        )

    @cached_property
    def _automatic_positions(self):
        """Return the fiscal positions that are chosen by address."""
        positions = self.env["account.fiscal.position"]
        return positions.search(
            [
                *positions._check_company_domain(self.company),
                ("auto_apply", "=", True),
            ]
        )

    def map_taxes(self, line, position):
        """Return the taxes that a line's product has under a fiscal position."""
        key = line.product_id, position
        if key not in self._mapped_taxes:
            company_ids = set(self.company.parent_ids.ids)
            own = line.product_id.taxes_id.filtered(
                lambda tax: tax.company_id.id in company_ids
            )
            self._mapped_taxes[key] = position.map_tax(own)
        return self._mapped_taxes[key]

    # VAT numbers

    def get_vies_number(self, move):
        """Return the number of a customer as VIES has it, or ""."""
        partner = move.commercial_partner_id
        return to_vies(partner.vat, partner.country_id.code or "")

    def get_vat_check(self, move):
        """Return what VIES said of a customer's number within the last days.

        :return: `billing.vat.check`, an empty record if it was not asked for
        """
        checks = self.env["billing.vat.check"]
        return self._vat_checks.get(self.get_vies_number(move), checks)

    @cached_property
    def _vat_checks(self):
        numbers = set(map(self.get_vies_number, self.moves)) - {""}
        found = self.env["billing.vat.check"]._find_recent(numbers) if numbers else ()
        return {check.number: check for check in found}


def _filter(records, is_wanted):
    """Return some records, which still read ahead for all that these are among."""
    return records.filtered(is_wanted).with_prefetch(records._prefetch_ids)
