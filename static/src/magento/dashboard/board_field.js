/** @odoo-module **/

import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { IntegrationChart } from "../../shared/chart/chart";

/** How one shop is doing: its health, its operations and what waits for somebody. */
export class MagentoBoardField extends Component {
    static template = "coopcycle_magento.BoardField";
    static components = { IntegrationChart };
    static props = { ...standardFieldProps };

    get board() {
        return this.props.record.data[this.props.name];
    }

    get healthClass() {
        return `text-bg-${this.board.health.level}`;
    }

    /** Call a method of the connection, and do the action that it returns. */
    run(name, argument) {
        const record = this.props.record;
        return this.env.onClickViewButton({
            clickParams: {
                type: "object",
                name,
                args: argument ? JSON.stringify([argument]) : undefined,
            },
            getResParams: () => ({
                context: record.context,
                evalContext: record.evalContext,
                resModel: record.resModel,
                resId: record.resId,
                resIds: record.resIds,
            }),
        });
    }
}

registry.category("fields").add("magento_board", {
    component: MagentoBoardField,
    supportedTypes: ["json"],
});
