/** @odoo-module **/

import { Component, useEffect, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Shows nothing, and notes that somebody begins to look at a draft that waits. */
export class BillingOpened extends Component {
    static template = xml`<t/>`;
    static props = { ...standardWidgetProps };

    setup() {
        const orm = useService("orm");
        useEffect(
            (model, id) => {
                orm.silent.call(model, "billing_note_opened", [[id]]);
            },
            () => [this.props.record.resModel, this.props.record.resId]
        );
    }
}

registry.category("view_widgets").add("billing_opened", { component: BillingOpened });
