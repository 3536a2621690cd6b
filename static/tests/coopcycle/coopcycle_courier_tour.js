/** @odoo-module **/

import { addTour } from "../tour";

const openCourier = {
    content: "Open what the courier has",
    trigger: ".o_notebook a[name=coopcycle]",
    run: "click",
};

addTour("coopcycle_courier_send_tour", {
    steps: () => [
        {
            content: "Send it to the courier",
            trigger: "button[name=action_coopcycle_send]",
            run: "click",
        },
        openCourier,
        {
            content: "It is on the list of what is sent",
            trigger: "[name=coopcycle_sync_state]:contains(To Send)",
        },
    ],
});

addTour("coopcycle_courier_completed_tour", {
    steps: () => [
        {
            content: "The courier has delivered it: open the delivery",
            trigger: "button[name=action_open_coopcycle_deliveries]:contains(Delivered)",
            run: "click",
        },
        {
            content: "With the courier's notes, and a photo",
            trigger: "[name=courier_notes]:contains(With the porter)",
            also: "[name=proof_ids]:contains(proof_1)",
        },
        {
            content: "It can be read again",
            trigger: "button[name=action_read_again]",
            run: "click",
        },
        {
            content: "That is said",
            trigger: ".o_notification:contains(Read again)",
        },
    ],
});
