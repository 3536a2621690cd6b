/** @odoo-module **/

import { addTour } from "../tour";

const openTab = (content) => ({
    content,
    trigger: ".o_notebook a[name=magento_info]",
    run: "click",
});
/** Return a step that waits for the state of the invoice in Magento. */
const exportState = (text) => ({
    content: `Its state is: ${text}`,
    trigger: `.tab-pane.active .o_field_widget[name=magento_export_state]:contains(${text})`,
});
const closeNotification = {
    content: "Close the notification",
    trigger: ".o_notification_close",
    run: "click",
};

addTour("magento_export_tour", {
    steps: () => [
        {
            content: "Open the invoice",
            trigger: ".o_data_row td[name=magento_export_state]:contains(To Export)",
            also: ".o_facet_value:contains(Of Magento Orders)",
            run: "click",
        },
        openTab("Look at Magento Info"),
        exportState("To Export"),
        {
            content: "Export it",
            trigger: "button[name=action_magento_export]:visible",
            run: "click",
        },
        {
            content: "The shop hung up",
            trigger: ".o_notification:contains(broke the connection off)",
        },
        closeNotification,
        openTab("Look at what is known"),
        exportState("Unknown"),
        {
            content: "It cannot be sent a second time",
            trigger: ".tab-pane.active .alert-info:contains(looked for)",
            also:
                "body:not(:has(button[name=action_magento_export]:visible))",
        },
        {
            content: "Open its documents",
            trigger: "button[name=action_open_magento_documents]",
            run: "click",
        },
        {
            content: "Open the document",
            trigger: ".o_list_view .o_data_row td[name=last_error]",
            also: ".o_last_breadcrumb_item:contains(Magento Documents)",
            run: "click",
        },
        {
            content: "Look for it now",
            trigger: "button[name=action_retry]:visible",
            also: ".o_arrow_button_current:contains(Unknown)",
            run: "click",
        },
        {
            content: "Magento does not have it",
            trigger: ".o_notification:contains(Magento does not have it)",
        },
        closeNotification,
        {
            content: "Its only attempt is used up; read the log",
            trigger: ".o_notebook a[name=log_lines]",
            also: ".o_arrow_button_current:contains(Skipped)",
            run: "click",
        },
        {
            content: "The log tells both what was tried and what was found",
            trigger: ".tab-pane.active .o_data_row:contains(Magento does not have it)",
            also: ".tab-pane.active .o_data_row:contains(no proper answer came)",
        },
        {
            content: "Go back to the invoice",
            trigger: ".breadcrumb-item a:contains(INV/)",
            run: "click",
        },
        openTab("Look at the attempts"),
        exportState("Skipped"),
        {
            content: "The attempt is counted",
            trigger: ".o_field_widget[name=magento_export_attempts]:contains(1 of 1)",
            also: ".tab-pane.active .alert-danger:contains(does not have it)",
        },
        {
            content: "Reset the attempts",
            trigger: "button[name=action_magento_reset_attempts]:visible",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".o_field_widget[name=reason] input",
            text: "The shop is back",
        },
        {
            content: "Reset",
            trigger: "button[name=action_reset]",
            run: "click",
        },
        {
            content: "Export it again",
            trigger: "button[name=action_magento_export]:visible",
            also: "body:not(:has(.modal))",
            run: "click",
        },
        {
            content: "Magento has it",
            trigger: ".o_notification:contains(Magento has it as Invoice 000000001)",
        },
        openTab("Look at what Magento made of it"),
        exportState("In Magento"),
        {
            content: "Its totals are those of Odoo",
            trigger: ".o_data_row td[name=magento_total]:contains(28.99)",
            also: ".o_data_row td[name=odoo_total]:contains(28.99)",
        },
    ],
});
