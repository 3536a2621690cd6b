import base64
import hashlib

import psycopg2

from odoo import _, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

# What Odoo may write of an archived one: what it found to search by, and when
FREE = {"index_content", "write_uid", "write_date"}
CONTENT = {"raw", "datas", "db_datas", "store_fname", "checksum", "file_size"}


class IrAttachment(models.Model):
    """Archived attachments stay as they are, wherever their bytes are stored."""

    _name = "ir.attachment"
    _inherit = ["ir.attachment", "billing.kept.mixin"]

    def _refuse_changes(self, vals_list):
        archived = self.env["billing.archived.file"]._find_of(self)
        if not archived:
            return
        for attachment, vals in zip(self, vals_list, strict=True):
            if attachment.id in archived:
                attachment._billing_check_kept(archived[attachment.id], vals)

    def _refuse_removal(self):
        for file in self.env["billing.archived.file"]._find_of(self).values():
            file._refuse_removal()

    def _billing_check_kept(self, file, vals):
        """Check that values are those that an archived attachment has.

        :param file: its `billing.archived.file`
        :raise AccessError: they are others
        """
        kept = file._get_attachment_vals()
        others = {
            name
            for name in vals.keys() - FREE - CONTENT
            if (vals[name] or False) != kept.get(name, False)
        }
        if others or not self._billing_keeps_content(file, vals):
            raise AccessError(
                _("“%s” is in the archive, and stays as it was sent.", file.name)
            )

    def _billing_keeps_content(self, file, vals):
        """Say whether the bytes are the same after values are written."""
        if not CONTENT & vals.keys():
            return True
        fname, data = self._billing_read_stored()
        before = self._file_read(fname) if fname else data
        fname = vals.get("store_fname", fname)
        data = _to_bytes(vals.get("db_datas", data))
        contents = {self._file_read(fname) if fname else data}
        if "raw" in vals:
            contents.add(_to_bytes(vals["raw"]))
        if "datas" in vals:
            contents.add(base64.b64decode(vals["datas"] or b""))
        if data:
            contents.add(data)
        return (
            {hashlib.sha256(each).hexdigest() for each in contents}
            <= {file.sha256, hashlib.sha256(before).hexdigest()}
            and vals.get("checksum") in {None, *map(self._compute_checksum, contents)}
            and vals.get("file_size") in {None, *map(len, contents)}
        )

    def _billing_read_stored(self):
        """Return where the bytes are in the database: (name of the file, bytes)."""
        query = SQL(
            "SELECT store_fname, db_datas FROM ir_attachment WHERE id = %s", self.id
        )
        self.env.cr.execute(query)
        fname, data = self.env.cr.fetchone()
        return fname, _to_bytes(data)


def _to_bytes(value):
    """Return what a binary column has, or is to have, as bytes."""
    if isinstance(value, psycopg2.extensions.Binary):
        value = value.adapted
    return value.encode() if isinstance(value, str) else bytes(value or b"")
