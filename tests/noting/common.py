from ..sending.common import SendingCommon
from ..simulators.llm import LlmSimulator

KEY = "sk-secret-of-the-tests"


class NotingCommon(SendingCommon):
    """A language model on loopback, and a policy whose notes it drafts.

    :cvar simulator: the server
    :cvar service: the company's note service, switched on
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulator = cls.enter_for_class(LlmSimulator())
        cls.service = cls.su["billing.note.service"].create(
            {
                "company_id": cls.company.id,
                "url": cls.simulator.url,
                "model": "small",
                "api_key": KEY,
                "is_on": True,
                "timeout": 1,
                "parallel_requests": 1,
            }
        )
        cls.administrator = cls.make_user_of(
            "noting_administrator", "base.group_system"
        )

    def setUp(self):
        super().setUp()
        self.simulator.behaviour = "good"
        self.simulator.requests.clear()

    def make_policy(self, phase="post", **vals):
        return super().make_policy(phase, **{"note_mode": "drafted", **vals})

    def draft(self, quantity=3, **vals):
        """Return the note of the draft of one delivery."""
        order = self.sell(quantity, **vals)
        self.deliver(order)
        self.run_drafts()
        return order.invoice_ids.billing_note_ids

    def run_notes(self):
        self.su["billing.operation"]._cron_run("draft_notes")

    @property
    def operation(self):
        return self.su["billing.operation"]._get(self.company, "draft_notes")
