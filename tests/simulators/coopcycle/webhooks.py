"""Webhooks: who is told of what happens to a delivery, and how.

``src/Entity/Webhook.php``, ``src/Action/Webhook/Create.php``,
``src/Security/WebhookVoter.php``, ``features/webhooks.feature``,
``src/MessageHandler/WebhookHandler.php`` (body and signature; the first one that is
refused stops the others, and all are told again), ``config/packages/messenger.yaml``
(three times again).
"""

import base64
import hashlib
import hmac
import json
import secrets
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from ..serving.answers import Answer, json_answer
from .answers import error, violations
from .book import Webhook

SIGNATURE = "X-CoopCycle-Signature"
TIMES = 1 + 3
EVENTS = (
    "delivery.assigned",
    "delivery.started",
    "delivery.failed",
    "delivery.picked",
    "delivery.in_transit",
    "delivery.completed",
    "order.created",
)


def respond(instance, method: str, path: str, who: str, body) -> Answer:
    """Answer a request about webhooks."""
    if not who.startswith("application:"):
        raise error(403, "Access Denied.")
    if path == "/api/webhooks" and method == "POST":
        if body.get("event") not in EVENTS:
            raise violations(("event", "The value you selected is not a valid choice."))
        secret = base64.b64encode(secrets.token_bytes(32)).decode()
        number = len(instance.webhooks) + 1
        hook = Webhook(number, who, body["event"], body["url"], secret)
        instance.webhooks[number] = hook
        return json_answer(_show_webhook(hook) | {"secret": secret}, 201)
    number = int(path.rpartition("/")[2])
    if number not in instance.webhooks:
        raise error(404, "Not Found")
    if instance.webhooks[number].application != who:
        raise error(403, "Access Denied.")
    if method == "DELETE":
        del instance.webhooks[number]
        return Answer(204, "")
    return json_answer(_show_webhook(instance.webhooks[number]))


def _show_webhook(hook: Webhook) -> dict:
    return {
        "@context": "/api/contexts/Webhook",
        "@id": f"/api/webhooks/{hook.id}",
        "@type": "Webhook",
        "url": hook.url,
        "event": hook.event,
    }


def signed_body(hook: Webhook, delivery_id: int) -> tuple[bytes, str]:
    """Return what is posted of an event: the body, and its signature."""
    body = {"data": {"object": f"/api/deliveries/{delivery_id}", "event": hook.event}}
    # PHP puts a backslash before each slash
    raw = json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()
    signature = hmac.digest(hook.secret.encode(), raw, hashlib.sha256)
    return raw, base64.b64encode(signature).decode()


def tell(instance, delivery, event: str) -> list[int]:
    """Tell of an event whoever asked for it, again while somebody refuses.

    :return: the statuses of all answers, 0 where there was none
    """
    told = []
    hooks = [
        hook
        for hook in list(instance.webhooks.values())
        if hook.event == event
        and instance.sign_ins.store(hook.application) is delivery.store
    ]
    for _time in range(TIMES):
        for hook in hooks:
            told.append(_post(hook, *signed_body(hook, delivery.id)))
            if not 200 <= told[-1] < 300:
                break
        else:
            break
    return told


def _post(hook: Webhook, raw: bytes, signature: str) -> int:
    parts = urlsplit(hook.url)
    connection = HTTPConnection(parts.hostname, parts.port, timeout=10)
    headers = {"Content-Type": "application/json", SIGNATURE: signature}
    try:
        connection.request("POST", parts.path, raw, headers)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()
