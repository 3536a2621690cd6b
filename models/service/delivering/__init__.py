from . import billing_service_order, billing_service_part
