from ..delivering.common import DeliveringCommon

JPEG = b"\xff\xd8\xff\xe0 a photo"


class FollowCommon(DeliveringCommon):
    """A company whose deliveries a courier of a simulated CoopCycle makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.deliveries_su = cls.su["coopcycle.delivery"]

    def send_one(self):
        """Return a delivery that was sent: ours, and the courier's."""
        own = self.sent()
        return own, self.instance.deliveries[-1]

    def follow(self):
        """Let the scheduled action read what is due."""
        self.su["coopcycle.operation"]._cron_run("follow_deliveries")
        self.env.invalidate_all()

    def last_log(self):
        logs = self.su["integration.process.log"]
        return logs.search([("operation", "=", "follow_deliveries")], limit=1)
