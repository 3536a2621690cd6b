from odoo import api, fields, models

from .importing.problems import Problems
from .reading import plain


class MagentoDocument(models.Model):
    """An order that could not come in yet, and why."""

    _inherit = "magento.document"

    @api.model
    def _get_problem_texts(self):
        """Return {code of a `Problem`: what is wrong, and what mends it}.

        A text names the parameters of its problem, as "%(name)s".
        """
        return dict(Problems.TEXTS)

    @api.model
    def _prepare_order_vals(self, connection, magento_id, increment_id):
        """Return the values of an order that waits for the first time.

        :param str magento_id: its id in Magento, or what tells it from others
        :param str increment_id: its number, "" if it has none
        """
        return {
            "connection_id": connection.id,
            "kind": "order",
            "direction": "pull",
            "magento_id": magento_id,
            "increment_id": increment_id or False,
        }

    def _prepare_problem_vals(self, raw, problem, text, sale):
        """Return the values of an order that waits, once more or for the first time.

        :param dict raw: the order as Magento gave it
        :param problem: the `Problem`
        :param str text: what a user reads about it
        :param sale: the sale.order that came in before, if it is a change that failed
        """
        self.ensure_one()
        return {
            "sync_state": "pending",
            "sale_order_id": sale.id if sale else False,
            "error_code": problem.code,
            "last_error": text,
            "last_attempt_at": fields.Datetime.now(),
            "attempt_count": self.attempt_count + 1,
            "payload": plain(raw),
        }
