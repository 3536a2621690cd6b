/** @odoo-module **/

import { addTour } from "../tour";

addTour("coopcycle_fetch_tour", {
    url: "/web#action=coopcycle_magento.coopcycle_fetch_wizard_action",
    steps: () => [
        {
            content: "Look at what there is",
            trigger: "button[name=action_look]",
            run: "click",
        },
        {
            content: "The stores are listed with CoopCycle's totals",
            trigger: "td[name=name]:contains(Les Vélos du Canal)",
            also: "td[name=amount_untaxed]:contains(4.16)",
        },
        {
            content: "Fetch it",
            trigger: "button[name=action_fetch]",
            run: "click",
        },
        {
            content: "The drafts are shown",
            trigger: ".o_list_view .o_data_row td[name=invoice_partner_display_name]:contains(Acme)",
        },
    ],
});

addTour("coopcycle_reconciliation_tour", {
    url: "/web#action=coopcycle_magento.coopcycle_reconciliation_action",
    steps: () => [
        {
            content: "Compare both sides",
            trigger: ".o_control_panel button:contains(Reconcile)",
            run: "click",
        },
        {
            content: "Of the last month",
            trigger: "button[name=action_reconcile]",
            run: "click",
        },
        {
            content: "All equal is one line",
            trigger: ".alert-success:visible:contains(All equal)",
        },
    ],
});
