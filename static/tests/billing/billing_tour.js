/** @odoo-module **/

import { addTour, openMenu } from "../tour";

addTour("billing_policy_tour", {
    steps: () => [
        {
            content: "The app begins with the dashboard, which has the policy",
            trigger: ".o_billing_policy:contains(Lamps):contains(Dry Run)",
        },
        ...openMenu("billing_configuration_menu", "billing_policy_menu", "Policies"),
        {
            content: "Open the policy",
            trigger: ".o_data_row td[name=name]:contains(Lamps)",
            run: "click",
        },
        {
            content: "It reads as a sentence",
            trigger: ".o_field_widget[name=sentence]:contains(make nothing)",
        },
        {
            content: "Try it",
            trigger: "button[name=action_try]",
            run: "click",
        },
        {
            content: "The small delivery would go by itself",
            trigger: ".modal-body .o_data_row:contains(Billed by Itself)",
        },
        {
            content: "A person would look at the large one, and it says why",
            trigger: ".modal-body .o_data_row:contains(A Person First):contains(above)",
        },
        {
            content: "Close the table",
            trigger: ".modal-footer button:contains(Close)",
            run: "click",
        },
        {
            content: "Promote it",
            trigger: ".o_form_statusbar button:contains(Promote)",
            also: "body:not(:has(.modal))",
            run: "click",
        },
        {
            content: "It says what that means",
            trigger: ".modal-body .o_field_widget[name=consequence]:contains(a person posts it)",
        },
        {
            content: "Go the step",
            trigger: ".modal-footer button[name=action_go]:visible",
            run: "click",
        },
        {
            content: "It makes drafts now",
            trigger: ".o_field_widget[name=sentence]:contains(make a draft)",
            also: ".o_arrow_button_current:contains(Draft)",
        },
    ],
});

addTour("billing_approve_tour", {
    steps: () => [
        ...openMenu("billing_invoices_menu", "billing_to_approve_menu", "To Approve"),
        {
            content: "What waits says why, and what was changed",
            trigger: ".o_data_row:contains(Customer):contains(→ 7) td[name=billing_review_brief]:contains(drafts only)",
        },
        {
            content: "Open the other one",
            trigger: ".o_data_row:not(:contains(→ 7)) td[name=billing_review_brief]",
            run: "click",
        },
        {
            content: "The draft says for whom it waits, and cannot be confirmed past them",
            trigger: ".alert-info .o_field_widget[name=billing_review_brief]:contains(drafts only)",
            also: "body:not(:has(button[name=action_post]:visible))",
        },
        {
            content: "Look at what was decided",
            trigger: ".o_notebook a[name=billing]",
            run: "click",
        },
        {
            content: "The decision is there",
            trigger: ".tab-pane.active .o_data_row:contains(To Approve)",
        },
        {
            content: "Approve it",
            trigger: "button[name=action_billing_approve]:visible",
            run: "click",
        },
        {
            content: "It is posted",
            trigger: ".o_arrow_button_current:contains(Posted)",
        },
        {
            content: "Open its delivery",
            trigger: "button[name=action_billing_open_pickings]",
            run: "click",
        },
        {
            content: "The delivery knows its invoice",
            trigger: "button[name=action_billing_open_moves]:contains(1)",
            also: ".o_last_breadcrumb_item:contains(/OUT/)",
        },
        ...openMenu("billing_invoices_menu", "billing_to_approve_menu", "To Approve"),
        {
            // Odoo 19 shows first what it knew of the list
            content: "Choose what is left",
            trigger: ".o_list_view thead .o_list_record_selector input",
            also: "body:not(:has(.o_data_row:not(:contains(→ 7))))",
            run: "click",
        },
        {
            content: "Approve all that are chosen",
            trigger: ".o_control_panel button:contains(Approve)",
            run: "click",
        },
        {
            content: "What was changed is shown once more",
            trigger: ".modal-body .o_data_row:contains(→ 7)",
        },
        {
            content: "Note why",
            trigger: ".modal-body .o_field_widget[name=note] input",
            text: "Agreed by phone",
        },
        {
            content: "Approve",
            trigger: ".modal-footer button[name=action_approve]",
            run: "click",
        },
        {
            content: "Nothing waits any more",
            trigger: ".o_view_nocontent:contains(Nothing waits for an approval)",
        },
    ],
});

addTour("billing_held_tour", {
    steps: () => [
        ...openMenu("billing_invoices_menu", "billing_unbilled_menu", "Delivered, Not Billed"),
        {
            content: "The delivery is there, with its reason",
            trigger: ".o_data_row:contains(Held):contains(widen the policy's scope)",
        },
        ...openMenu("billing_invoices_menu", "billing_decision_held_menu", "Held"),
        {
            content: "Open what is held; the list says why",
            trigger: ".o_data_row td[name=last_error]:contains(widen the policy's scope)",
            run: "click",
        },
        {
            content: "So does the form: try it again",
            trigger: ".o_form_statusbar button[name=action_try_again]",
            also: ".alert-danger:contains(widen the policy's scope)",
            run: "click",
        },
        {
            content: "It waits to be decided anew",
            trigger: ".o_arrow_button_current:contains(Waiting)",
        },
        ...openMenu("billing_invoices_menu", "billing_decision_held_menu", "Held"),
        {
            content: "Nothing is held any more",
            trigger: ".o_view_nocontent:contains(Nothing is held)",
        },
    ],
});
