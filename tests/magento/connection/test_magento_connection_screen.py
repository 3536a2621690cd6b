from odoo.tests import tagged

from ....models.magento.connection.magento_messages import MagentoMessages
from ....models.magento.documents.causes import CAUSES
from ....models.magento.ordering.importing import problems as of_orders
from ....models.magento.receiving.receivers import problems as of_documents
from ...shared.versions import read_groups
from ..common import MagentoCommon


@tagged("post_install", "-at_install")
class TestMagentoConnectionScreen(MagentoCommon):
    def run_test(self):
        """Press Test Connection, and return what it shows."""
        action = self.connection.action_test_connection()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_everything_is_there(self):
        test = self.run_test()
        self.assertTrue(test.is_reached)
        self.assertFalse(test.error)
        self.assertFalse(test.has_missing)
        self.assertIn("US Store View (us)", test.stores)
        self.assertEqual(set(test.line_ids.mapped("answer")), {"allowed"})

    def test_asking_changes_nothing(self):
        order = self.simulator.place_order()
        self.run_test()
        self.assertEqual(self.simulator.count("POST", "order"), 2)
        self.assertEqual(len(self.simulator.book.invoices), 0)
        self.assertEqual(order["status_histories"], [])

    def test_missing_rights_come_first(self):
        missing = {"Magento_Sales::invoice", "Magento_Tax::manage_tax"}
        self.simulator.rights -= missing
        test = self.run_test()
        self.assertTrue(test.is_reached)
        self.assertTrue(test.has_missing)
        self.assertEqual(set(test.line_ids[:2].mapped("right")), missing)
        self.assertEqual(test.line_ids.mapped("answer").count("missing"), 2)

    def test_refused_sign_in(self):
        self.connection.consumer_secret = "wrong"
        test = self.run_test()
        self.assertFalse(test.is_reached)
        self.assertRegex(test.error, "refuses the sign-in.*signature.*Resolution")
        words = ("scheme, host or port", "four keys", "clock")
        places = [test.error.index(word) for word in words]
        self.assertEqual(places, sorted(places), "the most frequent cause first")

    def test_list_with_a_date(self):
        """It asks as imports do: with a date, and the space in it."""
        self.simulator.requests.clear()
        self.run_test()
        self.assertTrue(self.simulator.count("GET", r"/orders\?.*updated_at.*\d \d"))

    def test_proxy_that_changes_some_requests(self):
        """What is signed otherwise than it is sent is told; most get through."""
        self.simulator.faults.add("wrong_signature", path="updated_at")
        test = self.run_test()
        self.assertTrue(test.is_reached)
        self.assertRegex(test.error, "signature is invalid.*scheme, host or port")
        log = self.run_import()
        self.assertEqual(log.state, "done")  # its first list has no such date
        log = self.run_import()
        self.assertRegex(self.messages(log, "error"), "scheme, host or port.*clock")

    def test_shop_without_stock_sources(self):
        """They are an extension: it lacks no right."""
        self.simulator.faults.add("not_there", path="inventory/sources")
        self.assertFalse(self.run_test().has_missing)
        self.connection.action_fetch_configuration()
        self.assertFalse(self.connection.are_sources_denied)

    def test_not_reached(self):
        self.simulator.stop()
        test = self.run_test()
        self.assertFalse(test.is_reached)
        self.assertRegex(test.error, "refused the connection.*Resolution")
        self.assertFalse(test.line_ids)

    def test_wrong_path(self):
        self.connection.path_prefix = "api"
        self.assertRegex(self.run_test().error, "API path")

    def test_guesses_are_confirmed_at_once(self):
        """What could not be guessed stays to be chosen."""
        taxes = self.connection.tax_ids
        french = taxes.filtered(lambda tax: tax.code == "FR20")
        self.assertEqual(french.mapping_state, "guess")
        self.assertEqual(self.connection.missing_count, len(taxes) - 1)
        self.assertTrue(self.connection.guess_count)
        self.connection.action_confirm_guesses()
        self.assertEqual(french.mapping_state, "confirmed")
        self.assertEqual(self.connection.guess_count, 0)
        self.assertEqual(set((taxes - french).mapped("mapping_state")), {"missing"})

    def test_operations_are_there_from_the_start(self):
        codes = dict(self.env["magento.operation"]._fields["code"].selection)
        self.assertEqual(set(self.connection.operation_ids.mapped("code")), set(codes))

    def test_causes_in_words(self):
        document = self.su["magento.document"].create(
            {
                "connection_id": self.connection.id,
                "kind": "order",
                "direction": "pull",
                "magento_id": "1",
                "error_code": "product_missing",
            }
        )
        domain = [("id", "=", document.id)]
        [(words, found)] = read_groups(document, domain, "error_code")
        self.assertEqual(words, "Product missing")
        self.assertEqual(found, document)
        self.assertEqual(document.cause, "Product missing")

    def test_each_cause_has_words(self):
        """What documents fail of can be read, in the reader's language."""
        codes = {*of_orders.Problems.TEXTS, *of_documents.Problems.TEXTS}
        codes |= set(MagentoMessages.WHAT)
        settings = {"url_invalid", "credential_invalid", "ca_certificate_invalid"}
        self.assertFalse(codes - settings - set(CAUSES))
