import hashlib
import json
import time

from odoo import _, api, fields, models
from odoo.tools import SQL

from ..shared.notifying import notify

SEAL_BATCH = 500


class BillingSealedMixin(models.AbstractModel):
    """Records that are sealed: each seal covers the record and the seal before it.

    Whoever changes or removes a sealed record in the database breaks the chain of its
    company from there on, which *Verify* finds.
    """

    _name = "billing.sealed.mixin"
    _description = "Sealed Record"

    sealed_at = fields.Datetime("Sealed", readonly=True)
    seal_number = fields.Integer(readonly=True, index="btree_not_null")
    chain_hash = fields.Char("Seal", readonly=True)

    @api.model
    def _get_frozen_fields(self):
        """Return the names of what a seal covers."""
        return set()

    @api.model
    def _get_finished_domain(self):
        """Return the domain of what may be sealed."""
        return []

    # Sealing

    @api.model
    def _seal_batch(self, company):
        """Seal what is finished of a company; one process at a time may.

        :return: how many were sealed
        """
        finished = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("sealed_at", "=", False),
                *self._get_finished_domain(),
            ],
            order="id",
            limit=SEAL_BATCH,
        )
        last = self.sudo()._find_last_sealed(company)
        number, previous = last.seal_number, last.chain_hash or ""
        seals = []
        for record in finished:
            number += 1
            previous = record._compute_seal(previous, number)
            seals.append((record.id, number, previous))
        finished._write_seals(seals)
        return len(finished)

    def _write_seals(self, seals):
        """Write seals, in one statement: nothing else may change what is sealed.

        :param list seals: (id, number, hash)
        """
        if seals:
            self.flush_recordset()
            query = SQL(
                """
                UPDATE %s AS record
                   SET seal_number = seal.number, chain_hash = seal.hash,
                       sealed_at = %s
                  FROM unnest(%s, %s, %s) AS seal (id, number, hash)
                 WHERE record.id = seal.id
                """,
                SQL.identifier(self._table),
                fields.Datetime.now(),
                *map(list, zip(*seals, strict=True)),
            )
            self.env.cr.execute(query)
            self.invalidate_recordset(flush=False)

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
        """Return the seal of a record.

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

    # Verifying

    @api.model
    def _verify(self, company, since=0):
        """Return the first record of a company that was changed, and what is wrong.

        :param int since: the seals up to this one are taken for whole
        :return: (a record or none, text; "" if the chain is whole)
        """
        return next(self._find_broken(company, since), (self.browse(), ""))

    @api.model
    def _find_broken(self, company, since=0, deadline=None):
        """Yield each record of a company whose seal is broken, and what is wrong.

        :param int since: the seals up to this one are taken for whole
        :param float deadline: `time.monotonic()` after which the rest is left; the
            first one of that is told as well
        :return: generator of (record, text)
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
                return
            if deadline and time.monotonic() > deadline:
                yield sealed[0], _("Time ran out: seals from here on are not verified.")
                return
            for record in sealed:
                if problem := record._find_break(previous, number):
                    yield record, problem
                number, previous = record.seal_number, record.chain_hash or ""
            sealed.invalidate_recordset()

    def _find_break(self, previous, number):
        """Return what is wrong with a sealed record, "" if nothing is.

        :param str previous: the seal before it
        :param int number: of that seal
        """
        if self.seal_number != number + 1:
            return _("What was sealed before it is gone.")
        if self.chain_hash != self._compute_seal(previous, self.seal_number):
            return _("It was changed after it was sealed.")
        return ""

    def _tell_verified(self, problems, whole):
        """Return the action that says what was found.

        :param list problems: texts
        :param str whole: what is said if there are none
        """
        text = "\n".join(problems) or whole
        return notify(text, "danger" if problems else "success", then=None)
