/** @odoo-module **/

import { registry } from "@web/core/registry";

const openTab = (content) => ({
    content,
    trigger: ".o_notebook a[name=magento_info]",
});
/** Return a step that waits for the state of the invoice in Magento. */
const exportState = (text) => ({
    content: `Its state is: ${text}`,
    trigger: `.tab-pane.active .o_field_widget[name=magento_export_state]:contains(${text})`,
    isCheck: true,
});
const closeNotification = {
    content: "Close the notification",
    trigger: ".o_notification_close",
};

registry.category("web_tour.tours").add("magento_export_tour", {
    test: true,
    steps: () => [
        {
            content: "Open the invoice",
            trigger: ".o_data_row td[name=magento_export_state]:contains(To Export)",
            extra_trigger: ".o_facet_value:contains(Of Magento Orders)",
        },
        openTab("Look at Magento Info"),
        exportState("To Export"),
        {
            content: "Export it",
            trigger: "button[name=action_magento_export]:visible",
        },
        {
            content: "The shop hung up",
            trigger: ".o_notification:contains(broke the connection off)",
            isCheck: true,
        },
        closeNotification,
        openTab("Look at what is known"),
        exportState("Unknown"),
        {
            content: "It cannot be sent a second time",
            trigger: ".tab-pane.active .alert-info:contains(looked for)",
            extra_trigger:
                "body:not(:has(button[name=action_magento_export]:visible))",
            isCheck: true,
        },
        {
            content: "Open its documents",
            trigger: "button[name=action_open_magento_documents]",
        },
        {
            content: "Open the document",
            trigger: ".o_list_view .o_data_row td[name=last_error]",
            extra_trigger: ".o_last_breadcrumb_item:contains(Magento Documents)",
        },
        {
            content: "Look for it now",
            trigger: "button[name=action_retry]:visible",
            extra_trigger: ".o_arrow_button_current:contains(Unknown)",
        },
        {
            content: "Magento does not have it",
            trigger: ".o_notification:contains(Magento does not have it)",
            isCheck: true,
        },
        closeNotification,
        {
            content: "Its only attempt is used up; read the log",
            trigger: ".o_notebook a[name=log_lines]",
            extra_trigger: ".o_arrow_button_current:contains(Skipped)",
        },
        {
            content: "The log tells both what was tried and what was found",
            trigger: ".tab-pane.active .o_data_row:contains(Magento does not have it)",
            extra_trigger: ".tab-pane.active .o_data_row:contains(no proper answer came)",
            isCheck: true,
        },
        {
            content: "Go back to the invoice",
            trigger: ".breadcrumb-item a:contains(INV/)",
        },
        openTab("Look at the attempts"),
        exportState("Skipped"),
        {
            content: "The attempt is counted",
            trigger: ".o_field_widget[name=magento_export_attempts]:contains(1 of 1)",
            extra_trigger: ".tab-pane.active .alert-danger:contains(does not have it)",
            isCheck: true,
        },
        {
            content: "Reset the attempts",
            trigger: "button[name=action_magento_reset_attempts]:visible",
        },
        {
            content: "Say why",
            trigger: ".o_field_widget[name=reason] input",
            run: "text The shop is back",
        },
        {
            content: "Reset",
            trigger: "button[name=action_reset]",
        },
        {
            content: "Export it again",
            trigger: "button[name=action_magento_export]:visible",
            extra_trigger: "body:not(:has(.modal))",
        },
        {
            content: "Magento has it",
            trigger: ".o_notification:contains(Magento has it as Invoice 000000001)",
            isCheck: true,
        },
        openTab("Look at what Magento made of it"),
        exportState("In Magento"),
        {
            content: "Its totals are those of Odoo",
            trigger: ".o_data_row td[name=magento_total]:contains(28.99)",
            extra_trigger: ".o_data_row td[name=odoo_total]:contains(28.99)",
            isCheck: true,
        },
    ],
});
