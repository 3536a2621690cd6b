"""What a database keeps of the addon's, as JSON: {model: {id: {field: value}}}.

Run in Odoo's shell, which gives ``env``, and ``folder``, where it is written. Values
are of the addon's own models, and of its fields on Odoo's.
"""

import json
from pathlib import Path

ADDON = "coopcycle_magento"
# What people have worked on or set up besides
OTHERS = {
    "account.move": ("name", "state", "amount_total", "payment_state"),
    "ir.config_parameter": ("key", "value"),
    "ir.cron": ("code", "active", "interval_number", "interval_type"),
    "res.users": ("login", "groups_id"),
    "sale.order": ("name", "state", "amount_total"),
    "stock.picking": ("name", "state"),
}
# Who wrote last, and words that may change
LEFT_OUT = {"display_name", "write_date", "write_uid", "__last_update", "cause"}
# Where they are computed each time: words that may change, and files
MADE_ANEW = {"binary", "html", "json", "text"}


def dump():
    models = (env[name] for name in env.registry)  # noqa: F821
    return {
        model._name: values
        for model in models
        if not (model._abstract or model._transient)
        if (values := dump_model(model))
    }


def dump_model(model):
    names = set(OTHERS.get(model._name, ()))
    names |= {name for name, field in model._fields.items() if is_ours(model, field)}
    if not names:
        return {}
    records = model.sudo().with_context(active_test=False).search([], order="id")
    values = records.read(sorted(names - LEFT_OUT), load="_classic_write")
    return {record.pop("id"): plain(record) for record in values}


def is_ours(model, field):
    if field.store and model._original_module == ADDON:
        return True
    is_kept = field.store or field.type not in MADE_ANEW
    return is_kept and ADDON in field._modules


def plain(record):
    """Return values in an order that does not depend on how they were read."""
    return {
        name: sorted(value) if isinstance(value, list | tuple) else value
        for name, value in record.items()
    }


values = json.dumps(dump(), default=str)
Path(folder, "dump.json").write_text(values)  # noqa: F821
