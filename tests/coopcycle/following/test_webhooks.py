import json
import socket
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools.misc import file_open

from ....tools.coopcycle.api.webhooks import EVENTS, LARGEST_BODY, SIGNATURE
from ...shared.versions import anybody_may_call
from ...simulators.coopcycle.webhooks import signed_body
from .common import FollowCommon


@tagged("post_install", "-at_install")
class TestWebhooks(FollowCommon, HttpCase):
    """CoopCycle tells of deliveries; it is believed when they are read again."""

    def setUp(self):
        super().setUp()
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("web.base.url", self.base_url())
        self.connection.action_receive_events()
        self.events = self.su["coopcycle.event"]

    def hook(self, event="delivery.completed"):
        hooks = self.instance.webhooks.values()
        return next(hook for hook in hooks if hook.event == event)

    def post(self, body, signature, url=None):
        path = urlsplit(url or self.hook().url).path
        headers = {"Content-Type": "application/json"}
        if signature is not None:
            headers[SIGNATURE] = signature
        return self.url_open(path, data=body, headers=headers).status_code

    def test_a_delivery_from_its_courier_to_the_date_done(self):
        own, courier = self.send_one()
        with anybody_may_call(self):
            statuses = self.instance.complete(courier)
        self.assertEqual(statuses, [204])
        self.assertEqual(own.courier_state, "new", "nothing is believed yet")
        self.assertEqual(len(self.events.search([])), 1, "one row for all six events")
        self.follow()
        self.assertEqual(own.courier_state, "completed")
        self.assertTrue(own.done_at)
        self.assertEqual(self.connection.last_event_at, own.told_at)
        self.assertFalse(self.events.search([]))
        # What is known already is no news, however often it is told
        requests = len(self.instance.requests)
        for _time in range(3):
            self.assertEqual(
                self.post(*signed_body(self.hook(), own.coopcycle_id)), 204
            )
        self.assertFalse(self.events.search([]))
        self.follow()
        self.assertEqual(len(self.instance.requests), requests)

    def test_an_event_that_is_not_true_changes_nothing(self):
        """It is signed, and the courier has not delivered."""
        own, _courier = self.send_one()
        body, signature = signed_body(self.hook(), own.coopcycle_id)
        for _time in range(2):
            self.assertEqual(self.post(body, signature), 204)
            self.follow()
        self.assertEqual(own.courier_state, "new")
        self.assertFalse(own.done_at)

    def test_what_is_not_signed_is_refused_and_leaves_nothing(self):
        own, _courier = self.send_one()
        body, signature = signed_body(self.hook(), own.coopcycle_id)
        other = signed_body(self.hook("delivery.failed"), own.coopcycle_id)
        for content, given in (
            (body, None),
            (body, ""),
            (body, "é"),
            (body, signature[:-4] + "AAA="),
            (body.replace(b"\\/", b"/"), signature),
            (body + b" ", signature),
            (b" ", signature),
            (b"\x00" * 100, signature),
            (body, other[1]),
        ):
            with self.subTest(content=content, given=given):
                self.assertEqual(self.post(content, given), 401)
        self.assertFalse(self.events.search([]))

    def test_what_is_signed_and_tells_nothing(self):
        hook = self.hook()
        # The last one is signed by the secret of another event
        for event, number in (
            ("order.created", 1),
            ("delivery.completed", 0),
            ("delivery.failed", 1),
        ):
            with patch.object(hook, "event", event):
                body, signature = signed_body(hook, number)
            self.assertEqual(self.post(body, signature), 204)
        self.assertFalse(self.events.search([]))
        self.assertEqual(self.post(*signed_body(hook, 999)), 204)
        self.assertEqual(len(self.events.search([])), 1, "it may be known in a moment")
        self.follow()
        self.assertEqual(len(self.events.search([])), 1)

    def test_a_large_body_is_refused_before_it_is_sent(self):
        """Ten megabytes are announced, and none of them is ever sent."""
        parts = urlsplit(self.hook().url)
        for kind in ("application/json", "application/x-www-form-urlencoded"):
            with self.subTest(kind):
                head = (
                    f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
                    f"Content-Type: {kind}\r\n"
                    "Content-Length: 10000000\r\n\r\n"
                )
                with (
                    anybody_may_call(self),
                    socket.create_connection(
                        (parts.hostname, parts.port), timeout=20
                    ) as connection,
                ):
                    connection.sendall(head.encode())
                    status = connection.recv(100).split()[1]
                self.assertEqual(status, b"413")
        body, signature = signed_body(self.hook(), 1)
        self.assertEqual(self.post(body.ljust(LARGEST_BODY + 1), signature), 413)
        self.assertFalse(self.events.search([]))

    def test_an_address_that_is_ours_no_more(self):
        """It is answered as if all was well, so that others are told."""
        former = self.hook()
        self.connection.action_receive_events()
        self.assertEqual(len(self.instance.webhooks), len(EVENTS))
        self.assertNotEqual(self.hook().url, former.url)
        self.assertEqual(self.post(*signed_body(former, 1), former.url), 204)
        self.assertFalse(self.events.search([]))
        for key in ("%00", "%ff%fe", "False", "x" * 5000):
            with self.subTest(key):
                url = urlsplit(former.url)._replace(path=f"/coopcycle/events/{key}")
                signed = signed_body(self.hook(), 1)
                self.assertEqual(self.post(*signed, url.geturl()), 204)
        self.assertEqual(self.url_open(urlsplit(former.url).path).status_code, 405)
        self.connection.application_key = "another"
        self.assertFalse(self.connection.receives_events)
        self.assertFalse(self.connection.sudo().webhooks)

    def test_asking_to_be_told_and_no_more(self):
        self.assertTrue(self.connection.receives_events)
        self.instance.faults.add("hang_up_after", "POST", "/api/webhooks", times=1)
        action = self.connection.action_receive_events()
        self.assertEqual(action["params"]["type"], "danger")
        self.assertFalse(self.connection.receives_events)
        self.connection.action_receive_events()
        self.assertTrue(self.connection.receives_events)
        self.connection.action_stop_events()
        self.assertFalse(self.connection.receives_events)
        # But for the one whose answer was lost, whose number nobody knows
        self.assertEqual(len(self.instance.webhooks), 1)
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("web.base.url", "")
        with self.assertRaisesRegex(Exception, "web.base.url"):
            self.connection.action_receive_events()

    def test_who_may_ask_and_who_may_know(self):
        own = self.connection.with_user(self.biller)
        for method in ("action_receive_events", "action_stop_events"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(own, method)()
        secrets = [
            secret for _number, secret in self.connection.sudo().webhooks.values()
        ]
        for name in ("webhooks", "webhook_key"):
            for connection in (own, self.connection):
                with self.subTest(name), self.assertRaises(AccessError):
                    connection.read([name])
                with self.subTest(name), self.assertRaises(AccessError):
                    connection.write({name: False})
                with self.subTest(name), self.assertRaises(AccessError):
                    connection.search([(name, "!=", False)])
                with self.subTest(name), self.assertRaises(AccessError):
                    connection._export_rows([["name"], [name]])
        shown = json.dumps(self.connection.read(), default=str)
        self.assertFalse([secret for secret in secrets if secret in shown])
        copy = self.connection.sudo().copy({"name": "Copy"})
        self.assertFalse(copy.webhooks or copy.webhook_key)
        self.env.flush_all()
        with file_open("coopcycle_magento/data/neutralize.sql") as file:
            self.env.cr.execute(file.read())
        self.env.invalidate_all()
        sudo = self.connection.sudo()
        self.assertFalse(sudo.webhooks or sudo.webhook_key)
