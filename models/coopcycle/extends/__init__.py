from . import (
    account_account,
    account_move,
    account_move_line,
    product_product,
    res_partner,
)
