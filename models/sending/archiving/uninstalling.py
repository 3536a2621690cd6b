"""What goes with the addon when it is uninstalled."""


def uninstall_hook(env):
    """Remove the archive; Odoo itself would leave its attachments to nobody."""
    attachments = env["ir.attachment"].search(
        [("res_model", "=", "billing.archived.file")]
    )
    env.cr.execute("DELETE FROM billing_archived_file")
    attachments.unlink()
