from collections import defaultdict

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ....compat import has_access
from ..groups import READERS
from .figures import Card, Figure

OWED = ("not_paid", "partial")
# Days overdue after which an invoice is in the next bar of the chart
AGES = (0, 30, 60, 90)


class BillingDashboard(models.AbstractModel):
    """The cards on which *Billing* opens: how much there is of each kind.

    A card is a key of `_get_cards` and a method `_get_<key>_figures`; with a method
    `_get_<key>_chart` it has a chart. All is read with the rights of the user, in the
    companies that are switched on: nobody sees a number of what they may not open.
    """

    _name = "billing.dashboard"
    _description = "Billing Dashboard"

    # What the browser asks for

    @api.model
    def read_layout(self):
        """Return which cards there are for the user, and what the user may begin."""
        self._check_reader()
        policies = self.env["billing.policy"]
        cards = self._get_cards()
        return {
            "cards": [
                {"key": key, "title": cards[key].title}
                for key in sorted(cards, key=lambda key: cards[key].place)
                if self._may_read(*cards[key].models)
            ],
            "has_policies": bool(policies.search_count([], limit=1)),
            "may_make_policies": has_access(policies, "create"),
            "may_make_invoices": has_access(self.env["account.move"], "create"),
        }

    @api.model
    def read_card(self, key):
        """Return the figures of a card, with count and sum, and its chart.

        :param str key: of the card
        :return: {"figures": [{"key", "label", "count", "amounts", "level"}], "chart"}
        :raise UserError: there is no such card for the user
        """
        self._check_reader()
        figures = self._get_figures(key)
        found = self._count(figures)
        chart = getattr(self, f"_get_{key}_chart", lambda: None)
        return {
            "figures": [
                self._describe(figure, *found[figure.key])
                for figure in figures
                if found[figure.key][0] or not figure.is_optional
            ],
            "chart": chart() if figures else None,
        }

    @api.model
    def read_policies(self):
        """Return what each policy has done so far.

        :return: a list of what `billing.policy` says of itself
        """
        self._check_reader()
        policies = self.env["billing.policy"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        return policies._describe_for_dashboard()

    @api.model
    def open_figure(self, card, key):
        """Return the action that lists what a figure has counted.

        :param str card: its key
        :param str key: of the figure
        :raise UserError: there is no such figure for the user
        """
        self._check_reader()
        figures = {figure.key: figure for figure in self._get_figures(card)}
        figure = figures.get(str(key))
        if not figure:
            raise UserError(_("The dashboard has no number “%s”.", key))
        action = self.env["ir.actions.act_window"]._for_xml_id(figure.action)
        title = _(
            "%(card)s: %(figure)s",
            card=self._get_cards()[card].title,
            figure=figure.label,
        )
        return {
            **action,
            "name": title,
            "display_name": title,
            "domain": figure.whole_domain,
            # A favourite filter of the user's would list less than was counted
            "context": {**figure.context, "search_disable_custom_filters": True},
        }

    @api.model
    def _check_reader(self):
        """Check that the user has to do with billing.

        :raise AccessError: it is somebody else
        """
        if not any(map(self.env.user.has_group, READERS.split(","))):
            raise AccessError(_("Only who sees what is billed sees the dashboard."))

    # Cards

    @api.model
    def _get_cards(self):
        """Return {key: `Card`} of all that there are."""
        return {
            "invoices": Card(_("Invoices"), 10, ("account.move",)),
            "held": Card(_("Held"), 20, ("billing.decision",)),
            "unbilled": Card(_("Delivered, Not Billed"), 30, ("billing.unbilled",)),
        }

    @api.model
    def _get_figures(self, card):
        """Return the figures of a card that the user may see.

        :raise UserError: there is no such card
        """
        if not isinstance(card, str) or card not in self._get_cards():
            raise UserError(_("The dashboard has no card “%s”.", card))
        figures = getattr(self, f"_get_{card}_figures")()
        return [
            figure for figure in figures if self._may_read(figure.model, *figure.needs)
        ]

    @api.model
    def _may_read(self, *names):
        return all(has_access(self.env[name], "read") for name in names)

    @api.model
    def _get_invoices_figures(self):
        today = fields.Date.context_today(self)
        bill = {
            "model": "account.move",
            "action": "coopcycle_magento.billing_invoice_action",
            "context": {"default_move_type": "out_invoice"},
        }
        own = ("move_type", "=", "out_invoice")
        owed = [own, ("state", "=", "posted"), ("payment_state", "in", OWED)]
        return [
            Figure(
                "draft",
                _("Drafts"),
                domain=[own, ("state", "=", "draft")],
                amount="amount_total_signed",
                **bill,
            ),
            Figure(
                "review",
                _("To Approve"),
                model="account.move",
                action="coopcycle_magento.billing_to_approve_action",
                domain=[
                    ("state", "=", "draft"),
                    ("billing_decision_ids.state", "=", "review"),
                ],
                amount="amount_total_signed",
                level="warning",
                needs=("billing.decision",),
            ),
            Figure(
                "unpaid",
                _("Posted, Unpaid"),
                domain=owed,
                amount="amount_residual_signed",
                **bill,
            ),
            Figure(
                "overdue",
                _("Overdue"),
                domain=[*owed, ("invoice_date_due", "<", str(today))],
                amount="amount_residual_signed",
                level="danger",
                **bill,
            ),
            Figure(
                "paid",
                _("Paid This Month"),
                domain=[
                    own,
                    ("state", "=", "posted"),
                    ("payment_state", "in", ("paid", "in_payment")),
                    # By the last of what pays it
                    (
                        "line_ids.matched_credit_ids.max_date",
                        ">=",
                        str(today.replace(day=1)),
                    ),
                ],
                amount="amount_total_signed",
                needs=("account.move.line", "account.partial.reconcile"),
                **bill,
            ),
        ]

    @api.model
    def _get_invoices_chart(self):
        """Return what is owed, by how long it is overdue.

        :return: as `Chart` of the browser takes it; None if there is nothing, or the
            companies count in several currencies
        """
        currency = self.env.companies.currency_id
        figures = {figure.key: figure for figure in self._get_figures("invoices")}
        if len(currency) != 1 or "unpaid" not in figures:
            return None
        query = self.env["account.move"]._search(figures["unpaid"].domain)
        self.env.cr.execute(
            SQL(
                """
                SELECT WIDTH_BUCKET(
                           %(today)s - COALESCE(move.invoice_date_due, move.date),
                           %(ages)s
                       ),
                       SUM(move.amount_residual_signed)::float
                  FROM account_move AS move
                 WHERE move.id IN %(query)s GROUP BY 1
                """,
                today=fields.Date.context_today(self),
                ages=[age + 1 for age in AGES],
                query=query.subselect(),
            )
        )
        sums = dict(self.env.cr.fetchall())
        if not sums:
            return None
        return {
            "title": _("Owed, by days overdue (%s)", currency.name),
            "labels": [_("not due"), *self._get_age_labels()],
            "series": [
                {
                    "label": _("Owed"),
                    "level": "primary",
                    "values": [
                        currency.round(sums.get(bar, 0.0))
                        for bar in range(len(AGES) + 1)
                    ],
                }
            ],
        }

    @api.model
    def _get_age_labels(self):
        ends = [*map(str, AGES[1:]), ""]
        return [f"{start + 1}–{end}" for start, end in zip(AGES, ends, strict=True)]

    @api.model
    def _get_held_figures(self):
        """Return a figure for each cause for which something is held."""
        common = {
            "model": "billing.decision",
            "action": "coopcycle_magento.billing_decision_held_action",
            "amount": "amount_total",
            "currency": "currency_id",
            "level": "danger",
            "is_optional": True,
        }
        held = [("state", "=", "held")]
        labels = self._get_held_labels()
        return [
            *(
                Figure(
                    code,
                    label,
                    domain=held,
                    split=("error_code", (code,)),
                    **common,
                )
                for code, label in labels.items()
            ),
            Figure(
                "checks",
                _("Errors of the checks"),
                domain=[*held, ("error_code", "not in", list(labels))],
                **common,
            ),
        ]

    @api.model
    def _get_held_labels(self):
        """Return {code of a cause: what it is}; all others are errors of the checks."""
        return {
            "scope_partial": _("A policy is for a part alone"),
            "order_cancelled": _("The order is cancelled"),
            "filter_wrong": _("A policy's filter is none"),
            "courier_failed": _("The courier has not delivered"),
            "journal_missing": _("No sales journal"),
            "refused": _("Refused by Odoo"),
            "failed": _("Failed"),
        }

    @api.model
    def _get_unbilled_figures(self):
        return [
            Figure(
                "unbilled",
                _("Sold lines"),
                model="billing.unbilled",
                action="coopcycle_magento.billing_unbilled_action",
                domain=[("reason_code", "!=", "credited")],
                amount="amount",
                currency="currency_id",
                level="warning",
            )
        ]

    # Counting

    @api.model
    def _count(self, figures):
        """Return {key: (count, {res.company: amount in its currency})} of figures."""
        found = {figure.key: (0, {}) for figure in figures}
        sources = defaultdict(list)
        for figure in figures:
            sources[figure.source].append(figure)
        for alike in sources.values():
            for figure, count, company, amount in self._read_groups(alike):
                known, sums = found[figure.key]
                sums[company] = sums.get(company, 0.0) + amount
                found[figure.key] = (known + count, sums)
        for figure in figures:
            if figure.read_sums and found[figure.key][0]:
                sums = defaultdict(float)
                for company, amount in getattr(self, figure.read_sums)(
                    figure.whole_domain
                ):
                    sums[company] += amount
                found[figure.key] = (found[figure.key][0], sums)
        return found

    @api.model
    def _read_groups(self, figures):
        """Yield (figure, count, company, amount) of figures that one query reads."""
        first = figures[0]
        names = ["company_id"]
        if first.currency:
            names.append(first.currency)
        domain, split = first.domain, first.split and first.split[0]
        if split:
            values = [value for figure in figures for value in figure.split[1]]
            domain = [*domain, (split, "in", values)]
            names.append(split)
        sums = [f"{first.amount}:sum"] if first.amount else []
        for group in self.env[first.model]._read_group(
            domain, names, ["__count", *sums]
        ):
            row = dict(zip([*names, "count", "amount"], group, strict=False))
            figure = next(
                each for each in figures if not split or row[split] in each.split[1]
            )
            company = row["company_id"]
            amount = row.get("amount") or 0.0
            if first.currency:
                amount = self._convert(amount, row[first.currency], company)
            yield figure, row["count"], company, amount

    @api.model
    def _convert(self, amount, currency, company):
        """Return an amount in the company's currency, at today's rate."""
        if not (currency and amount):
            return amount
        today = fields.Date.context_today(self)
        return currency._convert(amount, company.currency_id, company, today)

    @api.model
    def _describe(self, figure, count, sums):
        """Return a figure as the browser shows it."""
        is_summed = figure.amount or figure.read_sums
        return {
            "key": figure.key,
            "label": figure.label,
            "count": count,
            "amounts": self._format_sums(sums) if is_summed and count else [],
            "level": figure.level if count else "",
        }

    @api.model
    def _format_sums(self, sums):
        """Return a sum for each currency in which companies count, and whose it is.

        :param sums: {res.company: amount}; what comes to nothing is left out
        """
        companies = self.env["res.company"].union(
            *(
                company
                for company, amount in sums.items()
                if not company.currency_id.is_zero(amount)
            )
        )
        return [
            {
                "text": formatLang(
                    self.env,
                    sum(sums[company] for company in those),
                    currency_obj=currency,
                ),
                "title": ", ".join(those.mapped("name")),
            }
            for currency, those in companies.grouped("currency_id").items()
        ]
