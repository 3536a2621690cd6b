"""What the shop invoiced or shipped itself is taken over, not repeated."""

from collections import defaultdict
from decimal import Decimal


class Adoption:
    """Ties documents to what Magento has already on their orders.

    A document of Magento covers each of its items once; what another record in Odoo is
    tied to is no longer free, unless that was cancelled or deleted.

    :param courier: knows the kind
    """

    def __init__(self, courier):
        self.courier = courier
        self.env = courier.env
        self.documents = self.env["magento.document"]
        # {document that was told of before: the records that it covers now as well}
        self.joined = {}

    def adopt(self, wanted, remotes):
        """Tie documents to what is there.

        :param wanted: {document: its `Item`s}
        :param remotes: the `Remote`s on their orders
        :return: {document: the `Item`s that are left to send}
        """
        orders = {
            document.sale_order_id.magento_order_id: document.sale_order_id
            for document in wanted
        }
        remotes = [remote for remote in remotes if remote.order_id in orders]
        known = self.find_known(remotes)
        self.courier.remotes = {remote.magento_id: remote for remote in remotes}
        free = self._get_free(remotes, known, orders)
        left = {}
        for document, items in wanted.items():
            order_id = document.sale_order_id.magento_order_id
            if not items:
                self._adopt_by_key(document, remotes, known, left)
                continue
            rest = list(items)
            taken = []
            for remote in remotes:
                if remote.order_id == order_id:
                    part, rest = _take(rest, free[remote.magento_id])
                    if part:
                        taken.append((remote, part))
            self._tie(document, taken, known, is_whole=not rest)
            if rest:
                left[document] = rest
        return left

    def _adopt_by_key(self, document, remotes, known, left):
        """Tie a document without items to the one that has its key."""
        for remote in remotes:
            order_id = document.sale_order_id.magento_order_id
            if remote.order_id == order_id and self.courier.is_same(
                document, remote, remote.comments
            ):
                self._tie(document, [(remote, [])], known, is_whole=True)
                return
        left[document] = []

    def tie_to(self, document, remote, items):
        """Tie a document to what Magento made of it, whatever else is tied to that."""
        known = self.find_known([remote])
        self._tie(document, [(remote, items)], known, is_whole=True)
        document.exists().is_adopted = False

    def find_known(self, remotes):
        """Return {Magento id: document} of those that are tied already."""
        return self.documents._get_by_magento_ids(
            self.courier.connection,
            self.courier.kind,
            {remote.magento_id: remote.order_id for remote in remotes},
        )

    def _get_free(self, remotes, known, orders):
        """Return {Magento id: {order item id: quantity that nobody covers}}.

        :param orders: {order id in Magento: `sale.order`}
        """
        free = {
            remote.magento_id: defaultdict(
                Decimal, self.courier.get_all_items(remote, orders[remote.order_id])
            )
            for remote in remotes
        }
        for magento_id, document in known.items():
            for line in document.line_ids.filtered(self.courier.still_covers):
                covered = Decimal(str(round(line.quantity, 4)))
                free[magento_id][line.order_item_id] -= covered
        return free

    def _tie(self, document, taken, known, is_whole):
        """Make documents of what was taken, the given one if it is whole."""
        if not taken:
            return
        document.line_ids.unlink()
        own = document if is_whole else None
        for remote, items in taken:
            target = known.get(remote.magento_id)
            if target is None:
                target = own or self._create(document)
                own = None
                known[remote.magento_id] = target
                self._become(target, remote)
            else:
                self._join(target, document)
            self.env["magento.document.line"].create(
                self._line_values(target, items, document)
            )
        if own is not None:
            # All of it is in documents that others have made
            own.unlink()

    def _join(self, target, document):
        """Let a document that others are tied to be compared and told of anew."""
        record = document[self.courier.source]
        if target.increment_id:
            self.joined[target] = record
        elif target in self.joined:
            self.joined[target] |= record
        target.increment_id = False

    def _create(self, document):
        return self.documents.create(document._prepare_another())

    @staticmethod
    def _become(document, remote):
        document.write(
            {
                "sync_state": "done",
                "magento_id": remote.magento_id,
                "is_adopted": True,
                "run_id": False,
                "lease_until": False,
                "unknown_since": False,
                "error_code": False,
                "last_error": False,
                "waiting_reason": False,
                "track_numbers": list(remote.track_numbers) or False,
            }
        )

    def add_lines(self, parcels):
        """Write down what documents cover.

        :param parcels: {document: its `Item`s}
        """
        self.env["magento.document.line"].create(
            [
                values
                for document, items in parcels.items()
                for values in self._line_values(document, items, document)
            ]
        )

    @staticmethod
    def _line_values(document, items, source):
        return [document._prepare_line(item, source) for item in items]


def _take(items, free):
    """Take from what is free.

    :return: (the `Item`s taken, the `Item`s that are left)
    """
    taken, left = [], []
    for item in items:
        quantity = max(min(item.quantity, free[item.order_item_id]), Decimal(0))
        free[item.order_item_id] -= quantity
        if quantity:
            taken.append(_of(item, quantity))
        if item.quantity - quantity:
            left.append(_of(item, item.quantity - quantity))
    return taken, left


def _of(item, quantity):
    return type(item)(item.order_item_id, quantity, item.sale_line_id)
