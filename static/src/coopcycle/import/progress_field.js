/** @odoo-module **/

import { onMounted, onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { ProgressBarField, progressBarField } from "@web/views/fields/progress_bar/progress_bar_field";

const REFRESH_MILLISECONDS = 2000;
const UNFINISHED = ["queued", "running"];

/** A progress bar that reads its record again until the import has ended. */
export class ImportProgressField extends ProgressBarField {
    setup() {
        super.setup();
        onMounted(() => this.schedule());
        onWillUnmount(() => {
            this.isLeft = true;
            browser.clearTimeout(this.timer);
        });
    }

    schedule() {
        if (!this.isLeft && UNFINISHED.includes(this.props.record.data.state)) {
            this.timer = browser.setTimeout(() => this.refresh(), REFRESH_MILLISECONDS);
        }
    }

    async refresh() {
        try {
            await this.props.record.load();
        } finally {
            this.schedule();
        }
    }
}

registry.category("fields").add("coopcycle_progress", {
    ...progressBarField,
    component: ImportProgressField,
    fieldDependencies: [{ name: "state", type: "selection" }],
});
