"""What a language model finds in the terms of an order."""

from odoo.tools.translate import _lt

from ..billing.checking import InvoiceCheck
from ..shared.findings import WARNING


class TermsConcern(InvoiceCheck):
    code = "terms_concern"
    severity = WARNING
    text = _lt(
        "The language model sees something unusual in the terms of the order:"
        " %(concern)s Resolution: read the terms; nothing was changed."
    )

    def applies(self, move, facts):
        return move.billing_is_automatic and super().applies(move, facts)

    def find(self, move, facts):
        for note in move.billing_note_ids[:1]:
            for concern in (note.concerns or "").splitlines():
                yield {"value": concern, "concern": concern}
