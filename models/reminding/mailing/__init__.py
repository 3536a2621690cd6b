from . import billing_reminder
