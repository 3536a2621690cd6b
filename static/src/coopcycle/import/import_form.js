/** @odoo-module **/

import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { sprintf } from "@web/core/utils/strings";
import { formView } from "@web/views/form/form_view";

/** The import screen: says what it does while the server works. */
export class ImportFormController extends formView.Controller {
    setup() {
        super.setup();
        this.ui = useService("ui");
    }

    async beforeExecuteActionButton(clickParams) {
        const proceeds = await super.beforeExecuteActionButton(clickParams);
        if (proceeds !== false && clickParams.name === "action_import") {
            const { line_count: lines } = this.model.root.data;
            this.ui.block({
                message: lines
                    ? sprintf(_t("Importing %s lines…"), lines)
                    : _t("Importing the file…"),
            });
            this.isBlocking = true;
        }
        return proceeds;
    }

    async afterExecuteActionButton(clickParams) {
        if (this.isBlocking) {
            this.isBlocking = false;
            this.ui.unblock();
        }
        return super.afterExecuteActionButton(clickParams);
    }
}

registry.category("views").add("coopcycle_import_form", {
    ...formView,
    Controller: ImportFormController,
});
