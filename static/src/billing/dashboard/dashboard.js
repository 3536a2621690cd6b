/** @odoo-module **/

import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ControlPanel } from "@web/search/control_panel/control_panel";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { BillingCard } from "./card";
import { BillingPolicies } from "./policies";

/** The screen on which *Billing* opens: what there is to do, and how policies go.
 *
 * Each card reads what it shows by itself: one that fails leaves the others alone.
 */
export class BillingDashboard extends Component {
    static template = "coopcycle_magento.BillingDashboard";
    static components = { ControlPanel, BillingCard, BillingPolicies };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ layout: null });
        onWillStart(async () => {
            this.state.layout = await this.orm.call("billing.dashboard", "read_layout", []);
        });
    }

    newInvoice() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("New Invoice"),
            res_model: "account.move",
            views: [[false, "form"]],
            context: { default_move_type: "out_invoice" },
        });
    }

    newPolicy() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("New Policy"),
            res_model: "billing.policy",
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("coopcycle_magento.billing_dashboard", BillingDashboard);
