from . import billing_decision
