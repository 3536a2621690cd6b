from . import billing_post_anyway
