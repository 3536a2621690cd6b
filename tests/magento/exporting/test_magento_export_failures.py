from concurrent.futures import Future
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.coopcycle_magento.models.magento.exporting.outbox.unknown import (
    Unknown,
)
from odoo.addons.coopcycle_magento.tools.http import pool
from odoo.addons.coopcycle_magento.tools.magento import sending

from ..common import ONE, THREE_PIECES, TWO_PIECES
from .export_common import MagentoExportCommon

ADDON = "odoo.addons.coopcycle_magento"
OUTBOX = f"{ADDON}.models.magento.exporting.outbox"


@tagged("post_install", "-at_install")
class TestMagentoExportRefused(MagentoExportCommon):
    """What Magento refuses is tried so often, and told."""

    DRAFTED = (ONE, ONE)

    def make_held(self):
        order, move = self.make_invoice()
        self.simulator.admin.hold(order["entity_id"])
        return order, move

    def test_three_attempts(self):
        """Each run pays one attempt; after the third somebody is asked, once."""
        _order, move = self.make_held()
        for attempt in (1, 2, 3):
            log = self.export()
            document = self.doc(move)
            self.assertEqual(move.magento_export_attempts, f"{attempt} of 3")
            self.assertEqual(
                document.sync_state, "skipped" if attempt == 3 else "pending"
            )
            self.assertGreater(document.next_attempt_at, fields.Datetime.now())
            self.be_due()
        self.assertEqual(self.posts(), 3)
        self.assertEqual(len(document.activity_ids), 1)
        self.assertEqual((log.state, log.failed_count), ("partial", 1))
        self.export()
        self.assertEqual((self.posts(), len(document.activity_ids)), (3, 1))
        self.assertFalse(move.magento_can_export)
        self.assertIn("Resolution", move.magento_export_reason)

    def test_pause_between_attempts(self):
        _order, move = self.make_held()
        self.export()
        self.export()
        self.assertEqual(move.magento_export_attempts, "1 of 3")

    def test_ids_begin_anew(self):
        """A shop restored from a backup uses ids again: nothing is tied to others."""
        _order, before = self.make_invoice()
        self.export()
        stale = self.doc(before)
        stale.magento_id = str(int(stale.magento_id) + 1)  # the next that it gives
        order, move = self.make_invoice()
        self.export()
        self.assertEqual((self.state(move), len(self.invoiced(order))), ("done", 1))
        self.assertEqual(self.doc(move).sale_order_id, self.sale(order))
        self.assertEqual(self.doc(before), stale)
        self.assertFalse(stale.magento_id)
        self.assertIn("another order", stale.difference_cause)

    def test_button_pays_once(self):
        """One press is one attempt, and the user reads why it failed."""
        _order, move = self.make_held()
        action = self.press(move)
        self.assertEqual(self.posts(), 1)
        self.assertIn("holded", action["params"]["message"])
        self.assertEqual(action["params"]["type"], "warning")

    def test_words(self):
        """The log has the request, the status, Magento's words and a remedy."""
        _order, move = self.make_held()
        log = self.export()
        message = self.messages(log, "error")
        for text in ("POST order/", '"order_item_id"', "400", "holded", "Resolution"):
            self.assertIn(text, message)
        for secret in (self.simulator.access_token, self.simulator.consumer_secret):
            self.assertNotIn(secret, message)
        self.assertEqual(log.line_ids.filtered("res_id").res_id, self.doc(move).id)
        self.assertTrue(move.magento_log_line_count)

    def test_unknown_order(self):
        _order, move = self.make_invoice()
        move.sudo().magento_order_ids.magento_order_id = "987654"
        self.export()
        self.assertIn("404", move.magento_last_error)
        self.assertTrue(move.magento_has_error)

    def test_closed(self):
        order, move = self.make_invoice()
        self.cancel(self.simulator.book.orders[order["entity_id"]])
        self.export()
        self.assertIn("canceled", move.magento_last_error)

    def test_group_retry(self):
        """A group of failed documents is tried again at once, in one run."""
        moves = self.make_invoices(4)
        orders = [int(o.magento_order_id) for o in moves.magento_order_ids]
        for order_id in orders:
            self.simulator.admin.hold(order_id)
        self.connection.attempts_allowed = 1
        self.export()
        documents = self.doc(moves)
        self.assertEqual(set(documents.mapped("sync_state")), {"skipped"})
        for order_id in orders:
            self.simulator.admin.unhold(order_id)
        action = documents.with_env(self.env).action_retry()
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(set(documents.mapped("sync_state")), {"done"})

    def test_later_part_waits(self):
        """A later part of the order does not overtake an earlier one, and says so."""
        order = self.place({"sku": "SKU-001", "qty": 2})
        sale = self.import_placed(order)
        first = self.invoice(sale, {"SKU-001": 1})
        self.simulator.faults.add("maintenance", "POST", "/invoice$", times=1)
        self.export()
        self.end_pause()
        second = self.invoice(sale)
        action = self.press(second)
        self.assertIn("goes first", action["params"]["message"])
        self.be_due()
        self.export()
        self.assertEqual((self.state(first), self.state(second)), ("done", "done"))


@tagged("post_install", "-at_install")
class TestMagentoExportOutage(MagentoExportCommon):
    """While nothing gets through, exports rest and no document pays."""

    DRAFTED = (ONE, ONE, ONE)

    KINDS = ("maintenance", "too_many_requests", "redirect")

    def alerts(self):
        return self.connection.sudo().activity_ids

    def test_shop_is_away(self):
        """One alert; pauses grow; the scheduled runs make no request meanwhile."""
        order, move = self.make_invoice()
        self.simulator.stop()
        log = self.export()
        self.assertEqual(log.state, "partial")
        self.assertIn("Resolution", self.messages(log, "error"))
        pauses = []
        for _number in range(4):
            operation = self.export_operation
            pauses.append(operation.paused_until - fields.Datetime.now())
            self.end_pause()
            self.export()
        self.assertEqual(pauses, sorted(pauses))
        self.assertGreater(pauses[-1], 3 * pauses[0])
        self.assertEqual(len(self.alerts()), 1)
        self.assertEqual(self.doc(move).attempt_count, 0)
        self.simulator.start()
        before = self.simulator.count()
        self.assertIn("Paused", self.messages(self.export(), "warning"))
        self.assertEqual(self.simulator.count(), before)
        self.assertEqual(self.run_import().state, "done")
        self.end_pause()
        self.be_due()
        self.export()
        self.assertEqual((self.state(move), len(self.invoiced(order))), ("done", 1))
        self.assertFalse(self.export_operation.paused_until)
        self.assertFalse(self.alerts())

    def test_probe_closes(self):
        """The pause ends at a probe even if nothing is left to send."""
        self.make_invoice()
        self.simulator.stop()
        self.export()
        self.su["magento.document"].search([]).unlink()
        self.set_rule(False)
        self.simulator.start()
        self.end_pause()
        self.export()
        self.assertFalse(self.export_operation.paused_until)
        self.assertFalse(self.alerts())

    def test_button_looks_at_once(self):
        """Whoever presses the button need not wait for the end of the pause."""
        _order, move = self.make_invoice()
        self.simulator.stop()
        action = self.press(move)
        self.assertIn("refused", action["params"]["message"])
        self.simulator.start()
        self.press(move)
        self.assertEqual(self.state(move), "done")

    def test_button_says_what_is_wrong_now(self):
        """Not what was wrong before, when the shop still answered."""
        order, move = self.make_invoice()
        self.simulator.admin.hold(order["entity_id"])
        self.assertIn("holded", self.press(move)["params"]["message"])
        self.simulator.stop()
        message = self.press(move)["params"]["message"]
        self.assertIn("server refused the connection", message)

    def test_only_posts(self):
        """Whatever answers the request: no attempt at first, one at the second time."""
        for kind in self.KINDS:
            with self.subTest(kind=kind):
                order, move = self.make_invoice()
                self.simulator.faults.add(kind, "POST", "/invoice$", times=2)
                log = self.export()
                self.assertEqual(self.doc(move).attempt_count, 0)
                self.assertIn(move.name, self.messages(log, "warning"))
                self.assertRegex(move.magento_last_error, "shop.+Resolution")
                self.be_due()
                self.export()
                self.assertEqual(self.doc(move).attempt_count, 1)
                self.be_due()
                self.export()
                self.assertEqual(self.state(move), "done")
                self.assertFalse(move.magento_last_error)
                self.assertEqual(len(self.invoiced(order)), 1)

    def test_missing_right(self):
        """A right that is missing is named; it stops this operation alone."""
        moves = self.make_invoices(5)
        self.simulator.rights.discard("Magento_Sales::invoice")
        log = self.export()
        self.assertIn("Orders ▸ Actions ▸ Invoice", self.messages(log, "error"))
        self.assertEqual(set(self.doc(moves).mapped("attempt_count")), {0})
        self.assertEqual(len(self.alerts()), 1)
        self.assertEqual(self.run_import().state, "done")
        before = self.posts()
        self.end_pause()
        self.export()
        self.assertEqual(self.posts(), before + 1)
        self.assertEqual(len(self.alerts()), 1)
        self.simulator.rights.add("Magento_Sales::invoice")
        self.end_pause()
        self.export()
        self.assertEqual({self.state(move) for move in moves}, {"done"})
        self.assertFalse(self.alerts())

    def test_missing_keys(self):
        """Without keys nothing is claimed, and the run says what is missing."""
        _order, move = self.make_invoice()
        key = self.connection.sudo().consumer_key
        self.connection.sudo().consumer_key = False
        log = self.export()
        self.assertEqual(log.state, "failed")
        self.assertIn("Resolution", self.messages(log, "error"))
        self.assertEqual(self.doc(move).sync_state, "pending")
        self.connection.sudo().consumer_key = key
        self.export()
        self.assertEqual(self.state(move), "done")

    def test_malformed_list(self):
        """A list that cannot be read leaves nothing on the way."""
        _order, move = self.make_invoice()
        self.simulator.faults.add(
            "wrong_type", "GET", "/invoices", value='{"items": [{}], "total_count": 1}'
        )
        log = self.export()
        self.assertIn("could not be understood", self.messages(log, "error"))
        document = self.doc(move)
        # It is the fault of this order, as the shop answers otherwise
        self.assertEqual((document.sync_state, document.attempt_count), ("pending", 1))


@tagged("post_install", "-at_install")
class TestMagentoExportUnknown(MagentoExportCommon):
    """Whatever becomes of a request, Magento makes one invoice."""

    DRAFTED = (ONE, *[TWO_PIECES] * 3, *[THREE_PIECES] * 5)

    AFTER = ("hang_up_after", "internal_error_after", "garbage", "half_answer")

    def send(self, kind, times=1, **options):
        """Export an invoice of a part, whose request has a fault."""
        order, move = self.make_invoice(*THREE_PIECES, quantities={"SKU-001": 1})
        self.simulator.faults.add(kind, "POST", "/invoice$", times=times, **options)
        self.export()
        self.assertEqual(self.state(move), "unknown")
        return order, move

    def test_made(self):
        """Found by its key at the next run, without another request to make it."""
        for kind in (*self.AFTER, "wrong_type"):
            with self.subTest(kind=kind):
                order, move = self.send(kind)
                before = self.posts()
                self.export()
                self.assertEqual((self.state(move), self.posts()), ("done", before))
                self.assertEqual(self.invoiced(order), [{"SKU-001": 1}])
                self.assertEqual(self.doc(move).attempt_count, 0)
                self.assertTrue(move.magento_number)

    def test_timeout(self):
        self.connection.timeout = 1
        order, move = self.send("read_timeout_after", seconds=1.2)
        self.export()
        self.assertEqual((self.state(move), len(self.invoiced(order))), ("done", 1))

    def test_not_made(self):
        """Absent counts only after the settling time, and then as one attempt."""
        for kind in ("hang_up", "internal_error", "html_page"):
            with self.subTest(kind=kind):
                order, move = self.send(kind)
                before = self.posts()
                self.export()
                self.assertEqual((self.state(move), self.posts()), ("unknown", before))
                self.be_settled(self.doc(move))
                self.export()
                self.assertEqual(self.doc(move).attempt_count, 1)
                self.assertEqual(self.state(move), "pending")
                self.be_due()
                self.export()
                self.assertEqual(
                    (self.state(move), len(self.invoiced(order))), ("done", 1)
                )

    def test_finished_later(self):
        """Magento may finish after it hung up."""
        order, move = self.send("finish_later")
        self.export()
        self.assertEqual((self.state(move), self.invoiced(order)), ("unknown", []))
        self.simulator.faults.finish()
        self.export()
        self.assertEqual((self.state(move), len(self.invoiced(order))), ("done", 1))

    def test_finished_while_looking(self):
        """What is made after the list was read is not taken for absent."""
        order, move = self.send("finish_later")
        document = self.doc(move)
        look_up = Unknown._look_up

        def look_slowly(unknown, documents):
            seen = look_up(unknown, documents)
            self.simulator.faults.finish()
            clock.tick(timedelta(hours=1))
            return seen

        with freeze_time(fields.Datetime.now()) as clock:
            document.unknown_since = fields.Datetime.now()
            with patch.object(Unknown, "_look_up", look_slowly):
                self.export()
        self.assertEqual(document.sync_state, "unknown")
        self.export()
        self.assertEqual((self.state(move), len(self.invoiced(order))), ("done", 1))

    def test_last_absence(self):
        """Absence is an attempt like others: the third one skips the document."""
        self.connection.attempts_allowed = 1
        _order, move = self.send("hang_up")
        self.be_settled(self.doc(move))
        self.export()
        self.assertEqual(self.state(move), "skipped")
        self.assertEqual(len(self.doc(move).activity_ids), 1)

    def test_by_key_before_likeness(self):
        """Of two that are alike, the one with the key is ours."""
        order = self.place({"sku": "SKU-001", "qty": 3})
        move = self.invoice(self.import_placed(order), {"SKU-001": 1})
        item = {self.item(order, "SKU-001"): 1}
        post = sending._post

        def post_after_shop(*args):
            self.simulator.admin.invoice(order["entity_id"], item)
            return post(*args)

        self.simulator.faults.add("hang_up_after", "POST", "/invoice$", times=1)
        with patch.object(sending, "_post", post_after_shop):
            self.export()
        self.export()
        newest = self.simulator.book.invoices.of_order(order["entity_id"])[-1]
        self.assertEqual(self.doc(move).magento_id, str(newest["entity_id"]))

    def test_two_unknown(self):
        orders = [self.send("hang_up_after"), self.send("hang_up")]
        self.export()
        self.assertEqual([self.state(move) for _o, move in orders], ["done", "unknown"])

    def test_blocks_its_order_only(self):
        order, move = self.send("hang_up")
        later = self.invoice(self.sale(order))
        other = self.make_invoices(1)
        self.export()
        states = [self.state(each) for each in (move, later, other)]
        self.assertEqual(states, ["unknown", "pending", "done"])

    def test_dead_process(self):
        """What a process was sending when it died is looked for, not repeated."""
        order, move = self.make_invoice()
        self.simulator.faults.add("maintenance", "POST", "/invoice$", times=1)
        self.export()
        document = self.doc(move)
        for run in (self.su["integration.process.log"].search([], limit=1), None):
            document.write(
                {
                    "sync_state": "sending",
                    "run_id": run and run.id,
                    "sent_at": fields.Datetime.now(),
                }
            )
            self.end_pause()
            self.export()
            self.assertEqual(self.state(move), "unknown")
        self.be_settled(document)
        self.export()
        self.be_due()
        self.export()
        self.assertEqual((self.state(move), len(self.invoiced(order))), ("done", 1))

    def die(self, after=0):
        """Let the process be killed when it has begun to send so many documents."""

        def send_all(_clients, jobs, _is_over, begin):
            begin([job.number for job in jobs[:after]])
            raise KeyboardInterrupt

        # assertRaises would take back what was committed
        with patch(f"{OUTBOX}.run.send_all", send_all), suppress(KeyboardInterrupt):
            self.export()
            self.fail("It was not killed")

    def test_killed_before_it_was_sent(self):
        """What was claimed and never sent pays nothing, and goes out at once."""
        moves = self.make_invoices(3)
        self.die(after=1)
        self.assertEqual({self.state(move) for move in moves}, {"sending"})
        self.export()
        states = [self.state(move) for move in moves]
        self.assertEqual(sorted(states), ["done", "done", "unknown"])
        self.assertEqual(set(self.doc(moves).mapped("attempt_count")), {0})
        self.assertEqual(set(self.doc(moves).mapped("kill_count")), {0})
        self.assertEqual(self.posts(), 2)

    def test_killed_again_and_again(self):
        """After ten kills somebody is told, and it is still sent."""
        _order, move = self.make_invoice()
        for count in range(1, 11):
            self.die()
            self.su["magento.document"].flush_model()
            document = self.doc(move)
            self.assertEqual(document.kill_count, count - 1)
            self.assertFalse(document.activity_ids)
        with patch(f"{OUTBOX}.claim.Claim.take", lambda *_args: {}):
            self.export()
        self.assertEqual((document.kill_count, document.attempt_count), (10, 0))
        self.assertIn("10 times", document.activity_ids.note)
        self.assertEqual(document.sync_state, "pending")
        self.export()
        self.assertEqual((self.state(move), document.kill_count), ("done", 0))
        self.assertFalse(document.last_error)

    def test_begun_by_another(self):
        """What another run has taken over is not sent by the slow one."""
        moves = self.make_invoices(2)
        other = self.su["integration.process.log"].search([], limit=1)
        taken = []

        def send_all(clients, jobs, is_over, begin):
            taken.append(self.su["magento.document"].browse(jobs[0].number))
            taken[0].run_id = other
            taken[0].flush_recordset()
            return sending.send_all(clients, jobs, is_over, begin)

        with patch(f"{OUTBOX}.run.send_all", send_all):
            self.export()
        self.assertEqual(self.posts(), 1)
        self.assertEqual(taken[0].sync_state, "sending")
        self.assertEqual([self.state(move) for move in moves].count("done"), 1)

    def test_list_that_fails_at_one(self):
        """Where the shop fails at what an order has already, the others go out."""
        moves = self.make_invoices(3)
        sale = moves[1].invoice_line_ids.sale_line_ids.order_id
        bad = self.simulator.admin.invoice(int(sale.magento_order_id))
        self.simulator.book.invoices.break_(bad["entity_id"])
        self.export()
        states = [self.state(move) for move in moves]
        self.assertEqual(states, ["done", "pending", "done"])
        document = self.doc(moves[1])
        self.assertEqual((document.attempt_count, document.magento_id), (1, False))
        self.assertIn("Magento log", document.last_error)
        self.assertFalse(self.operation_of("export_invoices").paused_until)
        self.be_due()
        self.export()
        self.assertEqual(document.attempt_count, 2)
        self.simulator.book.invoices.mend(bad["entity_id"])
        self.be_due()
        self.export()
        self.assertEqual(document.magento_id, str(bad["entity_id"]))

    def test_unknown_beside_one_that_fails(self):
        """So it is where they are looked for after an unknown outcome."""
        self.simulator.faults.add("hang_up_after", "POST", "/invoice$", times=2)
        moves = self.make_invoices(2)
        self.export()
        self.assertEqual({self.state(move) for move in moves}, {"unknown"})
        sale = moves[0].invoice_line_ids.sale_line_ids.order_id
        bad = self.simulator.book.invoices.of_order(int(sale.magento_order_id))[0]
        self.simulator.book.invoices.break_(bad["entity_id"])
        self.export()
        self.assertEqual([self.state(move) for move in moves], ["unknown", "done"])

    def operation_of(self, code):
        return self.connection.sudo().operation_ids.filtered(
            lambda operation: operation.code == code
        )

    def test_id_that_is_none(self):
        """An order with an ID that Magento never gave stops no other document."""
        moves = self.make_invoices(2)
        sale = moves[0].invoice_line_ids.sale_line_ids.order_id
        sale.magento_order_id = "1,2/hold?"
        self.export()
        self.assertEqual([self.state(move) for move in moves], ["skipped", "done"])
        self.assertEqual(self.doc(moves[0]).error_code, "path_invalid")

    @mute_logger("odoo.addons.coopcycle_magento.tools.magento.sending")
    def test_bug_while_sending(self):
        """An error of a program is an unknown outcome, and the others go on."""
        moves = self.make_invoices(3)
        post = sending._post

        def fail(client, job, body):
            if job.number == min(self.doc(moves).ids):
                raise ZeroDivisionError
            return post(client, job, body)

        self.connection.parallel_requests = 1
        with patch.object(sending, "_post", fail):
            self.export()
        self.assertEqual(sorted(map(self.state, moves)), ["done", "done", "unknown"])

    def test_retry_looks(self):
        """A user who retries an unknown one has it looked up."""
        _order, move = self.send("hang_up_after")
        action = self.doc(move).with_env(self.env).action_retry()
        self.assertEqual(
            (action["params"]["type"], self.state(move)), ("success", "done")
        )

    def test_read_back_later(self):
        """A number that could not be read is read by the next run, even an idle one."""
        _order, move = self.make_invoice()
        self.simulator.faults.add("maintenance", "GET", "entity_id", times=2)
        self.export()
        self.simulator.faults.clear()
        if self.doc(move).sync_state != "done":
            self.end_pause()
            self.be_due()
            self.export()
        self.doc(move).increment_id = False
        self.export()
        self.assertTrue(self.doc(move).increment_id)
        self.assertEqual(self.posts(), 1)


@tagged("post_install", "-at_install")
class TestMagentoExportRaces(MagentoExportCommon):
    """What another run did meanwhile is not undone."""

    DRAFTED = (ONE, *[TWO_PIECES] * 3)

    def test_settled_by_another(self):
        """A document that another run sends again is left to it."""
        _order, move = self.make_invoice()
        self.simulator.faults.add("hang_up", "POST", "/invoice$", times=1)
        self.export()
        document = self.doc(move)
        self.be_settled(document)
        look_up = Unknown._look_up

        def other_run_is_faster(unknown, documents):
            seen = look_up(unknown, documents)
            document.write({"sync_state": "sending", "attempt_count": 1})
            document.lease_until = fields.Datetime.now() + timedelta(hours=1)
            return seen

        with patch.object(Unknown, "_look_up", other_run_is_faster):
            self.export()
        self.assertEqual((document.sync_state, document.attempt_count), ("sending", 1))
        self.assertEqual(self.posts(), 1)

    def test_taken_over(self):
        """What a slow run hears of a document that another one sends is not its end."""
        _order, move = self.make_invoice()
        other = self.su["integration.process.log"].search([], limit=1)
        self.simulator.admin.hold(_order["entity_id"])
        post = sending._post

        def slow(*args):
            document = self.doc(move)
            document.run_id = other
            document.flush_recordset()
            return post(*args)

        self.connection.parallel_requests = 1
        with (
            patch.object(pool, "ThreadPoolExecutor", Inline),
            patch.object(sending, "_post", slow),
        ):
            self.export()
        document = self.doc(move)
        self.assertEqual((document.sync_state, document.attempt_count), ("sending", 0))

    def test_batch_ends_before_lease(self):
        """Nothing is begun when others may take a document over."""
        moves = self.make_invoices(3)
        seconds = f"{OUTBOX}.run.SECONDS_PER_RUN"
        runs = []

        def not_again(run):
            runs.append(run)
            return len(runs) > 3

        with patch(seconds, -1), patch(f"{OUTBOX}.run.ExportRun._is_over", not_again):
            self.export()
        self.assertEqual(self.posts(), 0)
        self.assertEqual({self.state(move) for move in moves}, {"pending"})
        self.assertEqual(set(self.doc(moves).mapped("attempt_count")), {0})

    def test_lease(self):
        """It outlasts a batch, and all that a request may still wait for."""
        _order, move = self.make_invoice()
        self.connection.timeout = 7
        leases = []

        def look(*args):
            document = self.doc(move)
            leases.append(document.lease_until - document.last_attempt_at)
            return sending.send_all(*args)

        with patch(f"{OUTBOX}.run.send_all", look):
            self.export()
        # A minute of sending, four waits of a request, and a minute to spare
        self.assertEqual(leases, [timedelta(seconds=60 + 4 * 7 + 60)])
        self.assertFalse(self.doc(move).lease_until)

    def test_came_in_meanwhile(self):
        """What came in by another way as it was sent is one document, not two."""
        order, move = self.make_invoice()

        def come_in(*args):
            outcomes = sending.send_all(*args)
            ours = self.doc(move)
            other = ours.copy(
                {
                    "direction": "pull",
                    "sync_state": "done",
                    "magento_id": outcomes[ours.id].magento_id,
                    "move_id": False,
                }
            )
            other.flush_recordset()
            return outcomes

        with patch(f"{OUTBOX}.run.send_all", come_in):
            log = self.export()
        self.assertEqual((log.state, len(self.invoiced(order))), ("done", 1))
        document = self.doc(move)
        self.assertEqual((document.direction, self.state(move)), ("pull", "done"))
        self.assertEqual(document.line_ids.move_id, move)
        self.assertEqual(self.su["magento.document"].search([]), document)

    def test_one_under_way(self):
        """The database itself lets one document of an order be under way at a time."""
        order = self.place({"sku": "SKU-001", "qty": 2})
        sale = self.import_placed(order)
        moves = self.invoice(sale, {"SKU-001": 1}) | self.invoice(sale)
        self.simulator.stop()
        self.export()
        documents = self.doc(moves)
        documents[0].sync_state = "sending"
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            with self.cr.savepoint():
                documents[1].sync_state = "unknown"
                self.env.flush_all()

    def test_writes_no_invoice(self):
        """An export changes no row of accounting, so that it disturbs nobody."""
        moves = self.make_invoices(2)
        self.env.flush_all()
        tables = ("account_move", "account_move_line", "sale_order", "sale_order_line")
        before = self.versions(tables)
        self.simulator.admin.hold(int(moves[0].magento_order_ids.magento_order_id))
        self.connection.attempts_allowed = 1
        self.export()
        self.assertEqual([self.state(move) for move in moves], ["skipped", "done"])
        self.env.flush_all()
        self.assertEqual(self.versions(tables), before)

    def versions(self, tables):
        found = []
        for table in tables:
            self.cr.execute(f"SELECT id, ctid FROM {table} ORDER BY id")
            found.append(self.cr.fetchall())
        return found


class Inline:
    """A pool of threads that has none."""

    def __init__(self, _count):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    @staticmethod
    def submit(function, *args):
        sent = Future()
        sent.set_result(function(*args))
        return sent


@tagged("post_install", "-at_install")
class TestMagentoExportCost(MagentoExportCommon):
    """How many requests and queries an export needs."""

    def test_requests(self):
        """One to make each invoice, one list before and one after for a batch."""
        self.make_invoices(6)
        self.simulator.requests.clear()
        self.export()
        self.assertEqual(self.posts(), 6)
        self.assertEqual(self.simulator.count("GET"), 2)
        self.simulator.requests.clear()
        self.export()
        self.assertFalse(self.simulator.count())

    def test_queries(self):
        counts = [self.count_queries(count) for count in (2, 3, 8)][1:]
        self.assertLessEqual((counts[1] - counts[0]) / 5, 6, counts)

    def count_queries(self, count):
        self.make_invoices(count)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.export()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_other_invoices(self):
        """Fields of invoices that are not Magento's cost nothing for each of them."""
        moves = self.su["account.move"].create(
            [{"move_type": "out_invoice"} for _number in range(40)]
        )
        names = [name for name in moves._fields if name.startswith("magento_")]
        counts = []
        for some in (moves[:20], moves):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.read(names)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestMagentoExportRetention(MagentoExportCommon):
    """Old logs and payloads go, the newer and the unfinished stay."""

    def set_days(self, days):
        parameters = self.su["ir.config_parameter"]
        parameters.set_param("coopcycle_magento.log_retention_days", days)

    def clean_up(self):
        self.su["integration.process.log"]._gc_old_logs()
        self.su["magento.document"]._gc_payloads()

    def test_old(self):
        _order, move = self.make_invoice()
        old, new = self.export(), self.export()
        old.started_at -= timedelta(days=100)
        document = self.doc(move)
        self.clean_up()
        self.assertEqual((bool(old.exists()), bool(new.exists())), (False, True))
        self.assertTrue(document.payload)
        with freeze_time(fields.Datetime.now() + timedelta(days=100)):
            self.clean_up()
        document.invalidate_recordset()
        self.assertFalse(document.payload)
        self.assertFalse(new.exists())
        self.assertEqual(self.state(move), "done")

    def test_unfinished(self):
        _order, move = self.make_invoice()
        self.simulator.faults.add("hang_up", "POST", "/invoice$", times=1)
        self.export()
        with freeze_time(fields.Datetime.now() + timedelta(days=100)):
            self.clean_up()
        self.assertTrue(self.doc(move).payload)

    def test_kept_for_ever(self):
        """0, less or nonsense deletes nothing at all."""
        log = self.export()
        log.started_at -= timedelta(days=1000)
        for days in ("0", "-5", "many"):
            self.set_days(days)
            self.clean_up()
        self.assertTrue(log.exists())

    def test_chunks(self):
        logs = [self.export() for _number in range(3)]
        for log in logs:
            log.started_at -= timedelta(days=100)
        path = f"{ADDON}.models.shared.integration_process_log"
        with patch(f"{path}.CHUNK", 2):
            self.clean_up()
        self.assertFalse(any(log.exists() for log in logs))
