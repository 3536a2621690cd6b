/** @odoo-module **/

import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** All that happened to the record of a form, the oldest first. */
export class IntegrationTimeline extends Component {
    static template = "coopcycle_magento.Timeline";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ entries: [] });
        // Read again as well where a button has taken the record further
        useRecordObserver(({ resModel, resId, data }) => this.load(resModel, resId, data.state));
    }

    async load(model, id) {
        this.state.entries = id
            ? await this.orm.call("integration.timeline", "read_timeline", [model, id])
            : [];
    }

    open({ model, id }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("view_widgets").add("integration_timeline", {
    component: IntegrationTimeline,
});
