"""The story of the recorded shop: its orders, and all that was done to them, in order.

The recorded requests are repeated between the orders, so that documents get the ids
that the recordings name. What happened without being recorded is an :class:`Act`.
"""

from dataclasses import dataclass, field

from .magento.search_criteria import InputLimits

ORDERS = {
    "simple": {"lines": [("SKU-001", 3), ("SKU-002", 2), ("SKU-005", 7)]},
    "configurable": {
        "lines": [
            {"sku": "TEE", "variant": "TEE-M", "qty": 2},
            {"sku": "TEE", "variant": "TEE-L"},
            "SKU-003",
        ]
    },
    "coupon": {"lines": [("SKU-002", 3), "SKU-004"], "coupon": "TEN"},
    "bundle": {"lines": [("BUN-DYN", 2), "BUN-FIX-SEP"]},
    "virtual": {"lines": [("VIRT-1", 2)]},
    "us": {"lines": [("SKU-002", 2), "SKU-006"], "store": "us"},
    "b2b": {"lines": [("SKU-001", 5), "SKU-008"], "store": "b2b_en"},
    "customer": {
        "lines": [("SKU-001", 2), "SKU-004"],
        # Jane had it sent to somebody else.
        "billing": {"firstname": "Guest", "lastname": "Buyer"},
    },
    "decimal": {"lines": [("SKU-DEC", "2.5"), "SKU-001"]},
    "odd sku": {"lines": [("SKU LEGACY/é 1", 2)]},
}


@dataclass
class Place:
    """Orders are placed, of these kinds."""

    kinds: list[str]


@dataclass
class Replay:
    """Recorded requests are repeated.

    :param sign: how to sign instead of properly: see ``RecordedShop.sign``
    :param lacking: a right that the integration does not have
    :param limits: input limits that are on
    :param fault: a fault that the shop has
    """

    names: list[str]
    sign: str = "oauth"
    lacking: str = ""
    limits: InputLimits | None = None
    fault: str = ""


@dataclass
class Act:
    """Something was done that is not recorded."""

    method: str
    path: str
    body: dict = field(default_factory=dict)


@dataclass
class Skip:
    """Ids up to this one went to what is not recorded."""

    kind: str
    last: int


def _replay(names: str, **terms) -> Replay:
    return Replay(names.split(), **terms)


def _place(kinds: str) -> Place:
    return Place([kind.strip() for kind in kinds.split(",")])


def _invoice(*order_ids: int) -> list[Act]:
    return [Act("POST", f"/V1/order/{order_id}/invoice") for order_id in order_ids]


def _part(order_id: int, what: str, item_id: int, qty: float) -> Act:
    body = {"items": [{"order_item_id": item_id, "qty": qty}]}
    if what == "refund":
        body["arguments"] = {"shipping_amount": 0}
    return Act("POST", f"/V1/order/{order_id}/{what}", body)


def _stock(sku: str, quantity: int) -> Act:
    item = {"sku": sku, "source_code": "default", "quantity": quantity, "status": 1}
    return Act("POST", "/V1/inventory/source-items", {"sourceItems": [item]})


STORY = [
    _place("simple, configurable, coupon, bundle, virtual, us, b2b, customer"),
    _place("decimal, odd sku, simple, simple, simple"),
    _replay(
        """
        accept_any accept_xml accept_html auth_acl_ok_orders no_content_type_get
        orders_all_scope orders_list_and orders_list_bad_cond orders_list_bad_field
        orders_list_bad_sort orders_list_camel orders_list_empty
        orders_list_empty_criteria orders_list_empty_fields orders_list_in
        orders_list_lastpage orders_list_lower_sort_dir orders_list_no_criteria
        orders_list_or orders_list_p1 orders_list_p2 orders_list_page0
        orders_list_pagesize_big orders_list_past_end orders_list_past_end_nofields
        orders_list_updated_gt orders_list_updated_gteq orders_list_updated_iso
        orders_store_scope order_get_simple order_get_configurable
        order_get_coupon_discount order_get_by_increment order_get_bundle
        order_get_virtual order_get_usd_store order_get_customer order_get_fields
        order_get_missing order_get_nonint order_items_list order_statuses
        """
    ),
    _replay("auth_none", sign="nothing"),
    _replay("auth_bad_token", sign="bad bearer"),
    _replay("auth_bad_bearer_format", sign="empty bearer"),
    _replay("auth_integration_bearer_disabled", sign="integration bearer"),
    _replay("auth_no_acl_invoice", lacking="Magento_Sales::invoice"),
    _replay("auth_no_acl_storeconfigs", lacking="Magento_Backend::store"),
    _stock("SKU-001", 964),
    _replay(
        """
        bad_content_type bad_content_type_missing bad_json bad_json_array
        bad_json_empty_body bad_route bad_route_nonapi bad_store_code
        categories countries currency modules payment_methods_guest store_configs
        store_groups store_views store_websites tax_rates transactions_list
        customer_get customer_groups customers_search product_get product_get_bundle
        product_get_configurable product_get_missing products_list products_past_end
        source_items_list stock_item_get source_items_post source_items_post_bad
        salable_qty stock_item_put
        creditmemo_get_missing creditmemo_get_plural_path creditmemos_list_empty
        invoice_get_missing invoices_list_empty shipment_get_missing
        shipments_list_empty shipment_get_plural_path shipment_get_bundle
        shipment_get_config shipment_get_us
        """
    ),
    _place("simple, simple, simple, simple, configurable, bundle, virtual, coupon"),
    _place("us, b2b, decimal, configurable, decimal, simple, simple, simple"),
    _replay(
        """
        invoice_full invoice_twice order_get_after_full_invoice
        invoice_partial invoice_get invoice_partial_same_again
        invoice_partial_float_qty_on_int_item invoice_partial_str_qty
        invoice_item_bad_key invoice_item_missing_qty invoice_qty_negative
        invoice_qty_too_large invoice_qty_zero invoice_unknown_item
        invoice_by_increment_string invoice_unknown_order invoice_rest
        invoice_capture_false invoice_capture_endpoint invoice_capture_endpoint_twice
        invoice_no_body
        invoice_full_config invoice_get_config order_get_invoiced_config
        invoice_full_bundle invoice_get_bundle order_get_invoiced_bundle
        invoice_full_virtual invoice_get_virtual order_get_invoiced_virtual
        invoice_full_coupon invoice_get_coupon order_get_invoiced_coupon
        invoice_full_us invoice_get_us order_get_invoiced_us
        """
    ),
    *_invoice(23),
    _replay(
        """
        invoice_full_decimal invoice_configurable_child_only
        invoice_configurable_parent_only invoice_configurable_both
        """
    ),
    _part(26, "invoice", 73, 1),
    _replay(
        """
        order_cancel order_cancel_twice order_cancel_invoiced order_get_cancelled
        invoice_cancelled_order ship_cancelled_order refund_cancelled_order
        order_hold invoice_holded_order ship_holded_order order_unhold
        order_comment order_comment_min order_comment_bad_status
        order_comment_missing_fields order_comment_unknown_order order_comments_list
        invoices_raw_post invoices_list invoices_list_by_order invoices_list_updated
        invoices_list_past_end invoice_comment invoice_comments_list invoice_emails
        invoice_void
        """
    ),
    _place("simple, simple, virtual, configurable, bundle, decimal, us, b2b"),
    _replay(
        """
        order_comment_bump ship_partial order_get_after_partial_ship shipment_get
        ship_partial_same_again ship_qty_too_large ship_qty_zero ship_item_missing_qty
        ship_unknown_item ship_unknown_order
        """
    ),
    _part(30, "ship", 86, 1.5),
    _replay(
        """
        ship_track_missing_carrier ship_track_empty_number ship_track_unknown_carrier
        ship_track_custom ship_rest ship_twice ship_full ship_virtual_order
        ship_full_config ship_full_bundle
        """
    ),
    Act("POST", "/V1/order/35/ship"),
    _replay("ship_full_us"),
    Act("POST", "/V1/order/37/ship"),
    _place("configurable, bundle, simple, simple"),
    _replay(
        """
        ship_configurable_child_only ship_configurable_parent_only
        ship_bundle_together_child ship_bundle_together_parent
        """
    ),
    _part(39, "ship", 117, 1),
    _replay(
        """
        ship_with_source_code ship_with_bad_source_code shipments_list
        shipments_list_by_order shipment_track_add shipment_track_add_min
        shipment_track_add_bad_parent shipment_comment shipment_get_after_tracks
        invoice_after_ship order_get_complete
        """
    ),
    _place("simple, simple, simple, simple, configurable, bundle, coupon, us, decimal"),
    _replay(
        """
        refund_not_invoiced invoice_then_refund refund_partial
        order_get_after_partial_refund creditmemo_get refund_partial_no_arguments
        refund_adjustment_only refund_qty_too_large refund_qty_zero
        refund_shipping_too_large refund_unknown_item refund_unknown_order
        """
    ),
    *_invoice(43, 44, 45, 46, 47, 48, 49, 50),
    _replay(
        """
        refund_full order_get_closed refund_twice invoice_closed_order
        ship_closed_order
        invoice_refund_online invoice_refund_partial invoice_refund_rest
        invoice_refund_twice invoice_refund_unknown
        refund_return_to_stock refund_no_return_to_stock refund_adjustment_negative
        refund_child_only_config refund_partial_config creditmemo_get_config
        refund_partial_bundle
        """
    ),
    _part(47, "refund", 143, 1),
    _replay("refund_partial_coupon creditmemo_get_coupon"),
    _part(49, "refund", 150, 1),
    _part(50, "refund", 152, 1),
    _replay(
        """
        creditmemos_list creditmemos_list_updated creditmemo_raw_post
        creditmemo_refund_endpoint
        """
    ),
    _place("simple, simple, simple, simple, simple, simple, simple"),
    Skip("shipment", 19),
    _replay(
        """
        ship_items_empty_list invoice_items_empty_list refund_items_empty_list
        invoice_comment_without_visible invoice_comment_extension
        invoice_unknown_top_param
        """
    ),
    *_invoice(57),
    _replay("refund_adjustment_with_zero_qty"),
    _place("simple, simple, simple, simple, us"),
    _replay(
        """
        orders_post_entity_ext_id order_put_create orders_filter_ext
        orders_post_entity_status order_address_put orders_filter_paris_time
        orders_list_updated_iso_offset orders_store_view_created_at
        """
    ),
    _replay("maintenance_mode maintenance_mode_post", fault="maintenance"),
    _replay("token_admin_ok token_admin_bad token_admin_get token_admin_missing_param"),
    _replay("admin_token_use_ok", sign="admin bearer"),
    _replay("admin_token_expired", sign="expired bearer"),
    _replay("oauth1_sha256 oauth1_bearer_disabled after_maintenance"),
    _replay("oauth1_sha1", sign="oauth sha1"),
    _replay("limit_no_page_size", limits=InputLimits()),
    _place("simple, simple, simple"),
    _replay("limit_page_size_too_big", limits=InputLimits()),
    Skip("invoice", 38),
    Skip("shipment", 22),
    _replay("invoice_source_stock_short ship_source_stock_ok"),
    _place("simple, simple"),
    Skip("order_item", 206),
    _place("bundle"),
    Skip("invoice", 44),
    _replay("invoice_bundle_dynamic_parent_only"),
    Skip("invoice", 46),
    _replay("invoice_bundle_fixed_parent_only"),
]
