from . import (
    billing_bank_mixin,
    billing_bank_import,
    billing_bank_import_column,
    billing_bank_import_line,
    billing_bank_line,
    billing_match_choice,
    billing_match_feedback,
)
