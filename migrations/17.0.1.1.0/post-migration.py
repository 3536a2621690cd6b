from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Count anew what is to be invoiced of what was credited."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    refunds = env["account.move"].search(
        [("move_type", "=", "out_refund"), ("magento_order_ids", "!=", False)]
    )
    refunds.invoice_line_ids.sale_line_ids._count_to_invoice_anew()
    env.flush_all()
