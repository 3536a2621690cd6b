from . import billing_note_feedback
