/** @odoo-module **/

import { addTour, openMenu } from "../tour";

addTour("sending_tour", {
    steps: () => [
        ...openMenu("billing_invoices_menu", "billing_invoice_menu", "Invoices"),
        {
            content: "Choose the invoice",
            trigger: ".o_data_row:contains(Customer) .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Open the actions",
            trigger: ".o_cp_action_menus .dropdown-toggle:contains(Action)",
            run: "click",
        },
        {
            content: "Send it",
            trigger: ".o_menu_item:contains(Send by the Customer)",
            run: "click",
        },
        {
            content: "It says how many are to be sent",
            trigger: ".o_notification:contains(To send: 1)",
        },
    ],
});

addTour("sending_opened_tour", {
    steps: () => [
        ...openMenu("billing_invoices_menu", "billing_dispatch_menu", "Sending"),
        {
            content: "The customer has opened it",
            trigger: ".o_data_row:contains(customer@example.com):contains(Opened)",
        },
        ...openMenu("billing_invoices_menu", "billing_archive_menu", "Invoice Archive"),
        {
            content: "The file is in the archive",
            trigger: ".o_data_row:contains(Customer):contains(.pdf)",
        },
        {
            content: "Verify",
            trigger: ".o_control_panel button:contains(Verify)",
            run: "click",
        },
        {
            content: "All is what was sent",
            trigger: ".o_notification:contains(Nothing was changed)",
        },
        {
            content: "Open it",
            trigger: ".o_data_row td[name=name]",
            run: "click",
        },
        {
            content: "It is sealed",
            trigger: ".o_form_view .o_field_widget[name=chain_hash] span:not(:empty)",
        },
    ],
});
