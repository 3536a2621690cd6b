/** @odoo-module **/

import { addTour } from "../tour";

/** Put a file into the screen as if it were dropped there. */
function dropFile(content, name) {
    const data = new DataTransfer();
    data.items.add(new File([content], name, { type: "text/csv" }));
    const target = document.querySelector(".o_coopcycle_dropzone");
    target.dispatchEvent(
        new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data })
    );
}

const HEADER =
    '"External ID","Invoice Date",Partner,"Invoice lines / Account",' +
    '"Invoice lines / Product","Invoice lines / Label",' +
    '"Invoice lines / Unit Price","Invoice lines / Quantity"\n';
const row = (store, partner, order, price) =>
    `tour-${store},2025-06-13,${partner},706000,On demand delivery,` +
    `On demand delivery - 1.2 km (Order #${order}),${price},1\n`;

addTour("coopcycle_import_tour", {
    url: "/web#action=coopcycle_magento.coopcycle_import_wizard_action",
    steps: () => [
        {
            content: "Drop a file with an unknown customer",
            trigger: ".o_coopcycle_dropzone",
            run: () =>
                dropFile(
                    HEADER +
                        row("6b86b27", "Acme", "T1", "10.50") +
                        row("6b86b27", "Acme", "T2", "4.16") +
                        row("d4735e3", "Nobody knows me", "T3", "7"),
                    "tour.csv"
                ),
        },
        {
            content: "The file and its dialect are shown",
            trigger: ".o_coopcycle_file_name:contains(tour.csv)",
            also: ".o_field_widget[name=encoding]",
        },
        {
            content: "Who may not create products is not offered to",
            trigger: ".o_coopcycle_choices:not(:contains(Create new products))",
        },
        { content: "Test it", trigger: "button[name=action_test]:visible", run: "click" },
        {
            content: "The unknown customer is an error",
            trigger: ".o_coopcycle_findings td[name=value]:contains(Nobody knows me)",
            also: ".alert-danger:visible",
        },
        {
            content: "The total without tax is shown",
            trigger: ".o_field_widget[name=amount_untaxed]:contains(21.66)",
        },
        {
            content: "Choose the customer in the finding",
            trigger: ".o_coopcycle_findings .o_data_row td[name=partner_id]",
            run: "click",
        },
        {
            content: "Search the customer",
            trigger: ".o_coopcycle_findings div[name=partner_id] input",
            text: "Les Vélos du Canal",
        },
        {
            content: "Take the one that is found",
            trigger: ".ui-menu-item a:contains(Les Vélos du Canal)",
            run: "click",
        },
        { content: "Test again", trigger: "button[name=action_test]:visible", run: "click" },
        {
            content: "Nothing blocks any more",
            trigger: ".alert-success:visible",
        },
        { content: "Import", trigger: "button[name=action_import]:visible", run: "click" },
        {
            content: "Open the draft of Acme from the list",
            trigger: ".o_list_view .o_data_row td[name=invoice_partner_display_name]:contains(Acme)",
            run: "click",
        },
        {
            content: "Confirm it in the standard way",
            trigger: "button[name=action_post]:visible",
            run: "click",
        },
        {
            content: "The invoice is confirmed",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Posted)",
        },
    ],
});
