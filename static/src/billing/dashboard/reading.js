/** @odoo-module **/

import { onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

/** Have a card read what it shows from the server, without waiting for it.
 *
 * @param {string} method of `billing.dashboard`
 * @param {Array} args
 * @returns {{isLoading: boolean, data: any, error: string}} what the card shows
 */
export function useReading(method, args = []) {
    const orm = useService("orm");
    const state = useState({ isLoading: true, data: null, error: "" });
    const read = async () => {
        try {
            state.data = await orm.silent.call("billing.dashboard", method, args);
        } catch (error) {
            state.error = error.data?.message || error.message || _t("It could not be read.");
        }
        state.isLoading = false;
    };
    onWillStart(() => {
        read();
    });
    return state;
}
