from ast import literal_eval
from datetime import datetime, time, timedelta

import psycopg2
from pytz import all_timezones_set, timezone, utc

from odoo import _, api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

from ...compat import Constraint
from ..shared.days import begin_of
from .groups import APPROVER

PHASES = ("dry_run", "draft", "post", "post_send")
# What Odoo raises where a filter is none, or does not fit the values of an order
NO_DOMAIN = (
    ValueError,
    SyntaxError,
    TypeError,
    KeyError,
    AssertionError,
    AttributeError,
    MemoryError,
    RecursionError,
)
# The first that no journal of another kind has
JOURNAL_CODES = ("AUTO", *(f"AUTO{number}" for number in range(1, 10)))


class BillingPolicy(models.Model):
    """For which part of the business automation bills, how far, and who looks first.

    The first policy in sequence that covers all of what is to be billed decides. It
    begins as a dry run: nothing is made, and what would have been is written down.
    """

    _name = "billing.policy"
    _description = "Billing Policy"
    _inherit = ["mail.thread", "mail.activity.mixin", "integration.guard.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="Of several policies that fit, the first one decides."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    start_date = fields.Date(
        "From",
        required=True,
        default=fields.Date.context_today,
        help="What was delivered, confirmed or imported before is left to people.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        help="Is told when too many decisions were wrong.",
    )

    # Which events

    event_delivery = fields.Boolean("Deliveries", default=True)
    event_order = fields.Boolean(
        "Confirmed Orders",
        help="Bills what is invoiced on order as soon as the order is confirmed.",
    )
    event_import = fields.Boolean(
        "CoopCycle Imports", help="Takes the drafts of imported files further."
    )

    # Which part of the business; what is empty does not restrict

    warehouse_ids = fields.Many2many("stock.warehouse", check_company=True)
    category_ids = fields.Many2many("product.category", string="Product Categories")
    partner_tag_ids = fields.Many2many("res.partner.category", string="Customer Tags")
    team_ids = fields.Many2many("crm.team", string="Sales Teams", check_company=True)
    magento_connection_ids = fields.Many2many(
        "magento.connection", string="Magento Shops", check_company=True
    )
    magento_store_ids = fields.Many2many(
        "magento.store", string="Magento Stores", check_company=True
    )
    coopcycle_connection_ids = fields.Many2many(
        "coopcycle.connection", string="CoopCycle Instances", check_company=True
    )
    order_domain = fields.Char(
        "Orders", default="[]", help="What else holds of the sales order."
    )

    # How far

    phase = fields.Selection(
        [
            ("dry_run", "Dry Run"),
            ("draft", "Draft"),
            ("post", "Post"),
            ("post_send", "Post and Send"),
        ],
        required=True,
        readonly=True,
        default="dry_run",
        copy=False,
        tracking=True,
        help="Dry Run: nothing is made. Draft: a person posts each invoice. Post: only"
        " what is below is left to a person.",
    )

    phase_since = fields.Datetime(
        readonly=True, copy=False, default=lambda self: fields.Datetime.now()
    )

    # Who looks first

    review_above = fields.Monetary(
        currency_field="company_currency_id",
        help="Invoices above this total wait for a person. 0: no limit.",
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    review_new_customer = fields.Integer(
        "New Customers",
        default=1,
        help="Of customers with fewer posted invoices than this, or whose first one is"
        " not paid. 0: no difference.",
    )
    review_first = fields.Integer(
        "The First", default=100, help="So many invoices of this policy, to begin with."
    )
    review_sample = fields.Integer(
        "One in", help="One of so many afterwards, chosen by chance. 0: none."
    )
    review_bad_payer = fields.Boolean(
        "Bad Payers",
        default=True,
        help="Of customers who are marked as bad debtors, or owe for more than 30 days"
        " after the due date.",
    )
    review_on_warning = fields.Boolean(
        "Any Warning", default=True, help="Of the checks before posting."
    )
    approver_kind = fields.Selection(
        [
            ("user", "This User"),
            ("salesperson", "The Order's Salesperson"),
            ("project", "The Project's Manager"),
        ],
        "Who Looks",
        required=True,
        default="user",
        help="Where there is no project, or its manager may not approve, it is the"
        " salesperson; where that one may not either, this user.",
    )
    approver_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
    )
    four_eyes = fields.Boolean(
        help="Whoever changed a draft cannot approve it.", default=True
    )

    # How it is billed

    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'sale')]",
        check_company=True,
        help="Empty: one called “Automatic Invoices” is made when needed. In one of"
        " its own, posting by night holds up nobody who posts by day.",
    )
    grouping = fields.Selection(
        [
            ("delivery", "Delivery"),
            ("order", "Order"),
            ("customer", "Customer"),
        ],
        "One Invoice for Each",
        required=True,
        default="delivery",
        help="Customer: of what happens in a day, or in a period.",
    )
    collect_hour = fields.Float(
        "Collect Until",
        default=20.0,
        help="The hour, in the company's time zone, at which a customer's deliveries of"
        " the day are billed together.",
    )
    invoice_date = fields.Selection(
        [("today", "The Day of Posting"), ("event", "The Day of Delivery")],
        required=True,
        default="today",
    )
    apply_credits = fields.Boolean(
        "Set Off Credit Notes",
        help="Open credit notes of the customer are set off as the invoice is posted.",
    )
    term_rule_ids = fields.One2many("billing.term.rule", "policy_id", "Payment Terms")
    brake_percent = fields.Float("Wrong at Most (%)", default=10.0)
    brake_window = fields.Integer("Of the Last", default=50)

    # How it went

    decision_count = fields.Integer(compute="_compute_figures")
    made_count = fields.Integer("Invoices Made", compute="_compute_figures")
    automatic_share = fields.Float(
        "By Itself (%)",
        compute="_compute_figures",
        help="Invoices that no person looked at, of those posted.",
    )
    reviewed_count = fields.Integer("Reviewed", compute="_compute_figures")
    unchanged_share = fields.Float(
        "Approved Unchanged (%)",
        compute="_compute_figures",
        help="Of those that a person looked at.",
    )
    wrong_count = fields.Integer(
        "Wrong or Changed",
        compute="_compute_figures",
        help="Of the last decisions that the brake looks at.",
    )
    held_count = fields.Integer("Held", compute="_compute_figures")
    review_count = fields.Integer("To Approve", compute="_compute_figures")
    shop_warning = fields.Char(compute="_compute_shop_warning")

    _first_is_positive = Constraint(
        "CHECK(review_first >= 0 AND review_sample >= 0 AND review_new_customer >= 0"
        " AND review_above >= 0)",
        "Limits are 0 or more.",
    )
    _brake_is_share = Constraint(
        "CHECK(brake_percent > 0 AND brake_percent <= 100 AND brake_window > 0)",
        "The brake is a share between 0 and 100 of at least one decision.",
    )

    _collect_hour_is_of_day = Constraint(
        "CHECK(collect_hour >= 0 AND collect_hour <= 24)",
        "Deliveries are collected until an hour of the day: 0 to 24.",
    )

    @api.constrains("order_domain")
    def _check_order_domain(self):
        for policy in self:
            orders = self.env["sale.order"]
            try:
                with self.env.cr.savepoint():
                    order = orders.search(policy._get_order_domain(), limit=1)
            except (*NO_DOMAIN, psycopg2.DataError, psycopg2.ProgrammingError) as error:
                raise ValidationError(policy._get_filter_text()) from error
            policy._covers_order(order or orders.search([], limit=1))

    @api.constrains(lambda self: [f"event_{each}" for each in self._get_events()])
    def _check_events(self):
        for policy in self:
            if not any(policy[f"event_{each}"] for each in self._get_events()):
                raise ValidationError(_("A policy needs an event to bill on."))

    @api.model
    def _get_events(self):
        """Return {event: what a sentence calls it} of all on which policies bill."""
        return {
            "delivery": _("deliveries"),
            "order": _("confirmed orders"),
            "import": _("imported drafts of CoopCycle"),
        }

    @api.constrains("approver_id", "company_id")
    def _check_approver(self):
        for policy in self:
            if not policy._may_approve(policy.approver_id):
                raise ValidationError(
                    _(
                        "%s cannot approve invoices. Resolution: grant the group"
                        " “Automatic Billing: Approver”, and the company.",
                        policy.approver_id.name,
                    )
                )

    # What it says of itself

    @api.depends("magento_connection_ids", "magento_store_ids", "company_id")
    def _compute_shop_warning(self):
        for policy in self:
            shops = policy.magento_connection_ids.sudo()
            shops |= policy.magento_store_ids.sudo().connection_id
            billing = shops.filtered(lambda shop: shop.import_invoices != "off")
            text = _(
                "%s makes invoices itself, and Odoo fetches them: what the shop has"
                " billed, this policy leaves alone.",
                ", ".join(billing.mapped("name")),
            )
            policy.shop_warning = text if billing else False

    # What it covers

    @api.model
    @tools.ormcache("company_id", "event")
    def _get_wanting(self, company_id, event):
        """Return ((first moment, warehouses' ids), …) of an event's policies (UTC)."""
        policies = self.sudo().search(
            [("company_id", "=", company_id), (f"event_{event}", "=", True)]
        )
        return tuple(
            (
                self._get_first_moment(policy.company_id, policy.start_date),
                frozenset(policy.warehouse_ids.ids),
            )
            for policy in policies
        )

    @api.model
    @tools.ormcache("event")
    def _is_any_wanting(self, event):
        """Say whether any policy of any company is for an event."""
        policies = self.sudo()
        with self.env.cr.savepoint(flush=False):  # its failure is nobody else's
            return bool(policies.search_count([(f"event_{event}", "=", True)], limit=1))

    @api.model
    def _is_wanted(self, company, event, moment, warehouse=None):
        """Say whether any policy may want an event; this asks the database nothing.

        :param moment: when it happened (UTC)
        :param warehouse: `stock.warehouse` where it happened, if that is known
        """
        return any(
            moment >= first
            and (not warehouses or not warehouse or warehouse.id in warehouses)
            for first, warehouses in self._get_wanting(company.id, event)
        )

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        self.env.registry.clear_cache()
        return policies

    def write(self, vals):
        res = super().write(vals)
        self.env.registry.clear_cache()
        return res

    def unlink(self):
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        decisions = self.env["billing.decision"].sudo()
        if decisions.search_count([("policy_id", "in", self.ids)], limit=1):
            raise UserError(
                _(
                    "This policy has decided already, and is part of the record."
                    " Resolution: archive it."
                )
            )

    def _choose(self, subject, day):
        """Return which of these policies decides, and those that cover only a part.

        :param subject: `Subject`
        :param day: when it happened
        :return: (`billing.policy` of one or none, `billing.policy`)
        """
        partly = self.browse()
        for policy in self.filtered(lambda policy: policy.start_date <= day):
            covered = policy._filter_products(subject.products)
            if not policy._covers(subject) or (subject.products and not covered):
                continue
            if covered == subject.products:
                return policy, partly
            partly |= policy
        return self.browse(), partly

    def _covers(self, subject):
        """Say whether a subject is in its scope, its products aside."""
        self.ensure_one()
        order = subject.order.sudo()
        tags = subject.partner.category_id
        tags |= subject.partner.commercial_partner_id.category_id
        return (
            (not self.warehouse_ids or subject.warehouse in self.warehouse_ids)
            and (not self.partner_tag_ids or bool(tags & self.partner_tag_ids))
            and (not self.team_ids or subject.team in self.team_ids)
            and (
                not self.magento_connection_ids
                or order.magento_connection_id in self.magento_connection_ids
            )
            and (
                not self.magento_store_ids
                or order.magento_store_id in self.magento_store_ids
            )
            and (
                not self.coopcycle_connection_ids
                or subject.instance in self.coopcycle_connection_ids
            )
            and self._covers_order(order)
        )

    def _covers_order(self, order):
        """Say whether its filter lets an order pass.

        :raise ValidationError: it is none, or compares what cannot be compared
        """
        try:
            domain = self._get_order_domain()
            return not domain or bool(order and order.filtered_domain(domain))
        except NO_DOMAIN as error:
            raise ValidationError(self._get_filter_text()) from error

    def _get_filter_text(self):
        return _(
            "“%(filter)s” of the policy %(policy)s is no filter of orders. Resolution:"
            " correct it there.",
            filter=self.order_domain,
            policy=self.name,
        )

    def _get_order_domain(self):
        return literal_eval(self.order_domain or "[]")

    def _filter_products(self, products):
        """Return the products of its categories, and of those below them."""
        if not self.category_ids:
            return products
        paths = tuple(self.category_ids.mapped("parent_path"))
        return products.filtered(
            lambda product: (product.categ_id.parent_path or "").startswith(paths)
        )

    # How it bills

    def _get_journal(self):
        """Return the journal of its invoices, made where it does not exist yet.

        :return: `account.journal`, an empty record if the company sells nothing yet
        """
        self.ensure_one()
        if self.journal_id:
            return self.journal_id
        sales = self._find_sales_journal(self.company_id)
        if not sales:
            return sales
        journals = sales.browse()
        # An archived one keeps its code, and posting in it is refused in Odoo's words
        known = journals.with_context(active_test=False).search(
            [("company_id", "=", sales.company_id.id), ("code", "in", JOURNAL_CODES)],
            order="code",
        )
        if own := known.filtered(lambda journal: journal.type == "sale")[:1]:
            return own
        taken = known.mapped("code")
        code = next(code for code in JOURNAL_CODES if code not in taken)
        return journals.create({**self._prepare_journal_vals(sales), "code": code})

    @api.model
    def _find_sales_journal(self, company):
        """Return a sales journal of a company, or of the nearest one above it."""
        journals = self.env["account.journal"].sudo().with_company(company)
        found = journals.search(
            [*journals._check_company_domain(company), ("type", "=", "sale")]
        )
        return found.sorted(lambda each: -len(each.company_id.parent_ids))[:1]

    def _prepare_journal_vals(self, sales):
        """Return the values of the journal that automatic invoices get.

        :param sales: the first sales journal of the company, or of one above it
        """
        return {
            "name": _("Automatic Invoices"),
            "type": "sale",
            "company_id": sales.company_id.id,
            "default_account_id": sales.default_account_id.id,
            "refund_sequence": sales.refund_sequence,
        }

    def _get_approver(self, order):
        """Return who looks at a draft: who answers for the policy, if nobody else may.

        :param order: `sale.order`, or an empty record
        """
        self.ensure_one()
        users = self.approver_id | self.user_id
        if self.approver_kind in ("salesperson", "project"):
            users = order.user_id | users
        if self.approver_kind == "project":
            users = order._billing_get_project_managers() | users
        return next(filter(self._may_approve, users), self.approver_id)

    def _posts(self):
        """Say whether it posts invoices by itself."""
        self.ensure_one()
        return self.active and self.phase in PHASES[2:]

    def _sends(self):
        """Say whether it sends what it posts."""
        return self.active and self.phase == PHASES[3]

    def _may_approve(self, user):
        """Say whether a user may approve invoices of this policy's company."""
        return (
            user.active
            and user.has_group(APPROVER)
            and self.company_id in user.company_ids
        )

    @api.model
    def _get_zone(self, company):
        """Return the name of a company's time zone."""
        zone = company.partner_id.tz
        return zone if zone in all_timezones_set else "UTC"

    def _to_company_day(self, moment):
        """Return the day of a moment (UTC) in the company's time zone."""
        return self._get_day(self.company_id, moment)

    @api.model
    def _get_day(self, company, moment):
        """Return the day of a moment (UTC) where a company is."""
        record = self.with_context(tz=self._get_zone(company))
        return fields.Datetime.context_timestamp(record, moment).date()

    @api.model
    def _get_first_moment(self, company, day):
        """Return when a day begins where a company is (UTC)."""
        return begin_of(day, self._get_zone(company))

    def _get_grouping(self):
        """Return what shares an invoice: a value of the field `grouping`."""
        self.ensure_one()
        return self.grouping

    def _get_moment_to_collect(self, moment):
        """Return when what happened at a moment is billed with the rest of its day.

        :param moment: UTC
        :return: UTC; None if it waits for nothing
        """
        self.ensure_one()
        if self.grouping != "customer":
            return None
        zone = timezone(self._get_zone(self.company_id))
        local = utc.localize(moment).astimezone(zone)
        hour = timedelta(hours=self.collect_hour)
        day = zone.localize(datetime.combine(local.date(), time.min) + hour)
        return day.astimezone(utc).replace(tzinfo=None) if day > local else None

    # Phases

    def action_promote(self):
        """Let it go one step further, on the figures that are noted with it."""
        self._move_phase(1)

    def action_demote(self):
        """Let it go one step less far."""
        self._move_phase(-1)

    def _move_phase(self, step):
        for policy in self:
            place = PHASES.index(policy.phase) + step
            if not 0 <= place < len(PHASES):
                raise UserError(_("“%s” is the last phase.", policy.name))
            policy._set_phase(PHASES[place])

    def _set_phase(self, phase, reason=""):
        """Change the phase, and note on which figures."""
        self.ensure_one()
        sudo = self._elevate_for("write")
        sudo.write({"phase": phase, "phase_since": fields.Datetime.now()})
        sudo.message_post(
            body=" ".join(filter(None, (reason, sudo._get_figures_text()))),
            author_id=self.env.user.partner_id.id,
        )

    def _get_figures_text(self):
        return _(
            "%(made)s invoices made, %(automatic).0f %% of them by itself,"
            " %(unchanged).0f %% of the others approved unchanged; %(wrong)s of the"
            " last %(window)s wrong or changed.",
            made=self.made_count,
            automatic=self.automatic_share,
            unchanged=self.unchanged_share,
            wrong=self.wrong_count,
            window=self.brake_window,
        )

    # Figures

    def _compute_figures(self):
        by_policy = self._read_figures()
        for policy in self:
            counts = by_policy.get(policy.id, {})
            posted, looked_at, changed = (
                counts.get(name, 0) for name in ("posted", "reviewed", "changed")
            )
            policy.reviewed_count = looked_at
            policy.decision_count = counts.get("all", 0)
            policy.made_count = counts.get("made", 0)
            policy.held_count = counts.get("held", 0)
            policy.review_count = counts.get("review", 0)
            policy.automatic_share = (
                100.0 * (posted - counts.get("reviewed_posted", 0)) / (posted or 1)
            )
            policy.unchanged_share = 100.0 * (looked_at - changed) / (looked_at or 1)
            policy.wrong_count = policy._count_wrong()

    def _read_figures(self):
        """Return {policy id: {figure: count}}."""
        decisions = self.env["billing.decision"].sudo()
        figures = {
            "all": [],
            "made": [("was_made", "=", True)],
            "posted": [("state", "=", "posted")],
            "reviewed_posted": [
                ("state", "=", "posted"),
                ("needs_review", "=", True),
            ],
            "reviewed": [
                ("needs_review", "=", True),
                ("state", "in", ("approved", "posted", "rejected")),
            ],
            "changed": [
                ("needs_review", "=", True),
                "|",
                ("state", "=", "rejected"),
                "&",
                ("was_changed", "=", True),
                ("state", "in", ("approved", "posted")),
            ],
            "held": [("state", "=", "held")],
            "review": [("state", "=", "review")],
        }
        result = {}
        for name, domain in figures.items():
            for policy, count in decisions._read_group(
                [("policy_id", "in", self.ids), *domain], ["policy_id"], ["__count"]
            ):
                result.setdefault(policy.id, {})[name] = count
        return result

    def _count_wrong(self):
        """Return how many of the last decisions were wrong, or changed in review.

        What was before the last change of phase is judged already.
        """
        self.ensure_one()
        last = (
            self.env["billing.decision"]
            .sudo()
            .search(
                [("policy_id", "in", self.ids), ("judged_at", ">=", self.phase_since)],
                order="judged_at desc, id desc",
                limit=self.brake_window,
            )
        )
        return len(last.filtered("is_bad"))

    def _brake(self):
        """Step back one phase where too much of the last decisions was not right."""
        for policy in self.filtered(lambda policy: policy.phase in PHASES[2:]):
            limit = policy.brake_percent * policy.brake_window / 100
            wrong = policy._count_wrong()
            if wrong > limit:
                own = policy.sudo().with_context(lang=policy.user_id.lang)
                own._step_back(wrong)

    def _step_back(self, wrong):
        """Go one phase back, and tell whoever is responsible."""
        phase = PHASES[PHASES.index(self.phase) - 1]
        text = _(
            "%(wrong)s of the last %(window)s decisions were wrong or changed."
            " The policy steps back.",
            wrong=wrong,
            window=self.brake_window,
        )
        self._set_phase(phase, text)
        self._integration_ask(
            self.user_id, _("The policy %s stepped back", self.name), text
        )
