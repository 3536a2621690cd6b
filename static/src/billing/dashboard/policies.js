/** @odoo-module **/

import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { IntegrationChart } from "../../shared/chart/chart";
import { useReading } from "./reading";

/** The policies: a card for each, with its phase, its figures and its months. */
export class BillingPolicies extends Component {
    static template = "coopcycle_magento.BillingPolicies";
    static components = { IntegrationChart };
    static props = {};

    setup() {
        this.action = useService("action");
        this.reading = useReading("read_policies");
    }

    /** Return how far the first ones are that a person looks at, in percent. */
    getProgress({ reviewed, first }) {
        return Math.min(100, Math.round((100 * reviewed) / first));
    }

    open(policy) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "billing.policy",
            res_id: policy.id,
            views: [[false, "form"]],
        });
    }
}
