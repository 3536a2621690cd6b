/** @odoo-module **/

import { useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { checkFileSize } from "@web/core/utils/files";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { BinaryField, binaryField } from "@web/views/fields/binary/binary_field";

/** A file field onto which a file can be dropped. */
export class DropzoneField extends BinaryField {
    static template = "coopcycle_magento.DropzoneField";

    setup() {
        super.setup();
        this.state = useState({ isDraggedOver: false });
    }

    async onDrop(ev) {
        this.state.isDraggedOver = false;
        const [file] = ev.dataTransfer.files;
        if (!file || !checkFileSize(file.size, this.notification)) {
            return;
        }
        const url = await getDataURLFromFile(file);
        await this.update({ data: url.split(",")[1], name: file.name });
    }
}

registry.category("fields").add("coopcycle_dropzone", {
    ...binaryField,
    component: DropzoneField,
});
