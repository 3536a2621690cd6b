/** @odoo-module **/

import { registry } from "@web/core/registry";

/** Return a step that types into a field of the connection. */
const enter = (field, text) => ({
    content: `Enter the ${field}`,
    trigger: `.o_field_widget[name=${field}] input`,
    run: `text ${text}`,
});

registry.category("web_tour.tours").add("magento_connection_tour", {
    test: true,
    steps: () => [
        { content: "Add a connection", trigger: ".o_list_button_add:visible" },
        enter("name", "Tour shop"),
        {
            content: "Enter the address, which the test has put into that of this page",
            trigger: ".o_field_widget[name=base_url] input",
            run(actions) {
                const parameters = new URLSearchParams(window.location.search);
                actions.text(parameters.get("shop"));
            },
        },
        enter("consumer_key", "demo-consumer-key"),
        enter("consumer_secret", "demo-consumer-secret"),
        enter("access_token", "demo-access-token"),
        enter("access_token_secret", "demo-access-token-secret"),
        {
            content: "Test it",
            trigger: "button[name=action_test_connection]:visible",
        },
        {
            content: "The shop was reached",
            trigger: ".alert-success:contains(the sign-in is accepted)",
            extra_trigger: ".o_field_widget[name=stores]:contains(US Store View)",
            isCheck: true,
        },
        {
            content: "A right is missing",
            trigger: ".o_data_row:contains(Credit Memos) .text-bg-danger",
            extra_trigger: ".alert-warning:contains(Some rights are missing)",
            isCheck: true,
        },
        { content: "Close", trigger: ".modal-footer .btn:contains(Close)" },
        {
            content: "Raise the accuracies",
            trigger: "button[name=action_raise_accuracies]:visible",
        },
        {
            content: "Fetch the shop's settings",
            trigger: "button[name=action_fetch_configuration]:visible",
            extra_trigger: "body:not(:has(button[name=action_raise_accuracies]))",
        },
        {
            content: "Look at the guesses",
            trigger: ".o_notebook a[name=taxes]",
            extra_trigger: ".alert-info:contains(Guesses are used)",
        },
        {
            content: "A rate that no tax has is to be chosen",
            trigger: ".o_data_row:contains(US-CA) .o_field_widget:contains(Choose One)",
            isCheck: true,
        },
        {
            content: "Confirm the others",
            trigger: "button[name=action_confirm_guesses]:visible",
        },
        {
            content: "They are confirmed",
            trigger: ".o_data_row:contains(FR20) .o_field_widget:contains(Confirmed)",
            isCheck: true,
        },
        {
            content: "Import",
            trigger: "button[name=action_import_orders]:visible",
        },
        {
            content: "One order came in, one waits for its product",
            trigger: ".o_data_row:contains(SKU-008)",
            extra_trigger: ".o_data_row:contains(1 orders came in)",
            isCheck: true,
        },
        {
            content: "Open the menu of sales",
            trigger: "[data-menu-xmlid='coopcycle_magento.magento_sales_menu']",
        },
        {
            content: "Open the orders",
            trigger: "[data-menu-xmlid='coopcycle_magento.magento_sale_order_menu']",
        },
        {
            content: "Open the order",
            trigger: ".o_data_row td[name=magento_increment_id]:contains(000000001)",
        },
        {
            content: "Open what the shop says of it",
            trigger: ".o_notebook a[name=magento_info]",
            extra_trigger: ".o_arrow_button_current:contains(Sales Order)",
        },
        {
            content: "Its total in the shop is there",
            trigger: ".o_field_widget[name=magento_grand_total]:contains(28.99)",
            extra_trigger: ".o_field_widget[name=magento_store_id]:contains(Default)",
            isCheck: true,
        },
    ],
});
