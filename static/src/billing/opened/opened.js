/** @odoo-module **/

import { Component, onMounted, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Shows nothing, and notes that somebody begins to look at a draft that waits. */
export class BillingOpened extends Component {
    static template = xml`<t/>`;
    static props = { ...standardWidgetProps };

    setup() {
        const orm = useService("orm");
        const { resModel, resId } = this.props.record;
        onMounted(() => orm.silent.call(resModel, "billing_note_opened", [[resId]]));
    }
}

registry.category("view_widgets").add("billing_opened", { component: BillingOpened });
