/** @odoo-module **/

import { addTour } from "../tour";

// Read at once: the address of the page changes
const SHOP = new URLSearchParams(window.location.search).get("shop");

/** Return a step that types into a field of the connection. */
const enter = (field, text) => ({
    content: `Enter the ${field}`,
    trigger: `.o_field_widget[name=${field}] input`,
    text,
});

addTour("magento_connection_tour", {
    steps: () => [
        { content: "Add a connection", trigger: ".o_list_button_add:visible", run: "click" },
        enter("name", "Tour shop"),
        {
            content: "Enter the address, which the test has put into that of this page",
            trigger: ".o_field_widget[name=base_url] input",
            text: SHOP,
        },
        enter("consumer_key", "demo-consumer-key"),
        enter("consumer_secret", "demo-consumer-secret"),
        enter("access_token", "demo-access-token"),
        enter("access_token_secret", "demo-access-token-secret"),
        {
            content: "Test it",
            trigger: "button[name=action_test_connection]:visible",
            run: "click",
        },
        {
            content: "The shop was reached",
            trigger: ".alert-success:contains(the sign-in is accepted)",
            also: ".o_field_widget[name=stores]:contains(US Store View)",
        },
        {
            content: "A right is missing",
            trigger: ".o_data_row:contains(Credit Memos) .text-bg-danger",
            also: ".alert-warning:contains(Some rights are missing)",
        },
        { content: "Close", trigger: ".modal-footer .btn:contains(Close)", run: "click" },
        {
            content: "Raise the accuracies",
            trigger: "button[name=action_raise_accuracies]:visible",
            run: "click",
        },
        {
            content: "Fetch the shop's settings",
            trigger: "button[name=action_fetch_configuration]:visible",
            also: "body:not(:has(button[name=action_raise_accuracies]))",
            run: "click",
        },
        {
            content: "Look at the guesses",
            trigger: ".o_notebook a[name=taxes]",
            also: ".alert-info:contains(Guesses are used)",
            run: "click",
        },
        {
            content: "A rate that no tax has is to be chosen",
            trigger: ".o_data_row:contains(US-CA) .o_field_widget:contains(Choose One)",
        },
        {
            content: "Confirm the others",
            trigger: "button[name=action_confirm_guesses]:visible",
            run: "click",
        },
        {
            content: "They are confirmed",
            trigger: ".o_data_row:contains(FR20) .o_field_widget:contains(Confirmed)",
        },
        {
            content: "Import",
            trigger: "button[name=action_import_orders]:visible",
            run: "click",
        },
        {
            content: "One order came in, one waits for its product",
            trigger: ".o_data_row:contains(SKU-008)",
            also: ".o_data_row:contains(1 orders came in)",
        },
        {
            content: "Open the menu of sales",
            trigger: "[data-menu-xmlid='coopcycle_magento.magento_sales_menu']",
            run: "click",
        },
        {
            content: "Open the orders",
            trigger: "[data-menu-xmlid='coopcycle_magento.magento_sale_order_menu']",
            run: "click",
        },
        {
            content: "Open the order",
            trigger: ".o_data_row td[name=magento_increment_id]:contains(000000001)",
            run: "click",
        },
        {
            content: "Open what the shop says of it",
            trigger: ".o_notebook a[name=magento_info]",
            also: ".o_arrow_button_current:contains(Sales Order)",
            run: "click",
        },
        {
            content: "Its total in the shop is there",
            trigger: ".o_field_widget[name=magento_grand_total]:contains(28.99)",
            also: ".o_field_widget[name=magento_store_id]:contains(Default)",
        },
    ],
});
