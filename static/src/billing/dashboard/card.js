/** @odoo-module **/

import { Component } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { IntegrationChart } from "../../shared/chart/chart";
import { useReading } from "./reading";

/** A card of the dashboard: numbers with their sums, each of which opens its list. */
export class BillingCard extends Component {
    static template = "coopcycle_magento.BillingCard";
    static components = { IntegrationChart };
    static props = { name: String, title: String };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.reading = useReading("read_card", [this.props.name]);
    }

    async open(figure) {
        this.action.doAction(
            await this.orm.call("billing.dashboard", "open_figure", [this.props.name, figure.key])
        );
    }
}
