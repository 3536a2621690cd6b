from odoo import api, fields, models


class MagentoConfigurationMixin(models.AbstractModel):
    """What was fetched from a shop, and what it stands for in Odoo.

    What it stands for is guessed at first, and used until somebody corrects it;
    `is_guess` shows that nobody has looked at it yet.
    """

    _name = "magento.configuration.mixin"
    _inherit = ["integration.guard.mixin"]
    _description = "Magento Configuration"
    _check_company_auto = True

    connection_id = fields.Many2one(
        "magento.connection", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    is_guess = fields.Boolean("To Confirm", default=False, copy=False)
    mapping_state = fields.Selection(
        [
            ("missing", "Choose One"),
            ("guess", "Guess"),
            ("confirmed", "Confirmed"),
        ],
        "State",
        compute="_compute_mapping_state",
        help="Choose One: nothing could be guessed, and orders wait until somebody"
        " chooses. Guess: Odoo chose, and nobody has looked at it yet.",
    )

    @api.depends("is_guess")
    def _compute_mapping_state(self):
        for record in self:
            if record._is_missing():
                record.mapping_state = "missing"
            else:
                record.mapping_state = "guess" if record.is_guess else "confirmed"

    def _is_missing(self):
        """Say whether orders wait until somebody chooses what this stands for."""
        return False

    def write(self, vals):
        """Take what a user writes as confirmed."""
        if "is_guess" not in vals and not self.env.context.get("magento_fetching"):
            vals = {**vals, "is_guess": False}
        return super().write(vals)

    def action_confirm_guess(self):
        """Confirm what was guessed."""
        self.write({"is_guess": False})

    @api.model
    def _find_or_create(self, connection, values_list):
        """Return what a shop has; what is new in it is guessed.

        :param values_list: of each one {"code" and what else was read of it}
        :return: records in the same order
        """
        key = self._get_key
        known = {key(record): record for record in self._find_of(connection)}
        new = [values for values in values_list if key(values) not in known]
        created = self.create(
            [self._prepare_fetched_vals(connection, values) for values in new]
        )
        known.update((key(record), record) for record in created)
        return self.browse([known[key(values)].id for values in values_list])

    @api.model
    def _get_key(self, values):
        """Return what tells one from another.

        :param values: a record, or values as they were read
        """
        return values["code"]

    @api.model
    def _find_of(self, connection):
        """Return all records of a shop."""
        return self.search([("connection_id", "=", connection.id)])

    @api.model
    def _prepare_fetched_vals(self, connection, values):
        """Return the values of a new record, with what it most likely stands for.

        :param dict values: as they were read
        """
        return {"connection_id": connection.id, "is_guess": True, **values}
