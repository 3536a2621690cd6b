from odoo import api, fields, models

from .importing.problems import Problems
from .reading import plain


class MagentoDocument(models.Model):
    """What came from the shop and could not come in yet, and why."""

    _inherit = "magento.document"

    @api.model
    def _get_problem_texts(self):
        """Return {code of a `Problem`: what is wrong, and what mends it}.

        A text names the parameters of its problem, as "%(name)s".
        """
        return dict(Problems.TEXTS)

    @api.model
    def _prepare_pull_vals(self, connection, kind, magento_id, increment_id):
        """Return the values of something of the shop that is new here.

        :param str kind: such as "order"
        :param str magento_id: its id in Magento, or what tells it from others
        :param str increment_id: its number, "" if it has none
        """
        return {
            "connection_id": connection.id,
            "kind": kind,
            "direction": "pull",
            "magento_id": magento_id,
            "increment_id": increment_id or False,
        }

    def _prepare_problem_vals(self, raw, problem, message):
        """Return the values of what has to wait, once more or for the first time.

        :param dict raw: as Magento gave it
        :param problem: the `Problem`
        :param str message: what a user reads about it
        """
        self.ensure_one()
        return {
            "sync_state": "pending",
            "error_code": problem.code,
            "last_error": message,
            "waiting_reason": False,
            "last_attempt_at": fields.Datetime.now(),
            "attempt_count": self.attempt_count + 1,
            "payload": plain(raw),
        }
