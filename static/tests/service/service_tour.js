/** @odoo-module **/

import { addTour } from "../tour";

addTour("service_technician_tour", {
    steps: () => [
        {
            content: "The technician opens the job",
            trigger: ".o_kanban_record:contains(Replace the pump)",
            run: "click",
        },
        {
            content: "Nothing is said of money",
            trigger: ".o_form_view:not(:contains(Invoice)):not(:contains(Quotation))",
        },
        {
            content: "Add hours",
            trigger: ".o_field_widget[name=hours_ids] .o-kanban-button-new",
            run: "click",
        },
        {
            content: "How long",
            trigger: ".modal-body .o_field_widget[name=duration] input",
            text: "2:30",
        },
        {
            content: "What",
            trigger: ".modal-body .o_field_widget[name=name] input",
            text: "pump replaced",
        },
        {
            content: "That is all",
            trigger: ".modal-footer .o_form_button_save:visible",
            run: "click",
        },
        {
            content: "They are there; open the part",
            trigger: ".o_field_widget[name=part_ids] .o_kanban_record:contains(Lamp)",
            also: ".o_field_widget[name=hours_ids] .o_kanban_record:contains(pump replaced)",
            run: "click",
        },
        {
            content: "How many were used",
            trigger: ".modal-body .o_field_widget[name=used_quantity] input",
            text: "3",
        },
        {
            content: "Save",
            trigger: ".modal-footer .o_form_button_save:visible",
            run: "click",
        },
        {
            content: "Save the job",
            trigger: ".o_form_button_save:visible",
            also: "body:not(:has(.modal))",
            run: "click",
        },
        {
            content: "It is saved",
            trigger: ".o_form_view .o_form_saved",
        },
    ],
});

addTour("service_dispatcher_tour", {
    steps: () => [
        {
            content: "The dispatcher opens the job",
            trigger: ".o_data_row td[name=subject]:contains(Replace the pump)",
            run: "click",
        },
        {
            content: "The report is fine",
            trigger: "button[name=action_validate_report]",
            run: "click",
        },
        {
            content: "So are the hours",
            trigger: "button[name=action_validate_hours]",
            also: ".o_form_view:not(:has(button[name=action_validate_report]))",
            run: "click",
        },
        {
            content: "And the parts",
            trigger: "button[name=action_validate_parts]",
            also: ".o_form_view:not(:has(button[name=action_validate_hours]))",
            run: "click",
        },
        {
            content: "Done",
            trigger: ".o_form_statusbar button[name=action_done]",
            also: ".o_form_view:not(:has(button[name=action_validate_parts]))",
            run: "click",
        },
        {
            content: "It can be invoiced",
            trigger: ".o_field_widget[name=invoice_state]:contains(To Invoice)",
        },
    ],
});

addTour("service_biller_tour", {
    steps: () => [
        {
            content: "Whoever bills opens the job",
            trigger: ".o_data_row td[name=subject]:contains(Replace the pump)",
            run: "click",
        },
        {
            content: "Create the invoice",
            trigger: ".o_form_statusbar button[name=action_create_invoice]",
            run: "click",
        },
        {
            content: "The draft says who and what: confirm it",
            trigger: ".o_form_statusbar button[name=action_post]:visible",
            also: ".o_field_widget[name=invoice_line_ids] .o_data_row:contains(Labour)",
            run: "click",
        },
        {
            content: "The money came",
            trigger: "#account_invoice_payment_btn:visible, button[name=action_register_payment]:visible",
            run: "click",
        },
        {
            content: "It is the whole of it",
            trigger: ".modal-footer button[name=action_create_payments]",
            run: "click",
        },
        {
            content: "It leads back to the job",
            trigger: "button[name=action_billing_open_service_orders]",
            also: "body:not(:has(.modal))",
            run: "click",
        },
        {
            content: "The job is paid",
            trigger: ".o_field_widget[name=invoice_state]:contains(Paid)",
        },
        {
            content: "To the invoice again",
            trigger: "button[name=action_open_invoices]",
            run: "click",
        },
        {
            content: "The customer is not satisfied",
            trigger: ".o_form_statusbar button:contains(Credit Note):visible",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal-body .o_field_widget[name=reason] input, .modal-body .o_field_widget[name=reason] textarea",
            text: "It leaks again",
        },
        {
            content: "Make the credit note",
            trigger: ".modal-footer button[name=refund_moves]:visible, .modal-footer button[name=reverse_moves]:visible",
            run: "click",
        },
        {
            content: "Confirm it",
            trigger: ".o_form_statusbar button[name=action_post]:visible",
            also: "body:not(:has(.modal))",
            run: "click",
        },
        {
            content: "Back to the job",
            trigger: "button[name=action_billing_open_service_orders]",
            also: ".o_form_statusbar .o_arrow_button_current:contains(Posted)",
            run: "click",
        },
        {
            content: "It is credited",
            trigger: ".o_field_widget[name=invoice_state]:contains(Credited)",
        },
    ],
});
