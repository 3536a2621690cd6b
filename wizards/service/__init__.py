from . import billing_service_reopen
