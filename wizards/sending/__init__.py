from . import billing_send_again
