"""From what was done and used to lines of sale orders."""

from collections import defaultdict

from ....compat import SOLD_UNIT

# Less than that is nothing
LEAST = 1e-6


class Selling:
    """Finds the sold line of each hour and part, or makes one; many jobs at once.

    What was quoted counts on the quotation's own lines, on each up to what was ordered;
    the last one has the rest. What was not gets a line of its own, labour one for each
    technician and day.

    :param orders: `billing.service.order` of one company that have a sale order;
        elevated
    """

    def __init__(self, orders):
        self.env = orders.env
        self.orders = orders
        self.missing = defaultdict(list)  # key of a line → rows
        self.room = {}  # quoted line → what of the ordered is left

    def run(self):
        """Give each row its sold line."""
        for order in self.orders:
            quoted, spare = self._read_lines(order)
            for row in order._get_billable_rows():
                if lines := quoted.get(row.product_id):
                    self._share_out(row, lines)
                else:
                    self.missing[order._get_selling_key(row)].append(row)
            self._use_spare(order, spare)
        self._make_lines()

    def _read_lines(self, order):
        """Return ({product: [quoted lines]}, [lines of the job that nothing is on])."""
        quoted, spare = defaultdict(list), []
        for line in order.sale_order_id.order_line:
            if line.display_type or line.is_downpayment:
                continue
            if line.billing_service_order_id == order:
                spare.append(line)
            elif not line.billing_service_order_id and line._billing_counts_jobs():
                quoted[line.product_id].append(line)
                self.room.setdefault(line, line._billing_count_jobs_room())
        return quoted, spare

    def _share_out(self, row, lines):
        """Put a row on quoted lines; where one has no room for all, split the row."""
        planned = row._get_planned_line()
        lines = sorted(
            lines,
            key=lambda line: (line != planned, self._get_share(row, line) < 1),
        )
        fitting = [line for line in lines if self.room[line] > LEAST] or lines[:1]
        for line in fitting:
            share = self._get_share(row, line)
            is_last = share >= 1 or line == fitting[-1]
            rest = row.browse() if is_last else row._split(share)
            row.sale_line_id = line
            self.room[line] -= row._get_quantity(line[SOLD_UNIT])
            if is_last:
                break
            row = rest

    def _get_share(self, row, line):
        """Return the share of a row for which a quoted line has room, 1 for all."""
        quantity = row._get_quantity(line[SOLD_UNIT])
        return 1 if self.room[line] > quantity - LEAST else self.room[line] / quantity

    def _use_spare(self, order, spare):
        """Use lines again that a reopened job had before."""
        for key in [key for key in self.missing if key[0] == order]:
            rows = self.missing[key]
            fitting = [line for line in spare if line.product_id == rows[0].product_id]
            if fitting:
                line = fitting[0]
                spare.remove(line)
                self._put(line, rows)
                line.write(order._prepare_line_update(line, _join(rows)))
                del self.missing[key]

    def _make_lines(self):
        groups = list(self.missing.values())
        vals_list = [
            rows[0].order_id._prepare_line_vals(_join(rows)) for rows in groups
        ]
        lines = self.env["sale.order.line"].create(vals_list)
        for line, rows in zip(lines, groups, strict=True):
            self._put(line, rows)

    def _put(self, line, rows):
        _join(rows).write({"sale_line_id": line.id})


def _join(rows):
    return rows[0].union(*rows)
