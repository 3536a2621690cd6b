"""What a caller's context may bring along, and may not."""

from odoo.tools.misc import clean_context


def without_defaults(records):
    """Return records to which a context brings no default values of its own."""
    return records.with_env(records.env(context=clean_context(records.env.context)))
