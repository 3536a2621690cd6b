/** @odoo-module **/

import { addTour } from "../tour";

const menu = (name, title) => ({
    content: `Open ${title}`,
    trigger: `[data-menu-xmlid='coopcycle_magento.${name}']`,
    run: "click",
});

addTour("magento_first_shop_tour", {
    steps: () => [
        {
            content: "The app opens on the board, which says what to do first",
            trigger: ".o_menu_brand:contains(Magento)",
            also: ".o_view_nocontent:contains(Connect your first shop)",
        },
        { content: "Begin", trigger: ".o-kanban-button-new", run: "click" },
        {
            content: "The form of a connection is there",
            trigger: ".o_form_view .o_field_widget[name=base_url]",
        },
    ],
});

addTour("magento_board_tour", {
    steps: () => [
        {
            content: "Import the orders from the board",
            trigger: "tr[data-operation=import_orders] button",
            also: ".o_magento_board",
            run: "click",
        },
        {
            content: "The log says what came in",
            trigger: ".o_data_row:contains(2 orders came in)",
        },
        menu("magento_dashboard_menu", "the dashboard"),
        {
            content: "The shop is reached",
            trigger: ".o_kanban_record .badge:contains(Reached)",
        },
        {
            content: "One order failed: see which",
            trigger: ".o_magento_board_number[data-number=failed]:has(.text-bg-danger:contains(1))",
            run: "click",
        },
        {
            content: "It is listed",
            trigger: ".o_data_row:contains(SKU-008)",
        },
        menu("magento_sales_menu", "the menu of sales"),
        menu("magento_reconciliation_menu", "the reconciliations"),
        { content: "Compare", trigger: ".o_control_panel .btn:contains(Reconcile):visible", run: "click" },
        {
            content: "This month it is",
            trigger: ".modal-footer .btn-primary:contains(Reconcile)",
            also: ".o_field_widget[name=connection_id]",
            run: "click",
        },
        {
            content: "Two orders are equal, two differ",
            trigger: ".alert-warning:contains(1 of 3 orders are equal)",
        },
        {
            content: "Open the one that waits for its product",
            trigger: ".o_data_row:contains(SKU-008) td[name=increment_id]",
            run: "click",
        },
        {
            content: "Both sides' figures are there; ignore it",
            trigger: ".o_statusbar_buttons button[name=action_open_ignore]",
            also: ".o_magento_figures:contains(Ordered)",
            run: "click",
        },
        {
            content: "Give the reason",
            trigger: ".o_field_widget[name=reason] input",
            text: "Not sold any more",
        },
        { content: "Ignore", trigger: "button[name=action_ignore]", run: "click" },
        {
            content: "It is ignored, by whom and why",
            trigger: ".alert-info:contains(Not sold any more)",
        },
        { content: "Close", trigger: ".btn-close", run: "click" },
        {
            content: "Mend the other one on its list",
            trigger: "button[name=action_open_lines]:visible",
            run: "click",
        },
        {
            content: "Open the cause",
            trigger: ".o_group_header:contains(Invoiced in Magento Only)",
            run: "click",
        },
        {
            content: "Open the order",
            trigger: ".o_data_row button[name=action_open_order]:visible",
            run: "click",
        },
        {
            content: "The order is there",
            trigger: ".o_form_view .o_field_widget[name=order_line]",
        },
    ],
});
