import time
from datetime import timedelta

from odoo import _, fields, models
from odoo.exceptions import AccessError

from ....compat import check_access
from ....tools.coopcycle.api import CoopcycleError
from ....tools.coopcycle.api.endings import CANCELLED, COMPLETED, FAILED
from ....tools.coopcycle.api.reading import Job, read_all, stops_all
from ...shared.notifying import notify
from ...shared.running import Transaction
from ..delivering.coopcycle_delivery import LOST
from ..fetching.coopcycle_messages import CoopcycleMessages

# How far a delivery may be and still go on
GOES_ON = ("new", "assigned", "started", "picked", "in_transit", "failed")
# Who may have them read, of those who see them
ASKERS = ("stock.group_stock_user", "account.group_account_invoice")
# Nobody waits longer for a delivery
LONGEST = timedelta(days=60)
# So far may the clocks of both sides be apart
CLOCKS = timedelta(days=1)


class CoopcycleDelivery(models.Model):
    """What a delivery's courier does is read again and again, until it has ended."""

    _inherit = "coopcycle.delivery"

    is_to_read = fields.Boolean(
        readonly=True, help="CoopCycle told that something happened to it."
    )
    told_at = fields.Datetime(
        "Last Event", readonly=True, help="When CoopCycle last told of it."
    )
    next_read_at = fields.Datetime("Next Reading", readonly=True)
    read_at = fields.Datetime("Last Read", readonly=True)
    read_error = fields.Text("Could Not Be Read", readonly=True)
    courier_notes = fields.Text(
        "Courier's Notes", readonly=True, help="What the courier wrote at the end."
    )

    def _auto_init(self):
        res = super()._auto_init()
        self.env.cr.execute(
            """
            CREATE INDEX IF NOT EXISTS coopcycle_delivery_to_read
            ON coopcycle_delivery (connection_id) WHERE is_to_read;
            """
        )
        return res

    def _get_due_domain(self):
        """Return the domain of deliveries that are to be read again."""
        now = fields.Datetime.now()
        return [
            ("coopcycle_id", "!=", 0),
            ("is_replaced", "=", False),
            ("sync_state", "in", ("done", "to_cancel", "cancelled")),
            "|",
            ("is_to_read", "=", True),
            "&",
            "&",
            ("create_date", ">", now - LONGEST),
            ("courier_state", "in", GOES_ON),
            "|",
            ("next_read_at", "=", False),
            ("next_read_at", "<=", now),
        ]

    def _get_pause(self):
        """Return how long a delivery is left alone, if nothing is told of it."""
        if self.read_error or self.courier_state == FAILED:
            return timedelta(days=1)
        old = fields.Datetime.now() - timedelta(days=3)
        return timedelta(hours=6 if self.create_date < old else 0.5)

    # Reading

    def action_read_again(self):
        """Ask CoopCycle how far deliveries are.

        :raise AccessError: who asks neither packs nor bills, and only looks at them
        """
        check_access(self, "read")
        if not any(self.env.user.has_group(group) for group in ASKERS):
            raise AccessError(_("Who packs or bills has deliveries read again."))
        sent = self.sudo().filtered("coopcycle_id")
        outcomes = sent._read_again(time.monotonic() + 30)
        for outcome in outcomes.values():
            if isinstance(outcome, CoopcycleError):
                text = CoopcycleMessages(self.env).text(outcome)
                return notify(text, "danger")
        return notify(_("Read again."))

    def _read_again(self, deadline=None):
        """Read how deliveries are in CoopCycle, some at a time, and write that down.

        It commits before it asks, and in the end: call it last in a transaction.

        :param float deadline: `time.monotonic()` after which none is begun
        :return: {id: `Reading` or `CoopcycleError`} of those that were asked for
        """
        jobs = {
            connection: [
                Job(each.id, each.coopcycle_id, with_ending=each._lacks_ending())
                for each in deliveries
            ]
            for connection, deliveries in self.grouped("connection_id").items()
        }
        Transaction(self.env).commit()  # nobody waits for a lock meanwhile
        outcomes = {}
        for connection, own in jobs.items():
            count = min(len(own), connection._get_parallel_requests())
            clients = [connection._get_courier_client() for _number in range(count)]
            outcomes |= read_all(
                clients, own, lambda: deadline and time.monotonic() > deadline
            )
        read = self.browse(outcomes)
        Transaction(self.env).do(read._write_readings, outcomes, lock=read)
        return outcomes

    def _lacks_ending(self):
        """Say whether what proves the end is still to be read, if it has ended."""
        return self.courier_state != COMPLETED

    def _write_readings(self, outcomes):
        """Write down what was read.

        :param outcomes: {id: `Reading` or `CoopcycleError`}
        """
        now = fields.Datetime.now()
        for delivery in self:
            outcome = outcomes[delivery.id]
            if stops_all(outcome):
                continue  # it is as it was, and read next time
            if isinstance(outcome, CoopcycleError):
                error = CoopcycleMessages(self.env).text(outcome)
                delivery.write({"is_to_read": False, "read_error": error})
            elif outcome.delivery.reference != delivery.reference:
                delivery.write(
                    {
                        "is_to_read": False,
                        "read_error": _(
                            "What CoopCycle has under this number is no delivery of"
                            " ours. Resolution: look there what became of it."
                        ),
                    }
                )
            else:
                delivery._write_reading(outcome)
            delivery.write(
                {"read_at": now, "next_read_at": now + delivery._get_pause()}
            )

    def _write_reading(self, reading):
        """Write down how far a delivery is, and act upon what is new.

        :param reading: a `Reading`
        """
        before = self.courier_state
        self.write(self._prepare_reading(reading))
        if reading.ending:
            self._keep_proofs(reading.ending)
        if reading.state != before:
            self._note_state(before)

    def _prepare_reading(self, reading):
        """Return the values of what was read; the price stays the one agreed upon."""
        vals = {
            "is_to_read": False,
            "read_error": False,
            "courier_state": reading.state,
            "tracking_url": reading.delivery.tracking_url or self.tracking_url,
        }
        if not self.order_number:
            vals |= self._prepare_answer(reading.delivery)
        ending = reading.ending
        if ending:
            vals["courier_notes"] = ending.notes or False
        if ending and ending.problem:
            vals["read_error"] = CoopcycleMessages(self.env).text(ending.problem)
        if reading.state == COMPLETED and not self.done_at:
            vals["done_at"] = self._get_arrival(ending and ending.at)
        return vals

    def _get_arrival(self, told):
        """Return when it arrived: when CoopCycle says so, unless that cannot be.

        :param told: UTC, None if it does not say
        """
        now = fields.Datetime.now()
        can_be = told and self.create_date - CLOCKS <= told <= now + CLOCKS
        return told if can_be else now

    def _keep_proofs(self, ending):
        """Keep the pictures that a courier made, in place of those of an earlier try.

        :param ending: an `Ending`
        """
        if not ending.pictures:
            return
        self.proof_ids.unlink()
        self.proof_ids = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, content in ending.pictures
            ]
        )

    # What follows from it

    def _note_state(self, before):
        """Act upon how far a delivery has got; other features hear of it here.

        :param before: its `courier_state` until now
        """
        if self.courier_state == FAILED:
            self._tell(_("The courier could not deliver"), self.courier_notes)
        elif self.courier_state == CANCELLED and self.sync_state == "done":
            self._tell(
                _("The courier's delivery was cancelled"),
                _("Somebody cancelled it in CoopCycle."),
            )
        elif before in LOST:
            self._settle_alert(_("The courier goes on."))

    def _tell(self, summary, text):
        """Ask somebody to look at it, in place of what was asked before."""
        self._settle_alert(summary)
        self._ask_somebody(summary, text or "")
