from . import billing_service_order
