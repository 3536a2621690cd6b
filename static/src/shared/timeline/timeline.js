/** @odoo-module **/

import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
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
        this.state = useState({ entries: [], error: "" });
        // Read again as well where a button has taken the record further
        useRecordObserver(({ resModel, resId, data }) => this.load(resModel, resId, data.state));
    }

    /** Read what happened; the form is there all the same if that fails. */
    async load(model, id) {
        const asked = (this.asked = {});
        const found = { entries: [], error: "" };
        try {
            if (id) {
                found.entries = await this.orm.call("integration.timeline", "read_timeline", [
                    model,
                    id,
                ]);
            }
        } catch (error) {
            found.error = error.data?.message || error.message || _t("It could not be read.");
        }
        // What comes late is of a record that the form has left
        if (asked === this.asked) {
            Object.assign(this.state, found);
        }
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
