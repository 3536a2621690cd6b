/** @odoo-module **/

import { addTour, openMenu } from "../tour";

addTour("billing_reminders_tour", {
    steps: () => [
        ...openMenu("billing_payments_menu", "billing_dispute_menu", "Disputes"),
        {
            content: "The list says how an invoice gets there",
            trigger: ".o_view_nocontent:contains(Nothing is disputed)",
        },
        ...openMenu("billing_payments_menu", "billing_reminder_held_menu", "Held Reminders"),
        {
            content: "Open what is held; the list says why, and what to do",
            trigger: ".o_data_row td[name=hold_reason]:contains(promised to pay):contains(wait until then)",
            run: "click",
        },
        {
            content: "So does the form: release it",
            trigger: ".o_form_statusbar button:contains(Release)",
            also: ".alert-warning:contains(promised to pay)",
            run: "click",
        },
        {
            content: "It says once more what holds it",
            trigger: ".modal-body .o_field_widget[name=hold_reason]:contains(promised to pay)",
        },
        {
            content: "Say why",
            trigger: ".modal-body .o_field_widget[name=reason] input",
            text: "They never keep it",
        },
        {
            content: "Release it",
            trigger: ".modal-footer button:contains(Release):visible",
            run: "click",
        },
        {
            content: "It is proposed: send it",
            trigger: ".o_form_statusbar button[name=action_send]:visible",
            also: "body:not(:has(.modal)) .o_arrow_button_current:contains(Proposed)",
            run: "click",
        },
        {
            content: "It is on its way",
            trigger: ".o_arrow_button_current:contains(On Its Way)",
        },
        ...openMenu("billing_payments_menu", "billing_reminder_menu", "Reminders"),
        {
            content: "The list has it",
            trigger: ".o_data_row:contains(On Its Way)",
        },
    ],
});

addTour("billing_dispute_tour", {
    steps: () => [
        {
            content: "Dispute the invoice",
            trigger: ".o_form_statusbar button:contains(Dispute):visible",
            run: "click",
        },
        {
            content: "Say what is wrong",
            trigger: ".modal-body .o_field_widget[name=note] textarea",
            text: "Two are broken",
        },
        {
            content: "Choose the cause",
            trigger: ".modal-body [name=cause] .o_radio_item:contains(Quality) input",
            run: "click",
        },
        {
            content: "Enter it",
            trigger: ".modal-footer button[name=action_dispute]",
            run: "click",
        },
        {
            content: "Look at the tab",
            trigger: ".o_notebook a[name=billing]",
            also: "body:not(:has(.modal)) button[name=action_billing_close_dispute]:visible",
            run: "click",
        },
        {
            content: "It is disputed",
            trigger: ".tab-pane.active .o_field_widget[name=billing_dispute_note]:contains(Two are broken)",
        },
        {
            content: "Close the dispute",
            trigger: "button[name=action_billing_close_dispute]:visible",
            run: "click",
        },
        {
            content: "It is settled",
            trigger: ".tab-pane.active .o_field_widget[name=billing_dispute_state]:contains(Closed)",
        },
    ],
});
