"""Exports, billing and what follows by processes that are killed again and again.

Invoices, deliveries and credit notes of the same orders go to a shop, in any sequence;
in the end the shop's book has each document once, and Odoo agrees. Then deliveries are
billed by two processes at once while people return, credit, delete and invoice by hand:
in the end each piece that was delivered is billed once. Then two processes send
invoices: in the end each has gone once, and is archived in one chain. Then customers
are reminded by two processes at once: in the end each invoice has reached each level
once, by one mail. Then certain bank lines are applied, by a person and by themselves:
in the end each has paid once, and nothing is paid twice. Then two processes send
deliveries to couriers: in the end each is made once. The processes get SIGKILL at
random moments and are started anew, until nothing is left.
"""

from ..banking._kill import kill_banking
from ..billing._kill import kill_billing
from ..coopcycle._kill import kill_deliveries
from ..magento._kill import kill_exports
from ..reminding._kill import kill_reminders
from ..sending._kill import kill_sending

KILLS = 200


def run(env, full=False, count=KILLS):
    """Kill the processes, and compare.

    :param env: of a fresh database that has the addon
    :param int count: how often the processes of each are killed at most
    :rtype: list[dict]
    """
    return [
        {"what": "exports", **kill_exports(env, count)},
        {"what": "billing", **kill_billing(env, count)},
        {"what": "sending", **kill_sending(env, count)},
        {"what": "reminders", **kill_reminders(env, count)},
        {"what": "bank lines", **kill_banking(env, count)},
        {"what": "deliveries", **kill_deliveries(env, count)},
    ]
