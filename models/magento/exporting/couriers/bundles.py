"""Bundles: Magento ships some of them whole, others by their parts."""

from collections import defaultdict
from itertools import chain, combinations

from .courier import decimal
from .delivered import is_before
from .parcel import Item

# More bundles in one delivery have too many mixtures to try
MOST_MIXED = 3


class Bundles:
    """The bundles of a delivery.

    An order does not tell whether a bundle ships together; one that does is refused by
    its parts (recording `ship_bundle_together_child`). It is shipped with the delivery
    that completes it.

    :param document: of the delivery
    """

    def __init__(self, document):
        self.document = document
        lines = document.sale_order_id.order_line
        self.by_item = {
            line.magento_item_id: line for line in lines if line.magento_item_id
        }

    def is_part(self, item_id):
        return self.by_item[item_id].magento_role == "bundle_part"

    def put_in_place(self, items):
        """Return lists of `Item`s with bundles in place of their parts, if any.

        In the first all bundles are whole, in the others some of them. Ways that leave
        parts of a bundle out, because it is not complete, come last: Magento accepts
        them also if it ships that bundle by its parts, which would never be shipped.
        """
        parts = [item for item in items if self.is_part(item.order_item_id)]
        left = {item.order_item_id: item.quantity for item in parts}
        before = self._get_delivered_before() if parts else {}
        parts_of = defaultdict(list)
        for part in parts:
            parts_of[self.by_item[part.order_item_id].magento_parent_item_id] += [part]
        counts = {
            bundle_id: _count(self.by_item[bundle_id], left, before)
            for bundle_id in sorted(parts_of)
        }
        ways = []
        for bundle_ids in sorted(
            _choices(counts), key=lambda ids: sum(not counts[each] for each in ids)
        ):
            replaced = [part for each in bundle_ids for part in parts_of[each]]
            whole = [
                Item(bundle_id, counts[bundle_id], self.by_item[bundle_id].id)
                for bundle_id in bundle_ids
                if counts[bundle_id]
            ]
            ways.append([item for item in items if item not in replaced] + whole)
        return [way for way in ways if way]

    def explain(self, remote):
        """Say whether what differs in Magento are parts of bundles that left earlier.

        Magento counts them with the shipment of the delivery that completes the bundle.

        :param remote: the `Remote`
        """
        before = self._get_delivered_before()
        lines = self.document.line_ids
        left = {line.order_item_id: line.quantity for line in lines}

        def is_whole(part):
            bundle = self.by_item.get(part.magento_parent_item_id)
            count = bundle and remote.items.get(bundle.magento_item_id)
            return bool(count) and count == _count(bundle, left, before)

        return all(
            decimal(quantity) == remote.items.get(item_id, 0)
            or is_whole(self.by_item[item_id])
            for item_id, quantity in left.items()
        )

    def _get_delivered_before(self):
        """Return {order line: how many left with earlier deliveries}."""
        order = self.document.sale_order_id
        own = self.document.picking_id | self.document.line_ids.picking_id
        before = defaultdict(float)
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        for picking in done - own:
            if not any(is_before(picking, each) for each in own):
                continue
            for sold, quantity in picking._magento_get_quantities(order).items():
                before[sold] += quantity
        return before


def _choices(counts):
    """Return which bundles may be the ones that ship whole: all, then fewer.

    :param counts: {bundle: how many of it are complete}
    """
    if len(counts) > MOST_MIXED:
        complete = [bundle_id for bundle_id, count in counts.items() if count]
        return [complete, list(counts)] if complete else [list(counts)]
    sizes = range(len(counts), 0, -1)
    return chain.from_iterable(combinations(counts, size) for size in sizes)


def _count(bundle, left, before):
    """Return how many bundles a delivery completes.

    :param left: {item id: how many of a part it takes}
    :param before: {order line: how many of a part left earlier}
    """
    parts = bundle.order_id.order_line.filtered(
        lambda line: (
            line.magento_parent_item_id == bundle.magento_item_id
            and line.product_id.type != "service"
            and line.magento_quantity
        )
    )

    def whole(quantities):
        shares = [
            quantity * bundle.magento_quantity / part.magento_quantity
            for part, quantity in quantities
        ]
        return int(min(shares) + 0.0001)

    gone = [(part, before[part]) for part in parts]
    with_own = [
        (part, quantity + float(left.get(part.magento_item_id, 0)))
        for part, quantity in gone
    ]
    return whole(with_own) - whole(gone)
