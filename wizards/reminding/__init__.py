from . import (
    billing_chosen_invoices_mixin,
    billing_dispute,
    billing_invoice_remark,
    billing_promise,
    billing_reminder_decision,
)
