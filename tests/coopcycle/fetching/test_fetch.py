from contextlib import suppress
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ....models.coopcycle.fetching import pull
from ....models.shared.days import begin_of
from ....models.shared.running import Transaction
from ....tools.coopcycle.api import invoicing
from ...shared.versions import run_cron
from .common import FIRST, LAST, FetchCommon

LOGGER = "odoo.addons.coopcycle_magento.models.shared.integration_runner_mixin"
CRON = "coopcycle_magento.ir_cron_fetch_invoices"


class Killed(BaseException):
    """Ends a run as a kill does: nothing catches it."""


@tagged("post_install", "-at_install")
class TestFetch(FetchCommon):
    """The month comes in by itself: each order once, and none is left behind."""

    def test_the_month_comes_in(self):
        """What there is is shown without marking it; one click makes the drafts."""
        for total in (499, 1200, -360, 0):
            self.instance.deliver(self.store, total=total, tax=round(total / 6))
        self.instance.deliver(self.other)
        self.instance.deliver(self.other, date(2025, 7, 1))
        wizard = self.make_fetch_wizard()
        wizard.action_look()
        self.assertEqual(
            [
                (line.name, line.order_count, line.amount_untaxed, line.amount_total)
                for line in wizard.line_ids
            ],
            [("Acme", 4, 11.16, 13.39), ("Les Vélos du Canal", 1, 4.16, 4.99)],
        )
        self.assertFalse(any(order.exports for order in self.instance.orders))
        fetch = self.fetch()
        self.assertEqual(self.action["res_model"], "account.move")
        self.assertEqual(fetch.state, "imported")
        self.assertEqual((fetch.order_count, fetch.received_count), (5, 5))
        self.assertEqual(set(self.states(fetch).values()), {"received"})
        self.assert_all_billed()
        import_ = fetch.import_ids
        self.assertEqual(import_.user_id, self.biller)
        self.assertEqual(
            sorted(import_.move_ids.mapped("partner_id.name")),
            ["Acme", "Les Vélos du Canal"],
        )
        self.assertEqual(
            sorted(import_.move_ids.mapped("coopcycle_external_id")),
            sorted(
                self.external_id(store.id, fetch.request_id)
                for store in self.instance.stores
            ),
        )
        log = self.env["integration.process.log"].search(
            [("operation", "=", "fetch_invoices"), ("res_id", "=", fetch.id)]
        )
        self.assertEqual((log.state, log.done_count), ("done", 5))

    def test_what_comes_later_is_another_batch(self):
        """And nothing new makes no record, nor an invoice."""
        self.instance.deliver(self.store)
        first = self.fetch()
        self.instance.deliver(self.store)
        second = self.fetch()
        self.assertEqual((first.batch, second.batch), (1, 2))
        self.assertNotEqual(first.request_id, second.request_id)
        third = self.fetch()
        self.assertEqual((third.state, third.batch), ("empty", 3))
        self.assertEqual(self.fetch(), third)
        self.instance.deliver(self.store)
        self.assertEqual(self.fetch(), third)
        self.assertEqual(third.state, "imported")
        self.assert_all_billed()

    def test_an_undone_import_comes_in_again(self):
        """CoopCycle gives its orders no more: what came is kept."""
        self.instance.deliver(self.store)
        fetch = self.fetch()
        external_id = fetch.import_ids.move_ids.coopcycle_external_id
        fetch.import_ids.action_undo()
        self.assertEqual(fetch.state, "ready")
        asked = self.instance.count()
        self.assertEqual(self.fetch(), fetch)
        self.assertEqual(self.instance.count(), asked, "it is not asked for again")
        self.assertEqual(fetch.state, "imported")
        live = fetch.import_ids.filtered(lambda import_: import_.state == "done")
        self.assertEqual(live.move_ids.coopcycle_external_id, external_id)
        self.assert_all_billed()

    def test_findings_stop_it_and_what_came_waits(self):
        """A customer whom Odoo does not know is chosen as with a file."""
        self.instance.deliver(self.instance.add_store("Unknown"))
        fetch = self.fetch()
        self.assertEqual(self.action["res_model"], "coopcycle.import.wizard")
        self.assertEqual(fetch.state, "ready")
        wizard = self.open(self.action)
        self.finding(wizard, "partner_missing").partner_id = self.acme
        wizard.action_import()
        self.assertEqual(fetch.state, "imported")
        self.assert_all_billed()

    def test_what_is_left_out_stays_in_sight(self):
        """Orders that came and are in no invoice are counted, and can still come in."""
        self.instance.deliver(self.store)
        self.instance.deliver(self.instance.add_store("Unknown"))
        fetch = self.fetch()
        wizard = self.open(self.action)
        wizard.only_valid_invoices = True
        wizard.action_import()
        self.assertEqual((fetch.state, fetch.missing_count), ("imported", 1))
        self.make_customer("Unknown")
        action = fetch.action_import()
        self.assertEqual(action["res_model"], "account.move")
        self.assertFalse(fetch.missing_count)
        self.assert_all_billed()

    # Lost answers

    def test_a_lost_answer_is_found_again(self):
        """By its request id, of its orders: with the same External ID and amounts."""
        for total in (499, 1200, -36):
            self.instance.deliver(self.store, total=total, tax=round(total / 6))
        self.instance.deliver(self.other)
        self.instance.faults.add(
            "hang_up_after", path=rf"store\[\]={self.store.id}$", times=1
        )
        fetch = self.fetch()
        self.assertEqual(
            self.states(fetch), {"Acme": "recovered", "Les Vélos du Canal": "received"}
        )
        self.assertEqual(fetch.state, "imported")
        self.assert_all_billed()
        move = fetch.import_ids.move_ids.filtered(lambda m: m.partner_id == self.acme)
        self.assertEqual(
            move.coopcycle_external_id,
            self.external_id(self.store.id, fetch.request_id),
        )
        self.assertEqual(
            move.invoice_line_ids.account_id, self.account, "as the others have it"
        )

    def test_an_export_that_was_not_done_is_asked_for_again(self):
        self.instance.deliver(self.store)
        self.instance.faults.add("hang_up", path="export/odoo", times=2)
        fetch = self.fetch()
        self.assertEqual(self.states(fetch), {"Acme": "received"})
        self.assert_all_billed()

    def test_what_never_comes_is_told_and_nothing_is_marked(self):
        self.instance.deliver(self.store)
        self.instance.deliver(self.other)
        self.instance.faults.add("html_page", path=r"store\[\]=1$")
        fetch = self.fetch()
        self.assertEqual(self.action["res_id"], fetch.id)
        self.assertEqual(
            self.states(fetch), {"Acme": "failed", "Les Vélos du Canal": "received"}
        )
        failed = fetch.store_ids.filtered(lambda store: store.state == "failed")
        self.assertIn("Resolution", failed.error)
        self.assertFalse(self.instance.orders[0].exports)
        fetch.action_import()
        self.instance.faults.clear()
        self.fetch()
        self.assert_all_billed()
        self.assertEqual(len(self.billed()), 2)

    def test_an_answer_without_some_of_its_orders_is_completed(self):
        """Whatever is marked comes in, also what another request of ours marked."""
        orders = [self.instance.deliver(self.store) for _number in range(3)]
        read = invoicing.export_store

        def shortened(*args):
            text, taken = read(*args)
            return "".join(text.splitlines(keepends=True)[:-1]), taken

        with patch.object(pull.invoicing, "export_store", shortened):
            fetch = self.fetch()
        self.assertEqual(fetch.received_count, len(orders))
        self.assert_all_billed()

    def test_a_store_without_a_name_fails_alone(self):
        """It is named by its number, and none of its orders is marked."""
        nameless = self.instance.add_store(None)
        lost = self.instance.deliver(nameless)
        self.instance.deliver(self.store)
        fetch = self.fetch()
        self.assertEqual(
            self.states(fetch), {"Acme": "received", f"Store {nameless.id}": "failed"}
        )
        self.assertFalse(lost.exports)
        self.assertEqual(fetch.failed_count, 1)
        fetch.action_import()
        nameless.name = "Acme"
        second = self.fetch()
        self.assertEqual(second.state, "imported")
        self.assertTrue(lost.exports)
        self.assert_all_billed()

    def test_what_changes_behind_the_list(self):
        """A store that loses its name is marked and fails: it comes in all the same.

        An order that came up meanwhile is counted.
        """
        order = self.instance.deliver(self.store)
        self.instance.deliver(self.other)
        read = invoicing.read_stores

        def renamed(*args):
            totals = read(*args)
            self.store.name = None
            self.instance.deliver(self.other, total=1200, tax=200)
            return totals

        with patch.object(pull.invoicing, "read_stores", renamed):
            fetch = self.fetch()
        self.assertTrue(order.exports)
        self.assertEqual(
            [
                (
                    store.name,
                    store.state,
                    store.order_count,
                    round(store.amount_total, 2),
                )
                for store in fetch.store_ids
            ],
            [
                ("Acme", "recovered", 1, 4.99),
                ("Les Vélos du Canal", "received", 2, 16.99),
            ],
        )
        self.assertEqual((fetch.order_count, fetch.received_count), (3, 3))
        self.assert_all_billed()

    def test_a_proxy_that_overwrites_the_request_id_loses_nothing(self):
        self.instance.is_id_overwritten = True
        self.instance.deliver(self.store)
        fetch = self.fetch()
        self.assertEqual(fetch.state, "imported")
        self.assertTrue(fetch.is_id_overwritten)
        self.assert_all_billed()

    def test_a_lost_answer_behind_such_a_proxy_is_told(self):
        """Nothing finds its orders again by our id: the reconciliation does."""
        _first, last = self.env["coopcycle.fetch"]._get_last_period("monthly")
        for store in (self.store, self.other):
            self.instance.deliver(store, last)
        self.instance.is_id_overwritten = True
        self.instance.faults.add("hang_up_after", path=r"store\[\]=1$", times=1)
        self.connection.sudo().fetch_interval = "monthly"
        run_cron(self.env.ref(CRON))
        fetch = self.last_fetch()
        self.assertEqual((fetch.state, fetch.received_count), ("imported", 1))
        lost = fetch.store_ids.filtered(lambda store: store.name == "Acme")
        self.assertIn("Reconciliation", lost.error)
        self.assertEqual(fetch.sudo().activity_ids.user_id, self.biller)
        days = {"date_from": fetch.date_from, "date_to": fetch.date_to}
        wizards = self.env["coopcycle.reconciliation.wizard"].with_user(self.biller)
        wizard = wizards.create({"connection_id": self.connection.id, **days})
        brought = self.open(self.open(wizard.action_reconcile()).action_bring_in())
        brought.action_import()
        self.assert_all_billed()
        self.assertEqual(
            brought.import_id.move_ids.invoice_line_ids.account_id,
            self.account,
            "as what came of others has it",
        )

    def test_what_is_marked_after_it_was_given_up(self):
        """A server under load does what was asked for when nobody waits any more."""
        alone, beside = self.instance.deliver(self.store), None
        for state in ("empty", "ready"):
            self.instance.faults.add(
                "hang_up", path=r"export/odoo.*store\[\]=1$", times=3
            )
            given_up = self.fetch()
            self.assertEqual(self.states(given_up)["Acme"], "failed")
            self.assertEqual(given_up.state, state)
            if state == "ready":
                given_up.action_import()
            late = beside or alone
            late.exports.append((self.instance.now(), given_up.request_id))
            for store in self.fetch().store_ids:
                self.assertEqual(store.order_count, store.received_count)
                self.assertEqual(store.amount_untaxed, 4.16)
                self.assertEqual(store.amount_total, 4.99)
            self.assert_all_billed()
            self.assertIn(late.number, self.billed())
            beside = self.instance.deliver(self.store)
            self.instance.deliver(self.other)
        line = self.env["account.move.line"].search(
            [("coopcycle_order_number", "=", late.number)]
        )
        self.assertEqual(
            line.move_id.coopcycle_external_id,
            self.external_id(self.store.id, given_up.request_id),
        )

    def test_an_order_is_known_by_its_number(self):
        """Another language or a NUL in its label makes no second order of it."""
        self.instance.deliver(self.store, parts=("Retrait: Ga\x00re",))
        read = invoicing.export_store

        def translated(*args):
            text, taken = read(*args)
            return text.replace("(Commande #", "(Order #"), taken

        with patch.object(pull.invoicing, "export_store", translated):
            fetch = self.fetch()
        self.assertEqual((fetch.state, fetch.received_count), ("imported", 1))
        self.assert_all_billed()

    def test_an_order_that_cannot_be_read_holds_up_no_other(self):
        """Whether it is ours nobody can say: the log tells it."""
        broken, lost = map(self.instance.deliver, (self.store, self.other))
        broken.number = 17
        broken.exports.append((self.instance.now(), "of-somebody-else"))
        self.instance.faults.add("hang_up_after", path=r"store\[\]=2$", times=1)
        fetch = self.fetch()
        self.assertEqual(fetch.state, "imported")
        self.assertEqual(list(self.billed()), [lost.number])
        log = self.env["integration.process.log"].search(
            [("operation", "=", "fetch_invoices"), ("res_id", "=", fetch.id)]
        )
        self.assertIn("cannot be read: 17.", " ".join(log.line_ids.mapped("message")))

    def test_killed_in_the_middle(self):
        """Between CoopCycle's answer and its record: the next run finds it again."""
        for store in (self.store, self.other):
            self.instance.deliver(store)
        stores = type(self.env["coopcycle.fetch.store"])
        # assertRaises would take back all that was written in it
        with patch.object(stores, "_keep", side_effect=Killed), suppress(Killed):
            self.fetch()
            self.fail("The run was not killed.")
        Transaction(self.env).rollback()
        self.assertEqual(self.last_fetch().state, "running")
        self.assertEqual(sum(bool(each.exports) for each in self.instance.orders), 1)
        fetch = self.fetch()
        self.assertEqual((fetch.batch, fetch.state), (1, "imported"))
        self.assertEqual(len(self.billed()), 2)
        self.assert_all_billed()

    # Nothing gets through

    @mute_logger(LOGGER)
    def test_nothing_gets_through(self):
        """It says why, and goes on where it stopped."""
        for store in (self.store, self.other):
            self.instance.deliver(store)
        self.instance.faults.add("maintenance", path=r"store\[\]=2$", times=1)
        fetch = self.fetch()
        self.assertEqual(fetch.state, "running")
        self.assertIn("maintenance", fetch.error)
        self.assertEqual(self.fetch(), fetch)
        self.assertEqual((fetch.state, fetch.error), ("imported", False))
        self.assert_all_billed()
        self.assertEqual(self.instance.count(path=r"store\[\]=1$"), 1)

    def test_the_wizard_says_what_is_wrong(self):
        self.connection.sudo().password = "wrong"
        with self.assertRaisesRegex(UserError, "does not accept the sign-in"):
            self.make_fetch_wizard().action_look()
        self.connection.sudo().base_url = False
        with self.assertRaisesRegex(UserError, "address"):
            self.make_fetch_wizard().action_look()
        with self.assertRaisesRegex(UserError, "first day"):
            self.make_fetch_wizard(first=LAST, last=date(2025, 6, 1)).action_fetch()

    def test_out_of_time(self):
        """The scheduled action goes on with what a click had no time for."""
        for store in (self.store, self.other):
            self.instance.deliver(store)
        fetches = self.env["coopcycle.fetch"].with_user(self.biller)
        begun = fetches._begin(self.connection.with_user(self.biller), FIRST, LAST)
        begun._fetch("user", deadline=0)
        fetch = self.last_fetch()
        self.assertEqual(fetch.state, "running")
        logs = self.env["integration.process.log"].search([("res_id", "=", fetch.id)])
        logs = logs.filtered(lambda log: log.res_model == fetch._name)
        self.assertEqual(logs.mapped("state"), ["running"])
        run_cron(self.env.ref(CRON))
        self.assertEqual(logs.mapped("state"), ["done"])
        self.assertEqual(fetch.state, "imported")
        self.assertEqual(fetch.import_ids.user_id, self.biller)
        self.assert_all_billed()

    def test_hostile_words(self):
        """What no database can hold is left out; the rest is text, whatever it says."""
        parts = ("Retrait: \x00\x1b<script>alert(1)</script>", '"quoted", =1+1')
        self.instance.deliver(self.store, parts=parts)
        self.instance.deliver(self.other, parts=parts)
        self.instance.faults.add(
            "hang_up_after", path=rf"store\[\]={self.store.id}$", times=1
        )
        fetch = self.fetch()
        self.assertEqual(
            self.states(fetch), {"Acme": "recovered", "Les Vélos du Canal": "received"}
        )
        labels = fetch.import_ids.move_ids.invoice_line_ids.mapped("name")
        for label in labels:
            self.assertIn('<script>alert(1)</script> - "quoted", =1+1', label)
        self.assert_all_billed()

    # By schedule

    def test_somebody_is_told_what_the_schedule_could_not_do(self):
        self.instance.deliver(self.store, self.make_last_day())
        self.connection.sudo().fetch_interval = "weekly"
        refusal = UserError("Somebody else is importing.")
        connections = type(self.connection)
        with patch.object(connections, "_lock_for_import", side_effect=refusal):
            run_cron(self.env.ref(CRON))
        fetch = self.last_fetch()
        self.assertEqual(fetch.state, "ready")
        self.assertIn("Somebody else", fetch.sudo().activity_ids.note)

    @mute_logger(LOGGER)
    def test_whoever_may_not_any_more_fetches_nothing(self):
        """A manager is told; who is responsible then takes over, also what waits."""
        self.instance.deliver(self.store, self.make_last_day())
        connection = self.connection.sudo()
        connection.fetch_interval = "weekly"
        self.biller.active = False
        reader = self.make_user("reader", "account.group_account_readonly")
        for user in (self.biller, reader):
            connection.user_id = user
            run_cron(self.env.ref(CRON))
            fetch = self.env["coopcycle.fetch"].search([])
            self.assertEqual(fetch.state, "running")
            self.assertIn(f"{user.name} is archived, or", fetch.error)
        told = fetch.activity_ids.user_id
        self.assertEqual(len(fetch.activity_ids), 1)
        self.assertTrue(told.has_group("account.group_account_manager"))
        self.assertFalse(self.instance.count())
        other = self.make_user("other", "account.group_account_invoice")
        connection.write({"user_id": other.id, "active": False})
        run_cron(self.env.ref(CRON))
        self.assertFalse(self.instance.count(), "the instance is archived")
        connection.active = True
        run_cron(self.env.ref(CRON))
        self.assertEqual((fetch.state, fetch.error), ("imported", False))
        self.assertEqual(fetch.import_ids.user_id, other)

    def make_last_day(self):
        fetches = self.env["coopcycle.fetch"].with_user(self.biller)
        return fetches._get_last_period("weekly")[1]

    def test_by_schedule(self):
        """A month that is over comes in once, with the rights of who is responsible."""
        fetches = self.env["coopcycle.fetch"].with_user(self.biller)
        first, last = fetches._get_last_period("monthly")
        self.assertEqual((first.day, (last.replace(day=1))), (1, first))
        monday, sunday = fetches._get_last_period("weekly")
        self.assertEqual((monday.weekday(), (sunday - monday).days), (0, 6))
        self.instance.deliver(self.store, last)
        self.instance.deliver(self.instance.add_store("Unknown"), last)
        run_cron(self.env.ref(CRON))
        self.assertFalse(self.last_fetch())
        self.connection.sudo().fetch_interval = "monthly"
        run_cron(self.env.ref(CRON))
        fetch = self.last_fetch()
        self.assertEqual(fetch.state, "ready")
        self.assertEqual(fetch.sudo().activity_ids.user_id, self.biller)
        asked = self.instance.count()
        run_cron(self.env.ref(CRON))
        self.assertEqual(self.last_fetch(), fetch)
        self.assertEqual(self.instance.count(), asked)
        self.make_customer("Unknown")
        fetch.action_import()
        self.assert_all_billed()

    def test_a_month_that_somebody_fetched_before_it_was_over(self):
        """It comes in when it is over all the same, and once."""
        first, last = self.env["coopcycle.fetch"]._get_last_period("monthly")
        self.instance.deliver(self.store, first)
        early = self.fetch(first=first, last=last)
        early.sudo().fetched_at = begin_of(last, "UTC")
        self.instance.deliver(self.store, last)
        self.connection.sudo().fetch_interval = "monthly"
        run_cron(self.env.ref(CRON))
        self.assertEqual((self.last_fetch().batch, len(self.billed())), (2, 2))
        self.assert_all_billed()
        asked = self.instance.count()
        run_cron(self.env.ref(CRON))
        self.assertEqual(self.instance.count(), asked)
