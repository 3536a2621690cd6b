from psycopg2.errors import LockNotAvailable

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CoopcycleConnection(models.Model):
    """One CoopCycle instance that a company invoices for.

    External ids, order numbers and store hashes mean something only within one
    instance and company, so everything an import remembers hangs here.
    """

    _name = "coopcycle.connection"
    _description = "CoopCycle Instance"
    _order = "name"

    name = fields.Char(required=True, default="CoopCycle")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    last_import_at = fields.Datetime(
        "Last Import", readonly=True, copy=False, help="When invoices last came in."
    )
    store_ids = fields.One2many("coopcycle.store", "connection_id", "Stores")
    mapping_ids = fields.One2many(
        "coopcycle.mapping", "connection_id", "Assigned Values"
    )

    _sql_constraints = [
        (
            "name_company_unique",
            "unique(name, company_id)",
            "This company has a CoopCycle instance with this name already.",
        )
    ]

    @api.model
    def _get_default(self):
        """Return the company's only instance, made by itself if there is none.

        :return: a recordset of one, or an empty one where the user has to choose
        """
        company = self.env.company
        connections = self.search([("company_id", "=", company.id)], limit=2)
        if not connections:
            connections = self.create({"company_id": company.id})
        return connections if len(connections) == 1 else self.browse()

    def _lock_for_import(self):
        """Let one import at a time write invoices for this instance.

        :raise UserError: somebody else holds the lock
        """
        self.ensure_one()
        self.flush_recordset()
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        "SELECT id FROM coopcycle_connection WHERE id = %s"
                        " FOR NO KEY UPDATE NOWAIT",
                        self.id,
                    ),
                    log_exceptions=False,
                )
        except LockNotAvailable as error:
            raise UserError(
                _(
                    "Somebody else is importing invoices of “%s” right now, so nothing"
                    " was imported. Resolution: wait until that import is done, then"
                    " press Test again.",
                    self.name,
                )
            ) from error
        # Writing makes a transaction that began before ours ended start over:
        # its snapshot lacks the invoices that are made under this lock.
        self.last_import_at = fields.Datetime.now()
        self.flush_recordset()
