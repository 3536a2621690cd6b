/** @odoo-module **/

import { addTour } from "../tour";

const openDashboard = {
    content: "Open the dashboard",
    trigger: "[data-menu-xmlid='coopcycle_magento.billing_dashboard_menu']",
    run: "click",
};

addTour("billing_dashboard_tour", {
    steps: () => [
        {
            content: "A card that fails says so",
            trigger: "[data-card=reminders] .o_billing_card_error:contains(Out of order)",
        },
        {
            content: "The others are there: a draft waits",
            trigger: "[data-card=invoices] [data-figure=review]:contains(1)",
            also: "[data-card=held]:contains(Nothing)",
            run: "click",
        },
        {
            content: "Just that is listed: open it",
            trigger:
                ".o_list_table:not(:has(.o_data_row ~ .o_data_row)) .o_data_row td[name=billing_review_brief]",
            also: ".o_last_breadcrumb_item:contains(Invoices: To Approve)",
            run: "click",
        },
        {
            content: "Look at what happened",
            trigger: ".o_notebook a[name=timeline]",
            run: "click",
        },
        {
            content: "A timeline that fails says so, and the form is there",
            trigger: ".o_integration_timeline_error:contains(Out of order)",
        },
        {
            content: "Approve the draft: the timeline is read again",
            trigger: "button[name=action_billing_approve]:visible",
            run: "click",
        },
        {
            content: "The delivery is there: open it",
            trigger: ".o_integration_timeline tr:contains(Goods left) a",
            also: ".o_integration_timeline tr:contains(Decision: Draft for a Person)",
            run: "click",
        },
        {
            content: "It is the delivery",
            trigger: ".o_last_breadcrumb_item:contains(/OUT/)",
        },
        openDashboard,
        {
            content: "Begin a blank invoice",
            trigger: ".o_billing_new:visible",
            run: "click",
        },
        {
            content: "It is an invoice without a customer",
            trigger: ".o_form_view .o_field_widget[name=partner_id] input",
            also: ".o_arrow_button_current:contains(Draft)",
        },
    ],
});

addTour("billing_first_policy_tour", {
    steps: () => [
        {
            content: "The dashboard says in three steps how to begin",
            trigger: ".o_billing_steps li:contains(Promote it)",
        },
        {
            content: "Create a policy",
            trigger: ".o_billing_new_policy",
            run: "click",
        },
        {
            content: "The form of a policy is there",
            trigger: ".o_form_view .o_field_widget[name=event_delivery]",
        },
    ],
});
