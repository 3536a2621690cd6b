/** @odoo-module **/

import { addTour } from "../tour";

/** Return the steps that open a list of Magento ▸ Sales, and its only record.
 *
 * @param {string} menu of the list
 * @param {string} title of the list
 * @param {Object} columns the title of each, by its field
 * @param {string} click what to click at in its row
 * @param {string} sign what only the form of the record shows
 */
const list = (menu, title, columns, click, sign) => [
    {
        content: "Open the menu of sales",
        trigger: "[data-menu-xmlid='coopcycle_magento.magento_sales_menu']",
        run: "click",
    },
    {
        content: `Open ${title}`,
        trigger: `[data-menu-xmlid='coopcycle_magento.${menu}']`,
        run: "click",
    },
    ...Object.entries(columns).map(([name, label]) => ({
        content: `It has the column ${label}`,
        trigger: `.o_list_view th[data-name=${name}]:contains(${label})`,
        also: `.o_last_breadcrumb_item:contains(${title})`,
    })),
    {
        content: "Open the record",
        trigger: `.o_data_row ${click}`,
        run: "click",
    },
    {
        content: "It is there",
        trigger: `.o_form_view ${sign}`,
    },
];

addTour("magento_lists_tour", {
    steps: () => [
        ...list(
            "magento_sale_order_menu",
            "Orders",
            {
                magento_increment_id: "Number",
                date_order: "Date",
                magento_store_id: "Store",
                partner_id: "Customer",
                magento_payment_method_id: "Payment Method",
                magento_status: "Magento Status",
                amount_total: "Total",
            },
            "td[name=magento_increment_id]",
            ".o_field_widget[name=order_line]:contains(Simple)"
        ),
        ...list(
            "magento_account_move_menu",
            "Invoices",
            {
                name: "Number",
                invoice_partner_display_name: "Bill-to Name",
                invoice_date: "Invoice Date",
                invoice_date_due: "Due Date",
                amount_untaxed: "Tax Excluded",
                state: "Status",
                magento_export_state: "Export State",
            },
            "td[name=name]",
            ".o_field_widget[name=invoice_line_ids]:contains(Simple)"
        ),
        ...list(
            "magento_stock_picking_menu",
            "Shipments",
            {
                name: "Shipment",
                date_done: "Ship Date",
                magento_increment_id: "Order Number",
                magento_date_order: "Order Date",
                partner_id: "Ship-to Name",
                magento_customer_email: "Customer E-mail",
                magento_customer_phone: "Phone",
                magento_total_quantity: "Total Quantity",
            },
            "button:contains(View)",
            ".o_field_widget[name^=move_ids]:contains(Simple)"
        ),
        ...list(
            "magento_creditmemo_menu",
            "Credit Memos",
            {
                increment_id: "Credit Memo",
                magento_date: "Created",
                order_number: "Order",
                order_date: "Order Date",
                bill_to_name: "Bill-to Name",
                refund_state: "Status",
                currency_id: "Currency",
                magento_total: "Refunded",
            },
            "button:contains(Open Details)",
            ".o_field_widget[name=line_ids]:contains(Simple)"
        ),
        { content: "Open its credit note", trigger: "button[name=action_open_credit_notes]", run: "click" },
        {
            content: "It is a draft, of what was given back",
            trigger: ".o_form_view .o_field_widget[name=invoice_line_ids]:contains(Simple)",
            also: ".o_arrow_button_current:contains(Draft)",
        },
    ],
});
