/** @odoo-module **/

import { registry } from "@web/core/registry";

// Before 18.0 a step without `run` was clicked at
const IS_CLICKED = odoo.info.server_version_info[0] < 18;
// Then a step also waited until the page was still, for 750 ms if nothing is said
const STILL = 100;
// A page needs time where much else is at work; Odoo gives a step ten seconds
const LONGEST = 30000;

/** Add a tour whose steps are those of the newest Odoo, and work in every one.
 *
 * A step without `run` waits for what it names. `text` is typed into it, and `also`
 * names what has to be there besides.
 *
 * @param {string} name
 * @param {Object} tour
 */
export function addTour(name, { url, steps }) {
    registry.category("web_tour.tours").add(name, {
        ...(url && { url }),
        ...(IS_CLICKED && { test: true, checkDelay: STILL }),
        steps: () =>
            steps()
                .flatMap(IS_CLICKED ? oldStep : newSteps)
                .map((step) => ({ timeout: LONGEST, ...step })),
    });
}

function newSteps({ also, text, ...step }) {
    if (text) {
        step.run = `edit ${text}`;
    }
    return also ? [{ content: step.content, trigger: also }, step] : [step];
}

function oldStep({ also, text, run, ...step }) {
    if (also) {
        step.extra_trigger = also;
    }
    if (text) {
        step.run = `text ${text}`;
    } else if (!run) {
        step.isCheck = true;
    } else if (run !== "click") {
        step.run = run;
    }
    return [step];
}

/** Return the steps that open a menu of the app *Billing*.
 *
 * @param {string} parent the menu in the bar
 * @param {string} menu
 * @param {string} title of the screen
 */
export const openMenu = (parent, menu, title) => [
    {
        content: `Open the menu of ${title}`,
        trigger: `[data-menu-xmlid='coopcycle_magento.${parent}']`,
        run: "click",
    },
    {
        content: `Open ${title}`,
        trigger: `[data-menu-xmlid='coopcycle_magento.${menu}']`,
        run: "click",
    },
    {
        content: `${title} is there`,
        trigger: `.o_last_breadcrumb_item:contains(${title})`,
    },
];
