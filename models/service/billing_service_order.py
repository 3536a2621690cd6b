from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ...compat import check_access, check_fields
from ..shared.reasons import add_reason
from ..shared.running.transaction import lock_rows
from .groups import DISPATCHER, MANAGER, OFFICE, TECHNICIAN
from .unlocking import unlocked

STATES = [
    ("draft", "Draft"),
    ("scheduled", "Scheduled"),
    ("in_progress", "In Progress"),
    ("done", "Done"),
    ("cancel", "Cancelled"),
]
OPEN = ("draft", "scheduled", "in_progress")
SEQUENCE = "billing.service.order"


class BillingServiceOrder(models.Model):
    """A job at a customer's: what was done, how long it took, and what was used.

    It has no price. Everything commercial stands on the sale order that it came from,
    or on one that is made when the job is done. Moments are UTC.
    """

    _name = "billing.service.order"
    _description = "Service Order"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "integration.guard.mixin",
        "integration.entry.mixin",
    ]
    _order = "date_planned desc, id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    subject = fields.Char("Job", help="What is to be done, in a few words.")
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
        group_expand=True,
    )

    # Where, who, when

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, check_company=True
    )
    address_id = fields.Many2one(
        "res.partner",
        compute="_compute_address_id",
        store=True,
        readonly=False,
        check_company=True,
        help="Where the job is done. Without a quotation, taxes are those of this"
        " address.",
    )
    contact_id = fields.Many2one("res.partner", check_company=True)
    contact_phone = fields.Char(compute="_compute_contact_phone")
    technician_ids = fields.Many2many(
        "res.users",
        "billing_service_order_technician",
        string="Technicians",
        domain=lambda self: [("share", "=", False)],
    )
    dispatcher_id = fields.Many2one(
        "res.users", default=lambda self: self.env.user, index="btree_not_null"
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        check_company=True,
    )
    location_id = fields.Many2one(
        "stock.location",
        "Van or Stock",
        compute="_compute_location_id",
        store=True,
        readonly=False,
        domain="[('usage', '=', 'internal')]",
        check_company=True,
        help="Where used parts leave. Empty: the warehouse's stock.",
    )
    date_planned = fields.Datetime("Planned", index=True)
    planned_hours = fields.Float(default=1.0)
    date_started = fields.Datetime("Started", readonly=True, copy=False)
    date_done = fields.Datetime("Ended", readonly=True, copy=False)
    reopened = fields.Text(
        readonly=True, copy=False, help="When, by whom and why the job was reopened."
    )

    # What was done

    report = fields.Html("Work Report", copy=False)
    photo_ids = fields.One2many("billing.service.photo", "order_id", "Photos")
    signature = fields.Binary("Customer's Signature", attachment=True, copy=False)
    signed_by = fields.Char(copy=False)
    signed_at = fields.Datetime("Signed", readonly=True, copy=False)
    hours_ids = fields.One2many("billing.service.hours", "order_id")
    part_ids = fields.One2many("billing.service.part", "order_id", "Parts", copy=True)

    # By whom and when it was looked at

    report_validated_by = fields.Many2one("res.users", readonly=True, copy=False)
    report_validated_at = fields.Datetime(readonly=True, copy=False)
    is_report_validated = fields.Boolean(compute="_compute_validated")
    are_hours_validated = fields.Boolean(compute="_compute_validated")
    are_parts_validated = fields.Boolean(compute="_compute_validated")

    # What it is billed on

    sale_order_id = fields.Many2one(
        "sale.order",
        "Quotation",
        copy=False,
        index="btree_not_null",
        check_company=True,
        domain="[('state', '=', 'sale')]",
        groups=OFFICE,
        help="Empty: a sale order is made when the job is done.",
    )
    picking_ids = fields.One2many(
        "stock.picking",
        "billing_service_order_id",
        "Transfers",
        readonly=True,
        groups=OFFICE,
    )
    is_sold = fields.Boolean(compute="_compute_links", compute_sudo=True, groups=OFFICE)
    transfer_count = fields.Integer(
        compute="_compute_links", compute_sudo=True, groups=OFFICE
    )
    is_editor = fields.Boolean(compute="_compute_is_editor")

    @api.depends("partner_id")
    def _compute_address_id(self):
        for order in self:
            partner = order.partner_id
            found = partner.address_get(["delivery"]).get("delivery")
            order.address_id = found if partner else False

    @api.depends("contact_id", "address_id", "partner_id")
    def _compute_contact_phone(self):
        for order in self:
            people = (order.contact_id, order.address_id, order.partner_id)
            phones = (each.phone for each in people)
            order.contact_phone = next(filter(None, phones), False)

    @api.depends("company_id", "technician_ids")
    def _compute_warehouse_id(self):
        for order in self:
            van = order._get_van()
            known = order.warehouse_id.company_id == order.company_id
            if van.warehouse_id:
                order.warehouse_id = van.warehouse_id
            elif not known:
                order.warehouse_id = self.env["stock.warehouse"].search(
                    [("company_id", "=", order.company_id.id)], limit=1
                )

    @api.depends("technician_ids", "company_id")
    def _compute_location_id(self):
        for order in self:
            order.location_id = order._get_van() or order.location_id

    def _get_van(self):
        """Return the van of the first technician who has one in this company."""
        self.ensure_one()
        vans = self.technician_ids.sudo().billing_van_id
        return vans.filtered(
            lambda van: van.company_id in (self.company_id, self.env["res.company"])
        )[:1].sudo(False)

    def _get_labour(self):
        """Return the labour hours are logged for: the quotation's if it has any."""
        quoted = self.sudo().sale_order_id.order_line.product_id
        if labour := quoted.filtered("billing_is_labour")[:1]:
            return labour.sudo(False)
        return self.env["product.product"].search(
            [
                ("billing_is_labour", "=", True),
                ("company_id", "in", (False, self.company_id.id)),
            ],
            limit=1,
        )

    @api.depends(
        "report_validated_by", "hours_ids.is_validated", "part_ids.is_validated"
    )
    def _compute_validated(self):
        for order in self:
            order.is_report_validated = bool(order.report_validated_at)
            order.are_hours_validated = all(order.hours_ids.mapped("is_validated"))
            order.are_parts_validated = all(order.part_ids.mapped("is_validated"))

    @api.depends("sale_order_id", "picking_ids")
    def _compute_links(self):
        for order in self:
            order.is_sold = bool(order.sale_order_id)
            order.transfer_count = len(order.picking_ids)

    @api.depends_context("uid")
    def _compute_is_editor(self):
        self.is_editor = self._is_dispatcher()

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for order in self:
            order.display_name = " ".join(filter(None, (order.name, order.subject)))

    @api.constrains("location_id")
    def _check_location(self):
        for order in self:
            place = order.sudo().location_id
            if place and place.usage not in ("internal", "transit"):
                raise UserError(_("%s is no stock of the company.", place.display_name))

    @api.constrains("address_id", "partner_id", "sale_order_id")
    def _check_customer(self):
        for order in self:
            sold_to = order.sudo().sale_order_id.partner_id
            if sold_to and (
                sold_to.commercial_partner_id != order.partner_id.commercial_partner_id
            ):
                raise UserError(
                    _(
                        "%(quotation)s is of another customer than %(order)s.",
                        quotation=order.sudo().sale_order_id.name,
                        order=order.name,
                    )
                )

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Find nothing by what the user may not read; Odoo 18 does for some fields."""
        leaves = (leaf for leaf in domain if isinstance(leaf, list | tuple))
        names = {str(leaf[0]).partition(".")[0] for leaf in leaves}
        check_fields(self, sorted(names))
        return super()._search(domain, *args, **kwargs)

    # Who writes what

    @api.model
    def _is_dispatcher(self):
        return self.env.su or self.env.user.has_group(DISPATCHER)

    @api.model
    def _get_technicians_fields(self):
        """Return the names of what technicians write on their orders."""
        return {
            "report", "photo_ids", "signature", "signed_by", "hours_ids", "part_ids",
            "message_follower_ids", "activity_ids",
            "message_main_attachment_id",
        }  # fmt: skip

    @api.model
    def _get_report_fields(self):
        """Return the names of what is validated as the report."""
        return {"report", "photo_ids", "signature", "signed_by"}

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        for order in orders.sudo():
            sequences = order.env["ir.sequence"].with_company(order.company_id)
            order.name = sequences.next_by_code(SEQUENCE)
        orders.filtered("signature")._note_signature()
        return orders

    def write(self, vals):
        """Keep technicians to the job, and take validations back of what is changed.

        :raise AccessError: a technician writes what the dispatcher says
        :raise UserError: the order is done or cancelled
        """
        if not self._is_dispatcher():
            if foreign := vals.keys() - self._get_technicians_fields():
                raise AccessError(
                    _(
                        "Only dispatchers change this of a service order: %s.",
                        ", ".join(sorted(foreign)),
                    )
                )
        before = {order: order.technician_ids for order in self}
        is_settled = not self.env.su and vals.keys() & self._get_settled_fields()
        if is_settled:
            self._check_open()
        res = super().write(vals)
        if not self.env.su and vals.keys() & self._get_report_fields():
            self.sudo()._take_report_back()
        if "signature" in vals:
            self._note_signature()
        if "technician_ids" in vals:
            self._follow(before)
        return res

    def _follow(self, before):
        """Let the technicians of now follow the jobs that they see, and no others.

        :param before: {job: the technicians that it had}
        """
        for order in self:
            now = order.technician_ids
            order.message_unsubscribe((before[order] - now).partner_id.ids)
            if order.state != "draft":
                order.message_subscribe((now - before[order]).partner_id.ids)

    @api.model
    def _get_settled_fields(self):
        """Return the names of what nobody changes once the job is done."""
        return self._get_report_fields() | {
            "partner_id", "address_id", "company_id", "warehouse_id", "location_id",
            "sale_order_id", "hours_ids", "part_ids",
        }  # fmt: skip

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if self.filtered(
            lambda order: order.date_done or order.state not in ("draft", "cancel")
        ):
            raise UserError(
                _("A service order that was planned is kept. Resolution: cancel it.")
            )

    def _check_open(self):
        """Check that these may still be changed.

        :raise UserError: one is done or cancelled
        """
        for order in self:
            if order.state not in OPEN:
                raise UserError(
                    _(
                        "%s is closed. Resolution: have a Billing Manager reopen it.",
                        order.name,
                    )
                )

    def _note_signature(self):
        for order in self.sudo():
            order.signed_at = fields.Datetime.now() if order.signature else False

    def _take_report_back(self):
        self.write({"report_validated_by": False, "report_validated_at": False})

    # States

    def _check_dispatcher(self):
        """Check that the user may say how far these orders are.

        :raise AccessError: they may not
        """
        check_access(self, "write")
        if not self._is_dispatcher():
            raise AccessError(_("Only dispatchers do that."))

    def _begin(self, *allowed):
        """Lock these orders, and check that they are in a state from which that goes.

        :param allowed: the states
        :return: the orders, elevated
        :raise UserError: one is in another state
        """
        orders = self.sudo()
        lock_rows(orders)
        labels = dict(self._fields["state"]._description_selection(self.env))
        for order in orders:
            if order.state not in allowed:
                raise UserError(
                    _(
                        "%(order)s is in the state “%(state)s”. Resolution: reload the"
                        " page; somebody may have been faster.",
                        order=order.name,
                        state=labels[order.state],
                    )
                )
        return orders

    def action_schedule(self):
        """Plan jobs: their technicians see them from now on."""
        self._check_dispatcher()
        orders = self._begin("draft")
        for order in orders:
            if not (order.date_planned and order.technician_ids):
                raise UserError(
                    _(
                        "%s has no technician or no time yet. Resolution: enter both.",
                        order.name,
                    )
                )
        orders.state = "scheduled"
        for order in orders:
            order.message_subscribe(order.technician_ids.partner_id.ids)

    def action_start(self):
        """Begin jobs, as one of their technicians or as a dispatcher."""
        check_access(self, "write")
        if not (self._is_dispatcher() or self.env.user.has_group(TECHNICIAN)):
            raise AccessError(_("Only technicians do that."))
        self._begin("scheduled").write(
            {"state": "in_progress", "date_started": fields.Datetime.now()}
        )

    def action_validate_report(self):
        """Say that reports are in order.

        :raise UserError: there is none
        """
        self._check_dispatcher()
        for order in self._begin("in_progress"):
            if not order._has_report():
                raise UserError(_("%s has no report yet.", order.name))
            order.write(
                {
                    "report_validated_by": self.env.uid,
                    "report_validated_at": fields.Datetime.now(),
                }
            )

    def action_validate_hours(self):
        """Say that all hours are in order."""
        self._check_dispatcher()
        self._begin("in_progress").hours_ids._validate()

    def action_validate_parts(self):
        """Say that all parts are in order."""
        self._check_dispatcher()
        self._begin("in_progress").part_ids._validate()

    def _has_report(self):
        self.ensure_one()
        return bool(self.report and self.report.striptags().strip())

    def action_done(self):
        """End jobs: what was used leaves the stock, and what was done can be billed.

        :raise UserError: something is not validated
        """
        self._check_dispatcher()
        orders = self._begin("in_progress")
        orders._check_validated()
        orders._finish()
        return True

    def _check_validated(self):
        """Check that report, hours and parts were looked at.

        :raise UserError: not all of them, or there is nothing of both
        """
        problems = [
            f"{order.name}: {', '.join(missing)}"
            for order in self
            if (missing := order._get_missing())
        ]
        if problems:
            raise UserError(_("Not ready to be done yet.\n%s", "\n".join(problems)))

    def _get_missing(self):
        """Return in words what has to be done before the job is done."""
        self.ensure_one()
        missing = []
        if not self.is_report_validated:
            missing.append(_("the report is not validated"))
        if not self.are_hours_validated:
            missing.append(_("the hours are not validated"))
        labour = self.hours_ids.product_id
        if unmarked := labour.filtered(lambda product: not product.billing_is_labour):
            names = ", ".join(unmarked.mapped("display_name"))
            missing.append(_("%s is no labour any more: mark it so", names))
        if not self.are_parts_validated:
            missing.append(_("the parts are not validated"))
        if not (self.hours_ids or self.part_ids.filtered("used_quantity")):
            missing.append(_("there are neither hours nor parts"))
        if self.sale_order_id and self.sale_order_id.state != "sale":
            missing.append(_("its quotation is not confirmed"))
        return missing

    def _finish(self):
        """Sell what was done and used, and let the parts leave."""
        for orders in self.grouped("company_id").values():
            own = orders.with_company(orders.company_id)
            own._sell()
            own.part_ids._leave()
            own.write({"state": "done", "date_done": fields.Datetime.now()})

    def action_cancel(self):
        """Cancel jobs that are not done.

        :raise UserError: one is done
        """
        self._check_dispatcher()
        orders = self._begin(*OPEN, "done")
        orders._check_cancel()
        orders.state = "cancel"

    def _check_cancel(self):
        """Check that nothing was done of these.

        :raise UserError: something was
        """
        for order in self:
            if order.state == "done":
                raise UserError(
                    _(
                        "%s is done. Resolution: have a Billing Manager reopen it.",
                        order.name,
                    )
                )

    def action_draft(self):
        """Take up cancelled jobs anew.

        :raise UserError: one was done before it was cancelled
        """
        self._check_dispatcher()
        orders = self._begin("cancel")
        for order in orders:
            if order.date_done:
                raise UserError(
                    _("%s was done, and stays cancelled. Make a new one.", order.name)
                )
        orders.state = "draft"

    def reopen(self, reason=None):
        """Go on with jobs that are done and not billed: the parts come back.

        :param str reason: why, which is kept
        :return: True
        :raise UserError: one is billed, or no reason is given
        """
        check_access(self, "read")
        if not (self.env.su or self.env.user.has_group(MANAGER)):
            raise AccessError(_("Only Billing Managers reopen what is done."))
        words = self.env["billing.decision"]._check_reason(reason)
        orders = self._begin("done")
        orders._check_unbilled()
        orders._undo()
        orders.write({"state": "in_progress", "date_done": False})
        for order in orders:
            order.reopened = add_reason(self.env, order.reopened, words)
        orders._message_log_batch(
            bodies=dict.fromkeys(orders.ids, _("Reopened: %s", words))
        )
        return True

    def _undo(self):
        """Let the parts come back, and nothing be sold."""
        with unlocked(self.sale_order_id):
            self.part_ids._come_back()
            self._unsell()
