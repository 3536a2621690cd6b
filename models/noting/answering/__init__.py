from . import billing_note
