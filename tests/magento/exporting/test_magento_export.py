import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ....compat import get_payment_lines
from ...shared.versions import GROUPS, run_cron, unpay
from ..common import ONE, TWO_PIECES
from .export_common import MagentoExportCommon


@tagged("post_install", "-at_install")
class TestMagentoExportRules(MagentoExportCommon):
    """Which invoices go to Magento, and when."""

    DRAFTED = (ONE, ONE, *[TWO_PIECES] * 3)

    def test_never(self):
        """Without a rule nothing goes, and the button says why."""
        self.set_rule(False)
        order, move = self.make_invoice()
        self.export()
        self.assertFalse(self.invoiced(order))
        self.assertEqual(
            (self.state(move), move.magento_can_export), ("not_due", False)
        )
        with self.assertRaisesRegex(UserError, "are not exported"):
            self.press(move)

    def test_validate(self):
        """Posted is enough; a draft does not go."""
        order = self.place()
        sale = self.import_placed(order)
        draft = sale._create_invoices()
        self.export()
        self.assertFalse(self.invoiced(order))
        self.assertEqual(self.state(draft), "not_due")
        with self.assertRaisesRegex(UserError, "not posted"):
            self.press(draft)
        draft.action_post()
        self.assertEqual(
            (self.state(draft), draft.magento_can_export), ("pending", True)
        )
        self.export()
        self.assertEqual(self.invoiced(order), [{"SKU-001": 1}])
        self.assertEqual((self.state(draft), draft.magento_can_export), ("done", False))
        with self.assertRaisesRegex(UserError, "already"):
            self.press(draft)

    def test_paid(self):
        """The invoice goes once it is paid, wholly."""
        self.set_rule("paid")
        order, move = self.make_invoice()
        self.export()
        self.assertEqual(
            (self.state(move), move.magento_can_export), ("not_due", False)
        )
        self.assertIn("not paid", move.magento_export_reason)
        self.register_payment(move)
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        self.assertTrue(move.magento_can_export)
        self.export()
        self.assertEqual(len(self.invoiced(order)), 1)

    def test_history(self):
        """A rule that is switched on exports no old invoice but at the button."""
        self.set_rule(False)
        order, move = self.make_invoice()
        self.connection.export_invoices_from = "2999-01-01"
        self.set_rule("validate")
        self.export()
        self.assertFalse(self.invoiced(order))
        self.assertEqual((self.state(move), move.magento_can_export), ("not_due", True))
        self.press(move)
        self.assertEqual((len(self.invoiced(order)), self.state(move)), (1, "done"))

    def test_count_before_rule(self):
        """Whoever chooses a rule reads how many invoices will go."""
        self.set_rule(False)
        self.make_invoices(3)
        method = self.connection.payment_method_ids.filtered(
            lambda each: each.code == "checkmo"
        )
        draft = method.new({"invoice_rule": "validate"}, origin=method)
        message = draft._onchange_invoice_rule()["warning"]["message"]
        self.assertIn("at the next run: 3, all dated 2020-01-01", message)
        draft.invoice_rule = "paid"
        self.assertFalse(draft._onchange_invoice_rule())

    def test_from_creation_day(self):
        connection = self.make_connection()
        today = self.env["magento.connection"]._fields["export_invoices_from"]
        self.assertEqual(
            connection.export_invoices_from, today.context_today(connection)
        )

    def test_schedule(self):
        """The scheduled action exports what the button would."""
        order, move = self.make_invoice()
        run_cron(self.su.ref("coopcycle_magento.ir_cron_export_invoices"))
        self.assertEqual((len(self.invoiced(order)), self.state(move)), (1, "done"))

    def test_list_action(self):
        """Of selected invoices those go that may."""
        order, move = self.make_invoice()
        own = self.su["account.move"].create({"move_type": "out_invoice"})
        action = self.press(move | own)
        self.assertEqual(action["params"]["type"], "success")
        self.assertEqual(self.state(move), "done")
        self.assertEqual(self.state(own), "none")
        with self.assertRaisesRegex(UserError, "no order of Magento"):
            self.press(own)

    def test_list_action_sums_up(self):
        """Whoever selects several reads how many are there, and why others are not."""
        first, second, third = self.make_invoices(3)
        self.simulator.admin.hold(int(second.magento_order_ids.magento_order_id))
        own = self.su["account.move"].create({"move_type": "out_invoice"})
        params = self.press(first | second | own)["params"]
        self.assertEqual(params["type"], "warning")
        count = params["message"].splitlines()[0]
        self.assertEqual(count, "1 of 3 are in Magento now.")
        self.assertIn(f"{second.display_name}: The shop refused", params["message"])
        self.assertIn("belongs to no order of Magento", params["message"])
        params = self.press(first | third)["params"]
        self.assertEqual(params["message"], "All 2 are in Magento now.")
        self.assertEqual(params["type"], "success")

    def test_button_alone(self):
        """The button on one invoice exports no other."""
        first, second = self.make_invoices(2)
        self.press(second)
        self.assertEqual((self.state(first), self.state(second)), ("pending", "done"))
        self.assertEqual(self.posts(), 1)

    def test_request(self):
        """What is asked for: lines, no capture; the customer is told if chosen."""
        self.make_invoice()
        self.export()
        document = self.su["magento.document"].search([("kind", "=", "invoice")])
        self.assertFalse(document.payload["capture"])
        self.assertFalse(document.payload["notify"])
        self.assertIn(document.key, document.payload["comment"]["comment"])
        self.connection.notify_invoice = True
        _order, move = self.make_invoice()
        self.export()
        self.assertTrue(self.doc(move).payload["notify"])

    def test_waits_again(self):
        """Unpaid, reversed or reset before the export: it waits, and says so."""
        order, move = self.make_invoice()
        self.set_rule("paid")
        payment = self.register_payment(move)
        self.simulator.stop()
        self.export()
        self.simulator.start()
        self.assertEqual(self.doc(move).sync_state, "pending")
        unpay(payment)
        self.be_due()
        self.end_pause()
        self.export()
        self.assertEqual(self.state(move), "waiting")
        self.assertIn("not paid", move.magento_export_reason)
        self.assertFalse(self.invoiced(order))
        payment.action_post()
        payment.action_draft()
        payment.action_post()
        move.js_assign_outstanding_line(
            get_payment_lines(payment)
            .filtered(lambda line: line.account_id.account_type == "asset_receivable")
            .id
        )
        move.invalidate_recordset()
        self.assertTrue(move.magento_can_export)
        self.press(move)
        self.assertEqual((self.state(move), len(self.invoiced(order))), ("done", 1))

    def test_reversed(self):
        order, move = self.make_invoice()
        move._reverse_moves(cancel=True)
        self.export()
        self.assertFalse(self.invoiced(order))
        self.assertIn("credit note", move.magento_export_reason)

    def test_credit_note(self):
        """Credit notes are no invoices in Magento: they have an export of their own."""
        _order, move = self.make_invoice()
        self.export()
        refund = move._reverse_moves()
        refund.action_post()
        self.export()
        self.assertEqual(self.posts(), 1)
        self.assertEqual(self.state(refund), "pending")


@tagged("post_install", "-at_install")
class TestMagentoExportMeanwhile(MagentoExportCommon):
    """What users do with an invoice before, while and after it is exported."""

    DRAFTED = (ONE, ONE)

    def make_pending(self):
        """Return an order and its invoice, whose document is there but not sent."""
        order, move = self.make_invoice()
        with self.cut_off():
            self.export()
        self.end_pause()
        return order, move

    def cut_off(self):
        self.simulator.stop()
        test = self

        class Away:
            def __enter__(self):
                return self

            def __exit__(self, *error):
                test.simulator.start()

        return Away()

    def test_draft_before(self):
        order, move = self.make_pending()
        move.button_draft()
        self.assertEqual(self.state(move), "waiting")
        self.export()
        self.assertFalse(self.invoiced(order))
        move.action_post()
        self.export()
        self.assertEqual((self.state(move), len(self.invoiced(order))), ("done", 1))

    def test_cancel_before(self):
        order, move = self.make_pending()
        move.button_draft()
        move.button_cancel()
        self.export()
        self.assertEqual((self.state(move), self.invoiced(order)), ("waiting", []))

    def test_unlink_before(self):
        """A draft that is deleted leaves nothing that waits for ever."""
        _order, move = self.make_pending()
        document = self.doc(move)
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.assertFalse(document.exists())

    def test_on_the_way(self):
        """While nobody knows where it is, it stays as it is."""
        for state in ("sending", "unknown"):
            _order, move = self.make_pending()
            self.doc(move).sync_state = state
            with self.assertRaisesRegex(UserError, "on its way.*Resolution"):
                move.button_draft()
            with self.assertRaisesRegex(UserError, "on its way.*Resolution"):
                move.button_cancel()
            self.doc(move).unlink()

    def test_draft_after(self):
        """Magento keeps it: the invoice says so, and is not sent again."""
        order, move = self.make_invoice()
        self.export()
        move.button_draft()
        self.assertIn("changes nothing there", move.message_ids[0].body)
        move.action_post()
        self.export()
        self.assertEqual((self.state(move), len(self.invoiced(order))), ("done", 1))

    def test_unsendable_then_mended(self):
        """What could not be sent is looked at anew when it is posted again."""
        order = self.place({"sku": "SKU-001", "qty": 2})
        move = self.invoice(self.import_placed(order), {"SKU-001": 1.5})
        self.export()
        self.assertEqual(self.state(move), "skipped")
        self.assertRegex(move.magento_last_error, "whole pieces.*Resolution")
        move.button_draft()
        move.invoice_line_ids.quantity = 2
        move.action_post()
        self.export()
        self.assertEqual(self.invoiced(order), [{"SKU-001": 2}])

    def test_other_invoices(self):
        """Invoices without a Magento order are as ever."""
        move = self.su["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.company.partner_id.id,
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 7})],
            }
        )
        for step in ("action_post", "button_draft", "button_cancel", "button_draft"):
            getattr(move, step)()
        move.copy().unlink()
        move.action_post()
        move._reverse_moves(cancel=True)
        self.assertEqual(self.state(move), "none")
        self.assertFalse(self.doc(move))

    def test_comment_when_paid(self):
        """Magento reads of the payment in a comment, once, with the status chosen."""
        self.connection.write(
            {"update_status_when_paid": True, "paid_status": "processing"}
        )
        order, move = self.make_invoice()
        self.export()
        self.assertFalse(self.simulator.count("POST", "/comments"))
        self.register_payment(move)
        self.export()
        self.export()
        self.assertEqual(self.simulator.count("POST", "/comments"), 1)
        history = self.simulator.book.orders[order["entity_id"]]["status_histories"]
        self.assertIn(move.name, history[-1]["comment"])

    def test_comment_without_status(self):
        """A status that the order's state does not have is left out."""
        self.connection.write(
            {"update_status_when_paid": True, "paid_status": "no_such_status"}
        )
        _order, move = self.make_invoice()
        self.export()
        self.register_payment(move)
        log = self.export()
        self.assertEqual(log.state, "done")
        comment = self.su["magento.document"].search([("kind", "=", "order_comment")])
        self.assertEqual(comment.sync_state, "done")
        self.assertEqual(self.simulator.count("POST", "/comments"), 2)

    def test_odd_comments(self):
        """A comment that cannot be read keeps none from being found again."""
        self.connection.update_status_when_paid = True
        order, move = self.make_invoice()
        self.export()
        self.register_payment(move)
        self.simulator.faults.add("hang_up_after", "POST", "/comments", times=1)
        self.export()
        document = self.su["magento.document"].search([("kind", "=", "order_comment")])
        self.assertEqual(document.sync_state, "unknown")
        shown = json.loads(json.dumps(self.simulator.book.orders.shown(order)))
        odd = [None, "seen", {"comment": ["seen"], "created_at": "some day"}]
        del shown["status_histories"][-1]["created_at"]
        shown["status_histories"] = odd + shown["status_histories"]
        self.simulator.book.orders.show_as(order["entity_id"], json.dumps(shown))
        self.assertEqual(self.export().state, "done")
        self.assertEqual(document.sync_state, "done")
        self.assertEqual(self.simulator.count("POST", "/comments"), 1)

    def test_comment_waits(self):
        """An invoice that is unpaid again is told when it is paid at last."""
        self.connection.update_status_when_paid = True
        _order, move = self.make_invoice()
        self.export()
        payment = self.register_payment(move)
        self.simulator.faults.add("maintenance", "POST", "/comments", times=1)
        self.export()
        unpay(payment)
        self.be_due()
        self.end_pause()
        self.export()
        comment = self.su["magento.document"].search([("kind", "=", "order_comment")])
        self.assertEqual(comment.sync_state, "waiting")
        self.register_payment(move)
        self.export()
        self.assertEqual(comment.sync_state, "done")


@tagged("post_install", "-at_install")
class TestMagentoExportRights(MagentoExportCommon):
    """Who reads and does what."""

    DRAFTED = (ONE, ONE)

    def test_accountant(self):
        """Without rights in Magento everything can be read, and nothing started."""
        _order, move = self.make_invoice()
        accountant = self.make_user("accountant", "account.group_account_invoice")
        names = [name for name in move._fields if name.startswith("magento_")]
        mine = move.with_user(accountant)
        self.assertTrue(mine.read(names))
        self.export()
        mine.invalidate_recordset()
        self.assertEqual(
            mine.read(["magento_export_state"])[0]["magento_export_state"], "done"
        )
        domain = [
            ("magento_export_state", "=", "done"),
            ("magento_has_error", "=", False),
            ("magento_difference", "=", 0),
            ("magento_number", "!=", False),
        ]
        found = self.env["account.move"].with_user(accountant).search(domain)
        self.assertEqual(found.ids, move.ids)
        _order, other = self.make_invoice()
        with self.assertRaises(AccessError):
            other.with_user(accountant).action_magento_export()

    def test_orders_are_not_written(self):
        """Nobody ties an invoice or a delivery to an order of their own choice."""
        _order, move = self.make_invoice()
        victim = self.import_placed(self.place({"sku": "SKU-001", "qty": 1}))
        groups = "account.group_account_manager,stock.group_stock_manager"
        accountant = self.make_user("accountant", groups)
        vals = {"magento_order_ids": [Command.set(victim.ids)]}
        for record in (move, victim.picking_ids):
            before = record.magento_order_ids
            with self.assertRaises(AccessError):
                record.with_user(accountant).write(vals)
            with self.assertRaises(AccessError):
                record.with_user(accountant).create(vals)
            self.assertEqual(record.magento_order_ids, before)

    def test_clerk(self):
        """A user of Magento exports, without accounting rights beyond reading."""
        _order, move = self.make_invoice()
        billing = self.su.ref("account.group_account_readonly")
        self.clerk.sudo()[GROUPS] = [Command.link(billing.id)]
        move.with_user(self.clerk).action_magento_export()
        self.assertEqual(self.state(move), "done")

    def test_reset(self):
        """Only a manager resets attempts, and the reason is kept."""
        _order, move = self.make_invoice()
        self.simulator.admin.hold(_order["entity_id"])
        self.connection.attempts_allowed = 1
        self.export()
        document = self.doc(move)
        self.assertEqual(document.sync_state, "skipped")
        with self.assertRaises(AccessError):
            document.with_user(self.clerk).action_retry()
        with self.assertRaises(AccessError):
            self.env["magento.document.reset"].with_user(self.clerk).create(
                {"document_ids": document.ids, "reason": "please"}
            )
        self.simulator.admin.unhold(_order["entity_id"])
        wizard = Form(
            self.env["magento.document.reset"].with_context(
                default_document_ids=document.ids
            )
        )
        wizard.reason = "released in the shop"
        wizard.save().action_reset()
        self.assertEqual((document.sync_state, document.attempt_count), ("pending", 0))
        self.assertIn("released in the shop", document.waiting_reason)
        self.assertFalse(document.activity_ids)
        self.export()
        self.assertEqual(self.state(move), "done")

    def test_companies(self):
        """Each company exports its own; a user of one sees nothing of the other's."""
        _order, move = self.make_invoice()
        other = self.company_data_2["company"]
        stranger = self.make_user(
            "stranger", "coopcycle_magento.coopcycle_magento_group_manager", other
        )
        with self.assertRaises(AccessError):
            self.connection.with_user(stranger).run_operation("export_invoices")
        with self.assertRaises(AccessError):
            move.with_user(stranger).action_magento_export()
        self.assertFalse(self.posts())
        mine = self.make_connection(user=stranger, company_id=other.id)
        mine.run_operation("export_invoices")
        self.assertFalse(self.posts())
