"""The fields a search may name: the columns of Magento's tables."""

_MONEY = """
discount_amount grand_total discount_tax_compensation_amount shipping_amount
shipping_incl_tax shipping_tax_amount subtotal subtotal_incl_tax tax_amount
"""
_DOCUMENT = """
entity_id increment_id store_id created_at updated_at billing_address_id
shipping_address_id email_sent base_currency_code global_currency_code
order_currency_code store_currency_code base_to_global_rate base_to_order_rate
store_to_base_rate store_to_order_rate discount_description state
"""
_ORDER = """
adjustment_negative adjustment_positive applied_rule_ids can_ship_partially
coupon_code customer_dob customer_email customer_firstname customer_gender
customer_group_id customer_id customer_is_guest customer_lastname
customer_middlename customer_note customer_note_notify customer_prefix
customer_suffix customer_taxvat discount_canceled discount_invoiced
discount_refunded edit_increment ext_customer_id ext_order_id
forced_shipment_with_invoice hold_before_state hold_before_status is_virtual
original_increment_id payment_authorization_amount protect_code quote_address_id
quote_id relation_child_id relation_child_real_id relation_parent_id
relation_parent_real_id remote_ip shipping_canceled shipping_description
shipping_discount_amount shipping_discount_tax_compensation_amount
shipping_invoiced shipping_method shipping_refunded shipping_tax_refunded status
store_name subtotal_canceled subtotal_invoiced subtotal_refunded tax_canceled
tax_invoiced tax_refunded total_canceled total_due total_invoiced
total_item_count total_offline_refunded total_online_refunded total_paid
total_qty_ordered total_refunded weight x_forwarded_for
"""
_ITEM = """
item_id order_id parent_item_id quote_item_id store_id created_at updated_at
product_id product_type weight is_virtual sku name description applied_rule_ids
additional_data is_qty_decimal no_discount qty_backordered qty_canceled
qty_invoiced qty_ordered qty_refunded qty_shipped base_cost price base_price
original_price base_original_price tax_percent tax_amount base_tax_amount
tax_invoiced base_tax_invoiced discount_percent discount_amount
base_discount_amount discount_invoiced base_discount_invoiced amount_refunded
base_amount_refunded row_total base_row_total row_invoiced base_row_invoiced
row_weight price_incl_tax base_price_incl_tax row_total_incl_tax
base_row_total_incl_tax ext_order_item_id free_shipping
"""


def _names(*texts: str) -> frozenset[str]:
    names = {name for text in texts for name in text.split()}
    money = set(_MONEY.split()) & names
    return frozenset(names | {f"base_{name}" for name in money})


ORDERS = _names(_DOCUMENT, _MONEY, _ORDER) | {"base_total_due", "base_total_paid"}
ORDER_ITEMS = _names(_ITEM)
INVOICES = _names(
    _DOCUMENT,
    _MONEY,
    "order_id total_qty can_void_flag is_used_for_refund transaction_id",
)
CREDITMEMOS = _names(
    _DOCUMENT,
    _MONEY,
    "order_id invoice_id adjustment adjustment_negative adjustment_positive "
    "creditmemo_status transaction_id",
)
SHIPMENTS = _names(
    """
    entity_id increment_id store_id order_id customer_id created_at updated_at
    billing_address_id shipping_address_id email_sent shipment_status total_qty
    total_weight
    """
)
TRANSACTIONS = _names(
    "transaction_id parent_id order_id payment_id txn_id parent_txn_id txn_type "
    "is_closed created_at"
)
CUSTOMERS = _names(
    "entity_id id email firstname lastname group_id store_id website_id created_at "
    "updated_at taxvat"
)
PRODUCTS = _names(
    "entity_id id sku name price status visibility type_id attribute_set_id weight "
    "created_at updated_at"
)
SOURCE_ITEMS = _names("sku source_code quantity status source_item_id")
SOURCES = _names("source_code name enabled country_id postcode")
TAX_RATES = _names(
    "id code rate tax_country_id tax_region_id tax_postcode tax_calculation_rate_id"
)
CUSTOMER_GROUPS = _names("id code tax_class_id customer_group_id customer_group_code")
