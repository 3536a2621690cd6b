import psycopg2

from odoo import api, fields, models

from ....tools.magento.amounts import LONGEST_CODE, UNREADABLE
from ...shared.running import is_refusal
from .importing.problems import Problems
from .reading import plain

# What is kept of something in any case
WHY = (
    "sync_state",
    "error_code",
    "last_error",
    "waiting_reason",
    "last_attempt_at",
    "attempt_count",
)


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
            "increment_id": increment_id[:LONGEST_CODE] or False,
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

    def _write_problem(self, vals):
        """Write what has to wait and why; only why, where Odoo refuses the rest.

        :param dict vals: those of `_prepare_problem_vals`, and what else is known
        """
        only_why = {name: vals[name] for name in WHY if name in vals}
        try:
            self._write_alone(vals)
        except (psycopg2.Error, *UNREADABLE) as error:
            if not is_refusal(error):
                raise
            self._write_alone({**only_why, "payload": False})

    def _write_alone(self, vals):
        """Write, so that what is refused leaves the transaction as it was."""
        with self.env.cr.savepoint():
            self.write(vals)
