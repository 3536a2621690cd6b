import hashlib
import json

from odoo import _, api, fields, models

from ....compat import check_access
from ..billing_decision import FINAL

SEAL_BATCH = 500


class BillingDecision(models.Model):
    """Sealing what is decided: each seal covers the decision and the seal before it.

    Whoever changes or removes a sealed decision in the database breaks the chain of its
    company from there on, which *Verify* finds.
    """

    _inherit = "billing.decision"

    @api.model
    def _seal_batch(self, company):
        """Seal what is finished of a company.

        :return: how many were sealed
        """
        finished = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "in", FINAL),
                ("sealed_at", "=", False),
            ],
            order="id",
            limit=SEAL_BATCH,
        )
        last = self.sudo()._find_last_sealed(company)
        number, previous = last.seal_number, last.chain_hash or ""
        for decision in finished:
            number += 1
            previous = decision._compute_seal(previous, number)
            decision.write(
                {
                    "seal_number": number,
                    "chain_hash": previous,
                    "sealed_at": fields.Datetime.now(),
                }
            )
        return len(finished)

    @api.model
    def _find_last_sealed(self, company):
        return self.search(
            [("company_id", "=", company.id), ("seal_number", ">", 0)],
            order="seal_number desc",
            limit=1,
        )

    @api.model
    def _find_seal(self, company, number):
        return self.search(
            [("company_id", "=", company.id), ("seal_number", "=", number)]
            if number
            else [("id", "=", False)],
            limit=1,
        )

    def _compute_seal(self, previous, number):
        """Return the seal of a decision.

        :param str previous: the seal before it, "" for the first one of a company
        :param int number: the how many-th seal of the company it is
        """
        self.ensure_one()
        content = {name: self._get_plain(name) for name in self._get_frozen_fields()}
        text = json.dumps(
            {"number": number, **content}, sort_keys=True, ensure_ascii=False
        )
        return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()

    def _get_plain(self, name):
        """Return the value of a field as JSON has it."""
        value = self[name]
        if isinstance(value, models.BaseModel):
            return value.ids
        if isinstance(value, float):
            return repr(value)
        return value if isinstance(value, dict | list | bool | None) else str(value)

    @api.model
    def _verify(self, company, since=0):
        """Return the first decision of a company that was changed, and what is wrong.

        :param int since: the seals up to this one are taken for whole
        :return: (`billing.decision` of one or none, text; "" if the chain is whole)
        """
        number = since
        previous = self.sudo()._find_seal(company, since).chain_hash or ""
        while True:
            sealed = self.sudo().search(
                [("company_id", "=", company.id), ("seal_number", ">", number)],
                order="seal_number",
                limit=SEAL_BATCH,
            )
            if not sealed:
                return self.browse(), ""
            for decision in sealed:
                number += 1
                if decision.seal_number != number:
                    return decision, _("The decision before this one is gone.")
                previous = decision._compute_seal(previous, number)
                if decision.chain_hash != previous:
                    return decision, _("It was changed after it was sealed.")
            sealed.invalidate_recordset()

    @api.model
    def action_verify(self):
        """Verify the chain of the current company, and say what is found."""
        check_access(self, "read")
        decision, problem = self._verify(self.env.company)
        message = (
            _(
                "%(of)s (%(number)s): %(what)s",
                of=decision.display_name,
                number=decision.id,
                what=problem,
            )
            if problem
            else _("Nothing was changed: all seals are whole.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "danger" if problem else "success",
                "sticky": bool(problem),
            },
        }
