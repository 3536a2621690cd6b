from . import billing_decision, billing_policy, coopcycle_delivery
