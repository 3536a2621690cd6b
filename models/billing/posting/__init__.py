from . import billing_decision, billing_operation
