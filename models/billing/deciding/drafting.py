"""From what happened to draft invoices, many at once."""

import logging

import psycopg2

from odoo import _
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare, float_round

from ....compat import QUANTITY_DIGITS
from ...shared.running.transaction import lock_rows
from .claims import Claims
from .conflicts import is_conflict_of_others
from .deductions import Deductions
from .deliveries import Deliveries
from .entries import Entries
from .history import Histories
from .plan import CONTEXT_KEY, Plan, PlannedInvoice, PlannedLine
from .quantities import Quantities
from .scope import Subject

# What is billed too much then, a credit note for a person makes good
CREDITED = ("return", "lowered")

_logger = logging.getLogger(__name__)


class Drafting:
    """Decides what waits, in one company and one transaction.

    :param decisions: `billing.decision` that wait, locked; elevated
    """

    def __init__(self, decisions):
        company = decisions.company_id
        self.decisions = decisions._as_robot()
        self.env = self.decisions.env
        self.company = self.decisions.company_id
        self.policies = self.env["billing.policy"].search(
            [("company_id", "=", company.id)]
        )
        self.deliveries = Deliveries(self.decisions)
        self.entries = Entries(self.decisions)
        self.orders = self.decisions.sale_order_id
        self.lines = self.orders.order_line.filtered(lambda line: not line.display_type)
        # What decisions of this batch bill and deduct already
        self.taken = {}
        self.deductions = Deductions()
        self.described = {}  # policy → what it does, in words
        self.moments = set()  # when those that wait for others are decided

    def run(self):
        """Decide, and make what is to be made."""
        lock_rows(self.lines)  # whoever invoices the same writes these
        self.quantities = Quantities(self.lines).get_all()
        self.histories = self._read_histories()
        planned = {}
        for invoice in self._decide_all():
            decision = invoice.decisions
            key = (
                decision.policy_id,
                decision._get_grouping(),
                decision._get_kind() in CREDITED,
            )
            planned.setdefault(key, []).append(invoice)
        for (policy, grouping, is_credit), invoices in planned.items():
            self._make(policy, grouping, self._group(grouping, invoices), is_credit)
        if self.moments:
            cron = self.env.ref("coopcycle_magento.ir_cron_billing_draft").sudo()
            cron._trigger(self.moments)

    def _read_histories(self):
        today = self.policies._get_day(self.company, self._now())
        partners = self.orders.partner_invoice_id | self.decisions.partner_id
        return Histories(self.company, partners, today)

    def _now(self):
        return self.env.cr.now()

    # What is to be billed

    def _decide_all(self):
        """Return what is to be made; a decision that fails holds up no other."""
        try:
            with self.env.cr.savepoint():
                return [*filter(None, map(self._decide, self.decisions))]
        except Exception as error:
            if is_conflict_of_others(error, self.env):
                raise
            _logger.info("A batch is decided one by one: %s", error)
        self.env.invalidate_all()
        self.taken, self.deductions, self.moments = {}, Deductions(), set()
        found = (
            self._try(decision, lambda decision=decision: self._decide(decision))
            for decision in self.decisions
        )
        return [*filter(None, found)]

    def _decide(self, decision):
        """Return the `PlannedInvoice` of a decision, None if none is to be made."""
        kind = decision._get_kind()
        if kind == "import":
            self._take_import(decision)
            return None
        lines = self._plan_lines(decision)
        goods = self._get_goods(decision, lines)
        if not lines:
            self._skip(decision)
            return None
        if not self._choose_policy(decision, goods):
            return None
        if kind != "return" and decision.sale_order_id.state != "sale":
            self._hold_cancelled(decision)
            return None
        if self._waits_for_others(decision):
            return None
        if decision._is_work():
            lines = self._plan_work(decision, *self._get_window(decision))
            if not lines:
                decision._skip(
                    "nothing_in_period", _("Nothing of it is of this period.")
                )
                return None
        lines += self._plan_charges(lines)
        if kind not in CREDITED:
            if not decision._is_work():
                lines += self._plan_company(decision, lines)
            lines += self._plan_deductions(decision.sale_order_id, lines)
        for each in lines:
            self.taken[each.line] = self.taken.get(each.line, 0.0) + each.quantity
        planned = PlannedInvoice(
            decision.sale_order_id, decision, lines, self._prepare_values(decision)
        )
        if self._is_dry(decision.policy_id):
            self._write_dry_run(decision, planned)
            return None
        return planned

    def _hold_cancelled(self, decision):
        decision._hold(
            "order_cancelled",
            _(
                "%s is no confirmed order any more. Resolution: confirm it again, then"
                " press Try Again; or bill by hand what the customer keeps.",
                decision.sale_order_id.name,
            ),
        )

    def _is_dry(self, policy):
        """Say whether a policy makes nothing."""
        return policy.phase == "dry_run"

    def _plan_lines(self, decision):
        """Return a `PlannedLine` for each sold line that is to be billed."""
        kind = decision._get_kind()
        if kind == "order":
            found = [
                (line, self._get_free_of_order(line), self.env["stock.move"])
                for line in decision.sale_order_id.order_line
                if line._billing_is_on_order() and not line._billing_comes_along()
            ]
        elif kind in CREDITED:
            return self._plan_return(decision)
        elif decision._is_work():
            return self._plan_work(decision)
        elif decision._is_own_source():
            found = [
                (line, min(limit, self._get_free_of_delivered(line)), moves)
                for line, limit, moves in decision._find_billable()
            ]
        else:
            found = [
                (line, min(limit, self._get_free(line)), moves)
                for line, limit, moves in self.deliveries.get(decision)
            ]
            found += [
                (whole, self._get_free(whole), self.env["stock.move"])
                for whole in self._get_wholes(found)
            ]
        return [
            PlannedLine(
                line,
                self._round(line, quantity),
                moves,
                decision._prepare_planned_values(line),
            )
            for line, quantity, moves in found
            if float_compare(quantity, 0, precision_digits=6) > 0
        ]

    def _plan_return(self, decision):
        """Return what came back and is billed, each with a quantity below 0."""
        found = [
            (line, min(limit, -self._get_free(line)), moves)
            for line, limit, moves in self.deliveries.get_returned(decision)
        ]
        found += [
            (whole, -self._get_free(whole), self.env["stock.move"])
            for whole in self._get_wholes(found)
        ]
        lines = [
            PlannedLine(line, -self._round(line, quantity), moves)
            for line, quantity, moves in found
            if float_compare(quantity, 0, precision_digits=6) > 0
        ]
        return lines if any(each.line.price_total for each in lines) else []

    def _plan_work(self, decision, first=None, last=None):
        """Return a `PlannedLine` for each sold line of which there are new entries.

        :param first: day before which entries are left out
        :param last: day after which they are
        """
        planned = []
        for line, entries in self.entries.get(decision, first, last).items():
            most = sum(entry.quantity for entry in entries)
            free = self._get_free_of_delivered(line)
            # What Odoo rounds up of all entries belongs to the last ones
            is_all = free - most < self._get_step()
            quantity = self._round(line, free if is_all else most)
            if float_compare(quantity, 0, precision_digits=6) > 0:
                entries = self.entries.take(entries, quantity, self._get_step())
                no_goods = self.env["stock.move"]
                planned.append(PlannedLine(line, quantity, no_goods, entries=entries))
        return planned

    def _get_window(self, decision):
        """Return the first and the last day of the work that a decision bills."""
        if decision.origin_id:
            return None, None
        policy = decision.policy_id
        return policy.start_date, policy._get_last_day(decision.event_at)

    def _get_wholes(self, found):
        """Return the lines that are delivered by means of others, as bundles are."""
        lines = self.env["sale.order.line"].union(*(line for line, *_rest in found))
        return lines._billing_get_wholes() - lines

    def _plan_charges(self, lines):
        """Return what is sold with some lines, as much of it as of them."""
        charges = []
        for each in lines:
            for charge, share in each.line._billing_get_charges():
                quantity = share * each.quantity
                if quantity > 0:
                    quantity = min(quantity, self._get_free_of_order(charge))
                if float_compare(quantity, 0, precision_digits=6):
                    charges.append(
                        PlannedLine(charge, quantity, self.env["stock.move"])
                    )
        return charges

    def _plan_company(self, decision, lines):
        """Return what goes with the first invoice, as the price of the delivery.

        Services that are invoiced on order, too: nothing delivers them.
        """
        policy = decision.policy_id
        along = decision.sale_order_id.order_line.filtered(
            lambda line: (
                (line._billing_comes_along() and not line._billing_is_deducted())
                or (
                    line._billing_is_service_on_order()
                    and policy._filter_products(line.product_id)
                )
            )
        )
        found = self._plan_ordered(along - self._get_lines(lines))
        return found + self._plan_charges(found)

    def _plan_deductions(self, order, lines):
        """Return what an invoice deducts, at most what it comes to."""
        discounts = order.order_line.filtered(lambda line: line._billing_is_deducted())
        return self.deductions.plan(order, lines, self._plan_ordered(discounts))

    def _plan_ordered(self, sold):
        """Return a `PlannedLine` for each line of which something ordered is open."""
        return [
            PlannedLine(line, free, self.env["stock.move"])
            for line in sold
            if (free := self._get_free_of_order(line)) > 0
            and float_compare(free, 0, precision_digits=6)
        ]

    def _get_lines(self, planned):
        return self.env["sale.order.line"].union(*(each.line for each in planned))

    def _get_free(self, line):
        """Return what of a line is delivered and not billed, nor in this batch."""
        free = self._get_free_of_delivered(line)
        if line._billing_is_on_order():
            free = min(free, self._get_free_of_order(line))
        return free

    def _get_free_of_delivered(self, line):
        """Return the same, be it more than was ordered."""
        return self.quantities[line].free - self.taken.get(line, 0.0)

    def _get_free_of_order(self, line):
        return self.quantities[line].free_of_order - self.taken.get(line, 0.0)

    def _round(self, line, quantity):
        digits = self.env["decimal.precision"].precision_get(QUANTITY_DIGITS)
        return float_round(quantity, precision_digits=digits)

    def _get_step(self):
        """Return the least quantity that is counted."""
        return 10.0 ** -self.env["decimal.precision"].precision_get(QUANTITY_DIGITS)

    def _get_goods(self, decision, lines):
        """Return the products by which a policy's scope is judged."""
        products = self.env["product.product"]
        for planned in lines:
            products |= planned.line.product_id
        return products

    def _skip(self, decision):
        code, text = self._why_nothing(decision)
        decision._skip(code, text)
        if code == "credited_already":
            asking = self.policies[:1].user_id
            order = decision.sale_order_id.with_user(asking).sudo()
            user = order.user_id or asking
            order._integration_ask(user, _("Is what came back credited?"), text)

    def _why_nothing(self, decision):
        """Return why nothing of an event is to be billed: (code, text)."""
        if decision._is_own_source():
            return decision._why_nothing_billable()
        if not decision.sale_order_id:
            return "order_gone", _("The order is not there any more.")
        kind = decision._get_kind()
        if kind in CREDITED:
            return self._why_nothing_credited(decision)
        if decision._is_work():
            return decision._why_no_work()
        if kind == "order":
            return "nothing_on_order", _("Nothing of it is invoiced on order.")
        moves = self.deliveries.get_moves(decision)
        if not moves:
            return "nothing_delivered", _("The customer got nothing with it.")
        return decision._why_billed(moves.sale_line_id) or (
            "came_back",
            _("It came back, or nothing of it is left to be billed."),
        )

    def _why_nothing_credited(self, decision):
        """Return why nothing is credited of what came back: (code, text)."""
        moves = self.deliveries.get_moves_back(decision)
        notes = moves.sale_line_id.invoice_lines.move_id.filtered(
            lambda move: move.state != "cancel" and move.move_type == "out_refund"
        )
        if not notes:
            return "nothing_billed", _("Nothing of what came back is billed.")
        return "credited_already", _(
            "%(transfer)s came back, and as many were credited before: %(notes)s."
            " Resolution: look whether these give the customer enough; if they were for"
            " another cause, credit what came back by hand.",
            transfer=decision.picking_id.name,
            notes=", ".join(notes.mapped("display_name")),
        )

    # The policy

    def _choose_policy(self, decision, products):
        """Write down which policy decides; say whether there is one."""
        kind = decision._get_kind()
        event = "delivery" if kind in CREDITED else kind
        policies = self.policies.filtered(f"event_{event}")
        subject = self._get_subject(decision, products)
        day = self.policies._get_day(self.company, decision.event_at)
        try:
            policy, partly = policies._choose(subject, day)
        except ValidationError as error:  # of a policy's own filter
            decision._hold("filter_wrong", str(error))
            return False
        if policy and decision._heeds(policy):
            decision.write(
                {"policy_id": policy.id, "policy_text": self._describe(policy)}
            )
            return True
        if decision._needs_no_policy():
            decision.policy_id = False
            return True
        if partly:
            decision._hold(
                "scope_partial",
                _(
                    "%(policy)s is for a part of it alone. Resolution: bill it by hand,"
                    " or widen the policy's scope and press Try Again.",
                    policy=partly[0].display_name,
                ),
            )
        else:
            decision._skip("no_policy", _("No policy is for this."))
        return False

    def _describe(self, policy):
        """Return what a policy does, in words."""
        if policy not in self.described:
            self.described[policy] = policy._get_sentence()
        return self.described[policy]

    def _waits_for_others(self, decision):
        """Say whether a decision waits for what it is billed together with."""
        policy = decision.policy_id
        if decision._needs_no_policy():
            return False
        is_asked_for = bool(decision.origin_id) or decision._get_kind() in CREDITED
        if not is_asked_for and decision._get_awaited_delivery():
            if moment := decision._wait_for_courier(self._now()):
                self.moments.add(moment)
            return True
        if policy._has_period() and is_asked_for:
            return False
        moment = policy._get_moment_to_collect(decision.event_at)
        if not moment or moment <= self._now():
            return False
        decision.write(
            {"wait_until": moment, "reason": policy._get_waiting_text(moment)}
        )
        self.moments.add(moment)
        return True

    def _get_subject(self, decision, products):
        order = decision.sale_order_id
        warehouse = decision.picking_id.picking_type_id.warehouse_id
        return Subject(
            partner=order.partner_id or decision.partner_id,
            products=products,
            warehouse=warehouse or order.warehouse_id,
            order=order,
            instance=decision.move_id.coopcycle_connection_id,
            team=order.team_id or decision.move_id.team_id,
        )

    def _prepare_values(self, decision):
        """Return the values of the invoice that are not the order's."""
        policy, order = decision.policy_id, decision.sale_order_id
        values = {"billing_is_automatic": True}
        if decision._get_kind() == "lowered":
            # Nothing came back that would say so: what is raised again is billed again
            values["billing_is_again"] = True
        if policy.invoice_date == "event":
            values["invoice_date"] = policy._get_last_day(decision.event_at)
        history = self.histories.get(order.partner_invoice_id)
        rule = policy.term_rule_ids._find(history)
        if rule:
            decision.term_reason = rule._get_reason(history)
            if rule.mode == "apply":
                values["invoice_payment_term_id"] = rule.payment_term_id.id
        return values

    # What is made

    def _write_dry_run(self, decision, planned):
        lines = planned.lines.values()
        amounts = [each.get_amounts() for each in lines]
        decision._update_state(
            ("pending",),
            "would",
            decision="would_draft",
            currency_id=planned.order.currency_id.id,
            amount_untaxed=sum(untaxed for untaxed, _total in amounts),
            amount_total=sum(total for _untaxed, total in amounts),
            reason_code="dry_run",
            reason=_("The policy %s is in its dry run.", decision.policy_id.name),
            payload=[
                {
                    "product": each.line.product_id.display_name,
                    "quantity": each.quantity,
                    "price": each.line.price_unit,
                }
                for each in lines
            ],
        )
        # As of what left: what a dry run wrote down, only people have billed
        noted = [
            {**claim, "is_live": False}
            for _decision, each in planned.claims
            if each.entries
            for claim in self._prepare_claims(decision, each, None, None)
        ]
        self.env["billing.decision.line"].create(noted)

    def _group(self, grouping, invoices):
        """Merge the parts of an order that share an invoice."""
        if grouping == "delivery":
            return invoices
        merged = {}
        for planned in invoices:
            known = merged.setdefault(planned.order, planned)
            if known is not planned:
                known.merge(planned)
        return list(merged.values())

    def _make(self, policy, grouping, invoices, is_credit):
        """Make the invoices of a policy; one that fails holds up no other."""
        journal = self._get_journal(policy)
        if not journal:
            for planned in invoices:
                planned.decisions._hold(
                    "journal_missing",
                    _(
                        "%s has no sales journal. Resolution: set up its accounting,"
                        " then press Try Again.",
                        self.company.name,
                    ),
                )
            return
        for planned in invoices:
            planned.values["journal_id"] = journal.id
            planned.values["invoice_origin"] = self._get_origin(planned)
            planned.describe_work()
        try:
            with self.env.cr.savepoint():
                self._make_at_once(grouping, invoices, is_credit)
        except Exception as error:
            if is_conflict_of_others(error, self.env):
                raise
            _logger.info("A batch is made one by one: %s", error)
            self.env.invalidate_all()
            for planned in invoices:
                self._make_alone(grouping, planned, is_credit)

    def _get_journal(self, policy):
        """Return the journal of a policy's invoices, or of those that have none."""
        if policy:
            return policy._get_journal()
        return self.env["billing.policy"]._find_sales_journal(self.company)

    def _get_origin(self, planned):
        """Return the names of what is billed."""
        return ", ".join(planned.decisions._get_origin_names())[:2000]

    def _make_alone(self, grouping, planned, is_credit):
        self._try(
            planned.decisions,
            lambda: self._make_at_once(grouping, [planned], is_credit),
        )

    def _try(self, decisions, step):
        """Return what a step for some decisions gives; if it fails, hold these."""
        try:
            with self.env.cr.savepoint():
                return step()
        except UserError as error:
            self._hold(decisions, "refused", str(error))
        except psycopg2.Error as error:
            if is_conflict_of_others(error, self.env):
                raise
            self._hold(decisions, "refused", str(error))
        except Exception as error:
            names = ", ".join(decisions.mapped("display_name"))
            _logger.exception("%s: not billed", names)
            self._hold(decisions, "failed", str(error))
        return None

    def _hold(self, decisions, code, text):
        self.env.invalidate_all()
        decisions._hold(
            code,
            _(
                "The invoice could not be made: %s Resolution: correct what is named,"
                " then press Try Again.",
                text,
            ),
        )

    def _make_at_once(self, grouping, invoices, is_credit):
        is_grouped = grouping == "customer"
        plan = Plan(invoices, is_grouped)
        orders = self.env["sale.order"].browse(each.order.id for each in invoices)
        moves = orders.with_context(
            **{CONTEXT_KEY: plan},
            raise_if_nothing_to_invoice=False,
            mail_auto_subscribe_no_notify=True,  # nobody hears of each by mail
        )._create_invoices(grouped=not is_grouped, final=is_credit)
        if is_credit:
            self._name_credited(moves)
        made = self._match(invoices, moves.with_env(self.env), is_grouped)
        self._claim(made)
        self.entries.link(made)
        self.env["billing.decision"]._take_drafts(made, self.histories)

    def _name_credited(self, notes):
        """Let credit notes name the invoice that they credit, if it is a single one."""
        for note in notes:
            billed = note.invoice_line_ids.sale_line_ids.invoice_lines.move_id.filtered(
                lambda move: move.state == "posted" and move.move_type == "out_invoice"
            )
            if len(billed) == 1:
                note.reversed_entry_id = billed

    def _match(self, invoices, moves, is_grouped):
        """Return [(PlannedInvoice, account.move)]."""
        if not is_grouped:
            return list(zip(invoices, moves, strict=True))
        return [
            (each, next(iter(each.lines)).invoice_lines.move_id & moves)
            for each in invoices
        ]

    def _claim(self, made):
        """Write which goods each invoice line bills."""
        claims = Claims(self._get_claimed_moves(made))
        vals_list = []
        for planned, move in made:
            by_line = {
                sold: line
                for line in move.invoice_line_ids
                for sold in line.sale_line_ids
            }
            for decision, each in planned.claims:
                invoice_line = by_line.get(each.line)
                vals_list += self._prepare_claims(decision, each, invoice_line, claims)
        self.env["billing.decision.line"].create(vals_list)

    def _prepare_claims(self, decision, each, invoice_line, claims):
        """Return the values of a planned line's decision lines, one for each move."""
        common = {
            "decision_id": decision.id,
            "sale_line_id": each.line.id,
            "product_id": each.line.product_id.id,
            "invoice_line_id": invoice_line.id if invoice_line else False,
            "price_unit": each.line.price_unit,
        }
        if each.entries:
            return self.entries.claim(each, common)
        if decision._is_own_source():
            return decision._share_claims(each, common, claims)
        if not each.moves:
            return [{**common, "quantity": each.quantity}]
        return [
            {**common, **claims.claim(move), "quantity": each.quantity * share}
            for move, share in self.deliveries.get_shares(each)
        ]

    def _get_claimed_moves(self, made):
        return self.env["stock.move"].union(
            *(each.moves for planned, _move in made for _, each in planned.claims)
        )

    def _take_import(self, decision):
        """Take a draft further that an import made."""
        move = decision.move_id
        if not move:
            decision._skip("draft_gone", _("The draft is not there any more."))
            return
        if move.state != "draft":
            decision._skip("not_draft", _("The draft was posted or cancelled already."))
            return
        products = move.invoice_line_ids.product_id
        if not self._choose_policy(decision, products):
            return
        if self._is_dry(decision.policy_id):
            decision._update_state(
                ("pending",),
                "would",
                decision="would_draft",
                currency_id=move.currency_id.id,
                amount_untaxed=move.amount_untaxed,
                amount_total=move.amount_total,
                reason_code="dry_run",
                reason=_("The policy %s is in its dry run.", decision.policy_id.name),
            )
            return
        planned = PlannedInvoice(self.env["sale.order"], decision, [])
        self._try(decision, lambda: self._take_draft(planned, move))

    def _take_draft(self, planned, move):
        move.billing_is_automatic = True
        self.env["billing.decision"]._take_drafts([(planned, move)], self.histories)
