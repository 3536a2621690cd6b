"""Actions that open records."""


def open_form(record):
    """Return the action that opens a record."""
    return {
        "type": "ir.actions.act_window",
        "res_model": record._name,
        "res_id": record.id,
        "view_mode": "form",
    }


def open_records(title, records):
    """Return the action that opens the form of one record, or a list of some."""
    named = {"name": title, "context": {"create": False}}
    if len(records) == 1:
        return {**open_form(records), **named}
    return {
        "type": "ir.actions.act_window",
        "res_model": records._name,
        "view_mode": "list,form",
        "views": [(False, "list"), (False, "form")],
        "domain": [("id", "in", records.ids)],
        **named,
    }


def open_named(owner):
    """Return the action that opens the record which a log or a finding names."""
    return open_form(owner.env[owner.res_model].browse(owner.res_id))
