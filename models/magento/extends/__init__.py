from . import (
    account_move,
    account_move_line,
    account_payment_register,
    account_tax,
    delivery_carrier,
    product_product,
    res_partner,
    sale_order,
    sale_order_line,
    sale_order_line_credit,
    stock_move,
    stock_picking,
)
