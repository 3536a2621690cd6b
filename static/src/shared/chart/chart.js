/** @odoo-module **/

/* global Chart, luxon */

import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";

/** A small chart of bars: some series of numbers, one beside or upon the other.
 *
 * `data` has `title`, `labels`, `stacked` and `series`, a list of {label, level, values};
 * a level is the name of a colour, such as "success".
 */
export class IntegrationChart extends Component {
    static template = "coopcycle_magento.Chart";
    static props = { data: Object };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (data) => {
                const chart = new Chart(this.canvas.el, this.getConfig(data));
                return () => chart.destroy();
            },
            () => [this.props.data]
        );
    }

    getConfig({ labels, series, stacked }) {
        const text = this.getColor("muted");
        const scale = { stacked: Boolean(stacked), ticks: { color: text } };
        return {
            type: "bar",
            data: {
                labels: [...labels],
                datasets: series.map(({ label, level, values }) => ({
                    label,
                    data: [...values],
                    backgroundColor: this.getColor(level),
                })),
            },
            options: {
                animation: false,
                locale: luxon.Settings.defaultLocale,
                maintainAspectRatio: false,
                plugins: {
                    legend: {
                        display: series.length > 1,
                        labels: { color: text, boxWidth: 12 },
                    },
                },
                scales: {
                    x: {
                        ...scale,
                        grid: { display: false },
                        ticks: { ...scale.ticks, maxRotation: 0 },
                    },
                    y: {
                        ...scale,
                        beginAtZero: true,
                        ticks: { ...scale.ticks, maxTicksLimit: 5, precision: 0 },
                    },
                },
            },
        };
    }

    /** Return the colour that texts of a level have, in the theme that is shown. */
    getColor(level) {
        const sample = document.createElement("span");
        sample.className = `text-${level}`;
        this.canvas.el.parentElement.append(sample);
        const { color } = getComputedStyle(sample);
        sample.remove();
        return color;
    }
}
