from . import (
    account_fiscal_position,
    account_move,
    account_move_line,
    account_payment,
    account_tax,
    delivery_carrier,
    product_product,
    res_partner,
    sale_order,
    sale_order_line,
    stock_move,
    stock_picking,
)
