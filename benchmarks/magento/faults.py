"""What is sent to a shop, and to couriers, of which every fifth call goes wrong.

Invoices, deliveries and credit notes of the same orders; then deliveries by courier.
Every kind of fault at random: slow answers, hang-ups before and after the work and such
that finish later, time-outs, 401, 429, 500, 503, HTML, garbage, half answers. In the
end the other side's book has each document once, and Odoo agrees.
"""

import time

from odoo import fields

from ..coopcycle._faults import send_deliveries
from ._book import compare
from ._documents import KINDS, make_all, prepare_company
from ._shop import open_shop

DOCUMENTS = 2000  # of each kind
RATE = 0.2
# Longer than the shop takes for what it finishes after the caller has gone
SETTLING_SECONDS = 3
SLOW_SECONDS = 1.2
MOST_RUNS = 500
# What befalls any request, and what befalls one that makes something
FAULTS = ("hang_up", "read_timeout", "too_many_requests", "internal_error")
FAULTS += ("maintenance", "html_page", "garbage", "half_answer", "unauthorized")
FAULTS_OF_POSTS = ("hang_up_after", "finish_later", "internal_error_after")
FAULTS_OF_POSTS += ("read_timeout_after", "wrong_type")


def run(env, full=False, count=DOCUMENTS):
    """Export until nothing is left, and compare.

    :param env: of a fresh database that has the addon
    :param int count: how many documents of each kind, two for each order
    :rtype: list[dict]
    """
    prepare_company(env)
    with open_shop() as shop:
        connection = shop.connect(
            env,
            timeout=1,
            attempts_allowed=100,
            settling_seconds=SETTLING_SECONDS,
        )
        sources = make_all(env, shop, connection, count, parts=2)
        shop.post(
            "faults/random",
            rate=RATE,
            kinds=[*FAULTS, *FAULTS_OF_POSTS],
            seed=1,
            method="POST",
            path="/rest/",
            seconds=SLOW_SECONDS,
        )
        shop.post(
            "faults/random",
            rate=RATE,
            kinds=list(FAULTS),
            seed=2,
            method="GET",
            path="/rest/",
            seconds=SLOW_SECONDS,
        )
        runs = _export_all(env, connection)
        faults = len(shop.get("faults"))
        shop.post("faults/clear")
        shop.post("faults/finish")
        exported = {**compare(shop, sources), "faults": faults, "runs": runs}
    return [
        {"what": "exports", **exported},
        {"what": "deliveries", **send_deliveries(env, count)},
    ]


def _export_all(env, connection):
    """Run the export until nothing is left; return how often it ran."""
    documents = env["magento.document"]
    for number in range(1, MOST_RUNS + 1):
        for kind in KINDS:
            connection.run_operation(kind.operation)
        env.invalidate_all()
        open_ = documents.search(
            [("connection_id", "=", connection.id), ("sync_state", "!=", "done")]
        )
        if not open_:
            return number
        # What would wait for minutes goes on at once
        open_.filtered(lambda doc: doc.sync_state == "pending").write(
            {"next_attempt_at": fields.Datetime.now()}
        )
        paused = connection.operation_ids.filtered("paused_until")
        paused.paused_until = fields.Datetime.now()
        env.cr.commit()
        if set(open_.mapped("sync_state")) == {"unknown"}:
            time.sleep(0.5)
    return MOST_RUNS
