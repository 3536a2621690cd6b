from odoo import _, models


class IntegrationProcessLog(models.Model):
    """What a log says of an import of orders."""

    _inherit = "integration.process.log"

    def _summarize(self, result):
        """Write down how many orders had which fate.

        :param result: a `PageResult`
        """
        self.done_count = result.created + result.changed
        self.failed_count = result.failed
        text = _(
            "%(created)s orders came in, %(changed)s changed, %(failed)s wait with an"
            " error, %(left_out)s were left out by the rules, %(unchanged)s had not"
            " changed.",
            **vars(result),
        )
        self._add_lines([(text, None)])
