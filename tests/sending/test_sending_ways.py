import base64
import io

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader, PdfFileWriter
from odoo.tools.safe_eval import safe_eval

from ...compat import get_mail_template, send
from ..shared.versions import EDI_FORMAT, GROUPS
from .common import SendingCommon

ADDRESS = {"street": "Quay 1", "city": "Nantes"}
LETTER = "snailmail.letter"


def make_pdf():
    """Return a PDF of one page; tests make none of their invoices."""
    writer, file = PdfFileWriter(), io.BytesIO()
    writer.addBlankPage(100, 100)
    writer.write(file)
    return file.getvalue()


@tagged("post_install", "-at_install")
class TestSendingWays(SendingCommon):
    """By which way an invoice goes, and what is known of it then."""

    def make_customer(self, **vals):
        return self.customer.copy({"name": "Other", "email": False, **vals})

    def print_all(self, *customers):
        """Return dispatches of invoices that somebody has to print."""
        self.company.billing_letters = False
        moves = self.env["account.move"].union(*map(self.post, customers)).sudo()
        moves.partner_id.billing_channel = "post"
        self.send(moves)
        return self.dispatches(moves)

    def test_what_cannot_work(self):
        """4.33, 4.70, replays odoo #289484: the next that works, else it is held."""
        mail = {"email": "other@example.com"}
        for wish, vals, expected in (
            ("peppol", {**mail, **ADDRESS}, "email"),
            ("peppol", ADDRESS, "post"),
            ("peppol", {}, False),
            ("email", ADDRESS, "post"),
            ("portal", ADDRESS, False),
            ("portal", mail, "portal"),
            ("post", mail, False),
            ("none", {}, "none"),
        ):
            with self.subTest(wish, **vals):
                customer = self.make_customer(billing_channel=wish, **vals)
                move = self.post(customer)
                move.action_billing_send()
                dispatch = self.dispatches(move)
                self.assertEqual(dispatch.channel, expected)
                self.assertEqual(dispatch.state == "held", not expected)
                self.assertEqual(bool(move.activity_ids), not expected)
                if expected != wish:
                    self.assertIn(customer.name, dispatch.reason)
                if wish == "peppol":
                    self.assertIn("Peppol", dispatch.reason)

    def test_wish_of_the_policy(self):
        """4.33: it comes after the customer's and before the company's."""
        policy = self.make_policy("post_send", billing_channel="portal")
        self.assertIn("Portal", policy.sentence)
        order = self.sell(1)
        self.deliver(order)
        dispatch = self.dispatches(self.bill(order))
        self.assertEqual(dispatch.channel, "portal")
        self.assertIn(policy.name, dispatch.reason)
        self.customer.billing_channel = "none"
        other = self.sell(1)
        self.deliver(other)
        self.assertEqual(self.dispatches(self.bill(other)).channel, "none")

    def test_unknown_way(self):
        """One of an addon that is gone gives way to the next that works."""
        channels = self.su["billing.dispatch"]
        self.assertTrue(channels._why_not("pigeon", self.su["account.move"]))
        self.assertEqual(channels._get_substitutes("pigeon")[0], "peppol")

    def test_portal(self):
        """4.05: a notice with the link, and no file; the document is in the portal."""
        self.customer.billing_channel = "portal"
        move = self.post()
        dispatch = self.sent(move)
        self.assertIn(dispatch.state, ("mailed", "sent"), dispatch.last_error)
        self.assertEqual(dispatch.message_id.partner_ids, self.customer)
        self.assertFalse(dispatch.message_id.attachment_ids)
        self.assertIn(move.access_token, dispatch.message_id.body)
        self.assertIn(move.name, dispatch.message_id.subject)
        self.assertTrue(move.invoice_pdf_report_id)

    def test_printed_and_posted(self):
        """4.35: one file of all chosen; a person says that they are posted."""
        sent = self.print_all(*(self.make_customer(**ADDRESS) for _time in "ab"))
        self.assertEqual(set(sent.mapped("state")), {"to_print"})
        self.assertIn("Nantes", sent[0].recipient)
        sent._take_seen("opened", "by the link")
        self.assertEqual(set(sent.mapped("state")), {"to_print"}, "nobody posted it")
        sent.move_id.invoice_pdf_report_id.unlink()
        with self.assertRaises(UserError):
            sent.with_user(self.approver).action_print()
        sent.with_user(self.approver).action_try_again()
        self.send()
        self.assertEqual(set(sent.mapped("state")), {"to_print"})
        for move in sent.move_id:
            move.invoice_pdf_report_id.raw = make_pdf()
        own = sent.with_user(self.approver)
        action = own.action_print()
        printed = self.env["billing.print"].browse(int(action["url"].split("/")[4]))
        content = base64.b64decode(printed.with_user(self.approver).document)
        self.assertEqual(PdfFileReader(io.BytesIO(content)).getNumPages(), 2)
        with self.assertRaises(AccessError):
            printed.with_user(self.manager).read(["document"])
        own.action_take_posted()
        self.assertEqual(set(sent.mapped("state")), {"posted"})
        self.assertEqual(sent.posted_user_id, self.approver)
        self.assertTrue(all(sent.mapped("sent_at")))
        self.assertIn(self.approver.name, sent[0].evidence)
        for attempt in (own.action_print, own.action_take_posted):
            with self.assertRaises(UserError):
                attempt()

    def test_who_posts(self):
        """Who makes invoices; nobody writes what is known of them."""
        dispatch = self.print_all(self.make_customer(**ADDRESS))
        dispatch.move_id.invoice_pdf_report_id.raw = make_pdf()
        for stranger in (
            self.make_user("user", "billing_group_user"),
            self.make_user_of("auditor", "account.group_account_readonly"),
            self.make_user_of("plain", ""),
            self.make_user_of("seller", "sales_team.group_sale_manager"),
            self.make_user_of("stocker", "stock.group_stock_manager"),
            self.portal_user(),
        ):
            with self.subTest(stranger.login):
                own = dispatch.with_user(stranger)
                for attempt in (
                    own.action_print,
                    own.action_take_posted,
                    lambda own=own: own.write({"posted_user_id": own.env.uid}),
                    lambda own=own: own.env["billing.print"].create({"name": "x"}),
                ):
                    with self.assertRaises(AccessError):
                        attempt()
        self.assertEqual(dispatch.state, "to_print")

    def portal_user(self):
        groups = self.su.ref("base.group_portal").ids
        return self.su["res.users"].create(
            {
                "name": "Guest",
                "login": "sending_guest",
                GROUPS: [Command.set(groups)],
            }
        )

    def test_gone_meanwhile(self):
        """What can no longer work when it is its turn is failed, and says why."""
        move = self.post()
        move.action_billing_send()
        self.customer.email = False
        self.send()
        dispatch = self.dispatches(move)
        self.assertEqual(dispatch.state, "failed")
        self.assertIn(self.customer.name, dispatch.last_error)
        dispatch.with_user(self.approver).action_try_again()
        self.assertEqual(dispatch.state, "held")

    def test_letters_of_odoo(self):
        """4.33: its service has them; what it refuses, somebody prints."""
        if LETTER not in self.env:
            self.skipTest("snailmail_account is not installed")
        country = self.su.ref("base.fr")
        vals = {**ADDRESS, "zip": "44000", "country_id": country.id}
        self.customer.write({**vals, "billing_channel": "post"})
        for status, words, expected in (
            ("sent", False, "sent"),
            ("exception", "No <b>credits</b>", "to_print"),
        ):
            with self.subTest(status):
                move = self.post()
                dispatch = self.sent(move)
                letter = self.su[LETTER].search([("res_id", "=", move.id)])
                self.assertEqual(letter.state, "pending")
                self.assertEqual(dispatch.state, "mailed", dispatch.last_error)
                letter.attachment_id = self.su["ir.attachment"].create(
                    {"name": "letter.pdf", "raw": b"%PDF with a cover"}
                )
                letter.notification_ids.write(
                    {"notification_status": status, "failure_reason": words}
                )
                self.env.cr.flush()
                self.assertEqual(dispatch.state, expected)
                self.assertEqual(letter.state == "canceled", expected == "to_print")
                self.assertNotIn("<b>", dispatch.last_error or "")
                [file] = dispatch.archived_file_ids
                went = (
                    letter.attachment_id
                    if expected == "sent"
                    else move.invoice_pdf_report_id
                )
                self.assertEqual(file.attachment_id.raw, went.raw)
        self.assertIn("No credits", dispatch.last_error.replace("*", ""))
        instead = {"billing_channel": "email", "email": False}
        for vals, is_by_odoo in (({}, False), (instead, True)):
            self.company.billing_letters = is_by_odoo
            self.customer.write(vals)
            move = self.post()
            self.assertEqual(self.sent(move).state, "to_print")
            self.assertFalse(self.su[LETTER].search([("res_id", "=", move.id)]))

    def is_to_send(self, move):
        """Say whether the list of invoices has one among those to send."""
        xml_id = "coopcycle_magento.billing_invoice_view_search"
        arch = move._get_view(self.env.ref(xml_id).id, "search")[0]
        [domain] = arch.xpath("//filter[@name='to_send']/@domain")
        return move in move.search(safe_eval(domain))

    def test_mailed_before(self):
        """What went by Odoo's own wizard before has no dispatch, and is not to send."""
        move = self.post()
        send(move, "email", get_mail_template(move))
        for _time in ("as it is", "and asked for"):
            self.assertFalse(move.billing_dispatch_ids)
            self.assertFalse(self.is_to_send(move))
            move.action_billing_send()
        receipts = move.message_ids.notification_ids
        receipt = receipts.filtered(lambda each: each.res_partner_id == self.customer)
        for status, is_to_send in (("exception", True), ("ready", False)):
            receipt.notification_status = status
            move.invalidate_recordset(["billing_is_final"])
            self.assertEqual(self.is_to_send(move), is_to_send, status)
            self.assertEqual(move.billing_is_final, not is_to_send, status)
        others = move.search([("billing_is_to_send", "=", False)])
        self.assertIn(move, others)
        move.billing_send_again("Lost")
        self.assertEqual(self.dispatches(move).state, "queued")

    def test_mailed_to_somebody_else(self):
        """A note to a colleague is no invoice; who wants nothing waits for none."""
        move = self.post()
        send(move)
        move.is_move_sent = True
        text = "Look at it"
        move.message_post(body=text, partner_ids=self.manager.partner_id.ids)
        self.assertTrue(self.is_to_send(move))
        self.assertTrue(move.billing_is_to_send)
        self.customer.billing_channel = "none"
        self.assertEqual(self.sent(move).state, "none")
        self.assertFalse(self.is_to_send(move))

    def test_sent_of_odoo_is_not_believed(self):
        """Replays odoo #195327: it says that there is a PDF, and nothing more."""
        move = self.post()
        move.is_move_sent = True
        self.assertTrue(self.is_to_send(move))
        self.assertFalse(move.billing_dispatch_state)
        self.assertFalse(move.billing_is_final)
        dispatch = self.sent(move)
        self.assertIn(dispatch.state, ("mailed", "sent"))
        self.assertFalse(self.is_to_send(move))
        for state, sent_at, is_final in (
            ("mailed", False, True),
            ("bounced", False, True),
            ("posted", False, True),
            ("accepted", False, True),
            ("downloaded", False, True),
            ("failed", False, False),
            ("failed", "2026-01-01", True),
            ("to_print", False, False),
            ("held", False, False),
        ):
            dispatch.write({"state": state, "sent_at": sent_at})
            move.invalidate_recordset(["billing_is_final"])
            self.assertEqual(move.billing_is_final, is_final, state)
        for sent_at in (False, "2026-01-01"):
            dispatch.write({"state": "failed", "sent_at": sent_at})
            move.billing_send_again("Lost")
            move.invalidate_recordset(["billing_is_final"])
            self.assertEqual(move.billing_is_final, bool(sent_at), "as the first was")
        move.button_draft()
        move.action_post()
        for _time in ("before it is sent", "and queued"):
            move.invalidate_recordset(["billing_is_final"])
            self.assertFalse(move.billing_is_final, "another invoice was sent")
            self.assertTrue(self.is_to_send(move))
            move.action_billing_send()
        held = self.post(self.make_customer())
        held.is_move_sent = True
        self.assertEqual(self.sent(held).state, "held")

    def test_copy_of_the_database(self):
        """A neutralised copy sends nothing, whoever presses what."""
        move = self.post()
        move.action_billing_send()
        self.su["ir.config_parameter"].set_param("database.is_neutralized", True)
        self.send()
        dispatch = self.dispatches(move)
        self.assertEqual(dispatch.state, "held")
        self.assertIn("copy", dispatch.last_error)
        self.assertFalse(dispatch.message_id)

    # What goes along

    def mailed_names(self, dispatch):
        return sorted(dispatch.message_id.attachment_ids.mapped("name"))

    def test_slips(self):
        """4.04: those of exactly the deliveries billed, once made and no portal's."""
        self.make_policy("post_send")
        self.company.billing_attach_slips = True
        order = self.sell(3)
        first = self.deliver(order, 1)
        move = self.bill(order)
        second = self.deliver(order, 2)
        other = self.bill(order) - move
        for each, picking in ((move, first), (other, second)):
            names = self.mailed_names(self.sent(each))
            slips = [name for name in names if "Slip" in name]
            self.assertEqual(len(slips), 1)
            self.assertIn(picking.name.replace("/", "_"), slips[0])
        kept = self.slips_of(first)
        self.assertEqual(len(kept), 1)
        offered = move.env["account.move.send"]._get_invoice_extra_attachments(move)
        self.assertFalse(offered & kept)
        move.billing_send_again("Lost")
        self.send()
        self.assertEqual(self.slips_of(first), kept)
        self.customer.billing_channel = "portal"
        third = self.sell(1)
        delivery = self.deliver(third)
        self.send(self.bill(third))
        self.assertFalse(self.slips_of(delivery), "by the portal none go")
        self.customer.billing_channel = False
        kept.raw = b"forged"
        move.billing_send_again("Lost again")
        self.send()
        message = self.dispatches(move)[-1].message_id
        self.assertNotIn(b"forged", message.attachment_ids.mapped("raw"))

    def test_language_of_slips(self):
        """It is the customer's, whoever takes the goods."""
        self.su["res.lang"]._activate_lang("fr_FR")
        self.product.with_context(lang="fr_FR").name = "Lampe"
        self.make_policy("post_send")
        self.company.billing_attach_slips = True
        taker = self.customer.copy({"name": "Taker", "lang": "en_US"})
        self.customer.lang = "fr_FR"
        order = self.sell(1, partner_shipping_id=taker.id)
        picking = self.deliver(order)
        self.send(self.bill(order))
        [slip] = self.slips_of(picking)
        self.assertTrue(b"Lampe" in slip.raw)
        self.assertEqual(picking._get_report_lang(), "en_US")

    def slips_of(self, picking):
        return self.su["ir.attachment"].search(
            [("res_model", "=", "stock.picking"), ("res_id", "=", picking.id)]
        )

    def test_no_slips(self):
        """4.04: none of an invoice that no policy made, nor where nobody wants them."""
        self.company.billing_attach_slips = True
        self.assertEqual(len(self.mailed_names(self.sent(self.post()))), 1)
        self.make_policy("post_send")
        self.customer.billing_attach_slips = "no"
        order = self.sell(1)
        self.deliver(order)
        move = self.bill(order)
        self.assertEqual(len(self.mailed_names(self.sent(move))), 1)
        self.customer.billing_attach_slips = "yes"
        move.billing_decision_ids.line_ids.invoice_line_id = False
        move.billing_send_again("Somebody took the lines out, and wrote others")
        self.send()
        self.assertEqual(len(self.mailed_names(self.dispatches(move)[-1])), 1)

    def test_electronic_invoice(self):
        """4.05: where it is wanted and the customer takes one, anew each version."""
        if "ubl_cii_xml_id" not in self.env["account.move"]._fields:
            self.skipTest("account_edi_ubl_cii is not installed")
        customer = self.make_customer(
            email="other@example.com", country_id=self.su.ref("base.be").id
        )
        customer[EDI_FORMAT] = "ubl_bis3"
        self.su["res.partner.bank"].create(
            {"acc_number": "0144748555", "partner_id": self.company.partner_id.id}
        )
        move = self.post(customer)
        self.assertEqual(len(self.mailed_names(self.sent(move))), 1)
        customer.billing_attach_xml = "yes"
        move.billing_send_again("With the file")
        self.send()
        dispatch = self.dispatches(move)[-1]
        self.assertIn(dispatch.state, ("mailed", "sent"), dispatch.last_error)
        names = self.mailed_names(dispatch)
        self.assertEqual(sum(name.endswith(".xml") for name in names), 1, names)
        customer.billing_attach_xml = "no"
        move.billing_send_again("Without the file, which is there")
        self.send()
        self.assertEqual(len(self.mailed_names(self.dispatches(move)[-1])), 1)
        customer.billing_attach_xml = "yes"
        old = move.ubl_cii_xml_id
        move.button_draft()
        move.action_post()
        self.send(move)
        self.assertTrue(move.ubl_cii_xml_id)
        self.assertNotEqual(move.ubl_cii_xml_id, old)

    # With which words

    def test_templates(self):
        """4.56: by tag, policy and company, in the customer's language."""
        self.su["res.lang"]._activate_lang("fr_FR")
        tag = self.su["res.partner.category"].create({"name": "Firms"})
        template = self.su.ref("coopcycle_magento.mail_template_invoice").copy(
            {"subject": "Invoice for firms"}
        )
        template.with_context(lang="fr_FR").subject = "Facture aux firmes"
        rule = self.su["billing.template.rule"].create(
            {"template_id": template.id, "partner_tag_ids": [Command.set(tag.ids)]}
        )
        usual = self.sent(self.post()).message_id
        self.assertIn(self.company.name, usual.subject)
        self.customer.write({"lang": "fr_FR", "category_id": [Command.link(tag.id)]})
        move = self.post()
        message = self.sent(move).message_id
        self.assertEqual(message.subject, "Facture aux firmes")
        rules = self.su["billing.template.rule"]
        policy = self.make_policy("post")
        for vals, is_fitting in (
            ({"policy_id": policy.id}, False),
            ({"policy_id": False, "company_id": self.company.id}, True),
            ({"company_id": self.company_data_2["company"].id}, False),
            ({"company_id": False, "move_type": "out_refund"}, False),
        ):
            rule.write(vals)
            self.assertEqual(rules._find(move) == template, is_fitting, vals)
        with self.assertRaises(UserError):
            rule.template_id = self.su["mail.template"].create(
                {"name": "x", "model_id": self.su.ref("base.model_res_partner").id}
            )
        rules.search([]).unlink()
        self.assertTrue(self.sent(self.post()).message_id, "with Odoo's template")

    def test_link(self):
        """4.57, 4.71: in the mail and on the PDF, where the company wants it there."""
        move = self.post()
        dispatch = self.sent(move)
        link = move._billing_get_link()
        self.assertTrue(link.startswith(move.get_base_url()))
        body = dispatch.message_id.body.replace("&amp;", "&")
        self.assertIn(link, body)
        self.assertIn(f"{move.amount_residual:.2f}", body)
        made_at = move.billing_link_at
        self.assertTrue(made_at)
        for is_wanted in (True, False):
            self.company.billing_show_link = is_wanted
            page = str(self.render(move))
            self.assertEqual(move.access_token in page, is_wanted)
        move.billing_send_again("Lost")
        self.send()
        self.assertEqual(move.billing_link_at, made_at)
        notes = move.message_ids.filtered(
            lambda each: "pay online was made" in each.body
        )
        self.assertEqual(len(notes), 1)
        self.customer.billing_channel = "post"
        self.customer.write(ADDRESS)
        paper = self.post()
        self.assertEqual(self.sent(paper).state, "to_print")
        self.assertFalse(paper.billing_link_at, "it is nowhere in the letter")
        self.company.billing_show_link = True
        paper.billing_send_again("With the link")
        self.send()
        self.assertTrue(paper.billing_link_at)

    def render(self, move):
        reports = self.su["ir.actions.report"]
        return reports._render_qweb_html("account.account_invoices", move.ids)[0]

    def test_letter_of_an_old_version(self):
        """What is changed while Odoo's letter waits is not posted as it was."""
        if LETTER not in self.env:
            self.skipTest("snailmail_account is not installed")
        country = self.su.ref("base.fr")
        vals = {**ADDRESS, "zip": "44000", "country_id": country.id}
        self.customer.write({**vals, "billing_channel": "post"})
        move = self.post()
        self.send(move)
        move.button_draft()
        letters = self.su[LETTER].search([("res_id", "=", move.id)])
        self.assertEqual(letters.mapped("state"), ["canceled"])
        self.env.cr.flush()
        self.assertEqual(self.dispatches(move).state, "superseded")
