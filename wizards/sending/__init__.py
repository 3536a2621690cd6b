from . import billing_print, billing_send_again
