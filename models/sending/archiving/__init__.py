from . import (
    billing_kept_mixin,
    billing_archived_file,
    billing_dispatch,
    billing_operation,
    ir_attachment,
)
