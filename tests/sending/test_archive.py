import base64
import hashlib
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...models.billing.groups import MANAGER
from ...models.sending.archiving.billing_operation import SAMPLE_PARAMETER
from ..billing.common import BillingCommon

PDF = b"%PDF-1.4 what the customer got"


@tagged("post_install", "-at_install")
class TestArchive(BillingCommon):
    """4.36, 4.37: what was sent is kept as it was, and that can be proved."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "company@example.com"
        cls.files = cls.su["billing.archived.file"]

    def post(self, count=1):
        orders = [self.sell(1) for _number in range(count)]
        for order in orders:
            self.deliver(order)
        moves = self.su["account.move"].union(
            *(order._create_invoices() for order in orders)
        )
        moves.action_post()
        return moves

    def send(self, count=1):
        """Send invoices, and return what is archived of them."""
        moves = self.post(count)
        moves.action_billing_send()
        self.su["billing.operation"]._cron_run("send_invoices")
        found = moves.billing_dispatch_ids.archived_file_ids.sorted("seal_number")
        self.assertEqual(len(found), count)
        return found

    def verify(self):
        action = self.files.with_user(self.manager).action_verify()
        return action["params"]["message"]

    def test_kept_as_it_was(self):
        """Each file has a copy of its own, sealed, with its hash and its invoice."""
        [file] = self.send()
        [sent] = file.dispatch_id.message_id.attachment_ids
        self.assertNotEqual(file.attachment_id, sent)
        self.assertEqual(file.attachment_id.raw, sent.raw)
        self.assertEqual(file.sha256, hashlib.sha256(sent.raw).hexdigest())
        self.assertEqual(file.size, len(sent.raw))
        self.assertEqual(file.number, file.move_id.name)
        self.assertEqual(file.partner_id, self.customer)
        self.assertEqual(file.year, str(file.move_id.invoice_date.year))
        self.assertTrue(file.chain_hash)
        self.assertIn("Nothing was changed", self.verify())

    def test_nobody_changes_its_attachment(self):
        """Superuser code of others is refused, by whichever way it writes."""
        [file] = self.send()
        attachment = file.attachment_id
        other = self.su["ir.attachment"].create({"name": "x", "raw": b"other"})
        changes = [
            {"raw": b"other"},
            {"raw": b""},
            {"datas": base64.b64encode(b"other")},
            {"datas": False},
            {"db_datas": b"other"},
            {"name": "other.pdf"},
            {"res_model": "res.partner"},
            {"res_id": attachment.res_id + 1},
            {"res_id": False},
            {"res_field": "content"},
            {"type": "url", "url": "https://example.com"},
            {"url": "/there"},
            {"public": True},
            {"access_token": "x"},
            {"mimetype": "text/html"},
            {"company_id": False},
            {"description": "x"},
        ]
        low = [
            {"store_fname": other.store_fname},
            {"store_fname": None, "db_datas": None},
            {"store_fname": None, "db_datas": b"other"},
            {"checksum": other.checksum},
            {"file_size": 1},
        ]
        content = attachment.raw
        both = attachment | other
        for vals in changes:
            with self.subTest(vals), self.assertRaises(AccessError):
                both.write(dict(vals))
            if not vals.keys() & {"raw", "datas"}:
                with self.subTest(vals, low=True), self.assertRaises(AccessError):
                    both._write(dict(vals))
        for vals in low:
            with self.subTest(vals), self.assertRaises(AccessError):
                attachment._write(vals)
        for attempt in (
            both.unlink,
            attachment.with_context(_force_unlink=True).unlink,
            attachment.generate_access_token,
        ):
            with self.subTest(str(attempt)), self.assertRaises(AccessError):
                attempt()
        self.env.invalidate_all(flush=False)
        self.assertEqual(attachment.raw, content)
        other.write({"raw": b"more"})
        other.flush_recordset()
        with patch.object(type(self.files), "_find_of", return_value={}) as find:
            other.write({"name": "y", "raw": b"still more"})
            other.flush_recordset()
        self.assertEqual(find.call_count, 1, "others pay little for it")
        other.unlink()

    def test_nobody_changes_a_row(self):
        """Nor is a row of the archive written or removed by any program."""
        [file] = self.send()
        stored = {name for name, field in self.files._fields.items() if field.store}
        for name in stored & self.files._get_guarded_fields() - {"id"}:
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    file.write({name: False})
                with self.assertRaises(AccessError):
                    file._write({name: None})
        for attempt in (file.unlink, file.with_context(_force_unlink=True).unlink):
            with self.assertRaises(AccessError):
                attempt()

    def test_what_it_hangs_on_goes(self):
        """Message, document and customer go, or are one with another: it stays."""
        [file] = self.send()
        content = file.attachment_id.raw
        dispatch, move = file.dispatch_id, file.move_id
        dispatch.message_id.unlink()
        other = self.customer.copy()
        self.su["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | other).ids, other, extra_checks=False
        )
        move.button_draft()
        move.invoice_pdf_report_id.unlink()
        self.env.invalidate_all()
        self.assertEqual(file.partner_id, other)
        self.assertEqual(file.partner_name, "Customer")
        self.assertEqual(file.attachment_id.raw, content)
        self.assertIn("Nothing was changed", self.verify())

    def test_other_storage(self):
        """Attachments move to another storage and back; garbage is collected."""
        [file] = self.send()
        attachment, attachments = file.attachment_id, self.su["ir.attachment"]
        content = attachment.raw
        parameters = self.su["ir.config_parameter"]
        for place, is_in_file in (("db", False), ("file", True)):
            parameters.set_param("ir_attachment.location", place)
            attachment._migrate()
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(bool(attachment.store_fname), is_in_file)
            self.assertEqual(attachment.raw, content)
        attachments._mark_for_gc(attachment.store_fname)
        with patch.object(type(attachments), "_file_delete"):
            attachments._gc_file_store_unsafe()
        self.assertEqual(attachment.raw, content)
        self.assertIn("Nothing was changed", self.verify())

    def test_damage_is_found(self):
        """*Verify* names each file that is changed or gone, each row, and no other."""
        whole, changed, gone, row, moved, foreign, missing = self.send(7)
        attachments = self.su["ir.attachment"]
        other = attachments.create({"name": "x", "raw": b"other"})
        for query, values in (
            (
                "UPDATE ir_attachment SET store_fname = %s WHERE id = %s",
                [other.store_fname, changed.attachment_id.id],
            ),
            (
                "UPDATE ir_attachment SET store_fname = %s WHERE id = %s",
                ["00/nowhere", gone.attachment_id.id],
            ),
            (
                "UPDATE billing_archived_file SET number = 'X' WHERE id = %s",
                [row.id],
            ),
            (
                "UPDATE ir_attachment SET type = 'url', url = '/there' WHERE id = %s",
                [moved.attachment_id.id],
            ),
            (
                "UPDATE billing_archived_file SET move_id = %s WHERE id = %s",
                [whole.move_id.id, foreign.id],
            ),
            ("DELETE FROM billing_archived_file WHERE id = %s", [missing.id]),
        ):
            self.env.cr.execute(query, values)
        dispatch = self.su["billing.dispatch"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env.invalidate_all()
        found = self.verify().splitlines()
        self.assertEqual(len(found), 6, found)
        self.assertIn("not what was sent", self.line_of(changed, found))
        self.assertIn("is gone", self.line_of(gone, found))
        self.assertIn("changed after", self.line_of(row, found))
        self.assertIn("type, url", self.line_of(moved, found))
        self.assertIn("another invoice", self.line_of(foreign, found))
        self.assertIn(dispatch.display_name, "".join(found))
        chosen = (whole | row).with_user(self.manager).action_verify()
        self.assertIn("changed after", chosen["params"]["message"])
        chosen = whole.with_user(self.manager).action_verify()
        self.assertIn("Nothing was changed", chosen["params"]["message"])

    def test_cut_at_the_end(self):
        """What is taken from the end of the archive is missed, by day and by night."""
        first, second, last = self.send(3)
        other = last.dispatch_id
        operations = self.su["billing.operation"]
        operations._cron_run("verify_archive")
        operation = operations._get(self.company, "verify_archive")
        self.assertFalse(operation.last_error)
        for queries, words in (
            (
                ("DELETE FROM billing_archived_file WHERE id = %(file)s",)
                + ("DELETE FROM billing_dispatch WHERE id = %(dispatch)s",),
                "ends before",
            ),
            (
                (
                    "UPDATE billing_dispatch SET file_count = 0, sent_at = now()"
                    " WHERE id = %(dispatch)s",
                )
                + ("DELETE FROM billing_archived_file WHERE id = %(file)s",),
                last.number,
            ),
            (
                (
                    "UPDATE billing_archived_file SET number = 'X', sealed_at = NULL,"
                    " seal_number = NULL, chain_hash = NULL WHERE id = %(file)s",
                ),
                "ends before",
            ),
        ):
            with self.subTest(queries), self.env.cr.savepoint() as savepoint:
                for query in queries:
                    ids = {"file": last.id, "dispatch": other.id}
                    self.env.cr.execute(query, ids)
                self.env.invalidate_all(flush=False)
                self.assertIn(words, self.verify())
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
        self.env.cr.execute(
            "DELETE FROM billing_archived_file WHERE id = %s", [last.id]
        )
        self.env.cr.execute("DELETE FROM billing_dispatch WHERE id = %s", [other.id])
        self.env.invalidate_all(flush=False)
        operations._cron_run("verify_archive")
        self.assertIn("ends before", operation.last_error)
        for file in (first, second):
            with self.assertRaises(AccessError):
                file.dispatch_id.file_count = 0
                self.env.flush_all()

    @staticmethod
    def line_of(file, lines):
        return "".join(line for line in lines if f"({file.id})" in line)

    def test_nights(self):
        """A sample is compared each night; a manager is asked to look; it is logged."""
        self.make_policy("post", user_id=self.approver.id)
        files = self.send(2)
        operations = self.su["billing.operation"]
        operations._cron_run("verify_archive")
        operation = operations._get(self.company, "verify_archive")
        self.assertFalse(operation.last_error)
        self.env.cr.execute(
            "DELETE FROM billing_archived_file WHERE id = %s", [files[0].id]
        )
        self.env.invalidate_all()
        operations._cron_run("verify_archive")
        self.assertIn("gone", operation.last_error)
        self.assertTrue(operation.alert_id.user_id.has_group(MANAGER))
        log = self.su["integration.process.log"].search(
            [("operation", "=", "verify_archive")], limit=1
        )
        self.assertEqual(log.state, "failed")
        self.assertIn(files[1].name, " ".join(log.line_ids.mapped("message")))
        self.assertEqual(
            operations._get(self.company, "send_invoices")._get_alerted_user(),
            self.approver,
        )

    def test_long_chain(self):
        """Time runs out for seals, too; by night the latest ones are verified."""
        files = self.send(3)
        operations = type(self.su["billing.operation"])
        with patch.object(operations, "_get_deadline", lambda _self: 1):
            self.assertIn("not verified", self.verify())
        query = "UPDATE billing_archived_file SET number = 'X' WHERE id = %s"
        self.env.cr.execute(query, [files[0].id])
        self.env.invalidate_all()
        operation = self.su["billing.operation"]._get(self.company, "verify_archive")
        for count, is_found in ((2, False), (3, True)):
            with patch.object(
                operations, "_get_verified_by_night", lambda _, n=count: n
            ):
                operation._cron_run("verify_archive")
            self.assertEqual(bool(operation.last_error), is_found)

    def test_sample(self):
        """Its size is a setting; what is no number is the usual one."""
        self.send(3)
        operation = self.su["billing.operation"]._get(self.company, "verify_archive")
        for value, count in (("2", 2), ("0", 0), ("x", 3), ("-1", 3)):
            self.su["ir.config_parameter"].set_param(SAMPLE_PARAMETER, value)
            self.assertEqual(len(operation._draw_sample()), count)

    def test_who_may(self):
        """Readers of billing read it in their companies; managers verify."""
        [file] = self.send()
        content = file.attachment_id.raw
        auditor = self.make_user_of("auditor", "account.group_account_readonly")
        user = self.make_user("user", "billing_group_user")
        plain = self.make_user_of("plain", "")
        salesman = self.make_user_of("seller", "sales_team.group_sale_manager")
        for reader in (auditor, user, self.approver, self.manager):
            own = file.with_user(reader)
            with self.subTest(reader.login):
                self.assertEqual(own.attachment_id.raw, content)
                self.assertIn(
                    f"/{file.attachment_id.id}?", own.action_open_file()["url"]
                )
                for attempt in (
                    lambda own=own: own.write({"number": "x"}),
                    lambda own=own: own.unlink(),
                    lambda own=own: own.copy(),
                    lambda own=own: own.attachment_id.write({"name": "x"}),
                    lambda own=own: own.attachment_id.unlink(),
                    lambda own=own: own.create({"name": "x"}),
                ):
                    with self.assertRaises(AccessError):
                        attempt()
                if reader != self.manager:
                    with self.assertRaises(AccessError):
                        own.action_verify()
        for stranger in (plain, salesman):
            own = file.with_user(stranger)
            for attempt in (
                lambda own=own: own.read(["number"]),
                lambda own=own: own.action_open_file(),
                lambda own=own: own.action_verify(),
                lambda own=own: file.attachment_id.with_user(own.env.user).read(
                    ["raw"]
                ),
            ):
                with self.subTest(stranger.login), self.assertRaises(AccessError):
                    attempt()
        other = self.company_data_2["company"]
        foreign = file.with_user(self.manager).with_context(
            allowed_company_ids=other.ids
        )
        foreign.env.user.sudo().company_ids |= other
        with self.assertRaises(AccessError):
            foreign.read(["number"])
        with self.assertRaises(AccessError):
            foreign.attachment_id.read(["raw"])

    def test_text(self):
        """What stands in a file is found where Odoo has read it."""
        [file] = self.send()
        file.attachment_id.index_content = "Lamp for the hall"
        found = self.files.with_user(self.approver)
        self.assertIn(file, found.search([("index_content", "ilike", "the hall")]))
        self.assertNotIn(file, found.search([("index_content", "ilike", "the cellar")]))
