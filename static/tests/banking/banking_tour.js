/** @odoo-module **/

import { addTour, openMenu } from "../tour";

addTour("billing_banking_tour", {
    steps: () => [
        ...openMenu("billing_payments_menu", "billing_bank_line_menu", "Bank Lines"),
        {
            content: "The list says how lines get there: enter one",
            trigger: ".o_control_panel button:contains(New):visible",
            also: ".o_view_nocontent:contains(Export a statement at your bank)",
            run: "click",
        },
        {
            content: "How much came",
            trigger: ".modal-body .o_field_widget[name=amount] input",
            text: "100.00",
        },
        {
            content: "What the bank says",
            trigger: ".modal-body .o_field_widget[name=text] input",
            text: "For the lamp",
        },
        {
            content: "Who paid",
            trigger: ".modal-body .o_field_widget[name=payer] input",
            text: "Customer",
        },
        {
            content: "Enter it",
            trigger: ".modal-footer button[name=action_create]",
            run: "click",
        },
        {
            content: "It has found an invoice, and says why: look at what else there is",
            trigger: ".o_data_row button[name=action_billing_others]",
            also: ".o_data_row td[name=billing_why]:contains(this customer's name)",
            run: "click",
        },
        {
            content: "The other invoice is not so sure; refuse this one",
            trigger: ".modal-body button[name=action_billing_not_this]:visible",
            run: "click",
        },
        {
            content: "Apply the next one",
            trigger: ".o_data_row button[name=action_billing_apply]",
            also: "body:not(:has(.modal))",
            run: "click",
        },
        {
            content: "Nothing is open any more: look at what was applied",
            trigger: ".o_searchview_facet .o_facet_remove",
            also: ".o_view_nocontent:contains(No bank line is open)",
            run: "click",
        },
        {
            content: "It is applied: undo it",
            trigger: ".o_data_row button[name=action_billing_undo]",
            also: ".o_data_row:contains(Applied)",
            run: "click",
        },
        {
            content: "It is open again: select it",
            trigger: ".o_data_row .o_list_record_selector input",
            also: ".o_data_row button[name=action_billing_apply]",
            run: "click",
        },
        {
            content: "Look again",
            trigger: ".o_control_panel button:contains(Look Again):visible",
            run: "click",
        },
        {
            content: "It is still there",
            trigger: ".o_data_row button[name=action_billing_apply]",
        },
    ],
});
