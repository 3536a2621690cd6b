from . import (
    billing_dispatch_email,
    billing_dispatch_peppol,
    billing_dispatch_portal,
    billing_dispatch_post,
)
